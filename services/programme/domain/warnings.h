// What in a sheet needs a second look. A warning never stops a computation and never changes a value.
//
// Codes: OVERSPEND, NEGATIVE_GENERAL_FUNDS, FUND_SPLIT_MISMATCH, ALLOCATION_STALE, TYPED_DIFFERS,
// RATE_INFERRED, SCORE_ABOVE_ACHIEVEMENT, SCORE_WITHOUT_SENTENCE, FUNDING_CLIFF, BUDGET_WITHOUT_TARGET,
// COUNTS_OPEN.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_WARNINGS_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_WARNINGS_H_

#include "services/programme/domain/sheet.h"

namespace jissho::programme {

// Adds the warnings that compare cells with each other.
void AddWarnings(const SheetInputs& inputs, Sheet& sheet);

Warning FundSplitMismatch(int64_t ledger_thousand_yen, int64_t cell_thousand_yen);
Warning AllocationStale(int64_t allocated_thousand_yen, int64_t settled_thousand_yen);
Warning TypedDiffers(int64_t typed, int64_t computed);
Warning RateInferred(int fiscal_year);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_WARNINGS_H_
