#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/review/domain/decision.h"
#include "services/review/reasons.h"
#include "services/review/support.h"
#include "workflow/act/queries.h"
#include "workflow/base/clock.h"

namespace jissho::review {
namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

v1::Decision MakeDecision(const DraftRow& draft, const std::vector<DecisionRow>& rows,
                          const std::string& state) {
  v1::Decision decision;
  decision.set_call_id(draft.call_id);
  int64_t total = 0;
  for (const DecisionRow& row : rows) {
    *decision.add_entries() = ToProto(row);
    total += row.offered_yen;
  }
  decision.set_offered_total_yen(total);
  decision.set_decision_date(draft.decision_date);
  decision.set_release_date(draft.release_date);
  decision.set_reserve_expiry_date(draft.reserve_expiry_date);
  decision.set_state(RoundStateOf(state));
  decision.set_etag(runtime::MakeEtag(draft.version));
  return decision;
}

absl::Status CheckDates(const v1::DraftDecisionRequest& request) {
  std::vector<FieldFault> faults;
  if (request.release_date() < request.decision_date()) {
    faults.push_back({"release_date", "決定日以後にしてください。", "must not be before decision_date."});
  }
  if (request.reserve_expiry_date() < request.release_date()) {
    faults.push_back(
        {"reserve_expiry_date", "通知日以後にしてください。", "must not be before release_date."});
  }
  return faults.empty() ? absl::OkStatus() : MakeFieldError(faults);
}

// At least one meeting of the second review, and none whose minutes still wait for the chair.
absl::Status CheckMinutes(const std::vector<MeetingRow>& meetings) {
  bool approved = false;
  for (const MeetingRow& meeting : meetings) {
    if (meeting.stage != "SECOND") continue;
    if (!meeting.approved_at) return MakeError(kMinutesNotApproved);
    approved = true;
  }
  return approved ? absl::OkStatus() : MakeError(kMinutesNotApproved);
}

// The ranked entries, best first, with the drafter's amounts and conditions.
absl::StatusOr<std::vector<DraftEntry>> MakeEntries(const Rules& rules,
                                                    const v1::DraftDecisionRequest& request,
                                                    const std::vector<ResultRow>& results,
                                                    const StageData& data) {
  std::map<std::string, const EntryRow*> by_case;
  for (const EntryRow& entry : data.entries) by_case[entry.case_id] = &entry;
  std::vector<DraftEntry> entries;
  for (const ResultRow& result : results) {
    const auto entry = by_case.find(result.case_id);
    if (entry == by_case.end()) continue;
    DraftEntry draft;
    draft.case_id = result.case_id;
    draft.rank = result.place;
    draft.above_floor = result.above_floor;
    draft.requested_yen = entry->second->requested_yen;
    entries.push_back(std::move(draft));
  }
  std::vector<FieldFault> faults;
  for (int i = 0; i < request.items_size(); ++i) {
    const v1::DraftItem& item = request.items(i);
    const std::string field = absl::StrCat("items[", i, "]");
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const DraftEntry& e) { return e.case_id == item.case_id(); });
    if (entry == entries.end()) {
      faults.push_back({field + ".case_id", "順位のある提案ではありません。", "is not a ranked proposal."});
      continue;
    }
    if (item.offered_yen() > 0) {
      for (FieldFault& fault :
           CheckOffer(rules, entry->requested_yen, item.offered_yen(), field + ".offered_yen")) {
        faults.push_back(std::move(fault));
      }
      entry->given_yen = item.offered_yen();
    }
    entry->conditions = {item.conditions().begin(), item.conditions().end()};
  }
  if (!faults.empty()) return MakeFieldError(faults);
  return entries;
}

std::vector<DraftLine> ScreenedOutLines(const StageData& data) {
  std::vector<DraftLine> lines;
  for (const EntryRow& entry : data.entries) {
    DraftLine line;
    line.case_id = entry.case_id;
    line.outcome = DecisionOutcome::kScreenedOut;
    lines.push_back(std::move(line));
  }
  return lines;
}

