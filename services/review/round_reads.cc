#include "services/review/reasons.h"
#include "services/review/support.h"
#include "services/runtime/rpc/paging.h"

namespace jissho::review {
namespace {

using runtime::CallContext;

absl::StatusOr<v1::Round> GetRound(const CallContext& call, const v1::GetRoundRequest& request,
                                   storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const RoundReader reader, OpenRound(call, session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const auto states, StatesOfAll(session, {request.call_id()}));
  const auto state = states.find(request.call_id());
  return ToProto(reader.round, state == states.end() ? "" : state->second);
}

absl::StatusOr<v1::ListEntriesResponse> ListEntries(const CallContext& call,
                                                    const v1::ListEntriesRequest& request,
                                                    storage::Session& session) {
  JISSHO_RETURN_IF_ERROR(OpenRound(call, session, request.call_id()).status());
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, EntriesOf(session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const auto first, ResultsOf(session, request.call_id(), "FIRST"));
  JISSHO_ASSIGN_OR_RETURN(const auto second, ResultsOf(session, request.call_id(), "SECOND"));
  std::vector<std::string> ids;
  for (const EntryRow& row : rows) ids.push_back(row.case_id);
  JISSHO_ASSIGN_OR_RETURN(const auto states, StatesOfAll(session, ids));

  std::vector<v1::Entry> entries;
  for (const EntryRow& row : rows) {
    const auto state = states.find(row.case_id);
    v1::Entry entry = ToProto(row, state == states.end() ? "" : state->second);
    if (request.state() != v1::ENTRY_STATE_UNSPECIFIED && request.state() != entry.state()) continue;
    for (const ResultRow& result : first) {
      if (result.case_id == row.case_id) *entry.mutable_first() = ToProto(result);
    }
    for (const ResultRow& result : second) {
      if (result.case_id == row.case_id) *entry.mutable_second() = ToProto(result);
    }
    entries.push_back(std::move(entry));
  }
  std::vector<std::string> next;
  v1::ListEntriesResponse response;
  const auto key = [](const v1::Entry& entry) { return std::vector<std::string>{entry.case_id()}; };
  for (v1::Entry& entry : CutPage(entries, page.size, page.after, key, &next)) {
    *response.add_entries() = std::move(entry);
  }
  if (!next.empty()) response.set_next_page_token(runtime::MakePageToken(request, next));
  return response;
}

absl::StatusOr<v1::Ranking> GetRanking(const CallContext& call, const v1::GetRankingRequest& request,
                                       storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const RoundReader reader, OpenRound(call, session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const auto results,
                          ResultsOf(session, request.call_id(), StageName(request.stage())));
  if (results.empty()) return MakeError(kNotRanked);
  v1::Ranking ranking;
  ranking.set_call_id(request.call_id());
  ranking.set_stage(request.stage());
  for (const ResultRow& result : results) *ranking.add_results() = ToProto(result);
  if (request.stage() == v1::STAGE_SECOND) FillLog(reader.round.ranking_log, ranking);
  return ranking;
}

absl::StatusOr<v1::ListInterestsResponse> ListInterests(const CallContext& call,
                                                        const v1::ListInterestsRequest& request,
                                                        storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const RoundReader reader, OpenRound(call, session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(const auto all, InterestsOf(session, request.call_id()));
  std::vector<InterestRow> rows;
  for (const InterestRow& row : all) {
    const bool visible = reader.is_office || row.seat_id == reader.seat->id;
    if (visible && (request.case_id().empty() || row.case_id == request.case_id())) rows.push_back(row);
  }
  std::vector<std::string> next;
  v1::ListInterestsResponse response;
  const auto key = [](const InterestRow& row) { return std::vector<std::string>{row.case_id, row.seat_id}; };
  for (const InterestRow& row : CutPage(rows, page.size, page.after, key, &next)) {
    *response.add_interests() = ToProto(row);
  }
  if (!next.empty()) response.set_next_page_token(runtime::MakePageToken(request, next));
  return response;
}

// What the reader has to do with the entry and stage of a sheet.
Reader ReaderOf(const RoundReader& reader, const SheetRow& sheet, const std::vector<SheetRow>& sheets,
                const std::vector<InterestRow>& interests) {
  Reader out;
  out.is_office = reader.is_office;
  if (!reader.seat) return out;
  out.seat_id = reader.seat->id;
  out.is_chair = reader.seat->kind == v1::SeatKind_Name(v1::SEAT_KIND_CHAIR);
  for (const InterestRow& interest : interests) {
    if (interest.case_id != sheet.case_id || interest.seat_id != out.seat_id) continue;
    out.is_related = InterestOf(interest) == InterestKind::kRelated;
  }
  for (const SheetRow& own : sheets) {
    out.has_scored = out.has_scored || (own.case_id == sheet.case_id && own.stage == sheet.stage &&
                                        own.seat_id == out.seat_id && own.kind == kScored);
  }
  return out;
}

absl::StatusOr<v1::ListScoresResponse> ListScores(const CallContext& call,
                                                  const v1::ListScoresRequest& request,
                                                  storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const RoundReader reader, OpenRound(call, session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(const auto sheets, SheetsOf(session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const auto interests, InterestsOf(session, request.call_id()));
  std::vector<SheetRow> visible;
  for (const SheetRow& sheet : sheets) {
    if (!request.case_id().empty() && sheet.case_id != request.case_id()) continue;
    if (request.stage() != v1::STAGE_UNSPECIFIED && sheet.stage != StageName(request.stage())) continue;
    const bool closed = sheet.stage == "FIRST" ? reader.round.first_closed_at.has_value()
                                               : reader.round.second_closed_at.has_value();
    if (MaySeeSheet(ReaderOf(reader, sheet, sheets, interests), sheet.seat_id, closed))
      visible.push_back(sheet);
  }
  const Rules rules = RulesOf(reader.round);
  std::vector<std::string> next;
  v1::ListScoresResponse response;
  const auto key = [](const SheetRow& row) {
    return std::vector<std::string>{row.case_id, row.stage, row.seat_id};
  };
  for (const SheetRow& sheet : CutPage(visible, page.size, page.after, key, &next)) {
    *response.add_scores() = ToProto(sheet, rules);
  }
  if (!next.empty()) response.set_next_page_token(runtime::MakePageToken(request, next));
  return response;
}

}  // namespace

void AddRoundReads(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetRoundRequest, v1::Round>("GetRound", GetRound);
  registry.Read<v1::ListEntriesRequest, v1::ListEntriesResponse>("ListEntries", ListEntries);
  registry.Read<v1::GetRankingRequest, v1::Ranking>("GetRanking", GetRanking);
  registry.Read<v1::ListInterestsRequest, v1::ListInterestsResponse>("ListInterests", ListInterests);
  registry.Read<v1::ListScoresRequest, v1::ListScoresResponse>("ListScores", ListScores);
}

}  // namespace jissho::review
