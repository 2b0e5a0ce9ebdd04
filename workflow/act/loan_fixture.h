// A service with a small chart of its own, for the tests of the service and of its executor: a loan that is
// asked for, approved by a second person and falls due.
#ifndef JISSHO_WORKFLOW_ACT_LOAN_FIXTURE_H_
#define JISSHO_WORKFLOW_ACT_LOAN_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/service.h"

namespace jissho::act {

struct LoanRow {
  std::string id;
  int64_t version = 0;
  std::string title;
  int64_t number = 0;
};

inline constexpr Reason kLoanUnknown{"LOAN_UNKNOWN", absl::StatusCode::kNotFound, "貸出 {id} はありません。",
                                     "No loan {id}."};
inline constexpr Reason kLoanFull{"LOAN_FULL", absl::StatusCode::kFailedPrecondition, "満員です。",
                                  "It is full."};

}  // namespace jissho::act

template <>
struct jissho::storage::RowTraits<jissho::act::LoanRow> {
  using R = act::LoanRow;
  static constexpr char kTable[] = "test_loan";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(Column("id", &R::id), Column("version", &R::version),
                                                   Column("title", &R::title), Column("number", &R::number));
};

namespace jissho::act {

inline constexpr char kLoanSchema[] =
    "CREATE TABLE test_loan (id {{id}} NOT NULL, version {{integer}} NOT NULL, title {{text}} NOT NULL, "
    "number "
    "{{integer}} NOT NULL, PRIMARY KEY (id)) {{table_options}};\n";

inline constexpr char kLoanChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="asked">
  <datamodel><data id="days" expr="0"/></datamodel>
  <state id="asked">
    <transition event="approve" target="lent" jissho:role="manager" jissho:not-same-actor-as="ask"
                jissho:label="承認する" jissho:label-en="Approve">
      <assign location="days" expr="_event.data.days"/>
      <jissho:do action="loan.number"/>
      <send event="overdue" delay="10d"/>
    </transition>
    <transition event="ask" jissho:role="clerk" jissho:label="申請する" jissho:label-en="Ask"/>
    <transition event="drop" target="ended" jissho:role="director" jissho:label="取り消す" jissho:label-en="Cancel"/>
    <transition event="drop" target="ended" jissho:role="clerk" jissho:reason="required" jissho:own="organisation"
                jissho:label="取り下げる" jissho:label-en="Drop"/>
  </state>
  <state id="lent">
    <onentry><send event="greet"/></onentry>
    <transition event="greet" target="greeted"/>
  </state>
  <state id="greeted">
    <transition event="overdue" target="late"/>
    <transition event="return" target="ended" jissho:role="clerk" jissho:label="返す" jissho:label-en="Return"/>
  </state>
  <state id="late">
    <transition event="return" target="ended" jissho:role="clerk" jissho:label="返す" jissho:label-en="Return"/>
  </state>
  <final id="ended"/>
</scxml>)";

class LoanPostbox : public EventTransport {
 public:
  absl::Status Deliver(const Envelope& envelope) override {
    if (refuse) return absl::UnavailableError("closed");
    taken.push_back(envelope);
    return absl::OkStatus();
  }
  bool refuse = false;
  std::vector<Envelope> taken;
};

class LoanEncoder : public ProgressEncoder {
 public:
  std::string type() const override { return "test.Progress"; }
  std::string Encode(const Progress& progress) const override {
    return progress.entry.event + ":" + progress.entry.outcome;
  }
};

// The parameter is the database.
class LoanFixture : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({dsn, 24}));
    ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(5)));
    ASSERT_OK_AND_ASSIGN(auto migrations, Migrations());
    migrations.push_back({"test", 1, "loan", kLoanSchema});
    ASSERT_THAT(storage::Migrate(*lease, migrations), testing::IsOk());
    service_ = Make();
  }

  std::unique_ptr<Service> Make(int lanes = 1, int batch_max = 1, int queue_max = 1000) {
    ServiceOptions options;
    options.service = "test";
    options.municipality = "082201";
    options.executor = {GetParam() == "sqlite" ? 1 : lanes, batch_max, queue_max, absl::Milliseconds(100)};
    Definitions definitions;
    definitions.charts = {{"loan", kLoanChart}};
    definitions.actions["loan.number"] = [](const ActionCall& call, const Context&, const View& view,
                                            WriteSet& writes) -> absl::Status {
      JISSHO_ASSIGN_OR_RETURN(LoanRow row, view.Get<LoanRow>(call.instance_id, kLoanUnknown));
      JISSHO_ASSIGN_OR_RETURN(row.number, writes.NextNumber("loan"));
      return writes.Update(row);
    };
    definitions.events["test.Lost"] = [](const IncomingEvent& event, const Context& context, const View&,
                                         WriteSet& writes) -> absl::Status {
      LoanRow row;
      row.id = context.NewId("lost");
      row.title = event.payload;
      return writes.Insert(row);
    };
    auto service =
        Service::Create(options, definitions, pool_.get(), &calendar_, &monotonic_, &postbox_, &encoder_);
    EXPECT_THAT(service.status(), testing::IsOk());
    return *std::move(service);
  }

  Act AskAct(const std::string& request_id, const std::string& title, const std::string& actor = "user:a") {
    Act act;
    act.actor = {actor, {"clerk"}, "org-1", "LOCAL"};
    act.command = {actor, "Ask", request_id, title};
    act.partition = request_id;
    act.run = [title](const Context& context, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      LoanRow row;
      row.id = context.NewId("loan");
      row.title = title;
      JISSHO_RETURN_IF_ERROR(writes.Insert(row));
      JISSHO_RETURN_IF_ERROR(writes.Start("loan", row.id, row.id, "org-1", Json::object()));
      JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "ask"));
      return row.id;
    };
    return act;
  }

  Act FireAct(const std::string& id, const std::string& event, Actor actor, Json data,
              const std::string& request_id) {
    Act act;
    act.command = {actor.id, "Fire", request_id, event + data.dump()};
    act.actor = std::move(actor);
    act.partition = id;
    act.reads = {ReadOf<LoanRow>(id), ReadInstance(id)};
    act.run = [id, event, data](const Context&, const View&,
                                WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.Fire(id, event, data));
      return event;
    };
    return act;
  }

  std::string Ask(const std::string& request_id) {
    auto id = service_->RunHere(AskAct(request_id, "drill"));
    EXPECT_THAT(id.status(), testing::IsOk());
    return id.value_or("");
  }

  std::vector<std::string> States(const std::string& id) {
    auto lease = pool_->Acquire(absl::Seconds(5));
    return ActiveStates(**lease, id).value_or(std::vector<std::string>{"error"});
  }

  template <class Row>
  std::vector<Row> All(const std::string& tail) {
    auto lease = pool_->Acquire(absl::Seconds(5));
    return storage::Select<Row>(**lease, tail).value_or(std::vector<Row>());
  }

  void PumpUntilQuiet() {
    while (true) {
      auto done = service_->Pump(true);
      ASSERT_THAT(done.status(), testing::IsOk());
      if (*done == 0) return;
    }
  }

  const Actor clerk_{"user:a", {"clerk"}, "org-1", "LOCAL"};
  const Actor stranger_{"user:s", {"clerk"}, "org-2", "LOCAL"};
  const Actor manager_{"user:m", {"manager"}, "", "LOCAL"};
  const Actor both_{"user:a", {"manager"}, "", "LOCAL"};
  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic_;
  LoanPostbox postbox_;
  LoanEncoder encoder_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<Service> service_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_LOAN_FIXTURE_H_