// The new draft replaces the former whole; an entry keeps the id of its decision.
absl::StatusOr<std::vector<DecisionRow>> ReplaceLines(const Context& context, const View& view,
                                                      WriteSet& writes, const std::string& call_id,
                                                      const std::vector<DraftLine>& lines,
                                                      const std::vector<DecisionRow>& former) {
  std::map<std::string, std::string> ids;
  std::set<std::string> kept;
  for (const DecisionRow& row : former) ids[row.case_id] = row.decision_id;
  std::vector<DecisionRow> rows;
  for (const DraftLine& line : lines) {
    DecisionRow row;
    row.case_id = line.case_id;
    row.call_id = call_id;
    row.decision_id =
        ids.contains(line.case_id) ? ids[line.case_id] : context.NewId("decision:" + line.case_id);
    row.outcome = v1::Outcome_Name(OutcomeOf(line.outcome));
    row.place = line.rank;
    row.list_order = static_cast<int64_t>(rows.size()) + 1;
    row.proposed_yen = line.proposed_yen;
    row.offered_yen = line.offered_yen;
    row.reserve_order = line.reserve_order;
    row.conditions = TextsJson(line.conditions);
    JISSHO_RETURN_IF_ERROR(Put(view, writes, row, storage::KeyOf(row.case_id)));
    kept.insert(row.case_id);
    rows.push_back(std::move(row));
  }
  for (const DecisionRow& row : former) {
    if (!kept.contains(row.case_id))
      JISSHO_RETURN_IF_ERROR(writes.Delete<DecisionRow>(storage::KeyOf(row.case_id)));
  }
  return rows;
}

absl::StatusOr<v1::Decision> RunDraft(const v1::DraftDecisionRequest& request, const Context& context,
                                      const View& view, WriteSet& writes) {
  const std::string& call_id = request.call_id();
  JISSHO_ASSIGN_OR_RETURN(const RoundRow round, ReadRound(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto meetings, MeetingsOf(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto results, ResultsOf(view, call_id, "SECOND"));
  JISSHO_ASSIGN_OR_RETURN(const auto former, DecisionsOf(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const StageData scored, LoadStage(view, writes, call_id, "SECOND", {"scored"}));
  JISSHO_ASSIGN_OR_RETURN(const StageData out, LoadStage(view, writes, call_id, "FIRST", {"screened_out"}));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "decision.draft"));
  JISSHO_RETURN_IF_ERROR(CheckMinutes(meetings));
  const Rules rules = RulesOf(round);
  JISSHO_ASSIGN_OR_RETURN(const auto entries, MakeEntries(rules, request, results, scored));
  auto lines = WalkBudget(
      rules, request.misfit_rule() == v1::MISFIT_RULE_SKIP ? MisfitRule::kSkip : MisfitRule::kStop, entries);
  for (DraftLine& line : ScreenedOutLines(out)) lines.push_back(std::move(line));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, ReplaceLines(context, view, writes, call_id, lines, former));
  DraftRow draft;
  draft.call_id = call_id;
  draft.decision_date = request.decision_date();
  draft.release_date = request.release_date();
  draft.reserve_expiry_date = request.reserve_expiry_date();
  JISSHO_RETURN_IF_ERROR(Put(view, writes, draft, storage::KeyOf(call_id)));
  JISSHO_ASSIGN_OR_RETURN(draft, view.Get<DraftRow>(call_id, kDecisionNotFound));
  return MakeDecision(draft, rows, "drafted");
}

absl::StatusOr<Plan<v1::Decision>> DraftDecision(const CallContext&,
                                                 const v1::DraftDecisionRequest& request) {
  JISSHO_RETURN_IF_ERROR(CheckDates(request));
  Plan<v1::Decision> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunDraft(request, context, view, writes);
  };
  return plan;
}

// Approving and returning differ in the chart's event only.
absl::StatusOr<v1::Decision> RunVerdict(const std::string& call_id, const std::string& event,
                                        const Json& data, const std::string& etag, const View& view,
                                        WriteSet& writes) {
  JISSHO_RETURN_IF_ERROR(ReadRound(view, call_id).status());
  JISSHO_ASSIGN_OR_RETURN(const DraftRow draft, view.Get<DraftRow>(call_id, kDecisionNotFound));
  JISSHO_RETURN_IF_ERROR(CheckGivenEtag(etag, draft.version));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, DecisionsOf(view, call_id));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, event, data));
  JISSHO_ASSIGN_OR_RETURN(const std::string state, StateAmong(writes, call_id, {"approved", "ranked"}));
  return MakeDecision(draft, rows, state);
}

