#include "services/subsidy/store/lists.h"

#include "absl/strings/str_cat.h"

namespace jissho::subsidy {
namespace {

// Collects the conditions of one list.
class Where {
 public:
  void Text(const char* column, const std::string& value) {
    if (!value.empty()) Add(absl::StrCat(column, "=?"), value);
  }
  void Number(const char* column, int64_t value) {
    if (value != 0) Add(absl::StrCat(column, "=?"), value);
  }
  void Add(const std::string& condition, storage::Cell value) {
    absl::StrAppend(&text_, text_.empty() ? "WHERE " : " AND ", condition);
    params_.push_back(std::move(value));
  }
  std::string Page(const std::string& after_id, int limit) {
    Add("id>?", after_id);
    return absl::StrCat(text_, " ORDER BY id LIMIT ", limit);
  }
  const storage::CellRow& params() const { return params_; }

 private:
  std::string text_;
  storage::CellRow params_;
};

}  // namespace

absl::StatusOr<std::vector<GrantRow>> ListGrantRows(storage::Session& session, const GrantFilter& filter,
                                                    const std::string& after_id, int limit) {
  Where where;
  where.Text("call_id", filter.call_id);
  where.Text("programme_id", filter.programme_id);
  where.Text("state", filter.state);
  where.Text("organisation_id", filter.organisation_id);
  where.Number("fiscal_year", filter.fiscal_year);
  const std::string tail = where.Page(after_id, limit);
  return storage::Select<GrantRow>(session, tail, where.params());
}

absl::StatusOr<std::vector<PaymentRow>> ListPaymentRows(storage::Session& session,
                                                        const PaymentFilter& filter,
                                                        const std::string& after_id, int limit) {
  Where where;
  where.Text("grant_id", filter.grant_id);
  where.Text("programme_id", filter.programme_id);
  where.Text("state", filter.state);
  where.Text("organisation_id", filter.organisation_id);
  where.Number("fiscal_year", filter.fiscal_year);
  const std::string tail = where.Page(after_id, limit);
  return storage::Select<PaymentRow>(session, tail, where.params());
}

absl::StatusOr<std::vector<BudgetLineRow>> ListBudgetLineRows(storage::Session& session, int64_t fiscal_year,
                                                              const std::string& after_id, int limit) {
  Where where;
  where.Number("fiscal_year", fiscal_year);
  const std::string tail = where.Page(after_id, limit);
  return storage::Select<BudgetLineRow>(session, tail, where.params());
}

absl::StatusOr<std::vector<ProgressNoteRow>> ListProgressNotes(storage::Session& session,
                                                               const std::string& grant_id) {
  return storage::Select<ProgressNoteRow>(session, "WHERE grant_id=? ORDER BY number", {grant_id});
}

}  // namespace jissho::subsidy
