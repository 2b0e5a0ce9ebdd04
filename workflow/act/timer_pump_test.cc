// Several processes fire the timers of one database.
#include "workflow/act/timer_pump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/test_hooks.h"
#include "workflow/act/act_fixture.h"
#include "workflow/act/incident.h"
#include "workflow/act/reasons.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="open">
  <datamodel><data id="reminded" expr="0"/></datamodel>
  <state id="open">
    <transition event="lend" jissho:role="clerk" jissho:label="貸す" jissho:label-en="Lend">
      <send event="remind" id="remind" delay="3600s"/>
    </transition>
    <transition event="return" jissho:role="clerk" jissho:label="返す" jissho:label-en="Return">
      <cancel sendid="remind"/>
    </transition>
    <transition event="remind"><assign location="reminded" expr="reminded + 1"/></transition>
  </state>
</scxml>)";

constexpr absl::Duration kHour = absl::Hours(1);
constexpr absl::Duration kTick = absl::Microseconds(1);

// A process: its own name, its own monotonic clock.
struct Process {
  Process(const std::string& name, Service& service, const CalendarClock& calendar)
      : pump(
            {"test", name}, [&service](Act act) { return service.RunHere(act); }, &service.pool(), &calendar,
            &clock) {}
  ManualMonotonicClock clock;
  TimerPump pump;
};

class TimerPumpTest : public ActFixture {
 protected:
  using ActFixture::Fire;

  void SetUp() override {
    ActFixture::SetUp();
    service_ = Make(kChart);
  }

  std::unique_ptr<Process> Begin(const std::string& name) {
    return std::make_unique<Process>(name, *service_, calendar_);
  }

  // Loans "loan-0", "loan-1" …, whose reminders are due now.
  void LendDue(int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(absl::StrCat("loan-", i));
    StartLoans(*service_, ids, {"lend"});
    Later(kHour);
  }

  static TimerPump::Batch Claim(Process& process) {
    auto batch = process.pump.Claim(/*force=*/false);
    EXPECT_OK(batch);
    return batch.value_or(TimerPump::Batch());
  }

  // The claims of `a`, whose lease has passed, and of `b`, who has taken its two timers over.
  std::pair<TimerPump::Batch, TimerPump::Batch> ClaimByTwo(Process& a, Process& b) {
    LendDue(2);
    auto stale = Claim(a);
    Claim(b);
    b.clock.Advance(TimerPump::kLease);
    return {std::move(stale), Claim(b)};
  }

  static void Fire(Process& process, const TimerPump::Batch& batch) { EXPECT_OK(process.pump.Fire(batch)); }

  size_t Fired() { return All<MailRow>("WHERE event = 'remind'").size(); }

  int64_t Reminded(const std::string& id) {
    return SnapshotOf(Get(id)).data.at("reminded").json().get<int64_t>();
  }

  std::unique_ptr<Service> service_;
};

TEST_P(TimerPumpTest, AWholeRoundFiresWhatIsDueAndNothingElse) {
  LendDue(3);
  StartLoan(*service_, "later", {"lend"});
  const auto a = Begin("a");
  ASSERT_OK(a->pump.RunOnce(false));
  EXPECT_EQ(Fired(), 3u);
  EXPECT_THAT(All<TimerRow>(), SizeIs(1));
  EXPECT_EQ(a->pump.statistics().fired, 3);
}

TEST_P(TimerPumpTest, TheEarliestIsFiredFirstAndOfTwoAtOnceTheOneSetFirst) {
  StartLoan(*service_, "z", {"lend"});
  Later(kTick);
  StartLoan(*service_, "b", {"lend"});
  StartLoan(*service_, "a", {"lend", "return", "lend"});
  Later(kHour);
  const auto a = Begin("a");
  std::vector<std::string> order;
  for (const auto& timer : Claim(*a).timers) order.push_back(timer.instance_id);
  EXPECT_THAT(order, ElementsAre("z", "b", "a"));
}

