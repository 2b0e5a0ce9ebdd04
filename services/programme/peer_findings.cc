#include "services/programme/peer_findings.h"

#include "jissho/cases/v1/cases.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/programme/domain/layout.h"
#include "services/runtime/reasons.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

// The city does not run that service: its cells stay unset, which the sheet says.
bool IsAbsent(const absl::Status& status) {
  return HasReason(status, runtime::kPeerUnknown) || HasReason(status, runtime::kServiceNotHere);
}

}  // namespace

absl::StatusOr<Findings> PeerFindings::Gather(const FindingsQuery& query) {
  Findings findings;
  JISSHO_RETURN_IF_ERROR(AskCases(query, findings));
  JISSHO_RETURN_IF_ERROR(AskSubsidy(query, findings));
  JISSHO_RETURN_IF_ERROR(AskSurvey(query, findings));
  return findings;
}

absl::Status PeerFindings::AskCases(const FindingsQuery& query, Findings& findings) {
  for (int year = query.fiscal_year - kIndicatorYearsBefore; year <= query.fiscal_year; ++year) {
    cases::v1::CountCasesRequest request;
    request.set_programme_id(query.programme_id);
    request.set_fiscal_year(year);
    const auto answer = peers_->CallAsSystem<cases::v1::CountCasesResponse>(
        "cases", "jissho.cases.v1.CasesService/CountCases", request);
    if (IsAbsent(answer.status())) return absl::OkStatus();
    if (!answer.ok()) return answer.status();
    findings.counts[year] = {answer->proposals_received(), answer->adopted(),          answer->declined(),
                             answer->trials_run(),         answer->trials_completed(), answer->in_progress()};
  }
  return absl::OkStatus();
}

absl::Status PeerFindings::AskSurvey(const FindingsQuery& query, Findings& findings) {
  SurveyCounts counts;
  survey::v1::ListCampaignsRequest request;
  request.set_programme_id(query.programme_id);
  request.set_fiscal_year(query.fiscal_year);
  do {
    const auto page = peers_->CallAsSystem<survey::v1::ListCampaignsResponse>(
        "survey", "jissho.survey.v1.SurveyService/ListCampaigns", request);
    if (IsAbsent(page.status())) return absl::OkStatus();
    if (!page.ok()) return page.status();
    for (const survey::v1::Campaign& campaign : page->campaigns()) {
      if (campaign.kind() != survey::v1::CAMPAIGN_KIND_FOLLOW_UP || campaign.state() == "discarded") continue;
      survey::v1::GetCampaignResultsRequest ask;
      ask.set_id(campaign.id());
      const auto results = peers_->CallAsSystem<survey::v1::CampaignResults>(
          "survey", "jissho.survey.v1.SurveyService/GetCampaignResults", ask);
      if (!results.ok()) return results.status();
      counts.sent += results->sent();
      counts.answered += results->answered();
      counts.undeliverable += results->undeliverable();
      counts.valid += results->valid();
      counts.closed = counts.closed && campaign.state() == "closed";
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  findings.survey = counts;
  return absl::OkStatus();
}

absl::Status PeerFindings::AskSubsidy(const FindingsQuery& query, Findings& findings) {
  subsidy::v1::SummarizeSettlementRequest request;
  request.set_programme_id(query.programme_id);
  request.set_budget_line(query.budget_line);
  request.set_fiscal_year(query.fiscal_year);
  const auto answer = peers_->CallAsSystem<subsidy::v1::Settlement>(
      "subsidy", "jissho.subsidy.v1.SubsidyService/SummarizeSettlement", request);
  if (IsAbsent(answer.status())) return absl::OkStatus();
  if (!answer.ok()) return answer.status();
  SettlementSummary summary;
  summary.settled_yen = answer->settled_yen();
  summary.granted_yen = answer->granted_yen();
  summary.direct_yen = answer->direct_yen();
  summary.allocated = answer->allocated();
  summary.settled_thousand_yen = answer->settled_thousand_yen();
  summary.state_share_thousand_yen = answer->state_share_thousand_yen();
  summary.general_funds_thousand_yen = answer->general_funds_thousand_yen();
  summary.closed = answer->books_closed();
  findings.settlement = summary;
  return absl::OkStatus();
}

}  // namespace jissho::programme
