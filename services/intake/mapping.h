// Between the contract's messages and the service's rows and rules. Pure.
#ifndef JISSHO_SERVICES_INTAKE_MAPPING_H_
#define JISSHO_SERVICES_INTAKE_MAPPING_H_

#include <string>
#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "jissho/intake/v1/intake.pb.h"
#include "services/intake/domain/proposal.h"
#include "services/intake/store/rows.h"

namespace jissho::intake {

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

// Everything but id, version and creation, which the row keeps.
void SetOrganisation(const v1::Organisation& organisation, OrganisationRow& row);
v1::Organisation ToMessage(const OrganisationRow& row);
// The head of a submitted proposal: who the applicant was at that time, without contact data.
nlohmann::json ApplicantHead(const OrganisationRow& row);

CallTerms ToTerms(const CallRow& row);
v1::CallForApplicants ToMessage(const CallRow& row, absl::Time now);

ProposalContent FromMessage(const v1::ProposalContent& message);
v1::ProposalContent ToMessage(const ProposalContent& content);
v1::Attachment ToMessage(const AttachmentInfo& info);
v1::Proposal ToMessage(const ProposalRow& row);
v1::Receipt ToReceipt(const ProposalRow& row, const RevisionRow& revision);
v1::Revision ToMessage(const RevisionRow& row);

std::vector<AttachmentInfo> AttachmentsOf(const ProposalRow& row);
void SetAttachments(const std::vector<AttachmentInfo>& attachments, ProposalRow& row);

// State ids of the charts; an unspecified state is empty.
std::string StateName(v1::ProposalState state);
std::string StateName(v1::ConsultationState state);

v1::Consultation ToMessage(const ConsultationRow& row);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_MAPPING_H_
