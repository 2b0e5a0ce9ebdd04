#include "workflow/engine/machine.h"

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/chart/validator.h"
#include "workflow/chart/walk.h"
#include "workflow/engine/interpreter.h"
#include "workflow/engine/reasons.h"

namespace jissho::engine {
namespace {

chart::Profile EngineProfile(DataModel& data_model) {
  chart::Profile profile;
  profile.check_expression = [&data_model](chart::Use use, absl::string_view text) {
    return data_model.Prepare(use, text);
  };
  return profile;
}

}  // namespace

absl::StatusOr<std::vector<chart::Fault>> ValidateForEngine(const chart::Chart& chart,
                                                            const DataModelFactory& data_models) {
  JISSHO_ASSIGN_OR_RETURN(const auto data_model, data_models(chart.datamodel));
  return chart::Validate(chart, EngineProfile(*data_model));
}

absl::StatusOr<std::shared_ptr<const Machine>> Machine::Build(chart::Chart chart,
                                                              const DataModelFactory& data_models) {
  JISSHO_ASSIGN_OR_RETURN(auto data_model, data_models(chart.datamodel));
  data_model->Attach(chart);
  for (const chart::Fault& fault : chart::Validate(chart, EngineProfile(*data_model))) {
    if (fault.severity != chart::Severity::kError) continue;
    return MakeError(kChartInvalid, {{"line", absl::StrCat(fault.line)},
                                     {"column", absl::StrCat(fault.column)},
                                     {"code", fault.code},
                                     {"detail", fault.en}});
  }
  return std::make_shared<const Machine>(std::move(chart), std::move(data_model));
}

Machine::Machine(chart::Chart chart, std::unique_ptr<const DataModel> data_model)
    : chart_(std::move(chart)), data_model_(std::move(data_model)) {}

InitialData::InitialData(const Json& json) : malformed(!json.is_null() && !json.is_object()) {
  if (!json.is_object()) return;
  for (const auto& [id, value] : json.items()) values.emplace(id, Value(value));
}

absl::StatusOr<StepResult> Machine::Start(const SessionInfo& session, const InitialData& initial_data) const {
  const Snapshot empty;
  Interpreter interpreter(chart_, *data_model_, session, empty);
  JISSHO_RETURN_IF_ERROR(interpreter.Start(initial_data));
  return interpreter.Finish();
}

absl::StatusOr<StepResult> Machine::Step(const SessionInfo& session, const Snapshot& snapshot,
                                         const Event& event, const TransitionFilter& filter) const {
  if (snapshot.finished) return MakeError(kFinished);
  Interpreter interpreter(chart_, *data_model_, session, snapshot);
  JISSHO_RETURN_IF_ERROR(interpreter.Load());
  JISSHO_RETURN_IF_ERROR(interpreter.Take(event, filter));
  return interpreter.Finish();
}

absl::StatusOr<StepResult> Machine::Cancel(const SessionInfo& session, const Snapshot& snapshot) const {
  if (snapshot.finished) return MakeError(kFinished);
  Interpreter interpreter(chart_, *data_model_, session, snapshot);
  JISSHO_RETURN_IF_ERROR(interpreter.Load());
  JISSHO_RETURN_IF_ERROR(interpreter.Cancel());
  return interpreter.Finish();
}

absl::Status Machine::CheckConfiguration(const std::vector<std::string>& states) const {
  return ReadConfiguration(chart_, states).status();
}

}  // namespace jissho::engine
