// Charts of two services that talk to one another, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/audit.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/service.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// As JSON; what is no JSON cannot be read.
class JsonCodec : public ChartEventCodec {
 public:
  std::string type() const override { return "test.ChartEvent"; }
  std::string Encode(const ChartEvent& event) const override {
    Json json{{"to", event.instance_id},
              {"event", event.event},
              {"from", event.sender_instance_id},
              {"send_id", event.send_id}};
    if (event.data) json["data"] = *event.data;
    return json.dump();
  }
  std::optional<ChartEvent> Decode(const std::string& payload) const override {
    const Json json = Json::parse(payload, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    ChartEvent event{json.at("to"), json.at("event"), std::nullopt, json.at("from"), json.at("send_id")};
    if (json.contains("data")) event.data = json["data"];
    return event;
  }
};

// Straight from one service to the other; twice when told so.
class Wire : public EventTransport {
 public:
  absl::Status Deliver(const Envelope& envelope) override {
    const auto receiver = services.find(envelope.receiver);
    if (receiver == services.end()) return MakeError(kEventUnknown, {{"type", envelope.receiver}});
    for (int i = 0; i < times; ++i) {
      absl::Status status;
      receiver->second->Deliver(
          {envelope.source, envelope.stream, envelope.sequence, envelope.type, envelope.payload},
          [&](absl::StatusOr<std::string> answer) { status = answer.status(); });
      JISSHO_RETURN_IF_ERROR(status);
    }
    ++delivered;
    return absl::OkStatus();
  }
  std::map<std::string, Service*> services;
  int times = 1;
  int delivered = 0;
};

std::string Scxml(const std::string& inside) {
  return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="x">)",
                      inside, "</scxml>");
}

// Asks an instance of the other service and waits for its answer.
std::string Asking() {
  return Scxml(R"(<datamodel><data id="whom" expr="''"/><data id="got"/></datamodel>
  <state id="open">
    <transition event="ask" target="waiting" jissho:role="clerk" jissho:label="尋ねる" jissho:label-en="Ask">
      <send id="q" type="jissho:service" targetexpr="whom" event="question"><param name="yen" expr="500"/></send>
    </transition>
  </state>
  <state id="waiting"><transition event="answer" target="answered"><assign location="got" expr="_event.data"/></transition>
    <transition event="error.execution" target="refused"/></state>
  <state id="answered"/><state id="refused"/>)");
}

// Answers whoever asks, until it is closed.
std::string Answering() {
  return Scxml(R"(<datamodel><data id="asked" expr="0"/></datamodel>
  <state id="open">
    <transition event="question">
      <assign location="asked" expr="asked + 1"/>
      <send type="jissho:service" targetexpr="_event.origin" event="answer">
        <param name="twice" expr="_event.data.yen * 2"/><param name="to" expr="_event.sendid"/>
        <param name="by" expr="_event.origintype"/></send>
    </transition>
    <transition event="close" target="closed" jissho:role="clerk" jissho:label="閉じる" jissho:label-en="Close"/>
  </state>
  <final id="closed"/>)");
}

class ServiceSendTest : public ::testing::TestWithParam<std::string> {
 protected:
  struct Side {
    std::unique_ptr<storage::Pool> pool;
    std::unique_ptr<Service> service;
  };

  void SetUp() override {
    Add("asking", Asking(), &codec_);
    Add("answering", Answering(), &codec_);
    Start("answering", "b");
  }

  void Add(const std::string& name, const std::string& chart, const ChartEventCodec* codec) {
    sides_.erase(name);
    Side& side = sides_[name];
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(side.pool, storage::OpenPool({dsn, 4}));
    {
      ASSERT_OK_AND_ASSIGN(auto lease, side.pool->Acquire(absl::Seconds(5)));
      ASSERT_OK_AND_ASSIGN(auto migrations, Migrations());
      ASSERT_OK(storage::Migrate(*lease, migrations));
    }
    ServiceOptions options;
    options.service = name;
    options.progress_receiver = "";
    options.chart_events = codec;
    Definitions definitions;
    definitions.charts = {{"talk", chart}};
    ASSERT_OK_AND_ASSIGN(side.service, Service::Create(options, definitions, side.pool.get(), &calendar_,
                                                       &monotonic_, &wire_, nullptr));
    wire_.services[name] = side.service.get();
  }

  absl::Status Run(const std::string& service, std::function<absl::Status(WriteSet&)> body) {
    Act act;
    act.actor = {"user:anna", {"clerk"}, "", "LOCAL"};
    act.command = {"user:anna", "Test", absl::StrCat("r", ++requests_), ""};
    act.run = [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(body(writes));
      return std::string();
    };
    return sides_[service].service->RunHere(act).status();
  }

