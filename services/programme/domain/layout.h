// The layout of the sheet: which cells it has, in which order, and which of them a person may type into.
//
// Cell ids: cost.<row>.<year>, indicator.<slot>.<target|actual>.<year>, count.<what>.<year>,
// survey.<what>.<year>, result.<what>, participation.<what>, evaluation.<what>, direction.<what>. Costs cover
// the evaluated year and two years either side; indicators three years before to two after.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_LAYOUT_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_LAYOUT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/programme/domain/sheet.h"

namespace jissho::programme {

inline constexpr int kCostYearsBefore = 2;
inline constexpr int kIndicatorYearsBefore = 3;
inline constexpr int kYearsAfter = 2;

struct CellSpec {
  std::string id;
  std::string label;
  int fiscal_year = 0;
  Unit unit = Unit::kText;
  bool typable = false;
};

std::string CostId(absl::string_view row, int year);
std::string IndicatorId(int no, absl::string_view what, int year);  // what: "target" or "actual"
std::string CountId(absl::string_view what, int year);
std::string SurveyId(absl::string_view what, int year);

// All cells of a sheet, in the form's order.
std::vector<CellSpec> LayoutOf(int fiscal_year, const std::vector<IndicatorSpec>& indicators);

// The sentence that the form prints beside a score (`item`: citizen_needs, progress, city_involvement,
// priority). Empty where the city's form has not been seen with that score: the sentence is then typed.
absl::string_view FixedSentence(absl::string_view item, int64_t score);
// Beside the "-" of what the law decides (市の関与, 優先度).
absl::string_view LegalDutySentence();
// Typed instead of a score where the law decides.
inline constexpr absl::string_view kLegalDuty = "法令等";

struct TypedEntry {
  std::string cell_id;
  TypedValue value;
  bool clear = false;  // takes the typed value away
};

// Checks what was typed against the layout: known and typable cells, a number where the unit wants one,
// ranges, a known direction. FIELD_INVALID with all faults; fields are named values[i].cell_id and so on.
absl::Status CheckTyped(const std::vector<CellSpec>& layout, const std::vector<TypedEntry>& entries);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_LAYOUT_H_
