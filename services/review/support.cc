#include "services/review/support.h"

#include <algorithm>

#include "services/review/reasons.h"
#include "workflow/act/queries.h"

namespace jissho::review {

absl::StatusOr<RoundRow> ReadRound(const act::View& view, const std::string& call_id) {
  return view.Get<RoundRow>(call_id, kRoundNotFound);
}

absl::StatusOr<EntryRow> ReadEntry(const act::View& view, const std::string& call_id,
                                   const std::string& case_id) {
  JISSHO_ASSIGN_OR_RETURN(EntryRow entry, view.Get<EntryRow>(case_id, kEntryNotFound));
  if (entry.call_id != call_id) return MakeError(kEntryNotFound, {{"id", case_id}});
  return entry;
}

absl::StatusOr<SeatRow> ReadOwnSeat(const act::View& view, const act::Context& context,
                                    const std::string& call_id) {
  JISSHO_ASSIGN_OR_RETURN(auto seat, view.Find<SeatRow>(storage::KeyOf(call_id, context.actor().id)));
  if (!seat) return MakeError(kNoSeat);
  return *std::move(seat);
}

absl::Status RequireChair(const act::View& view, const act::Context& context, const std::string& call_id) {
  JISSHO_ASSIGN_OR_RETURN(auto seat, view.Find<SeatRow>(storage::KeyOf(call_id, context.actor().id)));
  if (!seat || seat->kind != v1::SeatKind_Name(v1::SEAT_KIND_CHAIR)) return MakeError(kNotChair);
  return absl::OkStatus();
}

absl::Status CheckGivenEtag(const std::string& etag, int64_t version) {
  return etag.empty() ? absl::OkStatus() : runtime::CheckEtag(etag, version);
}

absl::StatusOr<std::string> StateAmong(const act::WriteSet& writes, const std::string& instance_id,
                                       const std::vector<std::string>& states) {
  for (const std::string& state : states) {
    JISSHO_ASSIGN_OR_RETURN(const bool in, writes.IsIn(instance_id, state));
    if (in) return state;
  }
  return std::string();
}

absl::StatusOr<v1::Round> RoundAnswer(const act::View& view, const act::WriteSet& writes,
                                      const std::string& call_id) {
  JISSHO_ASSIGN_OR_RETURN(const RoundRow round, ReadRound(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const std::string state,
                          StateAmong(writes, call_id,
                                     {"preparing", "first_review", "first_closed", "second_review",
                                      "second_closed", "ranked", "drafted", "approved", "released"}));
  return ToProto(round, state);
}

std::vector<std::string> StageData::case_ids() const {
  std::vector<std::string> ids;
  for (const EntryRow& entry : entries) ids.push_back(entry.case_id);
  return ids;
}

std::vector<std::string> StageData::seat_ids() const {
  std::vector<std::string> ids;
  for (const SeatRow& seat : seats) ids.push_back(seat.id);
  return ids;
}

std::set<CaseSeat> StageData::Done() const {
  std::set<CaseSeat> done;
  for (const auto& [pair, sheet] : sheets) done.insert(pair);
  return done;
}

std::set<CaseSeat> StageData::Related() const {
  std::set<CaseSeat> related;
  for (const auto& [pair, interest] : interests) {
    if (InterestOf(interest) == InterestKind::kRelated) related.insert(pair);
  }
  return related;
}

std::vector<Sheet> StageData::Counting(const std::string& case_id) const {
  std::vector<Sheet> counting;
  for (const auto& [pair, sheet] : sheets) {
    if (pair.first != case_id || sheet.kind != kScored) continue;
    counting.push_back({pair.second, Json::parse(sheet.grades, nullptr, false).get<std::vector<int64_t>>()});
  }
  return counting;
}

absl::StatusOr<StageData> LoadStage(const act::View& view, const act::WriteSet& writes,
                                    const std::string& call_id, const std::string& stage,
                                    const std::vector<std::string>& states) {
  StageData data;
  JISSHO_ASSIGN_OR_RETURN(data.seats, SeatsOf(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto entries, EntriesOf(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto interests, InterestsOf(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto sheets, SheetsOf(view, call_id));
  for (const EntryRow& entry : entries) {
    JISSHO_ASSIGN_OR_RETURN(const std::string state, StateAmong(writes, entry.case_id, states));
    if (!state.empty()) data.entries.push_back(entry);
  }
  for (const InterestRow& interest : interests)
    data.interests[{interest.case_id, interest.seat_id}] = interest;
  for (const SheetRow& sheet : sheets) {
    if (sheet.stage == stage) data.sheets[{sheet.case_id, sheet.seat_id}] = sheet;
  }
  return data;
}

absl::StatusOr<std::vector<Aggregate>> AggregateStage(const Rules& rules, const StageData& data) {
  std::vector<Aggregate> aggregates;
  for (const EntryRow& entry : data.entries) {
    JISSHO_ASSIGN_OR_RETURN(Aggregate aggregate,
                            AggregateSheets(rules, entry.case_id, data.Counting(entry.case_id)));
    aggregates.push_back(std::move(aggregate));
  }
  return aggregates;
}

ResultRow MakeResult(const StageData& data, const std::string& call_id, const std::string& stage,
                     const Aggregate& aggregate, int64_t place, int64_t order) {
  ResultRow row;
  row.case_id = aggregate.case_id;
  row.stage = stage;
  row.call_id = call_id;
  row.place = place;
  row.list_order = order;
  row.score = aggregate.score.ToText();
  row.score_text = aggregate.score.ToDecimals();
  row.score_sum = aggregate.sum;
  row.scorers = aggregate.scorers;
  row.above_floor = aggregate.above_floor;
  for (const CaseSeat& pair : data.Related()) row.recused += pair.first == aggregate.case_id ? 1 : 0;
  for (const auto& [pair, sheet] : data.sheets) {
    row.abstained += pair.first == aggregate.case_id && sheet.kind == kAbstained ? 1 : 0;
  }
  return row;
}

absl::StatusOr<RoundReader> OpenRound(const runtime::CallContext& call, storage::Session& session,
                                      const std::string& call_id) {
  RoundReader reader;
  for (const char* role : {"secretariat", "manager", "mayor", "auditor", "system"}) {
    if (call.actor.HasRole(role)) reader.is_office = true;
  }
  JISSHO_ASSIGN_OR_RETURN(auto seats, FindSeatOf(session, call_id, call.actor.id));
  if (!seats.empty()) reader.seat = std::move(seats.front());
  JISSHO_ASSIGN_OR_RETURN(auto rounds, FindRound(session, call_id));
  if (rounds.empty() || (!reader.is_office && !reader.seat))
    return MakeError(kRoundNotFound, {{"id", call_id}});
  reader.round = std::move(rounds.front());
  return reader;
}

absl::StatusOr<std::map<std::string, std::string>> StatesOfAll(storage::Session& session,
                                                               const std::vector<std::string>& ids) {
  constexpr size_t kAtOnce = 500;
  std::map<std::string, std::string> states;
  for (size_t i = 0; i < ids.size(); i += kAtOnce) {
    const std::vector<std::string> some(ids.begin() + i, ids.begin() + std::min(ids.size(), i + kAtOnce));
    JISSHO_ASSIGN_OR_RETURN(auto found, act::StatesOf(session, some));
    states.merge(found);
  }
  return states;
}

}  // namespace jissho::review
