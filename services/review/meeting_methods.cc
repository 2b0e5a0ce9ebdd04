#include "services/review/reasons.h"
#include "services/review/support.h"
#include "services/runtime/rpc/paging.h"

namespace jissho::review {
namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

std::string RecusalsJson(const v1::RecordMeetingRequest& request) {
  Json json = Json::array();
  for (const v1::Recusal& recusal : request.recusals())
    json.push_back({recusal.case_id(), recusal.seat_id()});
  return json.dump();
}

// The interests that matter at a meeting: those in entries that its stage deals with.
std::set<CaseSeat> RelatedAt(const StageData& data) {
  std::set<CaseSeat> related;
  const auto ids = data.case_ids();
  const std::set<std::string> dealt_with(ids.begin(), ids.end());
  for (const CaseSeat& pair : data.Related()) {
    if (dealt_with.contains(pair.first)) related.insert(pair);
  }
  return related;
}

absl::StatusOr<v1::Meeting> RunRecord(const v1::RecordMeetingRequest& request, const Context& context,
                                      const View& view, WriteSet& writes) {
  const std::string& call_id = request.call_id();
  JISSHO_ASSIGN_OR_RETURN(const RoundRow round, ReadRound(view, call_id));
  JISSHO_RETURN_IF_ERROR(view.Get<BoardRow>(call_id, kBoardNotFound).status());
  if (request.date() > ToDate(context.now())) {
    return MakeFieldError({{"date", "未来の日付です。", "lies in the future."}});
  }
  const std::string stage = StageName(request.stage());
  const std::vector<std::string> states =
      request.stage() == v1::STAGE_SECOND
          ? std::vector<std::string>{"second_review", "scored"}
          : std::vector<std::string>{"first_review", "screened_in", "screened_out"};
  JISSHO_ASSIGN_OR_RETURN(const StageData data, LoadStage(view, writes, call_id, stage, states));
  Attendance attendance;
  attendance.present = {request.present_seat_ids().begin(), request.present_seat_ids().end()};
  attendance.absent = {request.absent_seat_ids().begin(), request.absent_seat_ids().end()};
  for (const v1::Recusal& recusal : request.recusals()) {
    attendance.recusals.insert({recusal.case_id(), recusal.seat_id()});
  }
  JISSHO_RETURN_IF_ERROR(CheckMeeting(attendance, data.seat_ids(), RulesOf(round).quorum, RelatedAt(data)));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "meeting.record"));

  MeetingRow row;
  row.id = context.NewId("meeting");
  row.version = 1;
  row.call_id = call_id;
  row.stage = stage;
  row.held_on = request.date();
  row.place = request.place();
  row.is_public = request.public_();
  row.present_seats = TextsJson(attendance.present);
  row.absent_seats = TextsJson(attendance.absent);
  row.recusals = RecusalsJson(request);
  row.minutes = request.minutes();
  JISSHO_RETURN_IF_ERROR(writes.Insert(row));
  JISSHO_RETURN_IF_ERROR(writes.Start("meeting", row.id, "", "", Json::object()));
  JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "minutes.record"));
  return ToProto(row);
}

absl::StatusOr<Plan<v1::Meeting>> RecordMeeting(const CallContext&, const v1::RecordMeetingRequest& request) {
  Plan<v1::Meeting> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunRecord(request, context, view, writes);
  };
  return plan;
}

absl::StatusOr<v1::Meeting> SaveMeeting(const View& view, WriteSet& writes, const MeetingRow& row) {
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  JISSHO_ASSIGN_OR_RETURN(const MeetingRow saved, view.Get<MeetingRow>(row.id, kMeetingNotFound));
  return ToProto(saved);
}

absl::StatusOr<Plan<v1::Meeting>> UpdateMinutes(const CallContext&, const v1::UpdateMinutesRequest& request) {
  Plan<v1::Meeting> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<MeetingRow>(request.id()), act::ReadInstance(request.id())};
  plan.run = [request](const Context&, const View& view, WriteSet& writes) -> absl::StatusOr<v1::Meeting> {
    JISSHO_ASSIGN_OR_RETURN(MeetingRow row, view.Get<MeetingRow>(request.id(), kMeetingNotFound));
    JISSHO_RETURN_IF_ERROR(CheckGivenEtag(request.etag(), row.version));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "minutes.revise"));
    row.minutes = request.minutes();
    return SaveMeeting(view, writes, row);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Meeting>> ApproveMinutes(const CallContext&,
                                                 const v1::ApproveMinutesRequest& request) {
  Plan<v1::Meeting> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<MeetingRow>(request.id()), act::ReadInstance(request.id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Meeting> {
    JISSHO_ASSIGN_OR_RETURN(MeetingRow row, view.Get<MeetingRow>(request.id(), kMeetingNotFound));
    JISSHO_RETURN_IF_ERROR(RequireChair(view, context, row.call_id));
    JISSHO_RETURN_IF_ERROR(CheckGivenEtag(request.etag(), row.version));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "minutes.approve"));
    row.approved_at = context.now();
    return SaveMeeting(view, writes, row);
  };
  return plan;
}

absl::StatusOr<v1::ListMeetingsResponse> ListMeetings(const CallContext& call,
                                                      const v1::ListMeetingsRequest& request,
                                                      storage::Session& session) {
  JISSHO_RETURN_IF_ERROR(OpenRound(call, session, request.call_id()).status());
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, MeetingsOf(session, request.call_id()));
  std::vector<std::string> next;
  v1::ListMeetingsResponse response;
  const auto key = [](const MeetingRow& row) { return std::vector<std::string>{row.id}; };
  for (const MeetingRow& row : CutPage(rows, page.size, page.after, key, &next)) {
    *response.add_meetings() = ToProto(row);
  }
  if (!next.empty()) response.set_next_page_token(runtime::MakePageToken(request, next));
  return response;
}

}  // namespace

void AddMeetingMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::RecordMeetingRequest, v1::Meeting>("RecordMeeting", RecordMeeting);
  registry.Act<v1::UpdateMinutesRequest, v1::Meeting>("UpdateMinutes", UpdateMinutes);
  registry.Act<v1::ApproveMinutesRequest, v1::Meeting>("ApproveMinutes", ApproveMinutes);
  registry.Read<v1::ListMeetingsRequest, v1::ListMeetingsResponse>("ListMeetings", ListMeetings);
}

}  // namespace jissho::review
