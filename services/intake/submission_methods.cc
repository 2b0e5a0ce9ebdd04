#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "jissho/intake/v1/events.pb.h"
#include "services/civil/date.h"
#include "services/intake/access.h"
#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"
#include "services/intake/store/store.h"
#include "services/runtime/rpc/paging.h"
#include "workflow/base/hash.h"

namespace jissho::intake {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

// A first submission keeps to the call's period, a correction to its own due time, even after the call has
// closed.
absl::Status CheckTime(const ProposalRow& row, const CallTerms& call, absl::Time now) {
  if (row.revision == 0) return CheckWindow(call, now);
  if (row.correction_due && now < *row.correction_due) return absl::OkStatus();
  return MakeError(kCorrectionTooLate,
                   {{"due_time", civil::FormatTokyoInstant(row.correction_due.value_or(call.close_at))}});
}

// Gives the title to this proposal and frees the one that it held before.
absl::Status ClaimTitle(const View& view, WriteSet& writes, const std::string& title, ProposalRow& row) {
  const std::string key =
      Sha256Hex(absl::StrCat(row.call_id, "\n", row.organisation_id, "\n", NormaliseTitle(title)));
  if (key == row.title_key) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const auto holder, view.Find<TitleRow>(key));
  if (holder) return MakeError(kDuplicateProposal, {{"id", holder->proposal_id}});
  JISSHO_RETURN_IF_ERROR(writes.Insert(TitleRow{key, row.id}));
  if (!row.title_key.empty()) JISSHO_RETURN_IF_ERROR(writes.Delete<TitleRow>(storage::KeyOf(row.title_key)));
  row.title_key = key;
  return absl::OkStatus();
}

RevisionRow MakeRevision(const Context& context, const ProposalRow& row, const OrganisationRow& organisation,
                         const std::string& reason) {
  nlohmann::json content{{"proposal_id", row.id},
                         {"call_id", row.call_id},
                         {"receipt_number", row.receipt_number},
                         {"revision", row.revision},
                         {"received_time", civil::FormatTokyoInstant(context.now())},
                         {"applicant", ApplicantHead(organisation)},
                         {"content", nlohmann::json::parse(row.content)},
                         {"attachments", nlohmann::json::parse(row.attachments)}};
  if (!reason.empty()) content["submitted_on_behalf"] = reason;
  RevisionRow revision;
  revision.proposal_id = row.id;
  revision.revision = row.revision;
  revision.content = content.dump();
  revision.sha256 = Sha256Hex(revision.content);
  revision.submitted_by = context.actor().id;
  revision.received_at = context.now();
  return revision;
}

void EmitSubmitted(WriteSet& writes, const CallRow& call, const ProposalRow& row,
                   const ProposalContent& content) {
  v1::ProposalSubmitted event;
  event.set_proposal_id(row.id);
  event.set_call_id(row.call_id);
  event.set_programme_id(call.programme_id);
  event.set_fiscal_year(static_cast<int32_t>(call.fiscal_year));
  event.set_organisation_id(row.organisation_id);
  event.set_organisation_name(row.organisation_name);
  event.set_title(content.title);
  event.set_section(content.section);
  event.set_receipt_number(row.receipt_number);
  *event.mutable_received_time() = ToTimestamp(*row.received_at);
  event.set_requested_yen(content.requested_yen);
  event.set_revision(static_cast<int32_t>(row.revision));
  writes.Emit({"cases", row.id, std::string(event.GetDescriptor()->full_name()), event.SerializeAsString()});
}

