#include "workflow/act/versions.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "workflow/act/reasons.h"

namespace jissho::act {

absl::StatusOr<ChartRow> StoredVersion(storage::Session& session, const std::string& hash) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<ChartRow>(session, "WHERE hash = ?", {hash}));
  if (rows.empty()) return MakeError(kChartUnknown, {{"id", hash}});
  return std::move(rows[0]);
}

absl::StatusOr<std::shared_ptr<const engine::Machine>> VersionOf(storage::Session& session,
                                                                 const Catalog& catalog,
                                                                 const std::string& hash) {
  auto known = catalog.Version(hash);
  if (known.ok()) return known;
  JISSHO_ASSIGN_OR_RETURN(const ChartRow stored, StoredVersion(session, hash));
  return catalog.Compile(stored.definition);
}

absl::StatusOr<std::vector<ChartVersion>> ListVersions(storage::Session& session, const Catalog& catalog,
                                                       const std::string& chart) {
  using storage::CellType;
  std::map<std::pair<std::string, std::string>, ChartVersion> versions;
  const std::string where = chart.empty() ? "" : " WHERE name = ?";
  const storage::CellRow params = chart.empty() ? storage::CellRow() : storage::CellRow{chart};
  JISSHO_ASSIGN_OR_RETURN(auto stored, session.Query("SELECT name, hash FROM act_chart" + where, params,
                                                     {CellType::kText, CellType::kText}));
  for (const auto& cells : stored) {
    const std::string& name = std::get<std::string>(cells[0]);
    const std::string& hash = std::get<std::string>(cells[1]);
    const auto current = catalog.Current(name);
    versions[{name, hash}] = {name, hash, current.ok() && (*current)->chart().hash == hash, 0, 0};
  }
  JISSHO_ASSIGN_OR_RETURN(
      auto counted,
      session.Query(
          absl::StrCat("SELECT chart, chart_hash, finished, COUNT(*) FROM act_instance",
                       chart.empty() ? "" : " WHERE chart = ?", " GROUP BY chart, chart_hash, finished"),
          params, {CellType::kText, CellType::kText, CellType::kInteger, CellType::kInteger}));
  for (const auto& cells : counted) {
    const std::string& name = std::get<std::string>(cells[0]);
    const std::string& hash = std::get<std::string>(cells[1]);
    ChartVersion& version = versions.try_emplace({name, hash}, ChartVersion{name, hash}).first->second;
    (std::get<int64_t>(cells[2]) != 0 ? version.finished : version.running) = std::get<int64_t>(cells[3]);
  }
  std::vector<ChartVersion> out;
  for (auto& [key, version] : versions) out.push_back(std::move(version));
  std::stable_sort(out.begin(), out.end(), [](const ChartVersion& a, const ChartVersion& b) {
    return std::tie(a.name, b.current) < std::tie(b.name, a.current);
  });
  return out;
}

}  // namespace jissho::act
