#include "tests/load/timer_cost.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/load/bench_case.h"
#include "tests/load/measure.h"
#include "workflow/act/rows.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::bench {
namespace {

constexpr absl::Duration kSessionWait = absl::Seconds(5);
constexpr int kInstances = 1000;
constexpr int kSamples = 50;
constexpr absl::Duration kSpan = absl::Hours(24 * 7300);
const absl::Time kNow = absl::FromUnixSeconds(1654848000);

class Cost {
 public:
  Cost(storage::Pool* pool, int pending) : pool_(pool), pending_(pending) {}

  absl::StatusOr<TimerCost> Measure() {
    JISSHO_ASSIGN_OR_RETURN(const auto service, Service());
    JISSHO_RETURN_IF_ERROR(MakeInstances(*service));
    JISSHO_RETURN_IF_ERROR(MakeTimers());
    TimerCost cost;
    {
      const VirtualCalendar before(kNow - kSpan);
      act::TimerPump pump = Pump(*service, before);
      JISSHO_ASSIGN_OR_RETURN(cost.look_us, MedianClaim(pump, 0));
    }
    act::TimerPump pump = Pump(*service, calendar_);
    // What a process has claimed and not fired it may claim again, so each claim finds the same to do.
    JISSHO_ASSIGN_OR_RETURN(cost.claim_us, MedianClaim(pump, act::TimerPump::kClaimMax));
    JISSHO_ASSIGN_OR_RETURN(cost.fire_us, Fire(pump));
    return cost;
  }

 private:
  act::TimerPump Pump(act::Service& service, const CalendarClock& calendar) {
    return act::TimerPump(
        {"bench", "bench"}, [&service](act::Act act) { return service.RunHere(act); }, pool_, &calendar,
        &SystemMonotonic());
  }

  static absl::StatusOr<double> Micros(const std::function<absl::Status()>& work) {
    const absl::Duration begin = SystemMonotonic().Elapsed();
    JISSHO_RETURN_IF_ERROR(work());
    return absl::ToDoubleMicroseconds(SystemMonotonic().Elapsed() - begin);
  }

  absl::StatusOr<std::unique_ptr<act::Service>> Service() {
    act::ServiceOptions options;
    options.service = "bench";
    options.municipality = "082201";
    options.progress_receiver = "";
    act::Definitions definitions;
    definitions.charts = {{"ring", RingChart()}};
    return act::Service::Create(options, definitions, pool_, &calendar_, &SystemMonotonic(), nullptr,
                                nullptr);
  }

  absl::Status MakeInstances(act::Service& service) {
    for (int begin = 0; begin < kInstances; begin += 200) {
      act::Act act;
      act.actor = act::Actor::System("bench");
      act.run = [begin](const act::Context&, const act::View&,
                        act::WriteSet& writes) -> absl::StatusOr<std::string> {
        for (int i = begin; i < begin + 200; ++i)
          JISSHO_RETURN_IF_ERROR(writes.Start("ring", CaseId(i), "", "", act::Json::object()));
        return std::string();
      };
      JISSHO_RETURN_IF_ERROR(service.RunHere(act).status());
    }
    return absl::OkStatus();
  }

  // The i-th timer; 7919 spreads the due times, so that rows do not stand in their order.
  act::TimerRow Timer(int i) const {
    act::TimerRow timer;
    timer.instance_id = CaseId(i % kInstances);
    timer.timer_id = timer.send_id = absl::StrCat("timer-", i);
    const int64_t place = (int64_t{i} * 7919) % pending_;
    timer.due = kNow + (place - pending_ / 2 + 1) * (kSpan / pending_);
    timer.event = "overdue";
    timer.data = R"({"t":"json","v":{"notice":"催告","number":1}})";
    timer.sequence = i;
    return timer;
  }

  absl::Status Insert(const std::vector<act::TimerRow>& timers) {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    JISSHO_RETURN_IF_ERROR(lease->Begin());
    for (size_t begin = 0; begin < timers.size(); begin += storage::kRowsMax) {
      const size_t end = std::min(timers.size(), begin + storage::kRowsMax);
      storage::CellRow params;
      for (size_t i = begin; i < end; ++i) storage::AppendCells(params, storage::ToCells(timers[i]));
      JISSHO_RETURN_IF_ERROR(
          lease
              ->Execute(storage::InsertRows(storage::TableOf<act::TimerRow>(), static_cast<int>(end - begin)),
                        params)
              .status());
    }
    return lease->Commit();
  }

  absl::Status MakeTimers() {
    std::vector<act::TimerRow> timers;
    for (int i = 0; i < pending_; ++i) timers.push_back(Timer(i));
    JISSHO_RETURN_IF_ERROR(Insert(timers));
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    if (lease->dialect().name() == "sqlite") return lease->Execute("ANALYZE", {}).status();
    return lease->Query("ANALYZE TABLE act_timer", {}, std::vector(4, storage::CellType::kText)).status();
  }

  absl::StatusOr<double> MedianClaim(act::TimerPump& pump, size_t wanted) {
    std::vector<double> claims;
    for (int i = 0; i < kSamples; ++i) {
      JISSHO_ASSIGN_OR_RETURN(const double claim, Micros([&]() -> absl::Status {
                                JISSHO_ASSIGN_OR_RETURN(const auto batch, pump.Claim(false));
                                return batch.timers.size() == wanted
                                           ? absl::OkStatus()
                                           : absl::InternalError("not the timers that are due");
                              }));
      claims.push_back(claim);
    }
    return Median(claims);
  }

  absl::StatusOr<double> Fire(act::TimerPump& pump) {
    double firing = 0;
    for (int i = 0; i < 2; ++i) {
      JISSHO_ASSIGN_OR_RETURN(const auto batch, pump.Claim(false));
      JISSHO_ASSIGN_OR_RETURN(const double fire, Micros([&] { return pump.Fire(batch).status(); }));
      firing += fire / static_cast<double>(batch.timers.size());
    }
    return firing / 2;
  }

  storage::Pool* const pool_;
  const int pending_;
  const VirtualCalendar calendar_{kNow};
};

}  // namespace

absl::StatusOr<TimerCost> MeasureTimers(const std::string& dsn, int pending) {
  JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 4}));
  {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
    JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  }
  return Cost(pool.get(), pending).Measure();
}

}  // namespace jissho::bench
