#include <algorithm>

#include "services/trial/desk.h"
#include "services/trial/reasons.h"

namespace jissho::trial {

namespace {

using act::Json;
using runtime::CallContext;
using runtime::Plan;

// What the chart keeps of the open ones: how many, and the earliest due date (null when none has one).
Json Open(const std::vector<std::string>& due_dates) {
  const std::string earliest = Earliest(due_dates);
  return {{"open", due_dates.size()}, {"due", earliest.empty() ? Json(nullptr) : Json(earliest)}};
}

Json OpenMilestones(const Parts& parts) {
  std::vector<std::string> due;
  for (const MilestoneRow& row : parts.milestones) {
    if (row.completed_date.empty()) due.push_back(row.due_date);
  }
  return Open(due);
}

Json OpenPromises(const Parts& parts) {
  std::vector<std::string> due;
  for (const PromiseRow& row : parts.promises) {
    if (row.state == v1::PROMISE_STATE_OPEN) due.push_back(row.due_date);
  }
  return Open(due);
}

absl::StatusOr<Plan<v1::Trial>> AddMilestone(const CallContext&, const v1::AddMilestoneRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate due, civil::ParseDate(request.due_date()));
    JISSHO_ASSIGN_OR_RETURN(const TrialDates dates, work.Dates());
    JISSHO_RETURN_IF_ERROR(CheckMilestone(dates, due));
    MilestoneRow row{
        work.context.NewId("milestone"), 0, work.row.id, request.title(), request.due_date(), "", ""};
    JISSHO_RETURN_IF_ERROR(work.writes.Insert(row));
    auto& rows = work.parts.milestones;
    rows.insert(std::upper_bound(rows.begin(), rows.end(), row,
                                 [](const auto& a, const auto& b) { return a.due_date < b.due_date; }),
                row);
    return work.writes.Fire(work.row.id, "milestone.add", OpenMilestones(work.parts));
  });
}

absl::StatusOr<Plan<v1::Trial>> CompleteMilestone(const CallContext&,
                                                  const v1::CompleteMilestoneRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    auto& rows = work.parts.milestones;
    auto it = std::find_if(rows.begin(), rows.end(),
                           [&](const auto& row) { return row.id == request.milestone_id(); });
    if (it == rows.end()) return MakeError(kMilestoneNotFound, {{"id", request.milestone_id()}});
    if (!it->completed_date.empty())
      return MakeError(kMilestoneAlreadyCompleted, {{"date", it->completed_date}});
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate date, DateOr(request.completed_date(), work.today()));
    JISSHO_RETURN_IF_ERROR(CheckPast(date, work.today()));
    it->completed_date = civil::FormatDate(date);
    it->note = request.note();
    JISSHO_RETURN_IF_ERROR(work.writes.Update(*it));
    return work.writes.Fire(work.row.id, "milestone.complete", OpenMilestones(work.parts));
  });
}

// Notes on the trial how many promises are open, and lets the chart make a task of them.
absl::Status FirePromises(Work& work, const std::string& event) {
  const Json open = OpenPromises(work.parts);
  work.row.open_promises = open["open"].get<int64_t>();
  JISSHO_RETURN_IF_ERROR(work.writes.Update(work.row));
  return work.writes.Fire(work.row.id, event, open);
}

absl::StatusOr<Plan<v1::Trial>> PromiseSupport(const CallContext&, const v1::PromiseSupportRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    PromiseRow row;
    row.id = work.context.NewId("promise");
    row.trial_id = work.row.id;
    row.kind = request.kind();
    row.what = request.what();
    row.quantity = request.quantity();
    row.due_date = request.due_date();
    row.state = v1::PROMISE_STATE_OPEN;
    row.division = request.division().empty() ? work.row.division : request.division();
    JISSHO_RETURN_IF_ERROR(work.writes.Insert(row));
    work.parts.promises.push_back(row);
    return FirePromises(work, "support.promise");
  });
}

PromiseState ToDomain(int64_t state) {
  if (state == v1::PROMISE_STATE_DELIVERED) return PromiseState::kDelivered;
  return state == v1::PROMISE_STATE_GIVEN_UP ? PromiseState::kGivenUp : PromiseState::kOpen;
}

absl::StatusOr<Plan<v1::Trial>> RecordSupport(const CallContext&, const v1::RecordSupportRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    auto& rows = work.parts.promises;
    auto it = std::find_if(rows.begin(), rows.end(),
                           [&](const auto& row) { return row.id == request.promise_id(); });
    if (it == rows.end()) return MakeError(kPromiseNotFound, {{"id", request.promise_id()}});
    JISSHO_RETURN_IF_ERROR(CheckRecord(ToDomain(it->state), ToDomain(request.state()), request.follow_up()));
    it->state = request.state();
    it->delivered_quantity = request.delivered_quantity();
    it->follow_up = request.follow_up();
    if (request.state() == v1::PROMISE_STATE_DELIVERED) it->delivered_date = civil::FormatDate(work.today());
    JISSHO_RETURN_IF_ERROR(work.writes.Update(*it));
    return FirePromises(work, "support.record");
  });
}

}  // namespace

void AddSupport(runtime::MethodRegistry& registry) {
  registry.Act<v1::AddMilestoneRequest, v1::Trial>("AddMilestone", AddMilestone);
  registry.Act<v1::CompleteMilestoneRequest, v1::Trial>("CompleteMilestone", CompleteMilestone);
  registry.Act<v1::PromiseSupportRequest, v1::Trial>("PromiseSupport", PromiseSupport);
  registry.Act<v1::RecordSupportRequest, v1::Trial>("RecordSupport", RecordSupport);
}

}  // namespace jissho::trial
