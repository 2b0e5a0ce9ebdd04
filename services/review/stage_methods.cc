#include <algorithm>

#include "absl/strings/str_cat.h"
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

// Before a round starts: one chair, as many seats as the quorum, and every proposal that the office counts.
absl::Status CheckReady(const Rules& rules, const StageData& data, int64_t expected) {
  const auto chairs = std::count_if(data.seats.begin(), data.seats.end(), [](const SeatRow& seat) {
    return seat.kind == v1::SeatKind_Name(v1::SEAT_KIND_CHAIR);
  });
  const int64_t seats = static_cast<int64_t>(data.seats.size());
  if (chairs != 1 || seats < rules.quorum) {
    return MakeError(kBoardIncomplete,
                     {{"quorum", absl::StrCat(rules.quorum)}, {"seats", absl::StrCat(seats)}});
  }
  const int64_t present = static_cast<int64_t>(data.entries.size());
  if (present != expected) {
    return MakeError(kEntriesIncomplete,
                     {{"expected", absl::StrCat(expected)}, {"present", absl::StrCat(present)}});
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Round> RunStart(const std::string& call_id, int64_t expected, bool second,
                                   const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const RoundRow round, ReadRound(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const bool preparing, writes.IsIn(call_id, "preparing"));
  const std::string from = preparing ? "registered" : "screened_in";
  JISSHO_ASSIGN_OR_RETURN(const StageData data,
                          LoadStage(view, writes, call_id, second ? "SECOND" : "FIRST", {from}));
  if (preparing) {
    if (!round.call_closed_at) return MakeError(kCallNotClosed);
    JISSHO_RETURN_IF_ERROR(CheckReady(RulesOf(round), data, expected));
  }
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, second ? "second_review.start" : "first_review.start"));
  for (const EntryRow& entry : data.entries) {
    JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(entry.case_id, second ? "stage.second" : "stage.first"));
  }
  return RoundAnswer(view, writes, call_id);
}

absl::StatusOr<Plan<v1::Round>> StartFirstReview(const CallContext&,
                                                 const v1::StartFirstReviewRequest& request) {
  Plan<v1::Round> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context&, const View& view, WriteSet& writes) {
    return RunStart(request.call_id(), request.expected_entries(), false, view, writes);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Round>> StartSecondReview(const CallContext&,
                                                  const v1::StartSecondReviewRequest& request) {
  Plan<v1::Round> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context&, const View& view, WriteSet& writes) {
    return RunStart(request.call_id(), request.expected_entries(), true, view, writes);
  };
  return plan;
}

absl::StatusOr<v1::Ranking> RunCloseFirst(const std::string& call_id, const Context& context,
                                          const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(RoundRow round, ReadRound(view, call_id));
  JISSHO_RETURN_IF_ERROR(RequireChair(view, context, call_id));
  JISSHO_ASSIGN_OR_RETURN(const StageData data, LoadStage(view, writes, call_id, "FIRST", {"first_review"}));
  JISSHO_RETURN_IF_ERROR(CheckComplete(data.case_ids(), data.seat_ids(), data.Done(), data.Related()));
  const Rules rules = RulesOf(round);
  JISSHO_ASSIGN_OR_RETURN(auto aggregates, AggregateStage(rules, data));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "first_review.close"));
  v1::Ranking ranking;
  ranking.set_call_id(call_id);
  ranking.set_stage(v1::STAGE_FIRST);
  int64_t order = 0;
  for (const Screened& screened : ScreenFirst(rules, std::move(aggregates))) {
    const std::string& case_id = screened.aggregate.case_id;
    JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(case_id, screened.passed ? "screen.in" : "screen.out"));
    const ResultRow result = MakeResult(data, call_id, "FIRST", screened.aggregate, screened.rank, ++order);
    JISSHO_RETURN_IF_ERROR(Put(view, writes, result, storage::KeyOf(case_id, result.stage)));
    *ranking.add_results() = ToProto(result);
  }
  round.first_closed_at = context.now();
  JISSHO_RETURN_IF_ERROR(writes.Update(round));
  return ranking;
}

absl::StatusOr<Plan<v1::Ranking>> CloseFirstReview(const CallContext&,
                                                   const v1::CloseFirstReviewRequest& request) {
  Plan<v1::Ranking> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunCloseFirst(request.call_id(), context, view, writes);
  };
  return plan;
}

