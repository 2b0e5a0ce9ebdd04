#include "services/programme/domain/programme_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"

namespace jissho::programme {

bool IsProgrammeId(absl::string_view id) {
  if (id.empty() || id.size() > 40 || id.front() == '-' || id.back() == '-') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
  });
}

absl::Status CheckProgramme(const std::string& id, bool id_optional,
                            const std::vector<IndicatorSpec>& indicators, const std::vector<int32_t>& sdgs,
                            const std::vector<StaffRate>& rates) {
  std::vector<FieldFault> faults;
  if (!(id.empty() && id_optional) && !IsProgrammeId(id)) {
    faults.push_back({"programme.id", "IDは英小文字、数字、ハイフンで40字までにしてください。",
                      "Ids have up to 40 lower-case letters, digits and inner hyphens."});
  }
  std::set<int> slots;
  for (size_t i = 0; i < indicators.size(); ++i) {
    if (indicators[i].no >= 1 && indicators[i].no <= 5 && slots.insert(indicators[i].no).second) continue;
    faults.push_back({absl::StrCat("programme.indicators[", i, "].no"),
                      "指標の番号は1から5まで、重複なく付けてください。",
                      "Indicators take distinct slots 1 to 5."});
  }
  std::set<int32_t> goals;
  for (size_t i = 0; i < sdgs.size(); ++i) {
    if (sdgs[i] >= 1 && sdgs[i] <= 17 && goals.insert(sdgs[i]).second) continue;
    faults.push_back({absl::StrCat("programme.sdgs[", i, "]"),
                      "SDGsの番号は1から17まで、重複なく入力してください。",
                      "Goals are distinct numbers 1 to 17."});
  }
  std::set<int> years;
  for (size_t i = 0; i < rates.size(); ++i) {
    if (years.insert(rates[i].fiscal_year).second) continue;
    faults.push_back({absl::StrCat("programme.personnel_rates[", i, "].fiscal_year"),
                      "同じ年度の人件費単価が二度あります。", "Two rates are given for one fiscal year."});
  }
  return faults.empty() ? absl::OkStatus() : MakeFieldError(faults);
}

}  // namespace jissho::programme
