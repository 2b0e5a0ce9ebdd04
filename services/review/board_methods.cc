#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/review/reasons.h"
#include "services/review/support.h"

namespace jissho::review {
namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

bool IsChair(const SeatRow& seat) { return seat.kind == v1::SeatKind_Name(v1::SEAT_KIND_CHAIR); }

void CheckSeat(const v1::Seat& seat, const std::string& field, std::vector<FieldFault>& faults) {
  if (seat.subject().empty()) faults.push_back({field + ".subject", "必須です。", "is required."});
  if (seat.name().empty()) faults.push_back({field + ".name", "必須です。", "is required."});
  if (seat.kind() == v1::SEAT_KIND_UNSPECIFIED)
    faults.push_back({field + ".kind", "必須です。", "is required."});
}

SeatRow MakeSeat(const Context& context, const std::string& call_id, const v1::Seat& seat, int64_t order) {
  SeatRow row;
  row.call_id = call_id;
  row.subject = seat.subject();
  row.id = context.NewId("seat:" + seat.subject());
  row.name = seat.name();
  row.kind = v1::SeatKind_Name(seat.kind());
  row.seat_order = order;
  return row;
}

// A person sits once, and there is one chair.
absl::Status CheckJoins(const std::vector<SeatRow>& seats, const v1::Seat& joining) {
  for (const SeatRow& seat : seats) {
    if (seat.subject == joining.subject()) return MakeError(kSeatTaken, {{"subject", joining.subject()}});
    if (joining.kind() == v1::SEAT_KIND_CHAIR && IsChair(seat)) return MakeError(kChairExists);
  }
  return absl::OkStatus();
}

absl::StatusOr<Plan<v1::Board>> CreateBoard(const CallContext&, const v1::CreateBoardRequest& request) {
  std::vector<FieldFault> faults;
  for (int i = 0; i < request.seats_size(); ++i) {
    CheckSeat(request.seats(i), absl::StrCat("seats[", i, "]"), faults);
  }
  if (!faults.empty()) return MakeFieldError(faults);
  Plan<v1::Board> plan;
  plan.partition = request.call_id();
  plan.reads = {act::ReadOf<RoundRow>(request.call_id()), act::ReadInstance(request.call_id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Board> {
    const std::string& call_id = request.call_id();
    JISSHO_RETURN_IF_ERROR(ReadRound(view, call_id).status());
    JISSHO_ASSIGN_OR_RETURN(const auto existing, view.Find<BoardRow>(call_id));
    if (existing) return MakeError(kBoardExists, {{"id", call_id}});
    std::vector<SeatRow> seats;
    for (const v1::Seat& seat : request.seats()) {
      JISSHO_RETURN_IF_ERROR(CheckJoins(seats, seat));
      seats.push_back(MakeSeat(context, call_id, seat, static_cast<int64_t>(seats.size()) + 1));
    }
    JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "board.change"));
    BoardRow board;
    board.call_id = call_id;
    board.version = 1;
    board.name = request.name();
    JISSHO_RETURN_IF_ERROR(writes.Insert(board));
    for (const SeatRow& seat : seats) JISSHO_RETURN_IF_ERROR(writes.Insert(seat));
    return ToProto(board, seats);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Board>> AddSeat(const CallContext&, const v1::AddSeatRequest& request) {
  std::vector<FieldFault> faults;
  CheckSeat(request.seat(), "seat", faults);
  if (!faults.empty()) return MakeFieldError(faults);
  Plan<v1::Board> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Board> {
    const std::string& call_id = request.call_id();
    JISSHO_RETURN_IF_ERROR(ReadRound(view, call_id).status());
    JISSHO_ASSIGN_OR_RETURN(BoardRow board, view.Get<BoardRow>(call_id, kBoardNotFound));
    JISSHO_RETURN_IF_ERROR(CheckGivenEtag(request.etag(), board.version));
    JISSHO_ASSIGN_OR_RETURN(auto seats, SeatsOf(view, call_id));
    JISSHO_RETURN_IF_ERROR(CheckJoins(seats, request.seat()));
    JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "board.change"));
    seats.push_back(MakeSeat(context, call_id, request.seat(), static_cast<int64_t>(seats.size()) + 1));
    JISSHO_RETURN_IF_ERROR(writes.Insert(seats.back()));
    JISSHO_RETURN_IF_ERROR(writes.Update(board));
    JISSHO_ASSIGN_OR_RETURN(board, view.Get<BoardRow>(call_id, kBoardNotFound));
    return ToProto(board, seats);
  };
  return plan;
}

absl::StatusOr<v1::Board> GetBoard(const CallContext& call, const v1::GetBoardRequest& request,
                                   storage::Session& session) {
  JISSHO_RETURN_IF_ERROR(OpenRound(call, session, request.call_id()).status());
  JISSHO_ASSIGN_OR_RETURN(const auto boards, FindBoard(session, request.call_id()));
  if (boards.empty()) return MakeError(kBoardNotFound, {{"id", request.call_id()}});
  JISSHO_ASSIGN_OR_RETURN(const auto seats, SeatsOf(session, request.call_id()));
  return ToProto(boards.front(), seats);
}

absl::Status CheckSettings(const Rules& rules, const v1::RoundSettings& settings) {
  const auto& steps = settings.tie_breaks();
  if (std::find(steps.begin(), steps.end(), v1::TIE_BREAK_NAMED_CRITERION) == steps.end())
    return absl::OkStatus();
  for (const Criterion& c : rules.criteria) {
    if (c.code == settings.tie_break_criterion()) return absl::OkStatus();
  }
  return MakeFieldError({{"settings.tie_break_criterion", "この公募の審査項目を指定してください。",
                          "must name a criterion of this call."}});
}

absl::StatusOr<Plan<v1::Round>> UpdateRoundSettings(const CallContext&,
                                                    const v1::UpdateRoundSettingsRequest& request) {
  Plan<v1::Round> plan;
  plan.partition = request.call_id();
  plan.reads = {act::ReadOf<RoundRow>(request.call_id()), act::ReadInstance(request.call_id())};
  plan.run = [request](const Context&, const View& view, WriteSet& writes) -> absl::StatusOr<v1::Round> {
    JISSHO_ASSIGN_OR_RETURN(RoundRow round, ReadRound(view, request.call_id()));
    JISSHO_RETURN_IF_ERROR(CheckGivenEtag(request.etag(), round.version));
    JISSHO_RETURN_IF_ERROR(CheckSettings(RulesOf(round), request.settings()));
    JISSHO_RETURN_IF_ERROR(writes.Fire(round.call_id, "settings.change"));
    round.settings = SettingsJson(request.settings());
    JISSHO_RETURN_IF_ERROR(writes.Update(round));
    return RoundAnswer(view, writes, round.call_id);
  };
  return plan;
}

}  // namespace

void AddBoardMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::CreateBoardRequest, v1::Board>("CreateBoard", CreateBoard);
  registry.Act<v1::AddSeatRequest, v1::Board>("AddSeat", AddSeat);
  registry.Read<v1::GetBoardRequest, v1::Board>("GetBoard", GetBoard);
  registry.Act<v1::UpdateRoundSettingsRequest, v1::Round>("UpdateRoundSettings", UpdateRoundSettings);
}

}  // namespace jissho::review
