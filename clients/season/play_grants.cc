// Grants and trials: application, decision, start, advance, interim note, report, inspection, fixing, return.
#include "absl/strings/str_cat.h"
#include "clients/season/play.h"
#include "clients/season/play_money.h"
#include "jissho/cases/v1/cases.pb.h"
#include "jissho/intake/v1/intake.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "jissho/trial/v1/trial.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace sv = subsidy::v1;
namespace tv = trial::v1;

std::string Subsidy(const char* name) { return absl::StrCat("jissho.subsidy.v1.SubsidyService/", name); }
std::string Trial(const char* name) { return absl::StrCat("jissho.trial.v1.TrialService/", name); }

Actor Grantee(Play& play, const Grant& grant) {
  return play.OfOrganisation(FindProposal(play.season(), grant.proposal)->organisation);
}

absl::StatusOr<std::string> CaseOf(Play& play, const Grant& grant) {
  return play.Id("proposal:" + grant.proposal);
}

absl::StatusOr<std::string> TrialEtag(Play& play, const std::string& id) {
  tv::GetTrialRequest request;
  request.set_id(id);
  JISSHO_ASSIGN_OR_RETURN(const auto trial,
                          play.driver().Read<tv::Trial>(play.OfDuty("manager"), Trial("GetTrial"), request));
  return trial.etag();
}

template <class Rows>
void AddCosts(const std::vector<CostItem>& items, Rows* rows) {
  for (const CostItem& item : items) {
    auto* row = rows->Add();
    row->set_category(item.category);
    row->set_note(item.description);
    row->set_amount_yen(item.amount_yen);
    row->set_eligible_yen(item.eligible ? item.amount_yen : 0);
  }
}

absl::Status NameDivision(Play& play, const Grant& grant) {
  JISSHO_ASSIGN_OR_RETURN(const std::string id, CaseOf(play, grant));
  cases::v1::GetCaseRequest get;
  get.set_id(id);
  JISSHO_ASSIGN_OR_RETURN(
      const auto file,
      play.driver().Read<cases::v1::Case>(play.OfDuty("desk"), "jissho.cases.v1.CasesService/GetCase", get));
  cases::v1::AssignDivisionRequest assign;
  assign.set_id(id);
  assign.set_etag(file.etag());
  assign.set_division(grant.owning_division);
  JISSHO_RETURN_IF_ERROR(
      play.driver()
          .Act<cases::v1::Case>(play.OfDuty("desk"), "jissho.cases.v1.CasesService/AssignDivision", assign)
          .status());
  tv::NameDivisionRequest name;
  name.set_id(id);
  JISSHO_ASSIGN_OR_RETURN(*name.mutable_etag(), TrialEtag(play, id));
  name.set_division(grant.owning_division);
  return play.driver().Act<tv::Trial>(play.OfDuty("manager"), Trial("NameDivision"), name).status();
}

absl::Status Decline(Play& play, const Grant& grant) {
  intake::v1::DeclineAdoptionRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_reason(grant.decline->reason);
  return play.driver()
      .Act<intake::v1::Proposal>(Grantee(play, grant), "jissho.intake.v1.IntakeService/DeclineAdoption",
                                 request)
      .status();
}

absl::Status Apply(Play& play, const Grant& grant) {
  sv::ApplyForGrantRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_requested_yen(grant.requested_yen);
  AddCosts(grant.costs, request.mutable_costs());
  request.set_own_money_yen(grant.own_money_yen);
  return play.driver().Act<sv::Grant>(Grantee(play, grant), Subsidy("ApplyForGrant"), request).status();
}

absl::Status Draft(Play& play, const Grant& grant) {
  sv::DraftGrantDecisionRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_amount_yen(grant.decided_yen);
  request.set_modification_reason(grant.modification_reason);
  request.add_conditions("市の報告会で成果を発表すること（見本）");
  for (int item = sv::CHECKLIST_ITEM_LAW_AND_BUDGET; item <= sv::CHECKLIST_ITEM_APPLICANT_ELIGIBLE; ++item) {
    sv::ChecklistAnswer* answer = request.add_checklist();
    answer->set_item(static_cast<sv::ChecklistItem>(item));
    answer->set_passed(true);
  }
  return play.driver()
      .Act<sv::Grant>(play.OfDuty("drafter"), Subsidy("DraftGrantDecision"), request)
      .status();
}

