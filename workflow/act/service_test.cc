// The act executor on both databases, with a small chart of its own: a loan that is asked for, approved by a
// second person and falls due.
#include "workflow/act/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"

namespace jissho::act {

struct LoanRow {
  std::string id;
  int64_t version = 0;
  std::string title;
  int64_t number = 0;
};

constexpr Reason kLoanUnknown{"LOAN_UNKNOWN", absl::StatusCode::kNotFound, "貸出 {id} はありません。",
                              "No loan {id}."};
constexpr Reason kLoanFull{"LOAN_FULL", absl::StatusCode::kFailedPrecondition, "満員です。", "It is full."};

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
namespace {

using ::jissho::testing::FreshMysqlDsn;
using ::jissho::testing::FreshSqliteDsn;
using ::testing::ElementsAre;

constexpr char kSchema[] =
    "CREATE TABLE test_loan (id {{id}} NOT NULL, version {{integer}} NOT NULL, title {{text}} NOT NULL, "
    "number "
    "{{integer}} NOT NULL, PRIMARY KEY (id)) {{table_options}};\n";

constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
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

class Postbox : public EventTransport {
 public:
  absl::Status Deliver(const Envelope& envelope) override {
    if (refuse) return absl::UnavailableError("closed");
    taken.push_back(envelope);
    return absl::OkStatus();
  }
  bool refuse = false;
  std::vector<Envelope> taken;
};

class Encoder : public ProgressEncoder {
 public:
  std::string type() const override { return "test.Progress"; }
  std::string Encode(const Progress& progress) const override {
    return progress.entry.event + ":" + progress.entry.outcome;
  }
};

class ServiceTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? FreshSqliteDsn() : FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({dsn, 24}));
    ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(5)));
    ASSERT_OK_AND_ASSIGN(auto migrations, Migrations());
    migrations.push_back({"test", 1, "loan", kSchema});
    ASSERT_THAT(storage::Migrate(*lease, migrations), testing::IsOk());
    service_ = Make();
  }

  std::unique_ptr<Service> Make(int lanes = 1, int batch_max = 1, int queue_max = 1000) {
    ServiceOptions options;
    options.service = "test";
    options.municipality = "082201";
    options.executor = {GetParam() == "sqlite" ? 1 : lanes, batch_max, queue_max, absl::Milliseconds(100)};
    Definitions definitions;
    definitions.charts = {{"loan", kChart}};
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
  Postbox postbox_;
  Encoder encoder_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<Service> service_;
};

TEST_P(ServiceTest, RepeatedCommandGetsTheFirstAnswerAndChangesNothing) {
  const std::string first = Ask("r1");
  const std::string second = Ask("r1");
  EXPECT_EQ(first, second);
  EXPECT_EQ(All<LoanRow>("").size(), 1u);
}

TEST_P(ServiceTest, RefusesAnotherRequestUnderTheSameId) {
  Ask("r1");
  EXPECT_THAT(service_->RunHere(AskAct("r1", "other")).status(), testing::ReasonIs(kRequestIdReused));
}

TEST_P(ServiceTest, KeepsCommandsOfDifferentCallersApart) {
  const std::string first = Ask("r1");
  auto second = service_->RunHere(AskAct("r1", "drill", "user:b"));
  ASSERT_THAT(second.status(), testing::IsOk());
  EXPECT_NE(first, *second);
}

TEST_P(ServiceTest, RefusesAnActorWithoutTheRoleAndJournalsIt) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "approve", clerk_, {{"days", 3}}, "r2")).status(),
              testing::ReasonIs(kRoleRequired));
  const auto journal = All<JournalRow>("ORDER BY sequence");
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_EQ(journal[2].outcome, "refused");
  EXPECT_EQ(journal[2].event, "approve");
  EXPECT_THAT(States(id), ElementsAre("asked"));
}

