// For the tests of the ledger: a book in memory that posts as the store does.
#ifndef JISSHO_SERVICES_SUBSIDY_DOMAIN_TEST_BOOK_H_
#define JISSHO_SERVICES_SUBSIDY_DOMAIN_TEST_BOOK_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/subsidy/domain/ledger.h"

namespace jissho::subsidy {

class TestBook {
 public:
  absl::Status Post(const Entry& entry, const std::string& reverses_id = "") {
    const auto changes = subsidy::Post(entry, Reader());
    if (!changes.ok()) return changes.status();
    for (const BalanceChange& change : *changes) balances_[change.key.Id()] = change.after;
    entries_.push_back({absl::StrCat("e", entries_.size() + 1), entry, reverses_id});
    return absl::OkStatus();
  }

  Position Of(const Scope& scope) const { return *PositionOf(scope, Reader()); }

  int64_t Balance(const BalanceKey& key) const {
    const auto found = balances_.find(key.Id());
    return found == balances_.end() ? 0 : found->second;
  }
  int64_t Available(const Scope& scope) const {
    return Balance({scope.book, scope.programme_id, Account::kAvailable, Fund::kNone, ""});
  }

  std::vector<Violation> Check() const {
    LedgerCheck check;
    for (const Posted& posted : entries_) check.Add(posted.id, posted.entry, posted.reverses_id);
    for (const auto& [id, balance] : balances_) check.Compare(id, balance);
    return check.Finish();
  }

  std::string last_id() const { return entries_.back().id; }
  const std::map<std::string, int64_t>& balances() const { return balances_; }

 private:
  struct Posted {
    std::string id;
    Entry entry;
    std::string reverses_id;
  };

  BalanceReader Reader() const {
    return [this](const BalanceKey& key) -> absl::StatusOr<int64_t> { return Balance(key); };
  }

  std::map<std::string, int64_t> balances_;
  std::vector<Posted> entries_;
};

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_DOMAIN_TEST_BOOK_H_
