#include "workflow/act/catalog.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/act/reasons.h"
#include "workflow/act/rows.h"
#include "workflow/base/error.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/validator.h"
#include "workflow/engine/check.h"

namespace jissho::act {
namespace {

using Charts = std::map<std::string, chart::Chart>;

void AppendFault(const std::string& name, const chart::Fault& fault, std::string& text) {
  if (fault.severity != chart::Severity::kError) return;
  absl::StrAppend(&text, "\n", name, ".scxml:", fault.line, ":", fault.column, ": ", fault.code, ": ",
                  fault.en);
}

// Finds the invocations that lead back to a chart that is on the way.
class CircleSearch {
 public:
  explicit CircleSearch(const Charts& charts) : charts_(charts) {}

  std::vector<std::pair<std::string, chart::Fault>> Run() {
    for (const auto& [name, chart] : charts_) Visit(name);
    return std::move(circles_);
  }

 private:
  void Visit(const std::string& name) {
    const auto found = charts_.find(name);
    if (found == charts_.end() || !seen_.insert(name).second) return;
    way_.push_back(name);
    for (const chart::State& state : found->second.states) {
      for (const chart::Invoke& invoke : state.invokes) Follow(name, invoke);
    }
    way_.pop_back();
  }

  void Follow(const std::string& from, const chart::Invoke& invoke) {
    const std::string next(chart::InvokedByName(invoke.src));
    const auto begin = std::find(way_.begin(), way_.end(), next);
    if (begin == way_.end()) return Visit(next);
    const std::string circle = absl::StrCat(absl::StrJoin(begin, way_.end(), " → "), " → ", next);
    circles_.push_back({from,
                        {chart::Severity::kError, invoke.position.line, invoke.position.column, kInvokeCircle,
                         absl::StrCat("図が自分自身に戻ります（", circle, "）。"),
                         absl::StrCat("The charts invoke one another in a circle: ", circle, ".")}});
  }

  const Charts& charts_;
  std::set<std::string> seen_;
  std::vector<std::string> way_;
  std::vector<std::pair<std::string, chart::Fault>> circles_;
};

}  // namespace

absl::Status Catalog::Deploy(const std::vector<std::pair<std::string, std::string>>& charts,
                             const std::set<std::string>& actions_allowed) {
  chart::Profile profile;
  if (rules_.service_profile) profile = chart::ServiceProfile();
  profile.actions = actions_allowed;
  for (const auto& [name, definition] : charts) {
    const auto chart = chart::Parse(definition);
    profile.charts[name] = chart.ok() ? chart::StartDataOf(*chart) : std::set<std::string>();
  }
  std::string faults;
  Charts sound;
  for (const auto& [name, definition] : charts) {
    engine::Checked checked = engine::Check(definition, profile, rules_.data_models);
    for (const chart::Fault& fault : checked.faults) AppendFault(name, fault, faults);
    if (checked.chart) sound.emplace(name, *std::move(checked.chart));
  }
  if (rules_.service_profile) {
    for (const auto& [name, fault] : CircleSearch(sound).Run()) AppendFault(name, fault, faults);
  }
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrCat("faults in charts:", faults));
  std::map<std::string, std::shared_ptr<const engine::Machine>> machines;
  for (auto& [name, chart] : sound) {
    JISSHO_ASSIGN_OR_RETURN(machines[name], engine::Machine::Build(std::move(chart), rules_.data_models));
  }
  std::lock_guard lock(mutex_);
  for (const auto& [name, definition] : charts) {
    const auto& machine = machines.at(name);
    const std::string& hash = machine->chart().hash;
    current_[name] = hash;
    definitions_[hash] = definition;
    names_[hash] = name;
    machines_[hash] = machine;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Catalog::Read(const std::string& src) const {
  if (!rules_.load) return MakeError(kChartUnknown, {{"id", src}});
  JISSHO_ASSIGN_OR_RETURN(const std::string text, rules_.load(src));
  return chart::TakeInSources(text, rules_.load);
}

absl::StatusOr<std::shared_ptr<const engine::Machine>> Catalog::Compile(const std::string& definition) const {
  JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(definition));
  const std::string hash = chart.hash;
  {
    std::lock_guard lock(mutex_);
    if (const auto known = machines_.find(hash); known != machines_.end()) return known->second;
  }
  JISSHO_ASSIGN_OR_RETURN(auto machine, engine::Machine::Build(std::move(chart), rules_.data_models));
  std::lock_guard lock(mutex_);
  return machines_.emplace(hash, std::move(machine)).first->second;
}

absl::Status Catalog::Synchronise(storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(auto stored, storage::Select<ChartRow>(session, "ORDER BY hash"));
  std::map<std::string, ChartRow> missing;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [hash, definition] : definitions_) missing[hash] = {hash, names_[hash], definition};
  }
  for (const ChartRow& row : stored) {
    if (missing.erase(row.hash) > 0) continue;
    JISSHO_RETURN_IF_ERROR(Compile(row.definition).status());
  }
  for (const auto& [hash, row] : missing) {
    JISSHO_RETURN_IF_ERROR(
        session
            .Execute("INSERT INTO act_chart (hash, name, definition) VALUES (?, ?, ?)", storage::ToCells(row))
            .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const engine::Machine>> Catalog::Current(const std::string& name) const {
  std::lock_guard lock(mutex_);
  auto it = current_.find(name);
  if (it == current_.end()) return MakeError(kChartUnknown, {{"id", name}});
  return machines_.at(it->second);
}

absl::StatusOr<std::shared_ptr<const engine::Machine>> Catalog::Version(const std::string& hash) const {
  std::lock_guard lock(mutex_);
  auto it = machines_.find(hash);
  if (it == machines_.end()) return MakeError(kChartUnknown, {{"id", hash}});
  return it->second;
}

}  // namespace jissho::act