TEST_P(ServiceTest, RefusesTheSamePersonForTheSecondSignature) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "approve", both_, {{"days", 3}}, "r2")).status(),
              testing::ReasonIs(kFourEyes));
}

TEST_P(ServiceTest, RefusesAnotherOrganisation) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "drop", stranger_, {{"reason", "x"}}, "r2")).status(),
              testing::ReasonIs(kNotOwnOrganisation));
}

TEST_P(ServiceTest, RefusesABlankReason) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "drop", clerk_, {{"reason", "  "}}, "r2")).status(),
              testing::ReasonIs(kReasonRequired));
}

TEST_P(ServiceTest, RefusesAnEventThatTheStateDoesNotKnowAndRepeatsTheRefusal) {
  const std::string id = Ask("r1");
  const Act act = FireAct(id, "return", clerk_, Json::object(), "r2");
  EXPECT_THAT(service_->RunHere(act).status(), testing::ReasonIs(kStateNotAllowed));
  EXPECT_THAT(service_->RunHere(act).status(), testing::ReasonIs(kStateNotAllowed));
  EXPECT_EQ(All<JournalRow>("WHERE outcome = 'refused'").size(), 1u);
}

TEST_P(ServiceTest, TransitionRunsItsActionInTheSameTransaction) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  EXPECT_EQ(All<LoanRow>("")[0].number, 1);
  EXPECT_EQ(All<LoanRow>("")[0].version, 2);
}

TEST_P(ServiceTest, MailToItselfIsOneTransactionOfItsOwn) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  EXPECT_THAT(States(id), ElementsAre("lent"));
  PumpUntilQuiet();
  EXPECT_THAT(States(id), ElementsAre("greeted"));
  EXPECT_TRUE(All<MailRow>("").empty());
}

TEST_P(ServiceTest, TimerFiresOnceWhenTheCalendarReachesIt) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  PumpUntilQuiet();
  calendar_.Set(calendar_.Now() + absl::Hours(240) - absl::Seconds(1));
  PumpUntilQuiet();
  EXPECT_THAT(States(id), ElementsAre("greeted"));
  EXPECT_EQ(service_->GetPending()->next_due, calendar_.Now() + absl::Seconds(1));
  calendar_.Set(calendar_.Now() + absl::Seconds(1));
  PumpUntilQuiet();
  EXPECT_THAT(States(id), ElementsAre("late"));
  EXPECT_TRUE(All<TimerRow>("").empty());
}

TEST_P(ServiceTest, SaysHowManyDueTimersAnotherProcessHolds) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  PumpUntilQuiet();
  {
    auto lease = pool_->Acquire(absl::Seconds(1));
    ASSERT_THAT(lease.status(), testing::IsOk());
    ASSERT_THAT(
        (*lease)->Execute("UPDATE act_timer SET claim_owner = 'another', claim_fence = 7", {}).status(),
        testing::IsOk());
  }
  EXPECT_EQ(service_->GetPending()->held, 0);
  calendar_.Set(calendar_.Now() + absl::Hours(240));
  EXPECT_EQ(service_->GetPending()->held, 1);
  EXPECT_EQ(service_->GetPending()->ready, 1);
}

TEST_P(ServiceTest, FailedActUsesNoNumber) {
  const std::string id = Ask("r1");
  Act failing = FireAct(id, "approve", manager_, {{"days", 3}}, "r2");
  failing.run = [run = failing.run](const Context& context, const View& view,
                                    WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_RETURN_IF_ERROR(run(context, view, writes).status());
    return MakeError(kLoanFull);
  };
  EXPECT_THAT(service_->RunHere(failing).status(), testing::ReasonIs(kLoanFull));
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r3")).status(),
              testing::IsOk());
  EXPECT_EQ(All<LoanRow>("")[0].number, 1);
}

