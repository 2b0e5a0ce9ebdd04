#include "clients/cli/chart_source.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "workflow/charts/product_charts.h"

namespace jissho::cli {
namespace {

std::string All(std::istream& in) {
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

absl::StatusOr<std::string> ReadChart(const std::string& source, std::istream& in) {
  if (source == "-") return All(in);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(source, ignored)) {
    if (std::ifstream file(source); file) return All(file);
    return absl::NotFoundError(absl::StrCat(source, ": 読めません。/ cannot be read."));
  }
  if (const auto* chart = charts::FindProductChart(source)) return std::string(chart->text);
  return absl::NotFoundError(
      absl::StrCat(source,
                   ": その名前のファイルも図もありません(一覧: jissho chart list)。/ no file and no chart of "
                   "this name; see jissho chart list."));
}

engine::Checked CheckChart(const std::string& text, bool profile) {
  if (!profile) return engine::Check(text, {}, engine::MakeFullDataModel);
  chart::Profile held_to = chart::ServiceProfile();
  for (const auto& [role, words] : charts::ProductVocabulary().roles) held_to.roles.insert(role);
  for (const auto& [action, words] : charts::ProductVocabulary().actions) held_to.actions.insert(action);
  held_to.unknown_names = chart::Severity::kWarning;
  return engine::Check(text, std::move(held_to));
}

}  // namespace jissho::cli
