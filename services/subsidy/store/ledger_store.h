// The ledger in the database: posting inside an act, reading balances and sums, verification of a whole year.
#ifndef JISSHO_SERVICES_SUBSIDY_STORE_LEDGER_STORE_H_
#define JISSHO_SERVICES_SUBSIDY_STORE_LEDGER_STORE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/subsidy/domain/ledger.h"
#include "services/subsidy/store/rows.h"
#include "workflow/act/act.h"
#include "workflow/storage/session.h"

namespace jissho::subsidy {

// Posts entries of one act. Ids derive from the act's command and `label`, which must differ between the
// posters of one act.
class LedgerWriter {
 public:
  LedgerWriter(const act::Context& context, const act::View& view, act::WriteSet& writes, std::string label);

  struct Note {
    std::string reference;   // what caused it
    std::string value_date;  // YYYY-MM-DD
    std::string reverses_id;
    std::string entry_id = "";  // empty: derived from the act's command
  };
  // The entry's id. Errors: those of subsidy::Post; ALREADY_ALLOCATED when the programme's year is sealed and
  // the entry would change its settled total.
  absl::StatusOr<std::string> Post(const Entry& entry, const Note& note);

  // The mirror of a stored entry.
  absl::StatusOr<std::string> PostReversal(const std::string& entry_id, const Note& note);

  absl::StatusOr<Position> PositionOf(const Scope& scope) const;

 private:
  BalanceReader Reader() const;
  absl::Status CheckNotSealed(const Entry& entry) const;

  const act::Context& context_;
  const act::View& view_;
  act::WriteSet& writes_;
  std::string label_;
  int posted_ = 0;
};

std::string BudgetLineId(const Book& book);
std::string AllocationId(const std::string& programme_id, const Book& book);

// All balances of these subjects, read at once: a reader over them.
absl::StatusOr<BalanceReader> ReadSubjectBalances(storage::Session& session,
                                                  const std::vector<std::string>& subjects);

// Book balances (no subjects) of one line and year; the tail serves View::Select as well.
inline constexpr char kBookBalances[] = "WHERE fiscal_year=? AND line=? AND subject_id='' ORDER BY id";
storage::CellRow BookBalancesParams(const Book& book);
absl::StatusOr<std::vector<BalanceRow>> ReadBookBalances(storage::Session& session, const Book& book);

// The postings and the standing payments of one programme, line and year, for its settlement.
inline constexpr char kProgrammePostings[] = "WHERE fiscal_year=? AND line=? AND programme_id=?";
inline constexpr char kStandingPayments[] =
    "WHERE fiscal_year=? AND line=? AND programme_id=? AND entry_id<>''";
storage::CellRow ProgrammeParams(const Book& book, const std::string& programme_id);
using PostingSums = std::map<std::pair<SubjectKind, Account>, int64_t>;
absl::StatusOr<PostingSums> SumPostings(const std::vector<PostingRow>& postings);

struct StoredEntry {
  EntryRow row;
  std::vector<PostingRow> postings;
};
// In order of (year, number), after that key; `fiscal_year` 0 and `subject_id` "" mean all.
absl::StatusOr<std::vector<StoredEntry>> ReadEntries(storage::Session& session, int64_t fiscal_year,
                                                     const std::string& subject_id, int64_t after_year,
                                                     int64_t after_number, int limit);

struct LedgerReport {
  int64_t entries = 0;
  int64_t balances = 0;
  std::vector<Violation> violations;
};
absl::StatusOr<LedgerReport> VerifyLedger(storage::Session& session, int64_t fiscal_year);

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_STORE_LEDGER_STORE_H_