TEST_P(ServiceTest, ProgressLeavesInOrderAndOnlyOnce) {
  Ask("r1");
  PumpUntilQuiet();
  PumpUntilQuiet();
  ASSERT_EQ(postbox_.taken.size(), 2u);
  EXPECT_EQ(postbox_.taken[0].payload, "start:done");
  EXPECT_EQ(postbox_.taken[1].payload, "ask:done");
  EXPECT_EQ(postbox_.taken[0].sequence, 1);
  EXPECT_EQ(postbox_.taken[1].sequence, 2);
  EXPECT_TRUE(All<OutboxRow>("").empty());
}

TEST_P(ServiceTest, RefusedEventWaitsAndIsDeliveredLater) {
  Ask("r1");
  postbox_.refuse = true;
  ASSERT_THAT(service_->Pump(false), testing::IsOkAndHolds(0));
  const auto waiting = All<OutboxRow>("ORDER BY sequence");
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[0].attempts, 1);
  EXPECT_EQ(waiting[1].attempts, 0);
  postbox_.refuse = false;
  ASSERT_THAT(service_->Pump(true), testing::IsOkAndHolds(2));
}

TEST_P(ServiceTest, WhoeverMayNotGoOnPastAnEventThatIsLateIsToldWhyItIs) {
  Ask("r1");
  postbox_.refuse = true;
  EXPECT_THAT(service_->Pump(true), testing::StatusIs(absl::StatusCode::kUnavailable));
}

