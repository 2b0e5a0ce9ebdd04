// The call, the organisations and their proposals.
#include "absl/strings/str_cat.h"
#include "clients/season/play.h"
#include "jissho/intake/v1/intake.pb.h"
#include "jissho/programme/v1/programme.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace iv = intake::v1;
namespace pv = programme::v1;

constexpr char kProgramme[] = "jissho.programme.v1.ProgrammeService/";
constexpr char kIntake[] = "jissho.intake.v1.IntakeService/";

pv::CallRules RulesOf(const Season& season) {
  const Call& call = season.call;
  pv::CallRules rules;
  rules.set_fiscal_year(season.fiscal_year);
  rules.set_title(call.title);
  for (const std::string& section : call.sections) rules.add_sections(section);
  *rules.mutable_open_time() = ToProto(call.open);
  *rules.mutable_close_time() = ToProto(call.close);
  for (const Criterion& criterion : call.criteria) {
    pv::Criterion* item = rules.add_criteria();
    item->set_code(criterion.code);
    item->set_title(criterion.title);
    item->set_weight(criterion.weight);
  }
  for (int grade : call.grades) rules.add_grades(grade);
  rules.set_floor_percent(call.floor_percent);
  rules.set_quorum(call.quorum);
  rules.set_quota(call.quota);
  rules.set_grant_budget_yen(call.grant_budget_yen);
  rules.set_cap_yen(call.cap_yen);
  rules.set_rate(call.rate);
  rules.set_rounding_unit_yen(call.rounding_unit_yen);
  rules.set_budget_line(season.budget.line);
  rules.set_first_review_places(call.first_review_places);
  rules.set_trial_start_date(call.trial_start_date);
  rules.set_trial_end_date(call.trial_end_date);
  rules.set_report_due_date(call.report_due_date);
  rules.set_correction_days(call.correction_days);
  return rules;
}

absl::Status DraftCall(Play& play) {
  pv::CreateCallRequest request;
  request.set_programme_id(play.season().programme.id);
  *request.mutable_rules() = RulesOf(play.season());
  JISSHO_ASSIGN_OR_RETURN(
      const auto call,
      play.driver().Act<pv::Call>(play.OfDuty("drafter"), absl::StrCat(kProgramme, "CreateCall"), request));
  play.Remember("call", call.id());
  return absl::OkStatus();
}

absl::Status PublishCall(Play& play) {
  pv::PublishCallRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("call"));
  return play.driver()
      .Act<pv::Call>(play.OfDuty("manager"), absl::StrCat(kProgramme, "PublishCall"), request)
      .status();
}

iv::OrganisationKind KindOf(const std::string& kind) {
  if (kind == "company") return iv::ORGANISATION_KIND_COMPANY;
  if (kind == "university") return iv::ORGANISATION_KIND_UNIVERSITY;
  if (kind == "school") return iv::ORGANISATION_KIND_SCHOOL;
  if (kind == "institute") return iv::ORGANISATION_KIND_INSTITUTE;
  if (kind == "sole_proprietor") return iv::ORGANISATION_KIND_SOLE_PROPRIETOR;
  if (kind == "unincorporated") return iv::ORGANISATION_KIND_UNINCORPORATED;
  return iv::ORGANISATION_KIND_OTHER;
}

absl::Status Register(Play& play, const Organisation& org) {
  iv::RegisterOrganisationRequest request;
  iv::Organisation* out = request.mutable_organisation();
  out->set_id(org.id);
  out->set_name(org.name);
  out->set_kana(org.kana);
  out->set_kind(KindOf(org.kind));
  out->set_corporate_number(org.corporate_number);
  out->set_representative_title(org.representative_title);
  out->set_representative(org.representative);
  out->set_postal_code(org.postal_code);
  out->set_address(org.address);
  return play.driver()
      .Act<iv::Organisation>(play.OfOrganisation(org.id), absl::StrCat(kIntake, "RegisterOrganisation"),
                             request)
      .status();
}

iv::ProposalContent ContentOf(const Season& season, const Proposal& proposal, bool complete) {
  iv::ProposalContent content;
  content.set_title(proposal.title);
  content.set_section(proposal.section);
  content.set_summary(proposal.summary);
  content.set_problem("地域の課題（見本）：" + proposal.summary);
  content.set_technology("用いる技術（見本）");
  content.set_novelty("新しい点（見本）");
  content.set_plan("実証の内容（見本）：" + proposal.summary);
  content.set_place(proposal.place);
  content.set_start_date(season.call.trial_start_date);
  content.set_end_date(season.call.trial_end_date);
  content.set_team("実施体制（見本）");
  content.mutable_support()->set_cost(true);
  content.mutable_support()->set_field(true);
  content.set_requested_yen(proposal.requested_yen);
  for (const CostItem& item : proposal.budget) {
    iv::BudgetItem* out = content.add_budget();
    out->set_category(item.category);
    out->set_description(item.description);
    out->set_amount_yen(item.amount_yen);
    out->set_eligible(item.eligible);
  }
  content.set_own_money_yen(proposal.own_money_yen);
  content.set_expected_effect("期待する効果（見本）");
  content.set_indicator("効果の測り方（見本）");
  content.set_implementation_plan("社会実装の計画（見本）");
  content.set_pledge(complete);
  return content;
}

absl::Status Create(Play& play, const Proposal& proposal) {
  iv::CreateProposalRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_call_id(), play.Id("call"));
  request.set_organisation_id(proposal.organisation);
  *request.mutable_content() = ContentOf(play.season(), proposal, proposal.submit.has_value());
  JISSHO_ASSIGN_OR_RETURN(const auto created,
                          play.driver().Act<iv::Proposal>(play.OfOrganisation(proposal.organisation),
                                                          absl::StrCat(kIntake, "CreateProposal"), request));
  play.Remember("proposal:" + proposal.key, created.id());
  return absl::OkStatus();
}