absl::Status Decide(Play& play, const Grant& grant) {
  sv::DecideGrantRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  JISSHO_ASSIGN_OR_RETURN(const auto decided, play.driver().Act<sv::Grant>(play.OfDuty("mayor"),
                                                                           Subsidy("DecideGrant"), request));
  play.Note(
      absl::StrCat("第", decided.decision().notice_number(), "号、支出負担行為", Yen(decided.decided_yen())));
  return absl::OkStatus();
}

absl::Status Start(Play& play, const Grant& grant) {
  tv::StartTrialRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_etag(), TrialEtag(play, request.id()));
  request.set_start_date(DateOf(grant.start));
  return play.driver().Act<tv::Trial>(Grantee(play, grant), Trial("StartTrial"), request).status();
}

absl::Status RequestAdvance(Play& play, const Grant& grant) {
  const Organisation* org =
      FindOrganisation(play.season(), FindProposal(play.season(), grant.proposal)->organisation);
  sv::RequestAdvanceRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_amount_yen(grant.advance->amount_yen);
  request.set_reason(grant.advance->reason);
  FillAccount(org->account, org->name, request.mutable_account());
  JISSHO_ASSIGN_OR_RETURN(const auto payment, play.driver().Act<sv::Payment>(
                                                  Grantee(play, grant), Subsidy("RequestAdvance"), request));
  play.Remember("payment:advance:" + grant.proposal, payment.id());
  return absl::OkStatus();
}

absl::Status Progress(Play& play, const Grant& grant) {
  tv::SubmitInterimNoteRequest note;
  JISSHO_ASSIGN_OR_RETURN(*note.mutable_id(), CaseOf(play, grant));
  note.set_text(grant.progress->text);
  JISSHO_RETURN_IF_ERROR(
      play.driver().Act<tv::Trial>(Grantee(play, grant), Trial("SubmitInterimNote"), note).status());
  sv::ReportProgressRequest report;
  report.set_id(note.id());
  report.set_as_of(DateOf(grant.progress->at));
  report.set_progress_percent(grant.progress->percent);
  report.set_spent_yen(grant.progress->spent_yen);
  report.set_text(grant.progress->text);
  return play.driver().Act<sv::Grant>(Grantee(play, grant), Subsidy("ReportProgress"), report).status();
}

absl::Status Complete(Play& play, const Grant& grant) {
  tv::CompleteTrialRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_etag(), TrialEtag(play, request.id()));
  request.set_end_date(DateOf(grant.complete));
  request.set_result(grant.outcome);
  return play.driver().Act<tv::Trial>(Grantee(play, grant), Trial("CompleteTrial"), request).status();
}

absl::Status Report(Play& play, const Grant& grant) {
  sv::SubmitPerformanceReportRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_completion_date(DateOf(grant.complete));
  AddCosts(grant.actual_costs, request.mutable_costs());
  request.set_outcome(grant.outcome);
  return play.driver()
      .Act<sv::Grant>(Grantee(play, grant), Subsidy("SubmitPerformanceReport"), request)
      .status();
}

absl::Status Inspect(Play& play, const Grant& grant) {
  sv::InspectGrantRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_inspection_date(DateOf(grant.inspect));
  request.set_place("書面");
  request.set_findings("証拠書類と一致（見本）");
  request.set_accepted_eligible_yen(grant.accepted_eligible_yen);
  return play.driver().Act<sv::Grant>(play.OfDuty("inspector"), Subsidy("InspectGrant"), request).status();
}

