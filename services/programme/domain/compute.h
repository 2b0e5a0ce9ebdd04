// Computes a management sheet: counted from cases, summed from the ledger, derived by rule, or typed. Pure.
//
// Rules, each stated in the source text of the cells it makes:
//   settlement      = total yen of the year, floored once to thousand yen; once the outside funds are
//   allocated, the
//                     total to which the ledger allocated them (its rounding stands, so that the funds add
//                     up)
//   State share     = what the ledger allocated to the settled total (subsidy owns the split)
//   general funds   = settlement − State share − other funds (flagged when negative)
//   personnel       = ⌈unit cost × FTE + hourly cost × overtime⌉ in thousand yen; coming years use the newest
//   known
//                     rate and stay PENDING
//   indicator       = counted from the cases of the year's cohort; what lies in the future is NOT_SET, never
//   0
// A service that was not asked (nullopt, or no entry for a year) leaves NOT_SET, not zero.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_COMPUTE_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_COMPUTE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/programme/domain/sheet.h"

namespace jissho::programme {

// What the other services said.
struct Findings {
  std::map<int, CaseCounts> counts;  // by fiscal year of the cohort
  std::optional<SettlementSummary> settlement;
  std::optional<SurveyCounts> survey;
};

// Errors: those of the amounts (AMOUNT_OUT_OF_RANGE) when a figure is beyond what money arithmetic takes.
absl::StatusOr<Sheet> ComputeSheet(const SheetInputs& inputs, const Findings& findings);

// The sheet before any computation: what was typed, everything else NOT_SET.
Sheet TypedSheet(const SheetInputs& inputs);

// Ids of the evaluated year's cells that are missing or not final, without which a sheet cannot be approved:
// budget, settlement and its funds, personnel, every indicator's actual, the four evaluations and the
// direction.
std::vector<std::string> OpenCells(const Sheet& sheet, const SheetInputs& inputs);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_COMPUTE_H_
