#include "tests/load/chart_steps.h"

#include "tests/load/bench_case.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/chart/parser.h"
#include "workflow/engine/machine.h"

namespace jissho::bench {

namespace {

absl::StatusOr<double> Rate(const engine::Machine& machine, absl::Duration duration, bool durable) {
  const engine::SessionInfo session{"bench", nullptr};
  JISSHO_ASSIGN_OR_RETURN(engine::StepResult step, machine.Start(session, engine::Json()));
  engine::Snapshot snapshot = std::move(step.next);
  const engine::Event event{
      "move", engine::Event::Type::kExternal, expression::Value(engine::Json{{"amount", 1000}}), "", "", "",
      ""};
  const MonotonicClock& clock = SystemMonotonic();
  const absl::Duration start = clock.Elapsed();
  int64_t count = 0;
  while (clock.Elapsed() - start < duration) {
    for (int i = 0; i < 100; ++i, ++count) {
      JISSHO_ASSIGN_OR_RETURN(step, machine.Step(session, snapshot, event));
      snapshot = std::move(step.next);
      if (!durable) continue;
      JISSHO_ASSIGN_OR_RETURN(snapshot,
                              engine::SnapshotFromJson(engine::Json::parse(engine::ToJson(snapshot).dump())));
    }
  }
  return count / absl::ToDoubleSeconds(clock.Elapsed() - start);
}

}  // namespace

absl::StatusOr<StepRates> MeasureChartSteps(absl::Duration duration) {
  JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(RingChart()));
  JISSHO_ASSIGN_OR_RETURN(auto machine, engine::Machine::Build(std::move(chart)));
  StepRates rates;
  JISSHO_ASSIGN_OR_RETURN(rates.steps_per_second, Rate(*machine, duration, false));
  JISSHO_ASSIGN_OR_RETURN(rates.durable_steps_per_second, Rate(*machine, duration, true));
  return rates;
}

}  // namespace jissho::bench