TEST_P(TimerPumpTest, TwoProcessesAtOnceFireEachTimerOnce) {
  constexpr int kLoans = 450;
  LendDue(kLoans);
  const auto a = Begin("a"), b = Begin("b");
  const auto work = [this](Process& process) {
    while (!All<TimerRow>("LIMIT 1").empty()) ASSERT_OK(process.pump.RunOnce(true));
  };
  std::thread other([&] { work(*b); });
  work(*a);
  other.join();
  EXPECT_EQ(a->pump.statistics().fired + b->pump.statistics().fired, kLoans);
  EXPECT_EQ(Fired(), size_t{kLoans});
  PumpUntilQuiet(*service_);
  for (int i = 0; i < kLoans; ++i) ASSERT_EQ(Reminded(absl::StrCat("loan-", i)), 1);
}

TEST_P(TimerPumpTest, WhatOneProcessHasClaimedIsNotClaimedByAnother) {
  LendDue(2);
  const auto a = Begin("a"), b = Begin("b");
  const auto batch = Claim(*a);
  EXPECT_THAT(batch.timers, SizeIs(2));
  EXPECT_THAT(Claim(*b).timers, IsEmpty());
  Fire(*a, batch);
  EXPECT_EQ(Fired(), 2u);
}

TEST_P(TimerPumpTest, ClaimsOfOthersDoNotHideWhatComesAfterThem) {
  LendDue(TimerPump::kClaimMax + 10);
  const auto a = Begin("a"), b = Begin("b");
  EXPECT_THAT(Claim(*a).timers, SizeIs(TimerPump::kClaimMax));
  EXPECT_THAT(Claim(*b).timers, SizeIs(10));
}

TEST_P(TimerPumpTest, TheLoserOfARaceFiresOnlyWhatItGot) {
  LendDue(3);
  const auto a = Begin("a"), b = Begin("b");
  // Between b's reading and b's writing, a is faster with one of the three.
  bool raced = false;
  TimerPump late(
      {"test", "b"},
      [&](Act act) {
        if (!std::exchange(raced, true)) {
          Execute("UPDATE act_timer SET claim_owner = 'a', claim_fence = 77 WHERE instance_id = 'loan-1'");
        }
        return service_->RunHere(act);
      },
      pool_.get(), &calendar_, &b->clock);
  ASSERT_OK_AND_ASSIGN(const auto batch, late.Claim(false));
  ASSERT_THAT(batch.timers, SizeIs(2));
  EXPECT_OK(late.Fire(batch));
  EXPECT_EQ(late.statistics().fenced_off, 0);
  EXPECT_EQ(All<TimerRow>().at(0).instance_id, "loan-1");
}

TEST_P(TimerPumpTest, ADroppedClaimIsTakenOverAfterTheLeaseAndNotBefore) {
  LendDue(2);
  Claim(*Begin("a"));
  const auto b = Begin("b");
  EXPECT_THAT(Claim(*b).timers, IsEmpty());
  b->clock.Advance(TimerPump::kLease - kTick);
  EXPECT_THAT(Claim(*b).timers, IsEmpty());
  b->clock.Advance(kTick);
  const auto batch = Claim(*b);
  EXPECT_THAT(batch.timers, SizeIs(2));
  EXPECT_EQ(b->pump.statistics().taken_over, 2);
  Fire(*b, batch);
  EXPECT_EQ(Fired(), 2u);
}

TEST_P(TimerPumpTest, TheLeaseBeginsWhenTheClaimIsFirstSeen) {
  LendDue(1);
  Claim(*Begin("a"));
  const auto b = Begin("b");
  b->clock.Advance(absl::Hours(5));
  EXPECT_THAT(Claim(*b).timers, IsEmpty());
  b->clock.Advance(TimerPump::kLease);
  EXPECT_THAT(Claim(*b).timers, SizeIs(1));
}

TEST_P(TimerPumpTest, AClaimRenewedByItsOwnerIsWatchedAnew) {
  LendDue(1);
  const auto a = Begin("a"), b = Begin("b");
  Claim(*a);
  EXPECT_THAT(Claim(*b).timers, IsEmpty());
  Claim(*a);
  b->clock.Advance(TimerPump::kLease);
  EXPECT_THAT(Claim(*b).timers, IsEmpty());
  b->clock.Advance(TimerPump::kLease);
  EXPECT_THAT(Claim(*b).timers, SizeIs(1));
}

