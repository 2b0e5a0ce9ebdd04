// Programmes, the budget line that they share, and the past cases.
#include "absl/strings/str_cat.h"
#include "clients/season/play.h"
#include "jissho/cases/v1/cases.pb.h"
#include "jissho/programme/v1/programme.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace pv = programme::v1;
namespace sv = subsidy::v1;

constexpr char kSubsidy[] = "jissho.subsidy.v1.SubsidyService/";

pv::IndicatorSource SourceOf(const std::string& name) {
  if (name == "trials_run") return pv::INDICATOR_SOURCE_TRIALS_RUN;
  if (name == "received") return pv::INDICATOR_SOURCE_RECEIVED;
  if (name == "adopted") return pv::INDICATOR_SOURCE_ADOPTED;
  if (name == "trials_completed") return pv::INDICATOR_SOURCE_TRIALS_COMPLETED;
  return pv::INDICATOR_SOURCE_UNSPECIFIED;
}

pv::Programme ProgrammeProto(const Programme& programme, const Budget& budget) {
  pv::Programme out;
  out.set_id(programme.id);
  out.set_no(programme.no);
  out.set_name(programme.name);
  out.set_division(programme.division);
  out.set_section(programme.section);
  out.set_budget_line(budget.line);
  out.set_budget_line_name(budget.line_name);
  out.set_target(programme.target);
  out.set_purpose(programme.purpose);
  out.set_summary(programme.summary);
  for (int goal : programme.sdgs) out.add_sdgs(goal);
  for (const Indicator& indicator : programme.indicators) {
    pv::Indicator* item = out.add_indicators();
    item->set_no(indicator.no);
    item->set_name(indicator.name);
    item->set_unit(indicator.unit);
    item->set_kind(indicator.kind == "output" ? pv::INDICATOR_KIND_OUTPUT : pv::INDICATOR_KIND_OUTCOME);
    item->set_source(SourceOf(indicator.source));
    item->set_description(indicator.description);
  }
  for (const PersonnelRate& rate : programme.personnel_rates) {
    pv::PersonnelRate* item = out.add_personnel_rates();
    item->set_fiscal_year(rate.fiscal_year);
    item->set_yen_per_fte(rate.yen_per_fte);
    item->set_yen_per_overtime_hour(rate.yen_per_overtime_hour);
    item->set_inferred(rate.inferred);
  }
  out.set_outside_funds_end_year(programme.outside_funds_end_year);
  return out;
}

sv::FundSource FundOf(const std::string& name) {
  if (name == "general") return sv::FUND_SOURCE_GENERAL;
  if (name == "national") return sv::FUND_SOURCE_NATIONAL;
  if (name == "prefectural") return sv::FUND_SOURCE_PREFECTURAL;
  if (name == "local_bond") return sv::FUND_SOURCE_LOCAL_BOND;
  return sv::FUND_SOURCE_OTHER;
}

void AddProgramme(Plan& plan, const Programme& programme) {
  plan.Add(plan.season().starts, "drafter",
           absl::StrCat("事務事業「", programme.no, " ", programme.name, "」を登録"),
           absl::StrCat("Programme ", programme.no, " is registered"), [&programme](Play& play) {
             pv::CreateProgrammeRequest request;
             *request.mutable_programme() = ProgrammeProto(programme, play.season().budget);
             return play.driver()
                 .Act<pv::Programme>(play.OfDuty("drafter"),
                                     "jissho.programme.v1.ProgrammeService/CreateProgramme", request)
                 .status();
           });
}

absl::Status DraftAppropriation(Play& play) {
  const Season& season = play.season();
  sv::CreateBudgetLineRequest line;
  line.set_code(season.budget.line);
  line.set_fiscal_year(season.fiscal_year);
  line.set_title(season.budget.line_name);
  JISSHO_RETURN_IF_ERROR(
      play.driver()
          .Act<sv::BudgetLine>(play.OfDuty("drafter"), absl::StrCat(kSubsidy, "CreateBudgetLine"), line)
          .status());
  sv::DraftAppropriationRequest draft;
  draft.set_budget_line(season.budget.line);
  draft.set_fiscal_year(season.fiscal_year);
  draft.set_note(season.budget.note);
  for (const auto& [source, yen] : season.budget.funds) {
    sv::FundAmount* fund = draft.add_funds();
    fund->set_source(FundOf(source));
    fund->set_amount_yen(yen);
  }
  JISSHO_ASSIGN_OR_RETURN(const auto appropriation,
                          play.driver().Act<sv::Appropriation>(
                              play.OfDuty("drafter"), absl::StrCat(kSubsidy, "DraftAppropriation"), draft));
  play.Remember("appropriation", appropriation.id());
  return absl::OkStatus();
}

