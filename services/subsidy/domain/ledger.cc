#include "services/subsidy/domain/ledger.h"

#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

constexpr std::array<absl::string_view, 13> kAccountNames = {
    "appropriation", "unallotted", "available",    "reserved",      "committed", "paid",    "returned",
    "receivable",    "claims",     "later_income", "returned_late", "borne",     "settled",
};

bool IsCredit(Account account) {
  switch (account) {
    case Account::kAppropriation:
    case Account::kReturned:
    case Account::kClaims:
    case Account::kReturnedLate:
    case Account::kSettled:
      return true;
    default:
      return false;
  }
}

bool BelongsToLine(Account account) {
  return account == Account::kAppropriation || account == Account::kUnallotted;
}

bool BelongsToSubject(Account account) {
  switch (account) {
    case Account::kReserved:
    case Account::kCommitted:
    case Account::kPaid:
    case Account::kReturned:
    case Account::kReceivable:
    case Account::kClaims:
    case Account::kReturnedLate:
      return true;
    default:
      return false;
  }
}

bool Overdrawn(Account account, int64_t balance) { return IsCredit(account) ? balance > 0 : balance < 0; }

BalanceKey BookBalance(const Scope& scope, const Posting& posting) {
  return {scope.book, BelongsToLine(posting.account) ? "" : scope.programme_id, posting.account, posting.fund,
          ""};
}

BalanceKey SubjectBalance(const Scope& scope, Account account) {
  return {scope.book, scope.programme_id, account, Fund::kNone, scope.subject_id};
}

std::vector<BalanceKey> KeysOf(const Scope& scope, const Posting& posting) {
  std::vector<BalanceKey> keys = {BookBalance(scope, posting)};
  if (!scope.subject_id.empty() && BelongsToSubject(posting.account)) {
    keys.push_back(SubjectBalance(scope, posting.account));
  }
  return keys;
}

absl::Status RefuseOverdraft(const BalanceChange& change) {
  const ErrorMetadata metadata = {
      {"line", change.key.book.line},
      {"fiscal_year", absl::StrCat(change.key.book.fiscal_year)},
      {"account", std::string(AccountName(change.key.account))},
      {"balance", absl::StrCat(std::llabs(change.before))},
      {"needed", absl::StrCat(std::llabs(change.after - change.before))},
  };
  const bool budget = change.key.account == Account::kAvailable ||
                      change.key.account == Account::kUnallotted ||
                      change.key.account == Account::kAppropriation;
  return MakeError(budget ? kBudgetExceeded : kLedgerOverdrawn, metadata);
}

Entry Move(EntryKind kind, const Scope& scope, Account from, Account to, int64_t amount) {
  return {kind, scope, {{from, Fund::kNone, -amount}, {to, Fund::kNone, amount}}};
}

}  // namespace

absl::string_view AccountName(Account account) { return kAccountNames[static_cast<size_t>(account) - 1]; }

absl::StatusOr<Account> AccountNamed(absl::string_view name) {
  for (size_t i = 0; i < kAccountNames.size(); ++i) {
    if (kAccountNames[i] == name) return static_cast<Account>(i + 1);
  }
  return absl::InternalError(absl::StrCat("no ledger account is named ", name));
}

Entry Appropriate(const Book& book, const std::vector<std::pair<Fund, int64_t>>& funds) {
  Entry entry{EntryKind::kAppropriate, {book, "", SubjectKind::kNone, ""}, {}};
  int64_t total = 0;
  for (const auto& [fund, amount] : funds) {
    entry.postings.push_back({Account::kAppropriation, fund, -amount});
    total += amount;
  }
  entry.postings.push_back({Account::kUnallotted, Fund::kNone, total});
  return entry;
}

Entry Allot(const Book& book, const std::string& programme_id, int64_t amount) {
  return Move(EntryKind::kAllot, {book, programme_id, SubjectKind::kNone, ""}, Account::kUnallotted,
              Account::kAvailable, amount);
}

Entry Reserve(const Scope& scope, int64_t amount) {
  return Move(EntryKind::kReserve, scope, Account::kAvailable, Account::kReserved, amount);
}

Entry Release(const Scope& scope, int64_t amount) {
  return Move(EntryKind::kRelease, scope, Account::kReserved, Account::kAvailable, amount);
}