TEST_P(TimerPumpTest, LeftoversOfTheSameNameAreFreeAtOnce) {
  LendDue(1);
  Claim(*Begin("a"));
  const auto again = Begin("a");
  EXPECT_THAT(Claim(*again).timers, SizeIs(1));
  EXPECT_EQ(again->pump.statistics().taken_over, 0);
}

TEST_P(TimerPumpTest, AStaleProcessIsFencedOffAndChangesNothing) {
  const auto a = Begin("a"), b = Begin("b");
  const auto [stale, fresh] = ClaimByTwo(*a, *b);
  const auto before = All<InstanceRow>("ORDER BY id");
  Fire(*a, stale);
  EXPECT_EQ(a->pump.statistics().fenced_off, 2);
  EXPECT_EQ(a->pump.statistics().fired, 0);
  EXPECT_EQ(Fired(), 0u);
  EXPECT_EQ(All<InstanceRow>("ORDER BY id").at(0).version, before.at(0).version);
  Fire(*b, fresh);
  EXPECT_EQ(Fired(), 2u);
}

TEST_P(TimerPumpTest, AForgottenFenceIsCaught) {
  const auto a = Begin("a"), b = Begin("b");
  const auto claims = ClaimByTwo(*a, *b);
  testing::Plant(Bug::kFenceForgotten);
  Fire(*a, claims.first);
  testing::Plant(Bug::kNone);
  EXPECT_EQ(Fired(), 2u);
}

TEST_P(TimerPumpTest, AStaleProcessThatComesLaterStillChangesNothing) {
  LendDue(1);
  const auto a = Begin("a"), b = Begin("b");
  const auto stale = Claim(*a);
  Claim(*b);
  b->clock.Advance(TimerPump::kLease);
  Fire(*b, Claim(*b));
  PumpUntilQuiet(*service_);
  Fire(*a, stale);
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Reminded("loan-0"), 1);
}

TEST_P(TimerPumpTest, ABatchFiredAgainChangesNothing) {
  LendDue(2);
  const auto a = Begin("a");
  const auto batch = Claim(*a);
  Fire(*a, batch);
  Fire(*a, batch);
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Reminded("loan-0"), 1);
  EXPECT_EQ(Reminded("loan-1"), 1);
}

TEST_P(TimerPumpTest, ATimerSetAnewBelongsToNobody) {
  LendDue(1);
  const auto a = Begin("a");
  const auto stale = Claim(*a);
  const absl::Time due = calendar_.Now() + kHour;
  ASSERT_OK(Do(*service_, clerk_,
               [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                 JISSHO_RETURN_IF_ERROR(writes.SetTimer("loan-0", "remind", "remind", due));
                 return std::string();
               }));
  Later(kHour);
  Fire(*a, stale);
  EXPECT_EQ(a->pump.statistics().fenced_off, 1);
  EXPECT_THAT(Claim(*Begin("b")).timers, SizeIs(1));
}

TEST_P(TimerPumpTest, ATimerCancelledAfterItsClaimStaysCancelled) {
  LendDue(1);
  const auto a = Begin("a");
  const auto batch = Claim(*a);
  ASSERT_OK(Fire(*service_, clerk_, "loan-0", "return"));
  Fire(*a, batch);
  EXPECT_EQ(Fired(), 0u);
  EXPECT_EQ(a->pump.statistics().fenced_off, 0);
}

TEST_P(TimerPumpTest, ACalendarPutBackAnHourBetweenClaimAndFireLosesNothing) {
  LendDue(2);
  const auto a = Begin("a");
  const auto batch = Claim(*a);
  Later(-kHour);
  Fire(*a, batch);
  EXPECT_EQ(Fired(), 0u);
  EXPECT_THAT(Claim(*a).timers, IsEmpty());
  Later(kHour);
  ASSERT_OK(a->pump.RunOnce(false));
  EXPECT_EQ(Fired(), 2u);
}

TEST_P(TimerPumpTest, ACalendarThatJumpsAheadAndBackFiresEachOnce) {
  LendDue(2);
  StartLoan(*service_, "later", {"lend"});
  const auto a = Begin("a"), b = Begin("b");
  Later(kHour);
  ASSERT_OK(a->pump.RunOnce(false));
  Later(-kHour);
  ASSERT_OK(b->pump.RunOnce(false));
  Later(kHour);
  ASSERT_OK(b->pump.RunOnce(false));
  EXPECT_EQ(Fired(), 3u);
  EXPECT_THAT(All<TimerRow>(), IsEmpty());
}

