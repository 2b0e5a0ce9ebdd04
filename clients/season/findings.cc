#include "clients/season/findings.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/cases.pb.h"
#include "jissho/programme/v1/programme.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "jissho/survey/v1/survey.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace cv = cases::v1;
namespace pv = programme::v1;
namespace sv = subsidy::v1;

constexpr int kPage = 500;

std::string Subsidy(const char* name) { return absl::StrCat("jissho.subsidy.v1.SubsidyService/", name); }
std::string Cases(const char* name) { return absl::StrCat("jissho.cases.v1.CasesService/", name); }

std::string Suffix(const std::string& enum_name, const std::string& prefix) {
  return absl::AsciiStrToLower(absl::StartsWith(enum_name, prefix) ? enum_name.substr(prefix.size())
                                                                   : enum_name);
}

// All pages of a list; `take` gets each answer.
template <class Response, class Request, class Take>
absl::Status EachPage(Play& play, const Actor& who, const std::string& method, Request request, Take take) {
  request.set_page_size(kPage);
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(const auto page, play.driver().Read<Response>(who, method, request));
    JISSHO_RETURN_IF_ERROR(take(page));
    if (page.next_page_token().empty()) return absl::OkStatus();
    request.set_page_token(page.next_page_token());
  }
}

absl::Status GatherSheet(Play& play, Findings& out) {
  pv::GetSheetRequest request;
  request.set_programme_id(play.season().programme.id);
  request.set_fiscal_year(play.season().fiscal_year);
  JISSHO_ASSIGN_OR_RETURN(const auto sheet, play.driver().Read<pv::Sheet>(
                                                play.OfDuty("auditor"),
                                                "jissho.programme.v1.ProgrammeService/GetSheet", request));
  for (const pv::Cell& cell : sheet.cells()) {
    SheetCell item;
    item.id = cell.id();
    item.label = cell.label();
    item.kind = Suffix(pv::CellKind_Name(cell.kind()), "CELL_KIND_");
    item.status = Suffix(pv::CellStatus_Name(cell.status()), "CELL_STATUS_");
    item.unit = Suffix(pv::CellUnit_Name(cell.unit()), "CELL_UNIT_");
    if (cell.has_value()) item.value = cell.value();
    item.text = cell.text();
    item.source_ja = cell.source_ja();
    out.cells.push_back(item);
  }
  return absl::OkStatus();
}

bool IsAdoption(const std::string& outcome) { return absl::StartsWith(outcome, "ADOPTED"); }

absl::Status GatherCases(Play& play, Findings& out) {
  cv::ListCasesRequest request;
  request.set_programme_id(play.season().programme.id);
  return EachPage<cv::ListCasesResponse>(
      play, play.OfDuty("auditor"), Cases("ListCases"), request, [&](const auto& page) -> absl::Status {
        for (const cv::Case& file : page.cases()) {
          const bool declined = file.state() == cv::CASE_STATE_DECLINED || file.outcome() == "DECLINED" ||
                                file.outcome() == "PAST_OUTCOME_DECLINED";
          out.tally.cases.push_back(
              {file.fiscal_year(), IsAdoption(file.outcome()) || declined, declined, file.trial_run()});
          cv::VerifyCaseRequest verify;
          verify.set_id(file.id());
          JISSHO_ASSIGN_OR_RETURN(const auto verified,
                                  play.driver().Read<cv::VerifyCaseResponse>(play.OfDuty("auditor"),
                                                                             Cases("VerifyCase"), verify));
          ++out.cases_verified;
          out.cases_broken += verified.intact() ? 0 : 1;
        }
        return absl::OkStatus();
      });
}

