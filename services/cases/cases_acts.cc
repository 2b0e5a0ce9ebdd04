#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/cases.pb.h"
#include "services/cases/cases_service.h"
#include "services/cases/domain/progress.h"
#include "services/cases/domain/search_text.h"
#include "services/cases/mapping.h"
#include "services/cases/reasons.h"
#include "services/cases/relay.h"
#include "services/cases/store/rows.h"
#include "services/runtime/rpc/etag.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/rows.h"

namespace jissho::cases {

namespace {

using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<v1::Case> Answer(const std::string& id, const act::View& view) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, view.Get<CaseRow>(id, kCaseNotFound));
  JISSHO_ASSIGN_OR_RETURN(auto instance, view.Find<act::InstanceRow>(id));
  JISSHO_ASSIGN_OR_RETURN(auto head, view.Find<HeadRow>(id));
  return ToProto(row, instance ? act::ActiveStatesOf(*instance) : std::vector<std::string>(),
                 head && head->broken);
}

PastOutcome OutcomeOf(v1::PastOutcome outcome) {
  switch (outcome) {
    case v1::PAST_OUTCOME_ADOPTED:
      return PastOutcome::kAdopted;
    case v1::PAST_OUTCOME_DECLINED:
      return PastOutcome::kDeclined;
    case v1::PAST_OUTCOME_WITHDRAWN:
      return PastOutcome::kWithdrawn;
    case v1::PAST_OUTCOME_INELIGIBLE:
      return PastOutcome::kIneligible;
    default:
      return PastOutcome::kNotAdopted;
  }
}

absl::Status CheckImport(const v1::ImportCaseRequest& request) {
  const auto found =
      ContradictionsOf(OutcomeOf(request.outcome()), request.trial_run(), request.settled_yen());
  if (found.empty()) return absl::OkStatus();
  std::string ja, en;
  for (const Contradiction& one : found) {
    absl::StrAppend(&ja, ja.empty() ? "" : "、", one.ja);
    absl::StrAppend(&en, en.empty() ? "" : ", ", one.en);
  }
  return MakeError(kImportContradictory, {{"detail_ja", ja}, {"detail", en}});
}

CaseRow ImportedRow(const std::string& id, const v1::ImportCaseRequest& request) {
  const PastOutcome outcome = OutcomeOf(request.outcome());
  CaseRow row;
  row.id = id;
  row.programme_id = request.programme_id();
  row.fiscal_year = request.fiscal_year();
  row.title = request.title();
  row.section = request.section();
  row.organisation_id = request.organisation_id();
  row.organisation_name = request.organisation_name();
  row.search_text = NormaliseForSearch(absl::StrCat(row.title, row.organisation_name));
  row.conditions = "[]";
  row.outcome = v1::PastOutcome_Name(request.outcome()).substr(std::string("PAST_OUTCOME_").size());
  row.settled_yen = request.settled_yen();
  row.division = request.division();
  row.adopted = outcome == PastOutcome::kAdopted || outcome == PastOutcome::kDeclined;
  row.declined = outcome == PastOutcome::kDeclined;
  row.trial_run = request.trial_run();
  row.trial_completed = request.trial_run();
  row.imported = true;
  return row;
}

absl::StatusOr<Plan<v1::Case>> ImportCase(const CallContext&, const v1::ImportCaseRequest& request) {
  JISSHO_RETURN_IF_ERROR(CheckImport(request));
  Plan<v1::Case> plan;
  plan.partition = absl::StrCat("import:", request.request_id());
  plan.run = [request](const act::Context& context, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Case> {
    const CaseRow row = ImportedRow(context.NewId("case"), request);
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    for (const std::string& gram : GramsOf(row.search_text)) {
      JISSHO_RETURN_IF_ERROR(writes.Insert(GramRow{gram, row.id}));
    }
    JISSHO_RETURN_IF_ERROR(
        writes.Start("case", row.id, row.id, row.organisation_id, act::Json{{"imported", true}}));
    JISSHO_RETURN_IF_ERROR(RefreshState(row.id, view, writes));
    return Answer(row.id, view);
  };
  return plan;
}

// An act on a case that the caller has read: checks the etag before anything else.
template <class Request>
Plan<v1::Case> PlanOn(const Request& request,
                      std::function<absl::Status(const act::View&, act::WriteSet&, CaseRow)> run) {
  Plan<v1::Case> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<CaseRow>(request.id()), act::ReadInstance(request.id()),
                act::ReadOf<HeadRow>(request.id())};
  plan.run = [id = request.id(), etag = request.etag(), run = std::move(run)](
                 const act::Context&, const act::View& view,
                 act::WriteSet& writes) -> absl::StatusOr<v1::Case> {
    JISSHO_ASSIGN_OR_RETURN(CaseRow row, view.Get<CaseRow>(id, kCaseNotFound));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(etag, row.version));
    JISSHO_RETURN_IF_ERROR(run(view, writes, std::move(row)));
    return Answer(id, view);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Case>> AssignDivision(const CallContext&, const v1::AssignDivisionRequest& request) {
  return PlanOn(request, [request](const act::View&, act::WriteSet& writes, CaseRow row) -> absl::Status {
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "assign", act::Json{{"division", request.division()}}));
    row.division = request.division();
    return writes.Update(row);
  });
}

absl::StatusOr<Plan<v1::Case>> CloseCase(const CallContext&, const v1::CloseCaseRequest& request) {
  return PlanOn(request,
                [request](const act::View& view, act::WriteSet& writes, CaseRow row) -> absl::Status {
                  absl::Status fired = writes.Fire(row.id, "close", act::Json{{"reason", request.reason()}});
                  if (HasReason(fired, act::kStateNotAllowed) && row.state != "CLOSED") {
                    return MakeError(kCaseNotEnded, {{"state", row.state}});
                  }
                  JISSHO_RETURN_IF_ERROR(fired);
                  row.ended_reason = request.reason();
                  JISSHO_RETURN_IF_ERROR(writes.Update(row));
                  return RefreshState(row.id, view, writes);
                });
}

}  // namespace

void AddActs(runtime::MethodRegistry& registry) {
  registry.Act<v1::ImportCaseRequest, v1::Case>("ImportCase", ImportCase);
  registry.Act<v1::AssignDivisionRequest, v1::Case>("AssignDivision", AssignDivision);
  registry.Act<v1::CloseCaseRequest, v1::Case>("CloseCase", CloseCase);
}

}  // namespace jissho::cases