Entry Commit(const Scope& scope, int64_t reserved, int64_t committed) {
  Entry entry = Move(EntryKind::kCommit, scope, Account::kReserved, Account::kCommitted, committed);
  if (reserved != committed) {
    entry.postings[0].amount = -reserved;
    entry.postings.push_back({Account::kAvailable, Fund::kNone, reserved - committed});
  }
  return entry;
}

Entry Decommit(const Scope& scope, int64_t amount) {
  return Move(EntryKind::kDecommit, scope, Account::kCommitted, Account::kAvailable, amount);
}

Entry Pay(const Scope& scope, int64_t amount) {
  return Move(EntryKind::kPay, scope, Account::kCommitted, Account::kPaid, amount);
}

Entry Claim(const Scope& scope, int64_t amount) {
  return Move(EntryKind::kClaim, scope, Account::kClaims, Account::kReceivable, amount);
}

Entry Return(const Scope& scope, int64_t amount, bool late) {
  Entry entry = Move(EntryKind::kReturn, scope, late ? Account::kReturnedLate : Account::kReturned,
                     late ? Account::kLaterIncome : Account::kAvailable, amount);
  entry.postings.push_back({Account::kReceivable, Fund::kNone, -amount});
  entry.postings.push_back({Account::kClaims, Fund::kNone, amount});
  return entry;
}

Entry Allocate(const Scope& scope, int64_t settled, int64_t share, Fund fund) {
  return {EntryKind::kAllocate,
          scope,
          {{Account::kSettled, Fund::kNone, -settled},
           {Account::kBorne, fund, share},
           {Account::kBorne, Fund::kGeneral, settled - share}}};
}

Entry Reverse(const Entry& entry) {
  Entry mirror = entry;
  mirror.kind = EntryKind::kReverse;
  for (Posting& posting : mirror.postings) posting.amount = -posting.amount;
  return mirror;
}

std::string BalanceKey::Id() const {
  // A subject belongs to one book and programme for life, so that its own id says enough.
  if (!subject_id.empty()) return absl::StrCat("s/", subject_id, "/", AccountName(account));
  return absl::StrCat("b/", book.line, "/", book.fiscal_year, "/", programme_id, "/", AccountName(account),
                      "/", static_cast<int>(fund));
}

absl::StatusOr<std::vector<BalanceChange>> Post(const Entry& entry, const BalanceReader& balance) {
  int64_t sum = 0;
  for (const Posting& posting : entry.postings) sum += posting.amount;
  if (entry.postings.empty() || sum != 0) {
    return absl::InternalError(absl::StrCat("a ledger entry does not balance: ", sum, " yen"));
  }
  std::vector<BalanceChange> changes;
  std::map<std::string, size_t> index;
  for (const Posting& posting : entry.postings) {
    for (const BalanceKey& key : KeysOf(entry.scope, posting)) {
      auto [at, is_new] = index.emplace(key.Id(), changes.size());
      if (is_new) {
        JISSHO_ASSIGN_OR_RETURN(const int64_t before, balance(key));
        changes.push_back({key, before, before});
      }
      changes[at->second].after += posting.amount;
    }
  }
  for (const BalanceChange& change : changes) {
    if (Overdrawn(change.key.account, change.after)) return RefuseOverdraft(change);
  }
  return changes;
}

absl::StatusOr<Position> PositionOf(const Scope& scope, const BalanceReader& balance) {
  Position position;
  const std::pair<Account, int64_t*> parts[] = {
      {Account::kReserved, &position.reserved},
      {Account::kCommitted, &position.committed},
      {Account::kPaid, &position.paid},
      {Account::kReturned, &position.returned},
      {Account::kReturnedLate, &position.returned_late},
      {Account::kReceivable, &position.receivable},
  };
  for (const auto& [account, value] : parts) {
    JISSHO_ASSIGN_OR_RETURN(const int64_t amount, balance(SubjectBalance(scope, account)));
    *value = IsCredit(account) ? -amount : amount;
  }
  return position;
}

