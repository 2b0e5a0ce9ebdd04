// What a played season left behind, asked of the services once more, and counted again from single cases and
// payments.
#ifndef JISSHO_CLIENTS_SEASON_FINDINGS_H_
#define JISSHO_CLIENTS_SEASON_FINDINGS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/season/play.h"

namespace jissho::season {

// One cell of the management sheet.
struct SheetCell {
  std::string id;
  std::string label;
  std::string kind;    // counted, summed, derived, typed, not_set
  std::string status;  // confirmed, pending, not_set
  std::string unit;    // thousand_yen, count, … (CellUnit without its prefix)
  std::optional<int64_t> value;
  std::string text;
  std::string source_ja;
};

// Single facts from which the cross-count makes cells: lists only, no sums of the services.
struct Tally {
  struct Payment {
    std::string id;
    std::string programme;
    std::string state;
    int64_t yen = 0;
    int attempt = 1;
    bool direct = false;
  };
  struct Case {
    int fiscal_year = 0;
    bool adopted = false;  // declined ones included
    bool declined = false;
    bool run = false;
  };
  std::vector<Case> cases;
  int refused_submissions = 0;  // drafts whose submission came too late
  int receipts_twice = 0;       // submissions that were sent twice
  std::vector<Payment> payments;
  int64_t returned_yen = 0;
};

struct Findings {
  std::vector<SheetCell> cells;
  Tally tally;
  int64_t settled_yen = 0;
  int64_t granted_yen = 0;
  int64_t direct_yen = 0;
  int64_t surveys_sent = 0;
  int64_t survey_responses = 0;
  int64_t survey_late = 0;
  int64_t reminders = 0;
  int64_t ledger_entries = 0;
  int64_t ledger_violations = 0;
  int64_t cases_verified = 0;
  int64_t cases_broken = 0;

  const SheetCell* Find(const std::string& id) const;
};

absl::StatusOr<Findings> Gather(Play& play);

// Cells counted by this program: id -> value in the cell's unit. `faults` are names of wrong ways of counting
// (perturb.h); empty for the right one.
std::map<std::string, int64_t> CrossCount(const Season& season, const Tally& tally,
                                          const std::set<std::string>& faults);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_FINDINGS_H_
