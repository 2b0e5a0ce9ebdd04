#include "services/subsidy/store/ledger_store.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/subsidy/reasons.h"
#include "workflow/base/test_hooks.h"

namespace jissho::subsidy {
namespace {

constexpr int kVerifyPage = 500;

// What may still be posted to a programme whose settled total is final: what leaves that total alone.
bool KeepsSettledTotal(const Entry& entry) {
  for (const Posting& posting : entry.postings) {
    if (posting.account == Account::kPaid || posting.account == Account::kReturned) return false;
  }
  return true;
}

absl::StatusOr<Entry> EntryOf(const EntryRow& row, const std::vector<PostingRow>& postings) {
  Entry entry{static_cast<EntryKind>(row.kind),
              {{row.line, static_cast<int>(row.fiscal_year)},
               row.programme_id,
               static_cast<SubjectKind>(row.subject_kind),
               row.subject_id},
              {}};
  for (const PostingRow& posting : postings) {
    JISSHO_ASSIGN_OR_RETURN(const Account account, AccountNamed(posting.account));
    entry.postings.push_back({account, static_cast<Fund>(posting.fund), posting.amount});
  }
  return entry;
}

std::string Marks(size_t count) {
  std::string marks;
  for (size_t i = 0; i < count; ++i) marks += i == 0 ? "?" : ",?";
  return marks;
}

}  // namespace

std::string BudgetLineId(const Book& book) { return absl::StrCat(book.line, "/", book.fiscal_year); }

std::string AllocationId(const std::string& programme_id, const Book& book) {
  return absl::StrCat(programme_id, "/", BudgetLineId(book));
}

LedgerWriter::LedgerWriter(const act::Context& context, const act::View& view, act::WriteSet& writes,
                           std::string label)
    : context_(context), view_(view), writes_(writes), label_(std::move(label)) {}

BalanceReader LedgerWriter::Reader() const {
  return [this](const BalanceKey& key) -> absl::StatusOr<int64_t> {
    JISSHO_ASSIGN_OR_RETURN(const auto row, view_.Find<BalanceRow>(key.Id()));
    return row ? row->amount : 0;
  };
}

absl::StatusOr<Position> LedgerWriter::PositionOf(const Scope& scope) const {
  return subsidy::PositionOf(scope, Reader());
}

absl::Status LedgerWriter::CheckNotSealed(const Entry& entry) const {
  if (entry.scope.programme_id.empty() || KeepsSettledTotal(entry)) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const auto allocation, view_.Find<AllocationRow>(AllocationId(
                                                     entry.scope.programme_id, entry.scope.book)));
  if (!allocation) return absl::OkStatus();
  return MakeError(kAlreadyAllocated, {{"fiscal_year", absl::StrCat(entry.scope.book.fiscal_year)}});
}

absl::StatusOr<std::string> LedgerWriter::Post(const Entry& entry, const Note& note) {
  JISSHO_RETURN_IF_ERROR(CheckNotSealed(entry));
  JISSHO_ASSIGN_OR_RETURN(const std::vector<BalanceChange> changes, subsidy::Post(entry, Reader()));
  const Book& book = entry.scope.book;
  const std::string id =
      note.entry_id.empty() ? context_.NewId(absl::StrCat("entry/", label_, "/", posted_++)) : note.entry_id;
  JISSHO_ASSIGN_OR_RETURN(const int64_t number,
                          writes_.NextNumber(absl::StrCat("subsidy.entry/", book.fiscal_year)));
  JISSHO_RETURN_IF_ERROR(writes_.Insert(EntryRow{
      id, book.fiscal_year, number, static_cast<int64_t>(entry.kind), book.line, entry.scope.programme_id,
      static_cast<int64_t>(entry.scope.subject_kind), entry.scope.subject_id, note.reference,
      note.reverses_id, context_.actor().id, context_.now(), note.value_date}));
  for (size_t i = 0; i < entry.postings.size(); ++i) {
    const Posting& posting = entry.postings[i];
    JISSHO_RETURN_IF_ERROR(writes_.Insert(
        PostingRow{id, static_cast<int64_t>(i), book.line, book.fiscal_year, entry.scope.programme_id,
                   static_cast<int64_t>(entry.scope.subject_kind), std::string(AccountName(posting.account)),
                   static_cast<int64_t>(posting.fund), posting.amount}));
  }
  for (const BalanceChange& change : changes) {
    if (IsPlanted(Bug::kBalanceForgotten) && change.key.account == Account::kPaid) continue;
    JISSHO_ASSIGN_OR_RETURN(auto row, view_.Find<BalanceRow>(change.key.Id()));
    if (row) {
      row->amount = change.after;
      JISSHO_RETURN_IF_ERROR(writes_.Update(*row));
    } else {
      JISSHO_RETURN_IF_ERROR(writes_.Insert(
          BalanceRow{change.key.Id(), 0, book.line, book.fiscal_year, change.key.programme_id,
                     std::string(AccountName(change.key.account)), static_cast<int64_t>(change.key.fund),
                     change.key.subject_id, change.after}));
    }
  }
  return id;
}