absl::StatusOr<v1::Receipt> Submit(const v1::SubmitProposalRequest& request, const Context& context,
                                   const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, GetSeen<ProposalRow>(context, view, request.id(), kProposalNotFound));
  JISSHO_ASSIGN_OR_RETURN(const auto call, view.Get<CallRow>(row.call_id, kCallNotPublished));
  JISSHO_ASSIGN_OR_RETURN(const auto organisation,
                          view.Get<OrganisationRow>(row.organisation_id, kOrganisationNotFound));
  act::Json data = act::Json::object();
  if (!request.reason().empty()) data["reason"] = request.reason();
  // First, so that a proposal that cannot be submitted at all says so, and not that it is late.
  JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "proposal.submit", data));
  const CallTerms terms = ToTerms(call);
  JISSHO_RETURN_IF_ERROR(CheckTime(row, terms, context.now()));
  const ProposalContent content = ContentFromJson(nlohmann::json::parse(row.content));
  const auto faults = FindFaults(content, terms);
  if (!faults.empty()) return MakeFieldError(faults);

  // As the chart's step has left it.
  JISSHO_ASSIGN_OR_RETURN(row, view.Get<ProposalRow>(request.id(), kProposalNotFound));
  JISSHO_RETURN_IF_ERROR(ClaimTitle(view, writes, content.title, row));
  if (row.receipt_number == 0) {
    JISSHO_ASSIGN_OR_RETURN(row.receipt_number,
                            writes.NextNumber(absl::StrCat("intake/receipt/", row.call_id)));
  }
  ++row.revision;
  row.received_at = context.now();
  row.correction_due.reset();
  row.organisation_name = organisation.name;
  const RevisionRow revision = MakeRevision(context, row, organisation, request.reason());
  JISSHO_RETURN_IF_ERROR(writes.Insert(revision));
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  EmitSubmitted(writes, call, row, content);
  return ToReceipt(row, revision);
}

absl::StatusOr<v1::Receipt> GetReceipt(const CallContext& call, const v1::GetReceiptRequest& request,
                                       storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<ProposalRow>(session, request.proposal_id()));
  if (!row || !Sees(call.actor, *row)) return MakeError(kProposalNotFound, {{"id", request.proposal_id()}});
  const int64_t number = request.revision() > 0 ? request.revision() : row->revision;
  JISSHO_ASSIGN_OR_RETURN(const auto revision, FindRevision(session, row->id, number));
  if (!revision) {
    return MakeError(kRevisionNotFound, {{"id", row->id}, {"revision", absl::StrCat(number)}});
  }
  return ToReceipt(*row, *revision);
}

absl::StatusOr<v1::ListRevisionsResponse> List(const CallContext& call,
                                               const v1::ListRevisionsRequest& request,
                                               storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<ProposalRow>(session, request.proposal_id()));
  if (!row || !Sees(call.actor, *row)) return MakeError(kProposalNotFound, {{"id", request.proposal_id()}});
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  int64_t after = 0;
  if (!page.after.empty()) (void)absl::SimpleAtoi(page.after[0], &after);
  JISSHO_ASSIGN_OR_RETURN(auto rows, ListRevisions(session, row->id, after, page.size + 1));
  v1::ListRevisionsResponse response;
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {absl::StrCat(rows.back().revision)}));
  }
  for (const RevisionRow& revision : rows) *response.add_revisions() = ToMessage(revision);
  return response;
}

}  // namespace

void AddSubmissionMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::SubmitProposalRequest, v1::Receipt>(
      "SubmitProposal",
      [](const CallContext&, const v1::SubmitProposalRequest& request) -> absl::StatusOr<Plan<v1::Receipt>> {
        Plan<v1::Receipt> plan;
        plan.partition = request.id();
        // The instance is named so that a refused attempt, a late one above all, stands in its journal.
        plan.reads = {act::ReadOf<ProposalRow>(request.id()), act::ReadInstance(request.id())};
        plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
          return Submit(request, context, view, writes);
        };
        return plan;
      });
  registry.Read<v1::GetReceiptRequest, v1::Receipt>("GetReceipt", GetReceipt);
  registry.Read<v1::ListRevisionsRequest, v1::ListRevisionsResponse>("ListRevisions", List);
}

}  // namespace jissho::intake