absl::Status Fix(Play& play, const Grant& grant) {
  sv::FixGrantRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  JISSHO_ASSIGN_OR_RETURN(const auto fixed,
                          play.driver().Act<sv::Grant>(play.OfDuty("manager"), Subsidy("FixGrant"), request));
  play.Note(
      absl::StrCat("確定額", Yen(fixed.fixed_yen()),
                   fixed.receivable_yen() > 0 ? absl::StrCat("、返還", Yen(fixed.receivable_yen())) : ""));
  return absl::OkStatus();
}

absl::Status Return(Play& play, const Grant& grant) {
  sv::RecordReturnRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  request.set_amount_yen(grant.returned->amount_yen);
  request.set_return_date(DateOf(grant.returned->at));
  return play.driver().Act<sv::Grant>(play.OfDuty("checker"), Subsidy("RecordReturn"), request).status();
}

absl::Status Invoice(Play& play, const Grant& grant) {
  const Organisation* org =
      FindOrganisation(play.season(), FindProposal(play.season(), grant.proposal)->organisation);
  sv::InvoiceGrantRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), CaseOf(play, grant));
  FillAccount(org->account, org->name, request.mutable_account());
  JISSHO_ASSIGN_OR_RETURN(const auto payment, play.driver().Act<sv::Payment>(
                                                  Grantee(play, grant), Subsidy("InvoiceGrant"), request));
  play.Remember("payment:final:" + grant.proposal, payment.id());
  play.Note(Yen(payment.amount_yen()));
  return absl::OkStatus();
}

using GrantAct = absl::Status (*)(Play&, const Grant&);

void PlanGrant(Plan& plan, const Grant& grant) {
  const Proposal* proposal = FindProposal(plan.season(), grant.proposal);
  const Organisation* org = FindOrganisation(plan.season(), proposal->organisation);
  const std::string title = absl::StrCat("「", proposal->title, "」");
  const auto add = [&](absl::Time at, const std::string& who, const std::string& ja, const char* en,
                       GrantAct act) {
    plan.Add(at, who, absl::StrCat(title, ja), en, [&grant, act](Play& play) { return act(play, grant); });
  };
  add(grant.assign, "manager", absl::StrCat("の担当課を", grant.owning_division, "とする"),
      "The owning division is named", NameDivision);
  if (grant.decline)
    return add(grant.decline->at, org->name, "の採択を辞退", "The adoption is declined", Decline);
  add(grant.apply, org->name, absl::StrCat("の交付申請 ", Yen(grant.requested_yen)),
      "The grant is applied for", Apply);
  add(grant.draft, "drafter", "の交付決定を起案", "The grant decision is drafted", Draft);
  add(grant.decide, "mayor", "の交付決定（起案者以外）", "The grant is decided: a commitment", Decide);
  add(grant.start, org->name, "の実証実験を開始", "The trial starts", Start);
  if (grant.advance) {
    add(grant.advance->request, org->name, absl::StrCat("の概算払を請求 ", Yen(grant.advance->amount_yen)),
        "An advance is requested", RequestAdvance);
    PlanPayment(plan, grant.advance->payment, "advance:" + grant.proposal, title + "の概算払", org->name);
  }
  if (grant.progress) add(grant.progress->at, org->name, "の中間報告", "The interim note comes", Progress);
  add(grant.complete, org->name, "の実証実験を終了", "The trial ends", Complete);
  add(grant.report, org->name, "の実績報告", "The performance report comes", Report);
  add(grant.inspect, "inspector", "の検査", "It is inspected", Inspect);
  add(grant.fix, "manager", "の額の確定（検査した者以外）", "The amount is fixed by somebody else", Fix);
  if (grant.returned) {
    add(grant.returned->at, "checker",
        absl::StrCat("の返還金", Yen(grant.returned->amount_yen), "の納付を記録"), "The excess comes back",
        Return);
  }
  if (grant.invoice) {
    add(*grant.invoice, org->name, "の請求", "The rest is invoiced", Invoice);
    PlanPayment(plan, *grant.payment, "final:" + grant.proposal, title + "の補助金", org->name);
  }
}

}  // namespace

void PlanGrants(Plan& plan) {
  for (const Grant& grant : plan.season().grants) PlanGrant(plan, grant);
}

}  // namespace jissho::season