TEST_P(TimerPumpTest, UnreadableDataBecomeAnIncidentAndTheOthersFire) {
  LendDue(3);
  Execute("UPDATE act_timer SET data = '{\"t\":' WHERE instance_id = 'loan-1'");
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Reminded("loan-0"), 1);
  EXPECT_EQ(Reminded("loan-2"), 1);
  EXPECT_EQ(Reminded("loan-1"), 0);
  const auto incidents = All<IncidentRow>();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].held, "loan-1");
  EXPECT_EQ(incidents[0].event, "remind");
  Repair repair;
  repair.event_data = Json::object();
  repair.reason = "typed anew";
  ASSERT_OK(Do(*service_, admin_,
               [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                 JISSHO_RETURN_IF_ERROR(AskForRepair(writes.unit(), incidents[0].id, repair));
                 return std::string();
               }));
  EXPECT_EQ(Reminded("loan-1"), 1);
}

// Only SQLite keeps what is no integer in a column of integers.
class UnreadableTimerTest : public TimerPumpTest {};

TEST_P(UnreadableTimerTest, ATimerWithTextInAColumnOfIntegersBecomesAnIncidentAndTheOthersFire) {
  int round = 0;
  for (const std::string column : {"due", "sequence", "shard", "claim_fence"}) {
    const std::string prefix = absl::StrCat("loan-", round++);
    StartLoans(*service_, {prefix + "a", prefix + "b", prefix + "c"}, {"lend"});
    Execute(absl::StrCat("UPDATE act_timer SET ", column, " = 'soon' WHERE instance_id = '", prefix, "b'"));
    Later(kHour);
    PumpUntilQuiet(*service_);
    EXPECT_EQ(Reminded(prefix + "a"), 1) << column;
    EXPECT_EQ(Reminded(prefix + "c"), 1) << column;
    const auto incidents = All<IncidentRow>(absl::StrCat("WHERE held = '", prefix, "b'"));
    ASSERT_THAT(incidents, SizeIs(1)) << column;
    EXPECT_EQ(incidents[0].event, "remind");
    EXPECT_THAT(All<TimerRow>(), IsEmpty()) << column;
    Repair repair;
    repair.reason = "it is due";
    ASSERT_OK(Do(*service_, admin_,
                 [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                   JISSHO_RETURN_IF_ERROR(AskForRepair(writes.unit(), incidents[0].id, repair));
                   return std::string();
                 }));
    EXPECT_EQ(Reminded(prefix + "b"), 1) << column;
  }
}

TEST_P(UnreadableTimerTest, AnUnreadableTimerOfASuspendedInstanceWaitsForItsRepair) {
  LendDue(2);
  Execute(
      "INSERT INTO act_timer SELECT instance_id, 'second', due, event, data, send_id, target, sequence, "
      "shard, claim_owner, claim_fence FROM act_timer WHERE instance_id = 'loan-0'");
  Execute("UPDATE act_timer SET shard = 'x' WHERE instance_id = 'loan-0'");
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Reminded("loan-1"), 1);
  EXPECT_THAT(All<IncidentRow>(), SizeIs(1));
  EXPECT_EQ(Execute("UPDATE act_timer SET shard = 0"), 1);
}

TEST_P(UnreadableTimerTest, AnUnreadableTimerForAnotherInstanceIsParkedThere) {
  LendDue(2);
  Execute("UPDATE act_timer SET target = '#_scxml_loan-1', shard = 'x' WHERE instance_id = 'loan-0'");
  PumpUntilQuiet(*service_);
  const auto incidents = All<IncidentRow>();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].held, "loan-1");
  EXPECT_EQ(incidents[0].event, "remind");
  EXPECT_THAT(All<TimerRow>(), IsEmpty());
}