TEST_P(ServiceTest, IncomingEventIsTakenOnceAndInOrder) {
  absl::Status status;
  const auto deliver = [&](int64_t sequence) {
    service_->Deliver({"other", "s", sequence, "test.Lost", "x"},
                      [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
    return status;
  };
  EXPECT_THAT(deliver(2), testing::ReasonIs(kEventOutOfOrder));
  EXPECT_THAT(deliver(1), testing::IsOk());
  EXPECT_THAT(deliver(1), testing::IsOk());
  EXPECT_THAT(deliver(2), testing::IsOk());
  EXPECT_EQ(All<LoanRow>("").size(), 2u);
}

TEST_P(ServiceTest, UnknownEventTypeIsRefusedLoudly) {
  absl::Status status;
  service_->Deliver({"other", "s", 1, "test.Unheard", "x"},
                    [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
  EXPECT_THAT(status, testing::ReasonIs(kEventUnknown));
}

TEST_P(ServiceTest, TenRepeatsAtOnceGiveOneLoan) {
  auto service = Make(8);
  service->Start();
  std::vector<std::future<absl::StatusOr<std::string>>> answers;
  std::vector<std::promise<absl::StatusOr<std::string>>> promises(10);
  for (int i = 0; i < 10; ++i) {
    answers.push_back(promises[i].get_future());
    Act act = AskAct("r1", "drill");
    act.partition = std::to_string(i);
    service->Submit(std::move(act),
                    [&promises, i](absl::StatusOr<std::string> o) { promises[i].set_value(std::move(o)); });
  }
  std::set<std::string> ids;
  for (auto& answer : answers) {
    auto outcome = answer.get();
    ASSERT_THAT(outcome.status(), testing::IsOk());
    ids.insert(*outcome);
  }
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(All<LoanRow>("").size(), 1u);
  service->Stop(absl::Seconds(5));
}

TEST_P(ServiceTest, NumbersHaveNoGapsUnderLoadWithBatches) {
  auto service = Make(4, 16);
  std::vector<std::string> ids;
  for (int i = 0; i < 24; ++i) ids.push_back(Ask("r" + std::to_string(i)));
  service->Start();
  std::vector<std::promise<absl::Status>> promises(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    service->Submit(FireAct(ids[i], "approve", manager_, {{"days", 1}}, "a" + std::to_string(i)),
                    [&promises, i](absl::StatusOr<std::string> o) { promises[i].set_value(o.status()); });
  }
  for (auto& promise : promises) EXPECT_THAT(promise.get_future().get(), testing::IsOk());
  service->Stop(absl::Seconds(5));
  std::set<int64_t> numbers;
  for (const LoanRow& row : All<LoanRow>("")) numbers.insert(row.number);
  EXPECT_EQ(numbers.size(), ids.size());
  EXPECT_EQ(*numbers.begin(), 1);
  EXPECT_EQ(*numbers.rbegin(), static_cast<int64_t>(ids.size()));
}

TEST_P(ServiceTest, OneBadActInABatchDoesNotSpoilTheOthers) {
  const std::string id = Ask("taken");
  auto service = Make(1, 8);
  Act bad = AskAct("bad", "x");
  bad.partition = "p";
  bad.run = [id](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
    LoanRow row;
    row.id = id;
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    return std::string();
  };
  std::vector<std::promise<absl::Status>> promises(3);
  const auto submit = [&](int i, Act act) {
    act.partition = "p";
    service->Submit(std::move(act),
                    [&promises, i](absl::StatusOr<std::string> o) { promises[i].set_value(o.status()); });
  };
  submit(0, AskAct("good1", "x"));
  submit(1, bad);
  submit(2, AskAct("good2", "x"));
  service->Start();
  EXPECT_THAT(promises[0].get_future().get(), testing::IsOk());
  EXPECT_THAT(promises[1].get_future().get(), testing::StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(promises[2].get_future().get(), testing::IsOk());
  service->Stop(absl::Seconds(5));
  EXPECT_EQ(All<LoanRow>("").size(), 3u);
}

TEST_P(ServiceTest, OfTwoActsInABatchThatInsertTheSameRowTheSecondIsRefused) {
  auto service = Make(1, 8);
  std::vector<std::promise<absl::Status>> promises(2);
  for (int i = 0; i < 2; ++i) {
    Act act = AskAct("r" + std::to_string(i), "x");
    act.partition = "p";
    act.run = [i](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.Insert(LoanRow{.id = "same", .title = "title " + std::to_string(i)}));
      return std::string();
    };
    service->Submit(std::move(act),
                    [&promises, i](absl::StatusOr<std::string> o) { promises[i].set_value(o.status()); });
  }
  service->Start();
  EXPECT_THAT(promises[0].get_future().get(), testing::IsOk());
  EXPECT_THAT(promises[1].get_future().get(), testing::StatusIs(absl::StatusCode::kAlreadyExists));
  service->Stop(absl::Seconds(5));
  const auto rows = All<LoanRow>("");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].title, "title 0");
}

TEST_P(ServiceTest, EveryActOfABatchMovesARowOneVersionHoweverOftenItChangesIt) {
  auto service = Make(1, 8);
  std::vector<std::promise<absl::Status>> promises(4);
  const auto submit = [&](int i, std::function<absl::Status(const View&, WriteSet&)> change) {
    Act act = AskAct("r" + std::to_string(i), "x");
    act.partition = "p";
    act.run = [change](const Context&, const View& view, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(change(view, writes));
      return std::string();
    };
    service->Submit(std::move(act),
                    [&promises, i](absl::StatusOr<std::string> o) { promises[i].set_value(o.status()); });
  };
  const auto rename = [](int64_t seen, const std::string& title) {
    return [seen, title](const View& view, WriteSet& writes) -> absl::Status {
      JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<LoanRow>("same", kLoanUnknown));
      if (row.version != seen) return MakeError(kVersionConflict);
      row.title = title;
      JISSHO_RETURN_IF_ERROR(writes.Update(row));
      JISSHO_ASSIGN_OR_RETURN(row, view.Get<LoanRow>("same", kLoanUnknown));
      return writes.Update(row);
    };
  };
  submit(0,
         [](const View&, WriteSet& writes) { return writes.Insert(LoanRow{.id = "same", .title = "new"}); });
  submit(1, rename(1, "once"));
  submit(2, rename(1, "by somebody who has seen it new"));
  submit(3, rename(2, "twice"));
  service->Start();
  EXPECT_THAT(promises[0].get_future().get(), testing::IsOk());
  EXPECT_THAT(promises[1].get_future().get(), testing::IsOk());
  EXPECT_THAT(promises[2].get_future().get(), testing::ReasonIs(kVersionConflict));
  EXPECT_THAT(promises[3].get_future().get(), testing::IsOk());
  service->Stop(absl::Seconds(5));
  const auto rows = All<LoanRow>("");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].version, 3);
  EXPECT_EQ(rows[0].title, "twice");
}

