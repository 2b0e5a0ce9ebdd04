#include "tests/load/act_cost.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "services/runtime/process/events.h"
#include "tests/load/bench_case.h"
#include "tests/load/measure.h"
#include "workflow/act/batch_runner.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/base/id.h"

namespace jissho::bench {
namespace {

constexpr int kBatches[] = {1, 8, 64};

class Worker {
 public:
  Worker(storage::Session* session, int cases) : session_(session), cases_(cases) {}

  absl::Status Open() {
    JISSHO_RETURN_IF_ERROR(catalog_.Deploy({{"ring", RingChart()}}, {}));
    return catalog_.Synchronise(*session_);
  }

  absl::StatusOr<ActCost> Measure(int batch, absl::Duration duration) {
    const MonotonicClock& clock = SystemMonotonic();
    const int64_t before = session_->statements();
    const absl::Duration begin = clock.Elapsed();
    int64_t count = 0;
    while (clock.Elapsed() - begin < duration) {
      JISSHO_RETURN_IF_ERROR(RunBatch(batch));
      count += batch;
    }
    ActCost cost;
    cost.batch = batch;
    cost.statements_per_act = static_cast<double>(session_->statements() - before) / count;
    cost.microseconds_per_act = absl::ToDoubleMicroseconds(clock.Elapsed() - begin) / count;
    return cost;
  }

 private:
  absl::Status RunBatch(int batch) {
    std::vector<act::Act> acts;
    for (int i = 0; i < batch; ++i) acts.push_back(NextAct());
    std::vector<const act::Act*> together;
    for (const act::Act& act : acts) together.push_back(&act);
    for (const auto& outcome : runner_.Run(*session_, together)) JISSHO_RETURN_IF_ERROR(outcome.status());
    return absl::OkStatus();
  }

  act::Act NextAct() {
    const std::string id = CaseId(static_cast<int>(number_ % cases_));
    act::Act act;
    act.actor = {"user:bench", {"secretariat"}, "", "LOCAL"};
    act.command = {act.actor.id, "MoveCase", absl::StrCat(run_, "-", ++number_), "hash"};
    act.partition = id;
    act.reads = ReadsOfMove(id);
    act.run = [id](const act::Context&, const act::View& view,
                   act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_ASSIGN_OR_RETURN(const int64_t version, MoveCase(id, 1000, view, writes));
      return absl::StrCat(version);
    };
    return act;
  }

  storage::Session* const session_;
  const int cases_;
  const std::string run_ = RandomIds().NewId().substr(0, 13);
  int64_t number_ = 0;
  act::Catalog catalog_;
  const std::map<std::string, act::Action> actions_;
  const runtime::ProtoProgressEncoder encoder_;
  const act::Environment environment_{"bench", "082201", "cases", &catalog_, &actions_, &encoder_};
  act::BatchRunner runner_{&environment_, &SystemCalendar(), [](int) {}};
};

}  // namespace

absl::StatusOr<std::vector<ActCost>> MeasureActCost(const std::string& dsn, int cases,
                                                    absl::Duration duration, int rounds) {
  JISSHO_ASSIGN_OR_RETURN(const auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 1}));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(absl::Seconds(5)));
  Worker worker(&*lease, cases);
  JISSHO_RETURN_IF_ERROR(worker.Open());
  std::map<int, std::pair<std::vector<double>, std::vector<double>>> samples;
  for (int round = 0; round < rounds; ++round) {
    for (const int batch : kBatches) {
      JISSHO_ASSIGN_OR_RETURN(const ActCost cost, worker.Measure(batch, duration));
      samples[batch].first.push_back(cost.statements_per_act);
      samples[batch].second.push_back(cost.microseconds_per_act);
    }
  }
  std::vector<ActCost> costs;
  for (const auto& [batch, sample] : samples) {
    costs.push_back({batch, Median(sample.first), Median(sample.second)});
  }
  return costs;
}

}  // namespace jissho::bench
