#include "services/review/store/queries.h"

namespace jissho::review {

Rows<RoundRow> FindRound(const Source& source, const std::string& call_id) {
  return source.Select<RoundRow>("WHERE call_id=?", {call_id});
}

Rows<BoardRow> FindBoard(const Source& source, const std::string& call_id) {
  return source.Select<BoardRow>("WHERE call_id=?", {call_id});
}

Rows<SeatRow> FindSeatOf(const Source& source, const std::string& call_id, const std::string& subject) {
  return source.Select<SeatRow>("WHERE call_id=? AND subject=?", {call_id, subject});
}

Rows<DraftRow> FindDraft(const Source& source, const std::string& call_id) {
  return source.Select<DraftRow>("WHERE call_id=?", {call_id});
}

Rows<SeatRow> SeatsOf(const Source& source, const std::string& call_id) {
  return source.Select<SeatRow>("WHERE call_id=? ORDER BY seat_order", {call_id});
}

Rows<EntryRow> EntriesOf(const Source& source, const std::string& call_id) {
  return source.Select<EntryRow>("WHERE call_id=? ORDER BY receipt_number, case_id", {call_id});
}

Rows<InterestRow> InterestsOf(const Source& source, const std::string& call_id) {
  return source.Select<InterestRow>("WHERE call_id=? ORDER BY case_id, seat_id", {call_id});
}

Rows<SheetRow> SheetsOf(const Source& source, const std::string& call_id) {
  return source.Select<SheetRow>("WHERE call_id=? ORDER BY case_id, stage, seat_id", {call_id});
}

Rows<ResultRow> ResultsOf(const Source& source, const std::string& call_id, const std::string& stage) {
  return source.Select<ResultRow>("WHERE call_id=? AND stage=? ORDER BY list_order", {call_id, stage});
}

Rows<MeetingRow> MeetingsOf(const Source& source, const std::string& call_id) {
  return source.Select<MeetingRow>("WHERE call_id=? ORDER BY held_on, id", {call_id});
}

Rows<DecisionRow> DecisionsOf(const Source& source, const std::string& call_id) {
  return source.Select<DecisionRow>("WHERE call_id=? ORDER BY list_order, case_id", {call_id});
}

}  // namespace jissho::review