TEST_P(ServiceTest, ARowThatOneBatchMovesSeveralVersionsIsWrittenAloneToo) {
  const std::string id = Ask("r1");
  auto service = Make(1, 8);
  std::vector<std::promise<absl::Status>> promises(3);
  for (int i = 0; i < 3; ++i) {
    service->Submit(FireAct(id, "ask", clerk_, Json::object(), "again" + std::to_string(i)),
                    [&promises, i](absl::StatusOr<std::string> o) { promises[i].set_value(o.status()); });
  }
  const int64_t before = All<InstanceRow>("")[0].version;
  service->Start();
  for (auto& promise : promises) EXPECT_THAT(promise.get_future().get(), testing::IsOk());
  service->Stop(absl::Seconds(5));
  EXPECT_EQ(All<InstanceRow>("")[0].version, before + 3);
}

TEST_P(ServiceTest, FullQueueRefusesAtOnceAndSaysWhenToRetry) {
  auto service = Make(1, 1, 2);
  std::atomic<int> refused = 0;
  absl::Status last;
  for (int i = 0; i < 5; ++i) {
    service->Submit(AskAct("q" + std::to_string(i), "x"), [&](absl::StatusOr<std::string> outcome) {
      if (HasReason(outcome.status(), kQueueFull)) {
        ++refused;
        last = outcome.status();
      }
    });
  }
  EXPECT_EQ(refused, 3);
  EXPECT_TRUE(GetErrorDetail(last)->retry_after.has_value());
}

// One lane in which every act takes five milliseconds of a clock that a test moves, and whose first act
// stands still until Open.
class BusyLaneTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    lane_ = Make();
    lane_->StartWithoutPump();
    for (int i = 0; i < 3; ++i) {
      std::promise<void> done;
      lane_->Submit(Slow(), [&](const absl::StatusOr<std::string>&) { done.set_value(); });
      done.get_future().wait();
    }
    Act blocking = Slow();
    blocking.run = [this](const Context&, const View&, WriteSet&) -> absl::StatusOr<std::string> {
      begun_.set_value();
      open_.get_future().wait();
      return std::string();
    };
    lane_->Submit(std::move(blocking), [](const absl::StatusOr<std::string>&) {});
    begun_.get_future().wait();
  }
  void TearDown() override {
    if (!opened_) Open();
    lane_->Stop(absl::Seconds(10));
  }
  void Open() {
    opened_ = true;
    open_.set_value();
  }

  Act Slow(bool urgent = false) {
    Act act;
    act.urgent = urgent;
    act.run = [this](const Context&, const View&, WriteSet&) -> absl::StatusOr<std::string> {
      monotonic_.Advance(absl::Milliseconds(5));
      ++worked_;
      return std::string();
    };
    return act;
  }
  // Submits until the first refusal: how many were taken.
  int Fill(bool urgent) {
    for (int taken = 0;; ++taken) {
      last_ = absl::UnknownError("waits");
      lane_->Submit(Slow(urgent), [this](const absl::StatusOr<std::string>& outcome) {
        if (!opened_) last_ = outcome.status();
      });
      if (absl::IsResourceExhausted(last_)) return taken;
    }
  }

  std::unique_ptr<Service> lane_;
  std::promise<void> begun_, open_;
  std::atomic<bool> opened_ = false;
  std::atomic<int> worked_ = 0;
  absl::Status last_;
};

