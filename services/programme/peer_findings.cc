#include "services/programme/peer_findings.h"

#include "jissho/subsidy/v1/subsidy.pb.h"
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
  JISSHO_RETURN_IF_ERROR(AskSubsidy(query, findings));
  return findings;
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
