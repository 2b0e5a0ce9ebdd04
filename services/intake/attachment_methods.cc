#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/intake/access.h"
#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"
#include "services/intake/store/store.h"
#include "workflow/base/hash.h"

namespace jissho::intake {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

absl::Status CheckSize(const std::string& content) {
  if (!content.empty() && static_cast<int64_t>(content.size()) <= kAttachmentBytesMax)
    return absl::OkStatus();
  return MakeFieldError({{"content", "1バイト以上1MiB以下のファイルを添付してください。",
                          "Attach a file of 1 byte to 1 MiB."}});
}

absl::StatusOr<Plan<v1::Attachment>> Attach(const CallContext&, const v1::AttachFileRequest& request) {
  JISSHO_RETURN_IF_ERROR(CheckSize(request.content()));
  Plan<v1::Attachment> plan;
  plan.partition = request.proposal_id();
  plan.reads = {act::ReadOf<ProposalRow>(request.proposal_id()), act::ReadInstance(request.proposal_id())};
  // Files of several acts in one statement could exceed what the database takes at once.
  plan.alone = true;
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Attachment> {
    JISSHO_ASSIGN_OR_RETURN(auto row,
                            GetSeen<ProposalRow>(context, view, request.proposal_id(), kProposalNotFound));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "proposal.revise"));
    std::vector<AttachmentInfo> attachments = AttachmentsOf(row);
    if (static_cast<int>(attachments.size()) >= kAttachmentsMax) {
      return MakeFieldError({{"proposal_id", absl::StrCat("添付資料は", kAttachmentsMax, "件までです。"),
                              absl::StrCat("A proposal has at most ", kAttachmentsMax, " attachments.")}});
    }
    const AttachmentInfo info{context.NewId("attachment"),  request.file_name(),
                              request.media_type(),         static_cast<int64_t>(request.content().size()),
                              Sha256Hex(request.content()), context.now()};
    attachments.push_back(info);
    SetAttachments(attachments, row);
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    JISSHO_RETURN_IF_ERROR(writes.Insert(
        AttachmentRow{info.id, row.id, ToJson(info).dump(), absl::Base64Escape(request.content())}));
    return ToMessage(info);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Proposal>> Remove(const CallContext&, const v1::RemoveAttachmentRequest& request) {
  Plan<v1::Proposal> plan;
  plan.partition = request.proposal_id();
  plan.reads = {act::ReadOf<ProposalRow>(request.proposal_id()), act::ReadInstance(request.proposal_id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Proposal> {
    JISSHO_ASSIGN_OR_RETURN(auto row,
                            GetSeen<ProposalRow>(context, view, request.proposal_id(), kProposalNotFound));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "proposal.revise"));
    std::vector<AttachmentInfo> attachments = AttachmentsOf(row);
    if (std::erase_if(attachments,
                      [&](const AttachmentInfo& info) { return info.id == request.attachment_id(); }) == 0) {
      return MakeError(kAttachmentNotFound, {{"id", request.attachment_id()}});
    }
    SetAttachments(attachments, row);
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    // Once something was submitted, a revision may hold the file: its content stays.
    if (row.revision == 0) {
      JISSHO_RETURN_IF_ERROR(writes.Delete<AttachmentRow>(storage::KeyOf(request.attachment_id())));
    }
    JISSHO_ASSIGN_OR_RETURN(const auto after, view.Get<ProposalRow>(row.id, kProposalNotFound));
    return ToMessage(after);
  };
  return plan;
}

absl::StatusOr<v1::GetAttachmentResponse> Get(const CallContext& call,
                                              const v1::GetAttachmentRequest& request,
                                              storage::Session& session) {
  const absl::Status missing = MakeError(kAttachmentNotFound, {{"id", request.id()}});
  JISSHO_ASSIGN_OR_RETURN(const auto attachment, FindRow<AttachmentRow>(session, request.id()));
  if (!attachment) return missing;
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<ProposalRow>(session, attachment->proposal_id));
  if (!row || !Sees(call.actor, *row)) return missing;
  v1::GetAttachmentResponse response;
  *response.mutable_attachment() = ToMessage(AttachmentFromJson(nlohmann::json::parse(attachment->info)));
  if (!absl::Base64Unescape(attachment->content, response.mutable_content())) {
    return absl::DataLossError("an attachment's content is not base64");
  }
  return response;
}

}  // namespace

void AddAttachmentMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::AttachFileRequest, v1::Attachment>("AttachFile", Attach);
  registry.Act<v1::RemoveAttachmentRequest, v1::Proposal>("RemoveAttachment", Remove);
  registry.Read<v1::GetAttachmentRequest, v1::GetAttachmentResponse>("GetAttachment", Get);
}

}  // namespace jissho::intake
