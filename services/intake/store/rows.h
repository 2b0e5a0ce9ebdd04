// The tables of the intake service. Contents that are only ever read and written whole are JSON text.
#ifndef JISSHO_SERVICES_INTAKE_STORE_ROWS_H_
#define JISSHO_SERVICES_INTAKE_STORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "workflow/storage/cell.h"

namespace jissho::intake {

struct OrganisationRow {
  std::string id;
  int64_t version = 0;
  std::string name;
  std::string kana;
  int64_t kind = 0;              // number of OrganisationKind
  std::string corporate_number;  // empty when it has none
  std::string details;           // JSON: representative, address, contact
  absl::Time created_at;
};

// Whose a corporate number is; its key makes the number unique.
struct CorporateNumberRow {
  std::string number;
  std::string organisation_id;
};

// A published call, as the programme service told it.
struct CallRow {
  std::string id;
  int64_t version = 0;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string title;
  std::string sections;  // JSON array
  absl::Time open_at;
  absl::Time close_at;
  std::optional<absl::Time> closed_at;
  int64_t cap_yen = 0;
  std::string rate;
  std::string trial_start_date;
  std::string trial_end_date;
  int64_t correction_days = 0;
};

struct ProposalRow {
  std::string id;
  int64_t version = 0;
  std::string call_id;
  std::string organisation_id;
  std::string organisation_name;
  std::string state;           // the chart's, written by the action intake.proposal_state; for reading only
  std::string content;         // JSON of ProposalContent
  std::string attachments;     // JSON array of AttachmentInfo
  int64_t receipt_number = 0;  // 0 before the first submission
  int64_t revision = 0;        // number of submissions
  std::optional<absl::Time> received_at;
  std::optional<absl::Time> correction_due;
  std::string title_key;  // key of the TitleRow that it holds, or empty
  std::string remark;
  absl::Time created_at;
};

// Which submitted proposal holds a title; its key refuses the same title twice in a call from one
// organisation.
struct TitleRow {
  std::string title_key;
  std::string proposal_id;
};

// What was submitted. Inserted once; never updated or deleted.
struct RevisionRow {
  std::string proposal_id;
  int64_t revision = 0;
  std::string sha256;   // of content
  std::string content;  // JSON text
  std::string submitted_by;
  absl::Time received_at;
};

struct AttachmentRow {
  std::string id;
  std::string proposal_id;
  std::string info;     // JSON of AttachmentInfo
  std::string content;  // base64
};

struct ConsultationRow {
  std::string id;
  int64_t version = 0;
  std::string organisation_id;
  std::string asker;
  std::string call_id;
  std::string state;  // the chart's, as in ProposalRow
  std::string subject;
  std::string question;
  std::string answer;
  std::string answered_by;
  absl::Time opened_at;
  std::optional<absl::Time> answered_at;
};

}  // namespace jissho::intake

namespace jissho::storage {

template <>
struct RowTraits<intake::OrganisationRow> {
  using R = intake::OrganisationRow;
  static constexpr char kTable[] = "intake_organisation";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("name", &R::name),
      Column("kana", &R::kana), Column("kind", &R::kind), Column("corporate_number", &R::corporate_number),
      Column("details", &R::details), Column("created_at", &R::created_at));
};

template <>
struct RowTraits<intake::CorporateNumberRow> {
  using R = intake::CorporateNumberRow;
  static constexpr char kTable[] = "intake_corporate_number";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("number", &R::number), Column("organisation_id", &R::organisation_id));
};

template <>
struct RowTraits<intake::CallRow> {
  using R = intake::CallRow;
  static constexpr char kTable[] = "intake_call";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("programme_id", &R::programme_id),
      Column("fiscal_year", &R::fiscal_year), Column("title", &R::title), Column("sections", &R::sections),
      Column("open_at", &R::open_at), Column("close_at", &R::close_at), Column("closed_at", &R::closed_at),
      Column("cap_yen", &R::cap_yen), Column("rate", &R::rate),
      Column("trial_start_date", &R::trial_start_date), Column("trial_end_date", &R::trial_end_date),
      Column("correction_days", &R::correction_days));
};

template <>
struct RowTraits<intake::ProposalRow> {
  using R = intake::ProposalRow;
  static constexpr char kTable[] = "intake_proposal";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("call_id", &R::call_id),
      Column("organisation_id", &R::organisation_id), Column("organisation_name", &R::organisation_name),
      Column("state", &R::state), Column("content", &R::content), Column("attachments", &R::attachments),
      Column("receipt_number", &R::receipt_number), Column("revision", &R::revision),
      Column("received_at", &R::received_at), Column("correction_due", &R::correction_due),
      Column("title_key", &R::title_key), Column("remark", &R::remark), Column("created_at", &R::created_at));
};

template <>
struct RowTraits<intake::TitleRow> {
  using R = intake::TitleRow;
  static constexpr char kTable[] = "intake_title";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("title_key", &R::title_key), Column("proposal_id", &R::proposal_id));
};

template <>
struct RowTraits<intake::RevisionRow> {
  using R = intake::RevisionRow;
  static constexpr char kTable[] = "intake_revision";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns =
      std::make_tuple(Column("proposal_id", &R::proposal_id), Column("revision", &R::revision),
                      Column("sha256", &R::sha256), Column("content", &R::content),
                      Column("submitted_by", &R::submitted_by), Column("received_at", &R::received_at));
};

template <>
struct RowTraits<intake::AttachmentRow> {
  using R = intake::AttachmentRow;
  static constexpr char kTable[] = "intake_attachment";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("proposal_id", &R::proposal_id), Column("info", &R::info),
                      Column("content", &R::content));
};

template <>
struct RowTraits<intake::ConsultationRow> {
  using R = intake::ConsultationRow;
  static constexpr char kTable[] = "intake_consultation";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("organisation_id", &R::organisation_id),
      Column("asker", &R::asker), Column("call_id", &R::call_id), Column("state", &R::state),
      Column("subject", &R::subject), Column("question", &R::question), Column("answer", &R::answer),
      Column("answered_by", &R::answered_by), Column("opened_at", &R::opened_at),
      Column("answered_at", &R::answered_at));
};

}  // namespace jissho::storage

#endif  // JISSHO_SERVICES_INTAKE_STORE_ROWS_H_