absl::StatusOr<Plan<v1::Decision>> ApproveDecision(const CallContext&,
                                                   const v1::ApproveDecisionRequest& request) {
  Plan<v1::Decision> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context&, const View& view, WriteSet& writes) {
    return RunVerdict(request.call_id(), "decision.approve", Json::object(), request.etag(), view, writes);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Decision>> ReturnDecision(const CallContext&,
                                                  const v1::ReturnDecisionRequest& request) {
  Plan<v1::Decision> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context&, const View& view, WriteSet& writes) {
    return RunVerdict(request.call_id(), "decision.return", {{"reason", request.reason()}}, "", view, writes);
  };
  return plan;
}

void EmitDecision(WriteSet& writes, const DecisionRow& row, const std::string& decision_date) {
  v1::DecisionReleased event;
  event.set_case_id(row.case_id);
  event.set_call_id(row.call_id);
  event.set_decision_id(row.decision_id);
  event.set_outcome(OutcomeOf(row));
  event.set_offered_yen(row.offered_yen);
  event.set_rank(static_cast<int32_t>(row.place));
  event.set_reserve_order(static_cast<int32_t>(row.reserve_order));
  for (const std::string& condition : TextsOf(row.conditions)) event.add_conditions(condition);
  event.set_decision_date(decision_date);
  writes.Emit({"cases", row.case_id, event.GetTypeName(), event.SerializeAsString()});
}

// The first moment after the date, in Tokyo.
absl::Time EndOf(const std::string& date) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return absl::InfiniteFuture();
  return absl::FromCivil(day + 1, Tokyo());
}

absl::Status ReleaseOne(WriteSet& writes, const DecisionRow& row, const DraftRow& draft) {
  const v1::Outcome outcome = OutcomeOf(row);
  const bool reserve = outcome == v1::OUTCOME_RESERVE;
  JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(
      row.case_id, IsAdopted(row) ? "decide.adopted" : (reserve ? "decide.reserve" : "decide.rejected")));
  if (reserve) {
    JISSHO_RETURN_IF_ERROR(
        writes.SetTimer(row.case_id, "reserve-expiry", "lapse", EndOf(draft.reserve_expiry_date)));
  }
  EmitDecision(writes, row, draft.decision_date);
  return absl::OkStatus();
}

absl::StatusOr<v1::Decision> RunRelease(const std::string& call_id, const Context& context, const View& view,
                                        WriteSet& writes) {
  JISSHO_RETURN_IF_ERROR(ReadRound(view, call_id).status());
  JISSHO_ASSIGN_OR_RETURN(const DraftRow draft, view.Get<DraftRow>(call_id, kDecisionNotFound));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, DecisionsOf(view, call_id));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "decision.release"));
  if (ToDate(context.now()) < draft.release_date)
    return MakeError(kReleaseTooEarly, {{"date", draft.release_date}});
  int32_t adopted = 0;
  for (const DecisionRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(const bool undecided, writes.IsIn(row.case_id, "under_review"));
    if (!undecided) continue;
    JISSHO_RETURN_IF_ERROR(ReleaseOne(writes, row, draft));
    adopted += IsAdopted(row) ? 1 : 0;
  }
  v1::RoundReleased event;
  event.set_call_id(call_id);
  event.set_adopted(adopted);
  writes.Emit({"programme", call_id, event.GetTypeName(), event.SerializeAsString()});
  return MakeDecision(draft, rows, "released");
}

absl::StatusOr<Plan<v1::Decision>> ReleaseDecisions(const CallContext&,
                                                    const v1::ReleaseDecisionsRequest& request) {
  Plan<v1::Decision> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunRelease(request.call_id(), context, view, writes);
  };
  return plan;
}

