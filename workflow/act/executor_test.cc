// Lanes, batches and full queues, on both databases.
#include "workflow/act/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

#include "workflow/act/loan_fixture.h"

namespace jissho::act {
namespace {

class ExecutorTest : public LoanFixture {};

TEST_P(ExecutorTest, TenRepeatsAtOnceGiveOneLoan) {
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

TEST_P(ExecutorTest, NumbersHaveNoGapsUnderLoadWithBatches) {
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

TEST_P(ExecutorTest, OneBadActInABatchDoesNotSpoilTheOthers) {
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

TEST_P(ExecutorTest, OfTwoActsInABatchThatInsertTheSameRowTheSecondIsRefused) {
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

TEST_P(ExecutorTest, EveryActOfABatchMovesARowOneVersionHoweverOftenItChangesIt) {
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

TEST_P(ExecutorTest, ARowThatOneBatchMovesSeveralVersionsIsWrittenAloneToo) {
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

TEST_P(ExecutorTest, FullQueueRefusesAtOnceAndSaysWhenToRetry) {
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
class BusyLaneTest : public LoanFixture {
 protected:
  void SetUp() override {
    LoanFixture::SetUp();
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

TEST_P(ExecutorTest, StoppedServiceRefusesAndSaysSo) {
  auto service = Make();
  service->Start();
  service->Stop(absl::Seconds(1));
  absl::Status status;
  service->Submit(AskAct("late", "x"),
                  [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
  EXPECT_THAT(status, testing::ReasonIs(kStopping));
}

TEST_P(ExecutorTest, ExpiredActIsDroppedBeforeItBegins) {
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

TEST_P(ExecutorTest, AnActCostsAFixedNumberOfStatements) {
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

INSTANTIATE_TEST_SUITE_P(Databases, ExecutorTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