absl::Status Submit(Play& play, const Proposal& proposal) {
  const Actor applicant = play.OfOrganisation(proposal.organisation);
  const std::string method = absl::StrCat(kIntake, "SubmitProposal");
  iv::SubmitProposalRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("proposal:" + proposal.key));
  const auto receipt = play.driver().Act<iv::Receipt>(applicant, method, request);
  if (!proposal.submit_refused.empty()) return play.Foreseen(receipt.status(), proposal.submit_refused);
  if (!receipt.ok()) return receipt.status();
  play.Note(absl::StrCat("受付番号", receipt->receipt_number()));
  if (!proposal.submit_twice) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const auto again, play.driver().Repeat<iv::Receipt>(applicant, method, request));
  if (again.receipt_number() != receipt->receipt_number() || again.revision() != receipt->revision() ||
      again.sha256() != receipt->sha256()) {
    return absl::InternalError("the same request gave a second receipt");
  }
  play.Note(absl::StrCat("受付番号", receipt->receipt_number(), "。同じrequest_idの再送には同じ受付票"));
  return absl::OkStatus();
}

absl::Status Return(Play& play, const Proposal& proposal) {
  iv::ReturnProposalRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("proposal:" + proposal.key));
  request.set_reason(proposal.returned->reason);
  JISSHO_ASSIGN_OR_RETURN(
      const auto returned,
      play.driver().Act<iv::Proposal>(play.OfDuty("desk"), absl::StrCat(kIntake, "ReturnProposal"), request));
  play.Remember("etag:" + proposal.key, returned.etag());
  return absl::OkStatus();
}

absl::Status Resubmit(Play& play, const Proposal& proposal) {
  const Actor applicant = play.OfOrganisation(proposal.organisation);
  iv::UpdateProposalRequest update;
  JISSHO_ASSIGN_OR_RETURN(*update.mutable_id(), play.Id("proposal:" + proposal.key));
  JISSHO_ASSIGN_OR_RETURN(*update.mutable_etag(), play.Id("etag:" + proposal.key));
  *update.mutable_content() = ContentOf(play.season(), proposal, true);
  update.mutable_content()->set_risks("安全対策（補正により追加、見本）");
  JISSHO_RETURN_IF_ERROR(
      play.driver().Act<iv::Proposal>(applicant, absl::StrCat(kIntake, "UpdateProposal"), update).status());
  iv::SubmitProposalRequest submit;
  submit.set_id(update.id());
  JISSHO_ASSIGN_OR_RETURN(
      const auto receipt,
      play.driver().Act<iv::Receipt>(applicant, absl::StrCat(kIntake, "SubmitProposal"), submit));
  play.Note(absl::StrCat("受付番号", receipt.receipt_number(), "のまま第", receipt.revision(), "版"));
  return absl::OkStatus();
}

absl::Status Accept(Play& play, const Proposal& proposal) {
  iv::AcceptProposalRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("proposal:" + proposal.key));
  return play.driver()
      .Act<iv::Proposal>(play.OfDuty("desk"), absl::StrCat(kIntake, "AcceptProposal"), request)
      .status();
}

void PlanProposal(Plan& plan, const Proposal& proposal) {
  const Organisation* org = FindOrganisation(plan.season(), proposal.organisation);
  const std::string who = org == nullptr ? proposal.organisation : org->name;
  const std::string title = absl::StrCat("「", proposal.title, "」");
  plan.Add(proposal.create, who, absl::StrCat(title, proposal.submit ? "の下書き" : "の下書き（提出しない）"),
           "A proposal is drafted", [&proposal](Play& play) { return Create(play, proposal); })
      .local = true;
  if (proposal.submit) {
    plan.Add(*proposal.submit, who, absl::StrCat(title, "を提出"), "It is submitted",
             [&proposal](Play& play) { return Submit(play, proposal); });
  }
  if (proposal.returned) {
    plan.Add(proposal.returned->at, "desk",
             absl::StrCat(title, "を補正のため返す：", proposal.returned->reason),
             "It is returned for correction", [&proposal](Play& play) { return Return(play, proposal); });
    plan.Add(proposal.returned->resubmit, who, absl::StrCat(title, "を直して再提出"),
             "It is corrected and sent again", [&proposal](Play& play) { return Resubmit(play, proposal); });
  }
  if (proposal.accept) {
    plan.Add(*proposal.accept, "desk", absl::StrCat(title, "を形式審査のうえ受理"), "It is accepted",
             [&proposal](Play& play) { return Accept(play, proposal); });
  }
}

}  // namespace

void PlanCall(Plan& plan) {
  const Call& call = plan.season().call;
  plan.Add(call.draft, "drafter", absl::StrCat("公募「", call.title, "」を起案"), "The call is drafted",
           DraftCall);
  plan.Add(call.publish, "manager", "公募を決裁し公表（起案者以外）", "It is published by somebody else",
           PublishCall);
  plan.Add(call.open, "", "受付開始", "The call opens", [](Play&) { return absl::OkStatus(); });
  plan.Add(call.close, "",
           absl::StrCat("締切（", absl::FormatTime("%H:%M", call.close, absl::FixedTimeZone(9 * 3600)), "）"),
           "The call closes", [](Play&) { return absl::OkStatus(); });
}

void PlanProposals(Plan& plan) {
  for (const Organisation& org : plan.season().organisations) {
    plan.Add(plan.season().call.publish, org.name, "団体を登録", "An organisation registers",
             [&org](Play& play) { return Register(play, org); })
        .local = true;
  }
  for (const Proposal& proposal : plan.season().proposals) PlanProposal(plan, proposal);
}

}  // namespace jissho::season