TEST_P(BusyLaneTest, RefusesAtOnceWhatWouldWaitTooLongAndSaysWhenToRetry) {
  // Four fifths of 100 ms are sixteen acts of 5 ms: one that runs, and fifteen that wait.
  EXPECT_EQ(Fill(false), 15);
  EXPECT_THAT(last_, testing::ReasonIs(kQueueFull));
  EXPECT_TRUE(GetErrorDetail(last_)->retry_after.has_value());
  EXPECT_FALSE(lane_->HasRoom(false));
}

TEST_P(BusyLaneTest, KeepsRoomForUrgentActs) {
  Fill(false);
  EXPECT_TRUE(lane_->HasRoom(true));
  EXPECT_EQ(Fill(true), 4);
  EXPECT_FALSE(lane_->HasRoom(true));
}

TEST_P(BusyLaneTest, DropsUnworkedWhatNobodyWaitsForAnyMore) {
  Act late = Slow();
  late.expires = monotonic_.Elapsed() + absl::Milliseconds(7);
  std::promise<absl::Status> outcome;
  lane_->Submit(Slow(), [](const absl::StatusOr<std::string>&) {});
  lane_->Submit(Slow(), [](const absl::StatusOr<std::string>&) {});
  lane_->Submit(std::move(late),
                [&](const absl::StatusOr<std::string>& done) { outcome.set_value(done.status()); });
  const int before = worked_;
  Open();
  EXPECT_THAT(outcome.get_future().get(), testing::ReasonIs(kExpired));
  EXPECT_EQ(worked_, before + 2);
}

TEST_P(BusyLaneTest, TakesActsAgainWhenTheQueueHasGone) {
  Fill(false);
  std::promise<void> last;
  lane_->Submit(Slow(true), [&](const absl::StatusOr<std::string>&) { last.set_value(); });
  Open();
  last.get_future().wait();
  EXPECT_TRUE(lane_->HasRoom(false));
}

INSTANTIATE_TEST_SUITE_P(Databases, BusyLaneTest, ::testing::Values("sqlite"));

TEST_P(ServiceTest, StoppedServiceRefusesAndSaysSo) {
  auto service = Make();
  service->Start();
  service->Stop(absl::Seconds(1));
  absl::Status status;
  service->Submit(AskAct("late", "x"),
                  [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
  EXPECT_THAT(status, testing::ReasonIs(kStopping));
}

TEST_P(ServiceTest, ExpiredActIsDroppedBeforeItBegins) {
  auto service = Make();
  Act act = AskAct("old", "x");
  act.expires = absl::Seconds(1);
  monotonic_.Advance(absl::Seconds(2));
  std::promise<absl::Status> promise;
  service->Submit(std::move(act),
                  [&](absl::StatusOr<std::string> outcome) { promise.set_value(outcome.status()); });
  service->Start();
  EXPECT_THAT(promise.get_future().get(), testing::ReasonIs(kExpired));
  EXPECT_TRUE(All<LoanRow>("").empty());
  service->Stop(absl::Seconds(1));
}

TEST_P(ServiceTest, AnActCostsAFixedNumberOfStatements) {
  const std::string id = Ask("r1");
  Act act = FireAct(id, "approve", manager_, {{"days", 3}}, "r2");
  act.reads.push_back(ReadOf<CounterRow>("loan"));
  auto lease = pool_->Acquire(absl::Seconds(5));
  const int64_t before = (*lease)->statements();
  { auto released = std::move(*lease); }
  ASSERT_THAT(service_->RunHere(act).status(), testing::IsOk());
  auto again = pool_->Acquire(absl::Seconds(5));
  // begin; read command, counter, instance, loan, stream; write command, instance, journal, mailbox, outbox,
  // stream, timer, loan, counter; commit.
  EXPECT_LE((*again)->statements() - before, 16);
}

INSTANTIATE_TEST_SUITE_P(Databases, ServiceTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