absl::Status GatherPayments(Play& play, Findings& out) {
  sv::ListPaymentsRequest payments;
  payments.set_fiscal_year(play.season().fiscal_year);
  JISSHO_RETURN_IF_ERROR(EachPage<sv::ListPaymentsResponse>(
      play, play.OfDuty("auditor"), Subsidy("ListPayments"), payments, [&](const auto& page) -> absl::Status {
        for (const sv::Payment& payment : page.payments()) {
          out.tally.payments.push_back({payment.id(), payment.programme_id(), payment.state(),
                                        payment.amount_yen(), payment.attempt(),
                                        payment.kind() == sv::PAYMENT_KIND_DIRECT});
        }
        return absl::OkStatus();
      }));
  sv::ListGrantsRequest grants;
  grants.set_fiscal_year(play.season().fiscal_year);
  grants.set_programme_id(play.season().programme.id);
  return EachPage<sv::ListGrantsResponse>(play, play.OfDuty("auditor"), Subsidy("ListGrants"), grants,
                                          [&](const auto& page) -> absl::Status {
                                            for (const sv::Grant& grant : page.grants()) {
                                              out.tally.returned_yen += grant.returned_yen();
                                            }
                                            return absl::OkStatus();
                                          });
}

absl::Status GatherLedger(Play& play, Findings& out) {
  sv::SummarizeSettlementRequest request;
  request.set_programme_id(play.season().programme.id);
  request.set_budget_line(play.season().budget.line);
  request.set_fiscal_year(play.season().fiscal_year);
  JISSHO_ASSIGN_OR_RETURN(
      const auto settlement,
      play.driver().Read<sv::Settlement>(play.OfDuty("auditor"), Subsidy("SummarizeSettlement"), request));
  out.settled_yen = settlement.settled_yen();
  out.granted_yen = settlement.granted_yen();
  out.direct_yen = settlement.direct_yen();
  sv::CheckLedgerRequest check;
  check.set_fiscal_year(play.season().fiscal_year);
  JISSHO_ASSIGN_OR_RETURN(const auto ledger, play.driver().Read<sv::CheckLedgerResponse>(
                                                 play.OfDuty("auditor"), Subsidy("CheckLedger"), check));
  out.ledger_entries = ledger.entries();
  out.ledger_violations = ledger.violations_size();
  return absl::OkStatus();
}

absl::Status GatherSurveys(Play& play, Findings& out) {
  for (const Survey& survey : play.season().surveys) {
    const auto id = play.Id("campaign:" + survey.key);
    if (!id.ok()) continue;
    survey::v1::GetCampaignResultsRequest request;
    request.set_id(*id);
    JISSHO_ASSIGN_OR_RETURN(
        const auto results,
        play.driver().Read<survey::v1::CampaignResults>(
            play.OfDuty("desk"), "jissho.survey.v1.SurveyService/GetCampaignResults", request));
    // The sheet reports the surveys held in its own fiscal year; the cohort's own first wave is held later.
    bool own_cohort = false;
    for (int cohort : survey.cohorts) own_cohort = own_cohort || cohort == play.season().fiscal_year;
    if (own_cohort) continue;
    out.surveys_sent += results.sent();
    out.survey_responses += results.answered();
    out.survey_late += results.late();
    out.reminders += results.reminders_sent();
  }
  return absl::OkStatus();
}

}  // namespace

const SheetCell* Findings::Find(const std::string& id) const {
  for (const SheetCell& cell : cells) {
    if (cell.id == id) return &cell;
  }
  return nullptr;
}

absl::StatusOr<Findings> Gather(Play& play) {
  Findings out;
  JISSHO_RETURN_IF_ERROR(GatherSheet(play, out));
  JISSHO_RETURN_IF_ERROR(GatherCases(play, out));
  JISSHO_RETURN_IF_ERROR(GatherPayments(play, out));
  JISSHO_RETURN_IF_ERROR(GatherLedger(play, out));
  JISSHO_RETURN_IF_ERROR(GatherSurveys(play, out));
  for (const Proposal& proposal : play.season().proposals) {
    out.tally.refused_submissions += proposal.submit && !proposal.submit_refused.empty() ? 1 : 0;
    out.tally.receipts_twice += proposal.submit_twice ? 1 : 0;
  }
  return out;
}

}  // namespace jissho::season
