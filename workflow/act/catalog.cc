#include "workflow/act/catalog.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/act/reasons.h"
#include "workflow/act/rows.h"
#include "workflow/base/error.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/validator.h"
#include "workflow/engine/data_model.h"

namespace jissho::act {

absl::Status Catalog::Add(const std::string& name, const std::string& definition,
                          const std::set<std::string>& actions_allowed) {
  JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(definition));
  chart::Profile profile;
  if (rules_.service_profile) profile = chart::ServiceProfile();
  profile.actions = actions_allowed;
  std::vector<chart::Fault> all = chart::Validate(chart, profile);
  JISSHO_ASSIGN_OR_RETURN(auto expressions, engine::ValidateForEngine(chart, rules_.data_models));
  for (chart::Fault& fault : expressions) {
    if (fault.code == chart::kBadExpression) all.push_back(std::move(fault));
  }
  std::string faults;
  for (const chart::Fault& fault : all) {
    if (fault.severity != chart::Severity::kError) continue;
    absl::StrAppend(&faults, "\n", name, ".scxml:", fault.line, ":", fault.column, ": ", fault.code, ": ",
                    fault.en);
  }
  if (!faults.empty())
    return absl::InvalidArgumentError(absl::StrCat("chart ", name, " has faults:", faults));
  const std::string hash = chart.hash;
  JISSHO_ASSIGN_OR_RETURN(auto machine, engine::Machine::Build(std::move(chart), rules_.data_models));
  std::lock_guard lock(mutex_);
  current_[name] = hash;
  definitions_[hash] = definition;
  names_[hash] = name;
  machines_[hash] = std::move(machine);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Catalog::Read(const std::string& src) const {
  absl::string_view name = src;
  if (absl::ConsumePrefix(&name, "chart:")) {
    std::lock_guard lock(mutex_);
    const auto current = current_.find(std::string(name));
    if (current == current_.end()) return MakeError(kChartUnknown, {{"id", src}});
    return definitions_.at(current->second);
  }
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
