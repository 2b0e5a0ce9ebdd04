#include "services/intake/mapping.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/rpc/etag.h"

namespace jissho::intake {

namespace {

using nlohmann::json;

// "PROPOSAL_STATE_NOT_ADOPTED" <-> "not_adopted".
std::string Unprefixed(const std::string& name, size_t prefix) {
  return absl::AsciiStrToLower(name.substr(prefix));
}

template <class Enum, class Parse>
Enum StateOf(const std::string& prefix, const std::string& state, Parse parse) {
  Enum value{};
  parse(absl::StrCat(prefix, absl::AsciiStrToUpper(state)), &value);
  return value;
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t micros = absl::ToUnixMicros(time);
  // Rounded down, so that the fraction is not negative before 1970.
  const int64_t seconds = micros >= 0 ? micros / 1'000'000 : -((-micros + 999'999) / 1'000'000);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>((micros - seconds * 1'000'000) * 1000));
  return timestamp;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

void SetOrganisation(const v1::Organisation& organisation, OrganisationRow& row) {
  row.name = organisation.name();
  row.kana = organisation.kana();
  row.kind = organisation.kind();
  const v1::Contact& contact = organisation.contact();
  row.details = json{{"representative_title", organisation.representative_title()},
                     {"representative", organisation.representative()},
                     {"postal_code", organisation.postal_code()},
                     {"address", organisation.address()},
                     {"contact",
                      {{"name", contact.name()},
                       {"department", contact.department()},
                       {"email", contact.email()},
                       {"phone", contact.phone()}}}}
                    .dump();
}

v1::Organisation ToMessage(const OrganisationRow& row) {
  v1::Organisation message;
  message.set_id(row.id);
  message.set_etag(runtime::MakeEtag(row.version));
  message.set_name(row.name);
  message.set_kana(row.kana);
  message.set_kind(static_cast<v1::OrganisationKind>(row.kind));
  message.set_corporate_number(row.corporate_number);
  const json details = json::parse(row.details);
  message.set_representative_title(details.value("representative_title", ""));
  message.set_representative(details.value("representative", ""));
  message.set_postal_code(details.value("postal_code", ""));
  message.set_address(details.value("address", ""));
  const json contact = details.value("contact", json::object());
  message.mutable_contact()->set_name(contact.value("name", ""));
  message.mutable_contact()->set_department(contact.value("department", ""));
  message.mutable_contact()->set_email(contact.value("email", ""));
  message.mutable_contact()->set_phone(contact.value("phone", ""));
  *message.mutable_create_time() = ToTimestamp(row.created_at);
  return message;
}

json ApplicantHead(const OrganisationRow& row) {
  json head = json::parse(row.details);
  head.erase("contact");
  head["id"] = row.id;
  head["name"] = row.name;
  head["corporate_number"] = row.corporate_number;
  return head;
}

CallTerms ToTerms(const CallRow& row) {
  CallTerms terms;
  terms.id = row.id;
  terms.sections = json::parse(row.sections).get<std::vector<std::string>>();
  terms.open_at = row.open_at;
  terms.close_at = row.close_at;
  terms.closed = row.closed_at.has_value();
  terms.cap_yen = row.cap_yen;
  terms.trial_start_date = row.trial_start_date;
  terms.trial_end_date = row.trial_end_date;
  terms.correction_days = row.correction_days;
  return terms;
}

v1::CallForApplicants ToMessage(const CallRow& row, absl::Time now) {
  const CallTerms terms = ToTerms(row);
  v1::CallForApplicants message;
  message.set_id(row.id);
  message.set_programme_id(row.programme_id);
  message.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  message.set_title(row.title);
  for (const std::string& section : terms.sections) message.add_sections(section);
  *message.mutable_open_time() = ToTimestamp(row.open_at);
  *message.mutable_close_time() = ToTimestamp(row.close_at);
  message.set_cap_yen(row.cap_yen);
  message.set_rate(row.rate);
  message.set_trial_start_date(row.trial_start_date);
  message.set_trial_end_date(row.trial_end_date);
  message.set_correction_days(
      static_cast<int32_t>(row.correction_days > 0 ? row.correction_days : kCorrectionDaysDefault));
  message.set_receiving(CheckWindow(terms, now).ok());
  return message;
}

ProposalContent FromMessage(const v1::ProposalContent& message) {
  ProposalContent content;
  content.title = message.title();
  content.section = message.section();
  content.summary = message.summary();
  content.problem = message.problem();
  content.technology = message.technology();
  content.novelty = message.novelty();
  content.plan = message.plan();
  content.place = message.place();
  content.start_date = message.start_date();
  content.end_date = message.end_date();
  for (const auto& item : message.schedule()) {
    content.schedule.push_back({item.start_date(), item.end_date(), item.title()});
  }
  content.team = message.team();
  const auto& support = message.support();
  content.support = {support.cost(),         support.field(),    support.monitors(),
                     support.deregulation(), support.matching(), support.publicity()};
  content.monitors_wished = message.monitors_wished();
  content.requested_yen = message.requested_yen();
  for (const auto& item : message.budget()) {
    content.budget.push_back({item.category(), item.description(), item.amount_yen(), item.eligible()});
  }
  content.own_money_yen = message.own_money_yen();
  content.other_income_yen = message.other_income_yen();
  content.expected_effect = message.expected_effect();
  content.indicator = message.indicator();
  content.risks = message.risks();
  content.implementation_plan = message.implementation_plan();
  content.other_grants = message.other_grants();
  content.pledge = message.pledge();
  return content;
}

v1::ProposalContent ToMessage(const ProposalContent& content) {
  v1::ProposalContent message;
  message.set_title(content.title);
  message.set_section(content.section);
  message.set_summary(content.summary);
  message.set_problem(content.problem);
  message.set_technology(content.technology);
  message.set_novelty(content.novelty);
  message.set_plan(content.plan);
  message.set_place(content.place);
  message.set_start_date(content.start_date);
  message.set_end_date(content.end_date);
  for (const ScheduleItem& item : content.schedule) {
    auto* added = message.add_schedule();
    added->set_start_date(item.start_date);
    added->set_end_date(item.end_date);
    added->set_title(item.title);
  }
  message.set_team(content.team);
  message.mutable_support()->set_cost(content.support.cost);
  message.mutable_support()->set_field(content.support.field);
  message.mutable_support()->set_monitors(content.support.monitors);
  message.mutable_support()->set_deregulation(content.support.deregulation);
  message.mutable_support()->set_matching(content.support.matching);
  message.mutable_support()->set_publicity(content.support.publicity);
  message.set_monitors_wished(static_cast<int32_t>(content.monitors_wished));
  message.set_requested_yen(content.requested_yen);
  for (const BudgetItem& item : content.budget) {
    auto* added = message.add_budget();
    added->set_category(item.category);
    added->set_description(item.description);
    added->set_amount_yen(item.amount_yen);
    added->set_eligible(item.eligible);
  }
  message.set_own_money_yen(content.own_money_yen);
  message.set_other_income_yen(content.other_income_yen);
  message.set_expected_effect(content.expected_effect);
  message.set_indicator(content.indicator);
  message.set_risks(content.risks);
  message.set_implementation_plan(content.implementation_plan);
  message.set_other_grants(content.other_grants);
  message.set_pledge(content.pledge);
  return message;
}

v1::Attachment ToMessage(const AttachmentInfo& info) {
  v1::Attachment message;
  message.set_id(info.id);
  message.set_file_name(info.file_name);
  message.set_media_type(info.media_type);
  message.set_size_bytes(info.size_bytes);
  message.set_sha256(info.sha256);
  *message.mutable_create_time() = ToTimestamp(info.created_at);
  return message;
}

v1::Proposal ToMessage(const ProposalRow& row) {
  v1::Proposal message;
  message.set_id(row.id);
  message.set_etag(runtime::MakeEtag(row.version));
  message.set_call_id(row.call_id);
  message.set_organisation_id(row.organisation_id);
  message.set_organisation_name(row.organisation_name);
  message.set_state(StateOf<v1::ProposalState>("PROPOSAL_STATE_", row.state, v1::ProposalState_Parse));
  *message.mutable_content() = ToMessage(ContentFromJson(json::parse(row.content)));
  for (const AttachmentInfo& info : AttachmentsOf(row)) *message.add_attachments() = ToMessage(info);
  message.set_receipt_number(row.receipt_number);
  message.set_revision(static_cast<int32_t>(row.revision));
  if (row.received_at) *message.mutable_received_time() = ToTimestamp(*row.received_at);
  if (row.correction_due) *message.mutable_correction_due_time() = ToTimestamp(*row.correction_due);
  message.set_remark(row.remark);
  *message.mutable_create_time() = ToTimestamp(row.created_at);
  return message;
}

v1::Receipt ToReceipt(const ProposalRow& row, const RevisionRow& revision) {
  v1::Receipt receipt;
  receipt.set_proposal_id(row.id);
  receipt.set_call_id(row.call_id);
  receipt.set_receipt_number(row.receipt_number);
  receipt.set_revision(static_cast<int32_t>(revision.revision));
  *receipt.mutable_received_time() = ToTimestamp(revision.received_at);
  receipt.set_sha256(revision.sha256);
  receipt.set_title(json::parse(revision.content).at("content").value("title", ""));
  return receipt;
}

v1::Revision ToMessage(const RevisionRow& row) {
  v1::Revision message;
  message.set_proposal_id(row.proposal_id);
  message.set_revision(static_cast<int32_t>(row.revision));
  *message.mutable_received_time() = ToTimestamp(row.received_at);
  message.set_submitted_by(row.submitted_by);
  message.set_sha256(row.sha256);
  message.set_content_json(row.content);
  return message;
}

std::vector<AttachmentInfo> AttachmentsOf(const ProposalRow& row) {
  std::vector<AttachmentInfo> attachments;
  for (const json& entry : json::parse(row.attachments)) attachments.push_back(AttachmentFromJson(entry));
  return attachments;
}

void SetAttachments(const std::vector<AttachmentInfo>& attachments, ProposalRow& row) {
  json entries = json::array();
  for (const AttachmentInfo& info : attachments) entries.push_back(ToJson(info));
  row.attachments = entries.dump();
}

std::string StateName(v1::ProposalState state) {
  if (state == v1::PROPOSAL_STATE_UNSPECIFIED) return "";
  return Unprefixed(v1::ProposalState_Name(state), sizeof("PROPOSAL_STATE_") - 1);
}

std::string StateName(v1::ConsultationState state) {
  if (state == v1::CONSULTATION_STATE_UNSPECIFIED) return "";
  return Unprefixed(v1::ConsultationState_Name(state), sizeof("CONSULTATION_STATE_") - 1);
}

v1::Consultation ToMessage(const ConsultationRow& row) {
  v1::Consultation message;
  message.set_id(row.id);
  message.set_organisation_id(row.organisation_id);
  message.set_asker(row.asker);
  message.set_call_id(row.call_id);
  message.set_subject(row.subject);
  message.set_question(row.question);
  message.set_answer(row.answer);
  message.set_answered_by(row.answered_by);
  message.set_state(
      StateOf<v1::ConsultationState>("CONSULTATION_STATE_", row.state, v1::ConsultationState_Parse));
  *message.mutable_open_time() = ToTimestamp(row.opened_at);
  if (row.answered_at) *message.mutable_answer_time() = ToTimestamp(*row.answered_at);
  return message;
}

}  // namespace jissho::intake