TEST_P(TimerPumpTest, ATimerThatIsRefusedForGoodBecomesAnIncident) {
  LendDue(2);
  ManualMonotonicClock clock;
  std::vector<std::string> told;
  TimerPump pump(
      {"test", "a",
       [&](const std::string& id) {
         told.push_back(id);
         return absl::OkStatus();
       }},
      [&](Act act) -> absl::StatusOr<std::string> {
        if (act.command.method == "timer" && act.partition == "loan-0") return MakeError(kEventFailed);
        return service_->RunHere(act);
      },
      pool_.get(), &calendar_, &clock);
  EXPECT_THAT(pump.RunOnce(false), testing::IsOkAndHolds(2));
  const auto incidents = All<IncidentRow>();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].held, "loan-0");
  EXPECT_THAT(told, ElementsAre(incidents[0].id));
  EXPECT_EQ(Fired(), 1u);
}

TEST_P(TimerPumpTest, AListOfTimersThatIsBrokenHoldsUpNobody) {
  LendDue(2);
  Execute("UPDATE act_instance SET timers = '[{}, 7]' WHERE id = 'loan-0'");
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Reminded("loan-0"), 1);
  EXPECT_EQ(Reminded("loan-1"), 1);
}

TEST_P(TimerPumpTest, ATimerOfNobodyIsDroppedAndTheOthersFire) {
  LendDue(2);
  Execute("DELETE FROM act_instance WHERE id = 'loan-0'");
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Reminded("loan-1"), 1);
  EXPECT_THAT(All<TimerRow>(), IsEmpty());
}

TEST_P(TimerPumpTest, ATimerThatTheDatabaseRefusesWaitsWhileTheOthersFire) {
  LendDue(2);
  ManualMonotonicClock clock;
  bool broken = true;
  TimerPump pump(
      {"test", "a"},
      [&](Act act) -> absl::StatusOr<std::string> {
        if (broken && act.partition == "loan-0") return absl::AbortedError("deadlock");
        return service_->RunHere(act);
      },
      pool_.get(), &calendar_, &clock);
  EXPECT_THAT(pump.RunOnce(false), testing::IsOkAndHolds(1));
  broken = false;
  EXPECT_THAT(pump.RunOnce(false), testing::IsOkAndHolds(0));
  clock.Advance(absl::Milliseconds(50));
  EXPECT_THAT(pump.RunOnce(false), testing::IsOkAndHolds(1));
  EXPECT_EQ(Fired(), 2u);
}

TEST_P(TimerPumpTest, WhoeverMayNotGoOnPastATimerThatIsLateIsToldWhyItIs) {
  LendDue(2);
  TimerPump pump(
      {"test", "a"},
      [&](Act act) -> absl::StatusOr<std::string> {
        if (act.partition == "loan-0") return absl::AbortedError("deadlock");
        return service_->RunHere(act);
      },
      pool_.get(), &calendar_, &monotonic_);
  EXPECT_THAT(pump.RunOnce(true), testing::StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(Fired(), 1u);
}

TEST_P(TimerPumpTest, ARoundEndsWhenNothingCanRun) {
  LendDue(2);
  ManualMonotonicClock clock;
  bool stopping = false;
  TimerPump pump(
      {"test", "a"},
      [&](Act act) -> absl::StatusOr<std::string> {
        if (stopping) return absl::UnavailableError("stopping");
        return service_->RunHere(act);
      },
      pool_.get(), &calendar_, &clock);
  ASSERT_OK_AND_ASSIGN(const auto batch, pump.Claim(false));
  stopping = true;
  EXPECT_THAT(pump.Fire(batch), testing::StatusIs(absl::StatusCode::kUnavailable));
  stopping = false;
  EXPECT_THAT(pump.RunOnce(false), testing::IsOkAndHolds(2));
}

TEST_P(TimerPumpTest, AClaimCostsTheSameStatementsWhateverItsSize) {
  const auto statements = [this] { return Session()->statements(); };
  const auto a = Begin("a");
  const int64_t idle = statements();
  Claim(*a);
  EXPECT_EQ(statements() - idle, 2);  // the window; timers that are never due
  for (const int count : {1, 150}) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(absl::StrCat(count, "-", i));
    StartLoans(*service_, ids, {"lend"});
    Later(kHour);
    const int64_t before = statements();
    const auto batch = Claim(*a);
    ASSERT_THAT(batch.timers, SizeIs(count));
    // The window, timers that are never due; begin, read counter, claim, write counter, commit.
    EXPECT_EQ(statements() - before, 7);
    Fire(*a, batch);
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, TimerPumpTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, UnreadableTimerTest, ::testing::Values("sqlite"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