absl::StatusOr<v1::Round> RunCloseSecond(const std::string& call_id, const Context& context, const View& view,
                                         WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(RoundRow round, ReadRound(view, call_id));
  JISSHO_RETURN_IF_ERROR(RequireChair(view, context, call_id));
  JISSHO_ASSIGN_OR_RETURN(const StageData data,
                          LoadStage(view, writes, call_id, "SECOND", {"second_review"}));
  JISSHO_RETURN_IF_ERROR(CheckComplete(data.case_ids(), data.seat_ids(), data.Done(), data.Related()));
  JISSHO_RETURN_IF_ERROR(AggregateStage(RulesOf(round), data).status());
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "second_review.close"));
  for (const EntryRow& entry : data.entries) {
    JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(entry.case_id, "freeze"));
  }
  round.second_closed_at = context.now();
  JISSHO_RETURN_IF_ERROR(writes.Update(round));
  return RoundAnswer(view, writes, call_id);
}

absl::StatusOr<Plan<v1::Round>> CloseSecondReview(const CallContext&,
                                                  const v1::CloseSecondReviewRequest& request) {
  Plan<v1::Round> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunCloseSecond(request.call_id(), context, view, writes);
  };
  return plan;
}

absl::StatusOr<RankingOutcome> RankStage(const Rules& rules, const StageData& data,
                                         const v1::RankRoundRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(auto aggregates, AggregateStage(rules, data));
  std::map<std::string, std::vector<Sheet>> sheets;
  for (const EntryRow& entry : data.entries) sheets[entry.case_id] = data.Counting(entry.case_id);
  const auto first_places = CountFirstPlaces(rules, sheets);
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < aggregates.size(); ++i) {
    const EntryRow& entry = data.entries[i];
    candidates.push_back({std::move(aggregates[i]), entry.requested_yen, first_places.at(entry.case_id)});
  }
  std::vector<ChairOrder> orders;
  for (const v1::ChairOrder& order : request.chair_orders()) {
    orders.push_back({{order.case_ids().begin(), order.case_ids().end()}, order.reason()});
  }
  return RankSecond(rules, std::move(candidates), orders);
}

absl::StatusOr<v1::Ranking> RunRank(const v1::RankRoundRequest& request, const Context& context,
                                    const View& view, WriteSet& writes) {
  const std::string& call_id = request.call_id();
  JISSHO_ASSIGN_OR_RETURN(RoundRow round, ReadRound(view, call_id));
  JISSHO_RETURN_IF_ERROR(RequireChair(view, context, call_id));
  JISSHO_ASSIGN_OR_RETURN(const StageData data, LoadStage(view, writes, call_id, "SECOND", {"scored"}));
  JISSHO_ASSIGN_OR_RETURN(const RankingOutcome outcome, RankStage(RulesOf(round), data, request));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "ranking.make"));
  v1::Ranking ranking;
  ranking.set_call_id(call_id);
  ranking.set_stage(v1::STAGE_SECOND);
  int64_t order = 0;
  for (const Ranked& ranked : outcome.ranked) {
    const ResultRow result = MakeResult(data, call_id, "SECOND", ranked.aggregate, ranked.rank, ++order);
    JISSHO_RETURN_IF_ERROR(Put(view, writes, result, storage::KeyOf(result.case_id, result.stage)));
    *ranking.add_results() = ToProto(result);
  }
  round.ranking_log = LogJson(outcome.steps);
  JISSHO_RETURN_IF_ERROR(writes.Update(round));
  FillLog(round.ranking_log, ranking);
  return ranking;
}

absl::StatusOr<Plan<v1::Ranking>> RankRound(const CallContext&, const v1::RankRoundRequest& request) {
  Plan<v1::Ranking> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunRank(request, context, view, writes);
  };
  return plan;
}

}  // namespace

void AddStageMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::StartFirstReviewRequest, v1::Round>("StartFirstReview", StartFirstReview);
  registry.Act<v1::StartSecondReviewRequest, v1::Round>("StartSecondReview", StartSecondReview);
  registry.Act<v1::CloseFirstReviewRequest, v1::Ranking>("CloseFirstReview", CloseFirstReview);
  registry.Act<v1::CloseSecondReviewRequest, v1::Round>("CloseSecondReview", CloseSecondReview);
  registry.Act<v1::RankRoundRequest, v1::Ranking>("RankRound", RankRound);
}

}  // namespace jissho::review