void LedgerCheck::Add(const std::string& entry_id, const Entry& entry, const std::string& reverses_id) {
  int64_t sum = 0;
  std::map<std::string, std::pair<Account, int64_t>> touched;
  for (const Posting& posting : entry.postings) {
    sum += posting.amount;
    for (const BalanceKey& key : KeysOf(entry.scope, posting)) {
      const std::string id = key.Id();
      touched[id] = {key.account, sums_[id] += posting.amount};
    }
  }
  if (entry.postings.empty() || sum != 0) {
    violations_.push_back({entry_id, "ENTRY_UNBALANCED", absl::StrCat("sum ", sum)});
  }
  for (const auto& [id, account_and_balance] : touched) {
    const auto& [account, balance] = account_and_balance;
    if (Overdrawn(account, balance)) {
      violations_.push_back({entry_id, "ACCOUNT_OVERDRAWN", absl::StrCat(id, " = ", balance)});
    }
  }
  CheckReversal(entry_id, entry, reverses_id);
  entries_.emplace(entry_id, entry);
  if (!entry.scope.subject_id.empty()) {
    for (const Posting& posting : entry.postings) {
      const bool decides = entry.kind == EntryKind::kCommit || entry.kind == EntryKind::kDecommit;
      int64_t& entitled = entitled_[entry.scope.subject_id];
      if (decides && posting.account == Account::kCommitted) entitled += posting.amount;
      if (entry.kind == EntryKind::kClaim && posting.account == Account::kReceivable)
        entitled -= posting.amount;
    }
    CheckSubject(entry_id, entry.scope);
  }
}

void LedgerCheck::CheckReversal(const std::string& entry_id, const Entry& entry,
                                const std::string& reverses_id) {
  if (entry.kind != EntryKind::kReverse) {
    if (!reverses_id.empty()) violations_.push_back({entry_id, "REVERSAL_DIFFERS", "not a reversal"});
    return;
  }
  const auto original = entries_.find(reverses_id);
  if (original == entries_.end()) {
    violations_.push_back({entry_id, "REVERSAL_DIFFERS", absl::StrCat("no earlier entry ", reverses_id)});
  } else if (!(Reverse(original->second) == entry)) {
    violations_.push_back({entry_id, "REVERSAL_DIFFERS", absl::StrCat("is no mirror of ", reverses_id)});
  } else if (const auto [other, is_new] = reversed_by_.emplace(reverses_id, entry_id); !is_new) {
    violations_.push_back(
        {entry_id, "REVERSAL_DIFFERS", absl::StrCat("already reversed by ", other->second)});
  }
}

void LedgerCheck::CheckSubject(const std::string& entry_id, const Scope& scope) {
  const auto sum = [&](Account account) { return sums_[SubjectBalance(scope, account).Id()]; };
  const int64_t net = sum(Account::kPaid) + sum(Account::kReturned) + sum(Account::kReturnedLate);
  // What was advanced above the fixed amount is owed until it comes back.
  const int64_t owed = sum(Account::kReceivable);
  if (net < 0 || net - owed > entitled_[scope.subject_id]) {
    violations_.push_back({entry_id, "PAID_ABOVE_ENTITLED",
                           absl::StrCat(scope.subject_id, ": paid less returned ", net, ", owed ", owed,
                                        ", entitled to ", entitled_[scope.subject_id])});
  }
}

void LedgerCheck::ComparePayments(const std::vector<std::pair<std::string, std::string>>& made) {
  std::map<std::string, std::string> payments;
  for (const auto& [payment_id, entry_id] : made) {
    const auto entry = entries_.find(entry_id);
    const bool stands = entry != entries_.end() && entry->second.kind == EntryKind::kPay &&
                        reversed_by_.count(entry_id) == 0 && payments.emplace(entry_id, payment_id).second;
    if (!stands) violations_.push_back({entry_id, "PAYMENT_NOT_BOOKED", payment_id});
  }
  for (const auto& [id, entry] : entries_) {
    if (entry.kind != EntryKind::kPay || reversed_by_.count(id) > 0 || payments.count(id) > 0) continue;
    violations_.push_back({id, "PAYMENT_MISSING", entry.scope.subject_id});
  }
}

void LedgerCheck::Compare(const std::string& balance_id, int64_t stored) {
  ++compared_;
  seen_[balance_id] = true;
  const auto demanded = sums_.find(balance_id);
  const int64_t sum = demanded == sums_.end() ? 0 : demanded->second;
  if (sum != stored) {
    violations_.push_back(
        {"", "BALANCE_DIFFERS", absl::StrCat(balance_id, ": stored ", stored, ", summed ", sum)});
  }
}

std::vector<Violation> LedgerCheck::Finish() {
  for (const auto& [id, sum] : sums_) {
    if (sum != 0 && !seen_[id]) {
      violations_.push_back({"", "BALANCE_DIFFERS", absl::StrCat(id, ": not stored, summed ", sum)});
    }
  }
  return std::move(violations_);
}

}  // namespace jissho::subsidy