  void Start(const std::string& service, const std::string& id, const Json& data = Json::object()) {
    ASSERT_OK(Run(service, [&](WriteSet& writes) { return writes.Start("talk", id, "case-1", "", data); }));
  }
  absl::Status Fire(const std::string& service, const std::string& id, const std::string& event) {
    return Run(service, [&](WriteSet& writes) { return writes.Fire(id, event); });
  }
  void Ask(const std::string& whom) {
    Start("asking", "a", {{"whom", whom}});
    ASSERT_OK(Fire("asking", "a", "ask"));
    Settle();
  }

  void Settle() {
    for (int64_t done = 1; done > 0;) {
      done = 0;
      for (auto& [name, side] : sides_) {
        const auto pumped = side.service->Pump(true);
        ASSERT_OK(pumped);
        done += *pumped;
      }
    }
  }

  engine::Snapshot Snapshot(const std::string& service, const std::string& id) {
    auto lease = sides_[service].pool->Acquire(absl::Seconds(5));
    return *engine::SnapshotFromJson(Json::parse(GetInstance(**lease, id)->snapshot));
  }

  template <class Row>
  std::vector<Row> All(const std::string& service) {
    auto lease = sides_[service].pool->Acquire(absl::Seconds(5));
    return storage::Select<Row>(**lease, "").value_or(std::vector<Row>());
  }

  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic_;
  JsonCodec codec_;
  Wire wire_;
  std::map<std::string, Side> sides_;
  int requests_ = 0;
};

TEST_P(ServiceSendTest, AnInstanceOfAnotherServiceHearsAndAnswers) {
  Ask("answering/b");
  EXPECT_EQ(Snapshot("answering", "b").data.at("asked").json(), 1);
  const engine::Snapshot asking = Snapshot("asking", "a");
  EXPECT_THAT(asking.configuration, ElementsAre("answered"));
  EXPECT_EQ(asking.data.at("got").json(), (Json{{"twice", 1000}, {"to", "q"}, {"by", "jissho:service"}}));
  for (const auto& [service, id] : {std::pair("asking", "a"), std::pair("answering", "b")}) {
    auto lease = sides_[service].pool->Acquire(absl::Seconds(5));
    const auto audit = AuditInstance(**lease, sides_[service].service->catalog(), id);
    ASSERT_OK(audit);
    EXPECT_FALSE(audit->fault.has_value());
  }
}

TEST_P(ServiceSendTest, WhatIsDeliveredTwiceIsHeardOnce) {
  wire_.times = 2;
  Ask("answering/b");
  EXPECT_EQ(Snapshot("answering", "b").data.at("asked").json(), 1);
  EXPECT_EQ(wire_.delivered, 2);
}

TEST_P(ServiceSendTest, NothingLeavesBeforeTheCommit) {
  Start("asking", "a", {{"whom", "answering/b"}});
  EXPECT_FALSE(Run("asking", [](WriteSet& writes) -> absl::Status {
                 JISSHO_RETURN_IF_ERROR(writes.Fire("a", "ask"));
                 return absl::UnknownError("the act fails after all");
               }).ok());
  Settle();
  EXPECT_EQ(wire_.delivered, 0);
}

TEST_P(ServiceSendTest, WhatHasEndedHearsNothingAndTheStreamGoesOn) {
  ASSERT_OK(Fire("answering", "b", "close"));
  Ask("answering/b");
  EXPECT_THAT(Snapshot("asking", "a").configuration, ElementsAre("waiting"));
  EXPECT_THAT(All<OutboxRow>("asking"), IsEmpty());
  EXPECT_THAT(All<MailRow>("answering"), IsEmpty());
}

TEST_P(ServiceSendTest, AnInstanceThatIsNotThereIsAnIncidentOfTheSender) {
  Start("asking", "a", {{"whom", "answering/nobody"}});
  ASSERT_OK(Fire("asking", "a", "ask"));
  for (int i = 0; i < Pump::kAttemptsMax; ++i) ASSERT_OK(sides_["asking"].service->Pump(true));
  const auto incidents = All<IncidentRow>("asking");
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].kind, kOutgoing);
  EXPECT_EQ(incidents[0].cause, "INSTANCE_NOT_FOUND");
  EXPECT_EQ(incidents[0].case_id, "case-1");
}

TEST_P(ServiceSendTest, AnAddressThatIsNoneIsAnErrorOfTheChart) {
  Ask("answering");
  EXPECT_THAT(Snapshot("asking", "a").configuration, ElementsAre("refused"));
  EXPECT_EQ(wire_.delivered, 0);
}

TEST_P(ServiceSendTest, WithoutOtherServicesASendToOneIsAnErrorOfTheChart) {
  Add("asking", Asking(), nullptr);
  Ask("answering/b");
  EXPECT_THAT(Snapshot("asking", "a").configuration, ElementsAre("refused"));
}

INSTANTIATE_TEST_SUITE_P(Databases, ServiceSendTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
