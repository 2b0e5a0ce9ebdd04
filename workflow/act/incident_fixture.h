// A service whose messages fail when they are told to, for the tests of what becomes of them.
#ifndef JISSHO_WORKFLOW_ACT_INCIDENT_FIXTURE_H_
#define JISSHO_WORKFLOW_ACT_INCIDENT_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workflow/act/act_fixture.h"
#include "workflow/act/audit.h"
#include "workflow/act/incident.h"
#include "workflow/act/mail.h"
#include "workflow/act/reasons.h"

namespace jissho::act {

inline constexpr Reason kJobBad{"JOB_BAD", absl::StatusCode::kFailedPrecondition, "仕事ができません。",
                                "The job cannot be done."};

// Adds what its messages say; a negative product cannot be added, a missing list is an error of the script.
inline std::string JobChart(const std::string& name, const std::string& attribute) {
  return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" initial="open" name=")",
                      name, "\" ", attribute, R"(>
  <datamodel><data id="factor" expr="1"/><data id="sum" expr="0"/></datamodel>
  <state id="open">
    <transition event="add">
      <assign location="sum" expr="sum + _event.data.n"/>
      <jissho:do action="job.check"><jissho:param name="n" expr="factor * _event.data.n"/></jissho:do>
    </transition>
    <transition event="broken">
      <assign location="sum" expr="_event.data.list.first.value"/>
    </transition>
    <transition event="close" target="closed" jissho:role="clerk" jissho:label="閉じる" jissho:label-en="Close"/>
  </state>
  <final id="closed"/>
</scxml>)");
}

class Postbox : public EventTransport {
 public:
  absl::Status Deliver(const Envelope& envelope) override {
    if (envelope.stream == poisoned && envelope.type != kSkippedEventType) return MakeError(kJobBad);
    taken.push_back(envelope);
    return absl::OkStatus();
  }
  std::string poisoned;
  std::vector<Envelope> taken;
};

// The parameter is the database. What the service is made of a derived fixture may change before SetUp.
class IncidentFixture : public ActFixture {
 protected:
  void SetUp() override {
    ActFixture::SetUp();
    ServiceOptions options;
    options.service = "test";
    options.progress_receiver = progress_receiver_;
    options.on_incident = [this](const IncidentRow& incident) { announced_.push_back(incident.id); };
    Definitions definitions;
    definitions.charts = {{"job", JobChart("job", "")},
                          {"money", JobChart("money", "jissho:four-eyes=\"repair\"")}};
    definitions.charts.insert(definitions.charts.end(), more_charts_.begin(), more_charts_.end());
    definitions.actions["job.check"] = [this](const ActionCall& call, const Context&, const View&,
                                              WriteSet&) -> absl::Status {
      JISSHO_RETURN_IF_ERROR(trouble_);
      return call.params.value("n", 0) < 0 ? MakeError(kJobBad) : absl::OkStatus();
    };
    ASSERT_OK_AND_ASSIGN(service_, Service::Create(options, definitions, pool_.get(), &calendar_, &monotonic_,
                                                   &postbox_, encoder_.get()));
  }

  absl::Status Run(const Actor& actor, std::function<absl::Status(WriteSet&)> body,
                   std::string request_id = "") {
    if (request_id.empty()) request_id = absl::StrCat("r", ++requests_);
    Act act;
    act.actor = actor;
    act.command = {actor.id, "Test", request_id, ""};
    act.run = [body](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(body(writes));
      return std::string();
    };
    return service_->RunHere(act).status();
  }

  void Start(const std::string& id, const std::string& chart = "job") {
    ASSERT_THAT(
        Run(anna_,
            [&](WriteSet& writes) { return writes.Start(chart, id, "case-" + id, "", Json::object()); }),
        testing::IsOk());
  }

  void Post(const std::string& id, const std::string& name, const Json& data) {
    engine::Event event;
    event.name = name;
    event.data = expression::Value(data);
    ASSERT_THAT(Run(anna_, [&](WriteSet& writes) { return PostEvent(writes.unit(), id, event); }),
                testing::IsOk());
  }

  void Pump(int rounds = 3) {
    for (int i = 0; i < rounds; ++i) ASSERT_THAT(service_->Pump(true).status(), testing::IsOk());
  }

  // The only one there is.
  IncidentRow Incident() {
    const auto rows = All<IncidentRow>();
    EXPECT_EQ(rows.size(), 1u);
    return rows.empty() ? IncidentRow() : rows[0];
  }

  // A parked "add" of -5, with the instance that it suspends.
  IncidentRow Park(const std::string& chart = "job") {
    Start("a", chart);
    Post("a", "add", {{"n", -5}});
    Pump();
    return Incident();
  }

  int64_t Sum(const std::string& id) { return SnapshotOf(Get(id)).data.at("sum").json().get<int64_t>(); }

  std::vector<std::string> Outcomes(const std::string& id) {
    std::vector<std::string> outcomes;
    for (const JournalRow& entry : All<JournalRow>("WHERE instance_id = '" + id + "' ORDER BY sequence")) {
      outcomes.push_back(entry.outcome);
    }
    return outcomes;
  }

  absl::Status Ask(const Actor& actor, const IncidentRow& incident, const Repair& repair,
                   std::string request_id = "") {
    if (request_id.empty()) request_id = absl::StrCat("ask", ++requests_);
    absl::Status status;
    service_->AskForRepair({actor.id, "Repair", request_id, ""}, actor, incident, repair,
                           [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
    return status;
  }
  absl::Status Approve(const Actor& actor, const IncidentRow& incident, int64_t version = 0) {
    absl::Status status;
    service_->ApproveRepair({actor.id, "Approve", absl::StrCat("ok", ++requests_), ""}, actor, incident,
                            version, "seen",
                            [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
    return status;
  }

  static Repair Retry(std::optional<Json> event_data = std::nullopt) {
    Repair repair;
    repair.event_data = std::move(event_data);
    repair.reason = "typo in the message";
    return repair;
  }
  static Repair Skip() {
    Repair repair;
    repair.skip = true;
    repair.reason = "sent twice";
    return repair;
  }

  void ExpectSoundJournal(const std::string& id) {
    const auto audit = AuditInstance(*Session(), service_->catalog(), id);
    ASSERT_THAT(audit.status(), testing::IsOk());
    EXPECT_FALSE(audit->fault.has_value());
  }

  std::string progress_receiver_;
  std::unique_ptr<ProgressEncoder> encoder_;
  std::vector<std::pair<std::string, std::string>> more_charts_;

  const Actor anna_{"user:anna", {"clerk"}, "", "LOCAL"};
  const Actor bert_{"user:bert", {"manager"}, "", "LOCAL"};
  Postbox postbox_;
  absl::Status trouble_;  // of the database, say: of every job while it lasts
  int requests_ = 0;
  std::vector<std::string> announced_;
  std::unique_ptr<Service> service_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_INCIDENT_FIXTURE_H_
