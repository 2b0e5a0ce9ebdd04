// The ledger: double entry in integer yen, append-only, one book for each budget line (予算科目) and fiscal
// year.
//
// An entry is a list of postings that add up to zero; positive is debit, negative credit. The accounts of a
// book:
//
//   appropriation(fund) −   unallotted +   available +   reserved +   committed +   paid +   returned −
//   receivable + / claims −                what grantees still owe the city (memorandum pair)
//   later_income + / returned_late −       money that came back after the books had closed
//   borne(fund) + / settled −              how the settled total is borne after revenue was allocated (充当)
//
// appropriation and unallotted belong to the line, all others to a programme that shares the line. Because
// every entry balances and no debit account may fall below zero, available ≥ 0 is the same as reserved +
// committed + paid − returned ≤ allotted: overspending cannot be posted (Local Autonomy Act art. 232-3). A
// subject (one grant, or one direct cost) has the same accounts for itself, under the same rule: since
// `committed` of a grant begins at the decided amount and every payment is taken from it, paid never exceeds
// decided.
//
// What was posted is never altered; a mistake is reversed by its mirror. Values and pure functions,
// thread-safe.
#ifndef JISSHO_SERVICES_SUBSIDY_DOMAIN_LEDGER_H_
#define JISSHO_SERVICES_SUBSIDY_DOMAIN_LEDGER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jissho::subsidy {

enum class Account {
  kAppropriation = 1,
  kUnallotted,
  kAvailable,
  kReserved,
  kCommitted,
  kPaid,
  kReturned,
  kReceivable,
  kClaims,
  kLaterIncome,
  kReturnedLate,
  kBorne,
  kSettled,
};
// "available", …; and back. INTERNAL on a name that no account has.
absl::string_view AccountName(Account account);
absl::StatusOr<Account> AccountNamed(absl::string_view name);

// Where money comes from (財源); numbers as in the contract.
enum class Fund { kNone = 0, kGeneral, kNational, kPrefectural, kLocalBond, kOther };

// What an entry does; numbers as in the contract.
enum class EntryKind {
  kAppropriate = 1,
  kAllot,
  kReserve,
  kRelease,
  kCommit,
  kDecommit,
  kPay,
  kReverse,
  kClaim,
  kReturn,
  kAllocate,
};

enum class SubjectKind { kNone = 0, kGrant, kDirectCost };

struct Book {
  std::string line;
  int fiscal_year = 0;
  friend bool operator==(const Book&, const Book&) = default;
};

// Whose money an entry moves.
struct Scope {
  Book book;
  std::string programme_id;
  SubjectKind subject_kind = SubjectKind::kNone;
  std::string subject_id;
  friend bool operator==(const Scope&, const Scope&) = default;
};

struct Posting {
  Account account;
  Fund fund = Fund::kNone;
  int64_t amount = 0;
  friend bool operator==(const Posting&, const Posting&) = default;
};

struct Entry {
  EntryKind kind;
  Scope scope;
  std::vector<Posting> postings;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// --- the entries
// -----------------------------------------------------------------------------------------------

// A negative amount takes appropriated money back, as a reducing supplementary budget (減額補正) does.
Entry Appropriate(const Book& book, const std::vector<std::pair<Fund, int64_t>>& funds);
// A negative amount takes back what is still available.
Entry Allot(const Book& book, const std::string& programme_id, int64_t amount);
Entry Reserve(const Scope& scope, int64_t amount);
Entry Release(const Scope& scope, int64_t amount);
// Turns `reserved` into a commitment of `committed` ≤ reserved and frees the rest.
Entry Commit(const Scope& scope, int64_t reserved, int64_t committed);
Entry Decommit(const Scope& scope, int64_t amount);
Entry Pay(const Scope& scope, int64_t amount);
Entry Claim(const Scope& scope, int64_t amount);
// Within the books the money is available again (戻入); `late` it is income of another year.
Entry Return(const Scope& scope, int64_t amount, bool late);
// `share` of `settled` is borne by `fund`, the rest by general funds.
Entry Allocate(const Scope& scope, int64_t settled, int64_t share, Fund fund);
// The mirror: the same accounts with opposite signs.
Entry Reverse(const Entry& entry);

// --- posting
// ---------------------------------------------------------------------------------------------------

// Names one balance: of a book's account, or (with `subject_id`) of a subject's.
struct BalanceKey {
  Book book;
  std::string programme_id;
  Account account;
  Fund fund = Fund::kNone;
  std::string subject_id;

  // At most 120 ASCII characters for identifiers of usual length; distinct for distinct keys.
  std::string Id() const;
};

struct BalanceChange {
  BalanceKey key;
  int64_t before = 0;
  int64_t after = 0;
};

using BalanceReader = std::function<absl::StatusOr<int64_t>(const BalanceKey&)>;

// The balances that the entry changes, each once, with their new values; nothing is changed when it is
// refused. FAILED_PRECONDITION: BUDGET_EXCEEDED (not enough allotted or appropriated), LEDGER_OVERDRAWN (the
// subject has less than that reserved, committed or owed); INTERNAL: the entry does not balance or is empty:
// a mistake of the program.
absl::StatusOr<std::vector<BalanceChange>> Post(const Entry& entry, const BalanceReader& balance);

// What a subject's accounts say. Returned in all is returned + returned_late.
struct Position {
  int64_t reserved = 0;
  int64_t committed = 0;
  int64_t paid = 0;
  int64_t returned = 0;
  int64_t returned_late = 0;
  int64_t receivable = 0;
  int64_t returned_total() const { return returned + returned_late; }
};
absl::StatusOr<Position> PositionOf(const Scope& scope, const BalanceReader& balance);

// --- verification
// ----------------------------------------------------------------------------------------------

struct Violation {
  std::string entry_id;  // empty when it concerns a stored balance
  std::string
      rule;  // ENTRY_UNBALANCED, ACCOUNT_OVERDRAWN, PAID_ABOVE_ENTITLED, REVERSAL_DIFFERS, BALANCE_DIFFERS,
             // PAYMENT_MISSING (paid, but no payment says so), PAYMENT_NOT_BOOKED (says so, but is not paid)
  std::string detail;
};

// Replays entries in the order of their posting and says what does not hold. Independent of Post: it sums
// again from the postings alone, so that a fault in Post shows. One thread.
class LedgerCheck {
 public:
  // `reverses_id` is empty except for a reversal.
  void Add(const std::string& entry_id, const Entry& entry, const std::string& reverses_id);
  // The payments that count as made: payment and entry that stands for it. After all entries.
  void ComparePayments(const std::vector<std::pair<std::string, std::string>>& made);
  // A stored balance under its BalanceKey::Id().
  void Compare(const std::string& balance_id, int64_t stored);
  // Call after all: balances that the entries demand and nobody compared are violations as well.
  std::vector<Violation> Finish();

  int64_t entries() const { return static_cast<int64_t>(entries_.size()); }
  int64_t compared() const { return compared_; }

 private:
  void CheckReversal(const std::string& entry_id, const Entry& entry, const std::string& reverses_id);
  void CheckSubject(const std::string& entry_id, const Scope& scope);

  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> reversed_by_;
  std::map<std::string, int64_t> sums_;
  std::map<std::string, int64_t> entitled_;  // by subject: committed, less what was freed or claimed back
  std::map<std::string, bool> seen_;
  std::vector<Violation> violations_;
  int64_t compared_ = 0;
};

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_DOMAIN_LEDGER_H_
