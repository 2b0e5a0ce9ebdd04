// The range reads of the subsidy service: keyset pages by id. Empty text and 0 in a filter mean all.
#ifndef JISSHO_SERVICES_SUBSIDY_STORE_LISTS_H_
#define JISSHO_SERVICES_SUBSIDY_STORE_LISTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/subsidy/store/rows.h"
#include "workflow/storage/session.h"

namespace jissho::subsidy {

struct GrantFilter {
  std::string call_id, programme_id, state, organisation_id;
  int64_t fiscal_year = 0;
};
absl::StatusOr<std::vector<GrantRow>> ListGrantRows(storage::Session& session, const GrantFilter& filter,
                                                    const std::string& after_id, int limit);

struct PaymentFilter {
  std::string grant_id, programme_id, state, organisation_id;
  int64_t fiscal_year = 0;
};
absl::StatusOr<std::vector<PaymentRow>> ListPaymentRows(storage::Session& session,
                                                        const PaymentFilter& filter,
                                                        const std::string& after_id, int limit);

absl::StatusOr<std::vector<BudgetLineRow>> ListBudgetLineRows(storage::Session& session, int64_t fiscal_year,
                                                              const std::string& after_id, int limit);
absl::StatusOr<std::vector<ProgressNoteRow>> ListProgressNotes(storage::Session& session,
                                                               const std::string& grant_id);

// The row with this id, or nullopt.
template <class Row>
absl::StatusOr<std::optional<Row>> ReadRow(storage::Session& session, const std::string& id) {
  auto rows = storage::Select<Row>(session, "WHERE id=?", {id});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_STORE_LISTS_H_