absl::Status Allot(Play& play, const Programme& programme) {
  sv::AllotBudgetRequest request;
  request.set_budget_line(play.season().budget.line);
  request.set_fiscal_year(play.season().fiscal_year);
  request.set_programme_id(programme.id);
  request.set_amount_yen(programme.allotment_yen);
  return play.driver()
      .Act<sv::BudgetLine>(play.OfDuty("manager"), absl::StrCat(kSubsidy, "AllotBudget"), request)
      .status();
}

// Once, on the settled total.
absl::Status Allocate(Play& play, const Programme& programme) {
  const Budget& budget = play.season().budget;
  sv::AllocateRevenueRequest request;
  request.set_programme_id(programme.id);
  request.set_budget_line(budget.line);
  request.set_fiscal_year(play.season().fiscal_year);
  request.set_share(budget.revenue_share);
  request.set_source(FundOf(budget.revenue_source));
  JISSHO_ASSIGN_OR_RETURN(const auto settlement,
                          play.driver().Act<sv::Settlement>(
                              play.OfDuty("manager"), absl::StrCat(kSubsidy, "AllocateRevenue"), request));
  play.Note(absl::StrCat("決算額", Yen(settlement.settled_yen()), "、特定財源",
                         settlement.state_share_thousand_yen(), "千円、一般財源",
                         settlement.general_funds_thousand_yen(), "千円"));
  return absl::OkStatus();
}

}  // namespace

void PlanBudget(Plan& plan) {
  const Season& season = plan.season();
  std::vector<const Programme*> programmes = {&season.programme};
  for (const Programme& neighbour : season.neighbours) programmes.push_back(&neighbour);
  for (const Programme* programme : programmes) AddProgramme(plan, *programme);
  plan.Add(season.budget.draft, "drafter", absl::StrCat("予算科目", season.budget.line, "の計上を起案"),
           "The appropriation is drafted", DraftAppropriation);
  plan.Add(season.budget.approve, "manager", "予算の計上を承認（起案者以外）",
           "It is approved by somebody else", [](Play& play) {
             sv::ApproveAppropriationRequest request;
             JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("appropriation"));
             return play.driver()
                 .Act<sv::Appropriation>(play.OfDuty("manager"),
                                         absl::StrCat(kSubsidy, "ApproveAppropriation"), request)
                 .status();
           });
  for (const Programme* programme : programmes) {
    plan.Add(season.budget.allot, "manager",
             absl::StrCat("事業", programme->no, "に", Yen(programme->allotment_yen), "を配当"),
             absl::StrCat("Programme ", programme->no, " gets its allotment"),
             [programme](Play& play) { return Allot(play, *programme); });
    plan.Add(season.budget.allocate, "manager",
             absl::StrCat("事業", programme->no, "の決算額に財源を一度だけ充当"),
             "Earmarked revenue is allocated once, to the settled total",
             [programme](Play& play) { return Allocate(play, *programme); });
  }
}

void PlanPastCases(Plan& plan) {
  for (const PastCohort& cohort : plan.season().past) {
    plan.Add(plan.season().starts, "desk",
             absl::StrCat(cohort.fiscal_year, "年度の案件", cohort.cases.size(), "件を過年度案件として登録"),
             absl::StrCat("The cases of ", cohort.fiscal_year, " are imported"), [&cohort](Play& play) {
               for (const PastCase& past : cohort.cases) {
                 cases::v1::ImportCaseRequest request;
                 request.set_programme_id(play.season().programme.id);
                 request.set_fiscal_year(cohort.fiscal_year);
                 request.set_title(past.title);
                 request.set_organisation_name(past.organisation_name);
                 request.set_organisation_id(past.organisation);
                 request.set_outcome(past.outcome == "run"        ? cases::v1::PAST_OUTCOME_ADOPTED
                                     : past.outcome == "declined" ? cases::v1::PAST_OUTCOME_DECLINED
                                                                  : cases::v1::PAST_OUTCOME_NOT_ADOPTED);
                 request.set_trial_run(past.outcome == "run");
                 JISSHO_ASSIGN_OR_RETURN(
                     const auto imported,
                     play.driver().Act<cases::v1::Case>(play.OfDuty("desk"),
                                                        "jissho.cases.v1.CasesService/ImportCase", request));
                 play.Remember("past:" + past.title, imported.id());
               }
               return absl::OkStatus();
             });
  }
}

}  // namespace jissho::season