absl::StatusOr<std::string> LedgerWriter::PostReversal(const std::string& entry_id, const Note& note) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view_.Find<EntryRow>(entry_id));
  if (!row) return absl::InternalError(absl::StrCat("ledger entry ", entry_id, " is missing"));
  std::vector<PostingRow> postings;
  for (int64_t position = 0;; ++position) {
    JISSHO_ASSIGN_OR_RETURN(const auto posting, view_.Find<PostingRow>(storage::KeyOf(entry_id, position)));
    if (!posting) break;
    postings.push_back(*posting);
  }
  JISSHO_ASSIGN_OR_RETURN(const Entry entry, EntryOf(*row, postings));
  return Post(Reverse(entry), {note.reference, note.value_date, entry_id});
}

absl::StatusOr<BalanceReader> ReadSubjectBalances(storage::Session& session,
                                                  const std::vector<std::string>& subjects) {
  auto amounts = std::make_shared<std::map<std::string, int64_t>>();
  if (!subjects.empty()) {
    storage::CellRow params(subjects.begin(), subjects.end());
    JISSHO_ASSIGN_OR_RETURN(
        const auto rows,
        storage::Select<BalanceRow>(
            session, absl::StrCat("WHERE subject_id IN (", Marks(subjects.size()), ")"), params));
    for (const BalanceRow& row : rows) (*amounts)[row.id] = row.amount;
  }
  return BalanceReader([amounts](const BalanceKey& key) -> absl::StatusOr<int64_t> {
    const auto found = amounts->find(key.Id());
    return found == amounts->end() ? 0 : found->second;
  });
}

absl::StatusOr<std::vector<BalanceRow>> ReadBookBalances(storage::Session& session, const Book& book) {
  return storage::Select<BalanceRow>(session, kBookBalances, BookBalancesParams(book));
}

storage::CellRow BookBalancesParams(const Book& book) { return {int64_t{book.fiscal_year}, book.line}; }

storage::CellRow ProgrammeParams(const Book& book, const std::string& programme_id) {
  return {int64_t{book.fiscal_year}, book.line, programme_id};
}

absl::StatusOr<PostingSums> SumPostings(const std::vector<PostingRow>& postings) {
  PostingSums sums;
  for (const PostingRow& posting : postings) {
    JISSHO_ASSIGN_OR_RETURN(const Account account, AccountNamed(posting.account));
    sums[{static_cast<SubjectKind>(posting.subject_kind), account}] += posting.amount;
  }
  return sums;
}

absl::StatusOr<std::vector<StoredEntry>> ReadEntries(storage::Session& session, int64_t fiscal_year,
                                                     const std::string& subject_id, int64_t after_year,
                                                     int64_t after_number, int limit) {
  std::string tail = "WHERE (fiscal_year>? OR (fiscal_year=? AND number>?))";
  storage::CellRow params = {after_year, after_year, after_number};
  if (fiscal_year != 0) {
    tail += " AND fiscal_year=?";
    params.push_back(fiscal_year);
  }
  if (!subject_id.empty()) {
    tail += " AND subject_id=?";
    params.push_back(subject_id);
  }
  absl::StrAppend(&tail, " ORDER BY fiscal_year, number LIMIT ", limit);
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<EntryRow>(session, tail, params));
  std::vector<StoredEntry> entries;
  if (rows.empty()) return entries;
  storage::CellRow ids;
  std::map<std::string, size_t> index;
  for (EntryRow& row : rows) {
    ids.push_back(row.id);
    index[row.id] = entries.size();
    entries.push_back({std::move(row), {}});
  }
  JISSHO_ASSIGN_OR_RETURN(
      const auto postings,
      storage::Select<PostingRow>(
          session, absl::StrCat("WHERE entry_id IN (", Marks(ids.size()), ") ORDER BY entry_id, position"),
          ids));
  for (const PostingRow& posting : postings) entries[index[posting.entry_id]].postings.push_back(posting);
  return entries;
}

absl::StatusOr<LedgerReport> VerifyLedger(storage::Session& session, int64_t fiscal_year) {
  LedgerCheck check;
  int64_t number = 0;
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(const auto entries,
                            ReadEntries(session, fiscal_year, "", fiscal_year, number, kVerifyPage));
    for (const StoredEntry& stored : entries) {
      JISSHO_ASSIGN_OR_RETURN(const Entry entry, EntryOf(stored.row, stored.postings));
      check.Add(stored.row.id, entry, stored.row.reverses_id);
      number = stored.row.number;
    }
    if (entries.size() < kVerifyPage) break;
  }
  JISSHO_ASSIGN_OR_RETURN(const auto payments,
                          storage::Select<PaymentRow>(
                              session, "WHERE fiscal_year=? AND entry_id<>'' ORDER BY id", {fiscal_year}));
  std::vector<std::pair<std::string, std::string>> made;
  for (const PaymentRow& payment : payments) made.emplace_back(payment.id, payment.entry_id);
  check.ComparePayments(made);
  JISSHO_ASSIGN_OR_RETURN(
      const auto balances,
      storage::Select<BalanceRow>(session, "WHERE fiscal_year=? ORDER BY id", {fiscal_year}));
  for (const BalanceRow& balance : balances) check.Compare(balance.id, balance.amount);
  LedgerReport report;
  report.entries = check.entries();
  report.balances = check.compared();
  report.violations = check.Finish();
  return report;
}

}  // namespace jissho::subsidy
