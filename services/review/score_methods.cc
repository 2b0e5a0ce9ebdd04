#include <algorithm>

#include "services/review/domain/ranking.h"
#include "services/review/reasons.h"
#include "services/review/support.h"

namespace jissho::review {
namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

std::string OpenState(v1::Stage stage) {
  return stage == v1::STAGE_SECOND ? "second_review" : "first_review";
}

absl::StatusOr<Plan<v1::Interest>> DeclareInterest(const CallContext&,
                                                   const v1::DeclareInterestRequest& request) {
  std::vector<FieldFault> faults;
  if (request.kind() == v1::INTEREST_KIND_RELATED && request.relation() == v1::RELATION_UNSPECIFIED) {
    faults.push_back({"relation", "利害関係の種類を選んでください。", "is required with RELATED."});
  }
  if (request.relation() == v1::RELATION_OTHER && request.note().empty()) {
    faults.push_back({"note", "内容を書いてください。", "is required with OTHER."});
  }
  if (!faults.empty()) return MakeFieldError(faults);
  Plan<v1::Interest> plan;
  plan.partition = request.call_id();
  plan.reads = {act::ReadOf<RoundRow>(request.call_id()), act::ReadOf<EntryRow>(request.case_id()),
                act::ReadInstance(request.case_id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Interest> {
    JISSHO_RETURN_IF_ERROR(ReadRound(view, request.call_id()).status());
    JISSHO_RETURN_IF_ERROR(ReadEntry(view, request.call_id(), request.case_id()).status());
    JISSHO_ASSIGN_OR_RETURN(const SeatRow seat, ReadOwnSeat(view, context, request.call_id()));
    for (const char* stage : {"FIRST", "SECOND"}) {
      JISSHO_ASSIGN_OR_RETURN(const auto sheet, view.Find<SheetRow>(storage::KeyOf(
                                                    request.case_id(), std::string(stage), seat.id)));
      if (sheet) return MakeError(kScoresAlreadySubmitted);
    }
    JISSHO_RETURN_IF_ERROR(writes.Fire(request.case_id(), "interest.declare"));
    InterestRow row;
    row.case_id = request.case_id();
    row.seat_id = seat.id;
    row.call_id = request.call_id();
    row.kind = v1::InterestKind_Name(request.kind());
    row.relation = v1::Relation_Name(request.relation());
    row.note = request.note();
    row.declared_at = context.now();
    JISSHO_RETURN_IF_ERROR(Put(view, writes, row, storage::KeyOf(row.case_id, row.seat_id)));
    return ToProto(row);
  };
  return plan;
}

// What submitting and abstaining have in common: the caller's seat, its right to score, the open stage.
struct Scoring {
  RoundRow round;
  SeatRow seat;
  std::optional<SheetRow> sheet;
};

absl::StatusOr<Scoring> BeginScoring(const Context& context, const View& view, const WriteSet& writes,
                                     const std::string& call_id, const std::string& case_id,
                                     v1::Stage stage) {
  Scoring scoring;
  JISSHO_ASSIGN_OR_RETURN(scoring.round, ReadRound(view, call_id));
  JISSHO_RETURN_IF_ERROR(ReadEntry(view, call_id, case_id).status());
  JISSHO_ASSIGN_OR_RETURN(scoring.seat, ReadOwnSeat(view, context, call_id));
  JISSHO_ASSIGN_OR_RETURN(scoring.sheet,
                          view.Find<SheetRow>(storage::KeyOf(case_id, StageName(stage), scoring.seat.id)));
  JISSHO_ASSIGN_OR_RETURN(const auto interest,
                          view.Find<InterestRow>(storage::KeyOf(case_id, scoring.seat.id)));
  JISSHO_RETURN_IF_ERROR(CheckMayScore(case_id, InterestOf(interest), SheetKindOf(scoring.sheet)));
  JISSHO_ASSIGN_OR_RETURN(const bool open, writes.IsIn(case_id, OpenState(stage)));
  if (!open) return MakeError(kStageNotOpen);
  return scoring;
}

absl::StatusOr<v1::ScoreSheet> SaveSheet(const View& view, WriteSet& writes, const Rules& rules,
                                         const SheetRow& sheet) {
  const storage::CellRow key = storage::KeyOf(sheet.case_id, sheet.stage, sheet.seat_id);
  JISSHO_RETURN_IF_ERROR(Put(view, writes, sheet, key));
  JISSHO_ASSIGN_OR_RETURN(const auto saved, view.Find<SheetRow>(key));
  return ToProto(saved.value_or(sheet), rules);
}

SheetRow MakeSheet(const Context& context, const std::string& call_id, const std::string& case_id,
                   v1::Stage stage, const std::string& seat_id, const std::string& kind,
                   const std::string& remark) {
  SheetRow sheet;
  sheet.case_id = case_id;
  sheet.stage = StageName(stage);
  sheet.seat_id = seat_id;
  sheet.call_id = call_id;
  sheet.kind = kind;
  sheet.grades = "[]";
  sheet.remark = remark;
  sheet.submitted_at = context.now();
  return sheet;
}

absl::StatusOr<Plan<v1::ScoreSheet>> SubmitScores(const CallContext&,
                                                  const v1::SubmitScoresRequest& request) {
  Plan<v1::ScoreSheet> plan;
  plan.partition = request.call_id();
  plan.reads = {act::ReadOf<RoundRow>(request.call_id()), act::ReadOf<EntryRow>(request.case_id()),
                act::ReadInstance(request.case_id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::ScoreSheet> {
    JISSHO_ASSIGN_OR_RETURN(const Scoring scoring, BeginScoring(context, view, writes, request.call_id(),
                                                                request.case_id(), request.stage()));
    JISSHO_RETURN_IF_ERROR(CheckGivenEtag(request.etag(), scoring.sheet ? scoring.sheet->version : 0));
    const Rules rules = RulesOf(scoring.round);
    std::vector<std::pair<std::string, int64_t>> given;
    for (const v1::Grade& grade : request.grades()) given.emplace_back(grade.criterion(), grade.grade());
    JISSHO_ASSIGN_OR_RETURN(const auto grades, OrderGrades(rules, given));
    JISSHO_RETURN_IF_ERROR(writes.Fire(request.case_id(), "score.submit"));
    SheetRow sheet = MakeSheet(context, request.call_id(), request.case_id(), request.stage(),
                               scoring.seat.id, kScored, request.comment());
    sheet.grades = Json(grades).dump();
    sheet.total = WeightedTotal(rules, grades);
    return SaveSheet(view, writes, rules, sheet);
  };
  return plan;
}

absl::StatusOr<Plan<v1::ScoreSheet>> RecordAbstention(const CallContext&,
                                                      const v1::RecordAbstentionRequest& request) {
  Plan<v1::ScoreSheet> plan;
  plan.partition = request.call_id();
  plan.reads = {act::ReadOf<RoundRow>(request.call_id()), act::ReadOf<EntryRow>(request.case_id()),
                act::ReadInstance(request.case_id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::ScoreSheet> {
    JISSHO_ASSIGN_OR_RETURN(const Scoring scoring, BeginScoring(context, view, writes, request.call_id(),
                                                                request.case_id(), request.stage()));
    JISSHO_RETURN_IF_ERROR(writes.Fire(request.case_id(), "score.abstain", {{"reason", request.reason()}}));
    return SaveSheet(view, writes, RulesOf(scoring.round),
                     MakeSheet(context, request.call_id(), request.case_id(), request.stage(),
                               scoring.seat.id, kAbstained, request.reason()));
  };
  return plan;
}

// Who passes the first review is decided anew over the entries that stand after its close.
absl::Status ScreenAnew(const View& view, WriteSet& writes, const RoundRow& round, const StageData& data) {
  const Rules rules = RulesOf(round);
  JISSHO_ASSIGN_OR_RETURN(auto aggregates, AggregateStage(rules, data));
  int64_t order = 0;
  for (const Screened& screened : ScreenFirst(rules, std::move(aggregates))) {
    const std::string& case_id = screened.aggregate.case_id;
    JISSHO_ASSIGN_OR_RETURN(const bool is_in, writes.IsIn(case_id, "screened_in"));
    if (screened.passed != is_in) {
      JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(case_id, screened.passed ? "screen.in" : "screen.out"));
    }
    JISSHO_RETURN_IF_ERROR(Put(
        view, writes, MakeResult(data, round.call_id, "FIRST", screened.aggregate, screened.rank, ++order),
        storage::KeyOf(case_id, std::string("FIRST"))));
  }
  return absl::OkStatus();
}

// A ranking that rested on the voided scores is taken back whole.
absl::Status ForgetRanking(const View& view, WriteSet& writes, RoundRow round,
                           const std::vector<ResultRow>& results) {
  for (const ResultRow& result : results) {
    JISSHO_RETURN_IF_ERROR(writes.Delete<ResultRow>(storage::KeyOf(result.case_id, result.stage)));
  }
  JISSHO_ASSIGN_OR_RETURN(round, ReadRound(view, round.call_id));
  round.ranking_log = "[]";
  return writes.Update(round);
}

absl::StatusOr<v1::ScoreSheet> RunVoid(const v1::VoidScoresRequest& request, const Context& context,
                                       const View& view, WriteSet& writes) {
  const std::string stage = StageName(request.stage());
  const CaseSeat pair(request.case_id(), request.seat_id());
  JISSHO_ASSIGN_OR_RETURN(const RoundRow round, ReadRound(view, request.call_id()));
  JISSHO_RETURN_IF_ERROR(ReadEntry(view, request.call_id(), request.case_id()).status());
  JISSHO_ASSIGN_OR_RETURN(StageData data,
                          LoadStage(view, writes, request.call_id(), stage, {"screened_in", "screened_out"}));
  JISSHO_ASSIGN_OR_RETURN(const auto results, ResultsOf(view, request.call_id(), stage));
  const auto seat_ids = data.seat_ids();
  if (std::find(seat_ids.begin(), seat_ids.end(), request.seat_id()) == seat_ids.end()) {
    return MakeError(kSeatNotFound, {{"id", request.seat_id()}});
  }
  JISSHO_RETURN_IF_ERROR(
      writes.Fire(request.call_id(), "scores.void", {{"stage", stage}, {"reason", request.reason()}}));

  InterestRow interest;
  interest.case_id = request.case_id();
  interest.seat_id = request.seat_id();
  interest.call_id = request.call_id();
  interest.kind = v1::InterestKind_Name(v1::INTEREST_KIND_RELATED);
  interest.relation = v1::Relation_Name(request.relation());
  interest.note = request.reason();
  interest.declared_at = context.now();
  JISSHO_RETURN_IF_ERROR(Put(view, writes, interest, storage::KeyOf(interest.case_id, interest.seat_id)));
  SheetRow sheet = data.sheets.contains(pair) ? data.sheets[pair]
                                              : MakeSheet(context, request.call_id(), request.case_id(),
                                                          request.stage(), request.seat_id(), kVoided, "");
  // The grades stay on record; they only no longer count.
  sheet.kind = kVoided;
  sheet.remark = request.reason();
  JISSHO_ASSIGN_OR_RETURN(v1::ScoreSheet answer, SaveSheet(view, writes, RulesOf(round), sheet));

  data.interests[pair] = interest;
  data.sheets[pair] = sheet;
  JISSHO_ASSIGN_OR_RETURN(const bool screened, writes.IsIn(request.call_id(), "first_closed"));
  if (screened) JISSHO_RETURN_IF_ERROR(ScreenAnew(view, writes, round, data));
  if (request.stage() == v1::STAGE_SECOND && !results.empty()) {
    JISSHO_RETURN_IF_ERROR(ForgetRanking(view, writes, round, results));
  }
  return answer;
}

absl::StatusOr<Plan<v1::ScoreSheet>> VoidScores(const CallContext&, const v1::VoidScoresRequest& request) {
  Plan<v1::ScoreSheet> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunVoid(request, context, view, writes);
  };
  return plan;
}

}  // namespace

void AddScoreMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::DeclareInterestRequest, v1::Interest>("DeclareInterest", DeclareInterest);
  registry.Act<v1::SubmitScoresRequest, v1::ScoreSheet>("SubmitScores", SubmitScores);
  registry.Act<v1::RecordAbstentionRequest, v1::ScoreSheet>("RecordAbstention", RecordAbstention);
  registry.Act<v1::VoidScoresRequest, v1::ScoreSheet>("VoidScores", VoidScores);
}

}  // namespace jissho::review