absl::StatusOr<v1::Decision> GetDecision(const CallContext& call, const v1::GetDecisionRequest& request,
                                         storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const RoundReader reader, OpenRound(call, session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(const auto drafts, FindDraft(session, request.call_id()));
  JISSHO_ASSIGN_OR_RETURN(auto states, StatesOfAll(session, {request.call_id()}));
  const std::string state = states[request.call_id()];
  if (drafts.empty() || (!reader.is_office && state != "released")) {
    return MakeError(kDecisionNotFound, {{"id", request.call_id()}});
  }
  JISSHO_ASSIGN_OR_RETURN(const auto rows, DecisionsOf(session, request.call_id()));
  return MakeDecision(drafts.front(), rows, state);
}

absl::StatusOr<std::vector<ReleasedEntry>> MakeReleased(const WriteSet& writes,
                                                        const std::vector<EntryRow>& entries,
                                                        const std::vector<DecisionRow>& rows) {
  std::map<std::string, int64_t> requested;
  for (const EntryRow& entry : entries) requested[entry.case_id] = entry.requested_yen;
  std::vector<ReleasedEntry> released;
  for (const DecisionRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(const std::string state,
                            StateAmong(writes, row.case_id, {"adopted", "reserve", "declined"}));
    ReleasedEntry entry;
    entry.case_id = row.case_id;
    entry.is_adopted = state == "adopted";
    entry.is_reserve = state == "reserve";
    // A runner-up who declines leaves the queue; he frees no place.
    entry.is_declined = state == "declined" && IsAdopted(row);
    entry.reserve_order = row.reserve_order;
    entry.requested_yen = requested[row.case_id];
    entry.proposed_yen = row.proposed_yen;
    entry.offered_yen = row.offered_yen;
    released.push_back(std::move(entry));
  }
  return released;
}

absl::StatusOr<v1::EntryDecision> RunPromote(const v1::PromoteReserveRequest& request, const Context& context,
                                             const View& view, WriteSet& writes) {
  const std::string& call_id = request.call_id();
  JISSHO_ASSIGN_OR_RETURN(const RoundRow round, ReadRound(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto entries, EntriesOf(view, call_id));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, DecisionsOf(view, call_id));
  JISSHO_RETURN_IF_ERROR(writes.Fire(call_id, "reserve.promote", {{"reason", request.reason()}}));
  JISSHO_ASSIGN_OR_RETURN(DraftRow draft, view.Get<DraftRow>(call_id, kDecisionNotFound));
  JISSHO_ASSIGN_OR_RETURN(const auto released, MakeReleased(writes, entries, rows));
  JISSHO_ASSIGN_OR_RETURN(const Promotion promotion,
                          Promote(RulesOf(round), released, draft.promoted, request.case_id(),
                                  request.offered_yen(), ToDate(context.now()), draft.reserve_expiry_date));
  JISSHO_ASSIGN_OR_RETURN(DecisionRow row, view.Get<DecisionRow>(promotion.case_id, kDecisionNotFound));
  // A new decision, so that the reservation of money, which derives its id from it, is a new one too.
  row.decision_id = context.NewId("promotion:" + row.case_id);
  row.outcome = v1::Outcome_Name(TextsOf(row.conditions).empty() ? v1::OUTCOME_ADOPTED
                                                                 : v1::OUTCOME_ADOPTED_WITH_CONDITIONS);
  row.offered_yen = promotion.offered_yen;
  JISSHO_RETURN_IF_ERROR(writes.CancelTimer(row.case_id, "reserve-expiry"));
  JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(row.case_id, "promote"));
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  ++draft.promoted;
  JISSHO_RETURN_IF_ERROR(writes.Update(draft));
  EmitDecision(writes, row, request.decision_date());
  return ToProto(row);
}

absl::StatusOr<Plan<v1::EntryDecision>> PromoteReserve(const CallContext&,
                                                       const v1::PromoteReserveRequest& request) {
  Plan<v1::EntryDecision> plan;
  plan.partition = request.call_id();
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunPromote(request, context, view, writes);
  };
  return plan;
}

}  // namespace

void AddDecisionMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::DraftDecisionRequest, v1::Decision>("DraftDecision", DraftDecision);
  registry.Act<v1::ApproveDecisionRequest, v1::Decision>("ApproveDecision", ApproveDecision);
  registry.Act<v1::ReturnDecisionRequest, v1::Decision>("ReturnDecision", ReturnDecision);
  registry.Act<v1::ReleaseDecisionsRequest, v1::Decision>("ReleaseDecisions", ReleaseDecisions);
  registry.Read<v1::GetDecisionRequest, v1::Decision>("GetDecision", GetDecision);
  registry.Act<v1::PromoteReserveRequest, v1::EntryDecision>("PromoteReserve", PromoteReserve);
}

}  // namespace jissho::review
