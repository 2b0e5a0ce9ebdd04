// The range reads of the review service: all its SQL stands here. Each works inside an act that runs alone
// (View) and on a session of the read pool.
#ifndef JISSHO_SERVICES_REVIEW_STORE_QUERIES_H_
#define JISSHO_SERVICES_REVIEW_STORE_QUERIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/review/store/rows.h"
#include "workflow/act/act.h"
#include "workflow/storage/session.h"

namespace jissho::review {

template <class Row>
using Rows = absl::StatusOr<std::vector<Row>>;

// Where rows come from. Does not own what it points to.
class Source {
 public:
  Source(const act::View& view) : view_(&view) {}            // NOLINT(google-explicit-constructor)
  Source(storage::Session& session) : session_(&session) {}  // NOLINT(google-explicit-constructor)

  template <class Row>
  Rows<Row> Select(const std::string& tail, const storage::CellRow& params) const {
    return view_ != nullptr ? view_->Select<Row>(tail, params)
                            : storage::Select<Row>(*session_, tail, params);
  }

 private:
  const act::View* view_ = nullptr;
  storage::Session* session_ = nullptr;
};

// At most one row each.
Rows<RoundRow> FindRound(const Source& source, const std::string& call_id);
Rows<BoardRow> FindBoard(const Source& source, const std::string& call_id);
Rows<SeatRow> FindSeatOf(const Source& source, const std::string& call_id, const std::string& subject);
Rows<DraftRow> FindDraft(const Source& source, const std::string& call_id);

// All of a call: some tens of rows, at most (entries × seats × stages) sheets.
Rows<SeatRow> SeatsOf(const Source& source, const std::string& call_id);          // in order of addition
Rows<EntryRow> EntriesOf(const Source& source, const std::string& call_id);       // by receipt number
Rows<InterestRow> InterestsOf(const Source& source, const std::string& call_id);  // by case and seat
Rows<SheetRow> SheetsOf(const Source& source, const std::string& call_id);        // by case, stage and seat
Rows<ResultRow> ResultsOf(const Source& source, const std::string& call_id,
                          const std::string& stage);                              // best first
Rows<MeetingRow> MeetingsOf(const Source& source, const std::string& call_id);    // by date
Rows<DecisionRow> DecisionsOf(const Source& source, const std::string& call_id);  // ranked ones first

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_STORE_QUERIES_H_
