// The rows of the survey service, as schema/ has them.
#ifndef JISSHO_SERVICES_SURVEY_STORE_ROWS_H_
#define JISSHO_SERVICES_SURVEY_STORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "absl/time/time.h"
#include "workflow/storage/cell.h"

namespace jissho::survey {

// A version of a questionnaire; never changed. `content` as questionnaire.h writes it.
struct TemplateRow {
  std::string id;
  std::string code;
  int64_t edition = 0;
  std::string content;
  bool built_in = false;
};

// `cohorts` and `reminder_days` are JSON lists of numbers. `state` repeats the chart's, for lists. `secret`
// never leaves the service: the tokens of the campaign's invitations are made from it.
struct CampaignRow {
  std::string id;
  int64_t version = 0;
  std::string title;
  int64_t kind = 0;
  std::string template_id;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string cohorts;
  std::string state;
  std::optional<absl::Time> open_at;
  absl::Time due_at;
  absl::Time close_at;
  std::string reminder_days;
  int64_t invitee_count = 0;
  std::string drafter;
  std::string secret;
};

// `state` repeats the chart's; "planned" before it was sent.
struct InvitationRow {
  std::string id;
  int64_t version = 0;
  std::string campaign_id;
  std::string organisation_id;
  std::string name;
  std::string case_id;
  std::string contact;
  int64_t channel = 0;
  std::string state;
  absl::Time due_at;
  absl::Time close_at;
  std::optional<absl::Time> sent_at;
  int64_t reminders_sent = 0;
  std::optional<absl::Time> answered_at;
  bool late = false;
};

// Finds an invitation by the SHA-256 of its token.
struct TokenRow {
  std::string token_hash;
  std::string invitation_id;
};

// One for an invitation, whence an answer counts once.
struct AnswerRow {
  std::string invitation_id;
  std::string campaign_id;
  absl::Time answered_at;
  bool late = false;
  bool valid = false;
  std::string responses;
};

// An invitation or reminder that fell due.
struct NoticeRow {
  std::string id;
  std::string campaign_id;
  std::string invitation_id;
  int64_t kind = 0;
  int64_t number = 0;
  absl::Time issued_at;
};

}  // namespace jissho::survey

template <>
struct jissho::storage::RowTraits<jissho::survey::TemplateRow> {
  using R = survey::TemplateRow;
  static constexpr char kTable[] = "survey_template";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("code", &R::code), Column("edition", &R::edition),
                      Column("content", &R::content), Column("built_in", &R::built_in));
};

template <>
struct jissho::storage::RowTraits<jissho::survey::CampaignRow> {
  using R = survey::CampaignRow;
  static constexpr char kTable[] = "survey_campaign";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("title", &R::title),
      Column("kind", &R::kind), Column("template_id", &R::template_id),
      Column("programme_id", &R::programme_id), Column("fiscal_year", &R::fiscal_year),
      Column("cohorts", &R::cohorts), Column("state", &R::state), Column("open_at", &R::open_at),
      Column("due_at", &R::due_at), Column("close_at", &R::close_at),
      Column("reminder_days", &R::reminder_days), Column("invitee_count", &R::invitee_count),
      Column("drafter", &R::drafter), Column("secret", &R::secret));
};

template <>
struct jissho::storage::RowTraits<jissho::survey::InvitationRow> {
  using R = survey::InvitationRow;
  static constexpr char kTable[] = "survey_invitation";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("campaign_id", &R::campaign_id),
      Column("organisation_id", &R::organisation_id), Column("name", &R::name),
      Column("case_id", &R::case_id), Column("contact", &R::contact), Column("channel", &R::channel),
      Column("state", &R::state), Column("due_at", &R::due_at), Column("close_at", &R::close_at),
      Column("sent_at", &R::sent_at), Column("reminders_sent", &R::reminders_sent),
      Column("answered_at", &R::answered_at), Column("late", &R::late));
};

template <>
struct jissho::storage::RowTraits<jissho::survey::TokenRow> {
  using R = survey::TokenRow;
  static constexpr char kTable[] = "survey_token";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("token_hash", &R::token_hash), Column("invitation_id", &R::invitation_id));
};

template <>
struct jissho::storage::RowTraits<jissho::survey::AnswerRow> {
  using R = survey::AnswerRow;
  static constexpr char kTable[] = "survey_answer";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("invitation_id", &R::invitation_id), Column("campaign_id", &R::campaign_id),
                      Column("answered_at", &R::answered_at), Column("late", &R::late),
                      Column("valid", &R::valid), Column("responses", &R::responses));
};

template <>
struct jissho::storage::RowTraits<jissho::survey::NoticeRow> {
  using R = survey::NoticeRow;
  static constexpr char kTable[] = "survey_notice";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("campaign_id", &R::campaign_id),
                      Column("invitation_id", &R::invitation_id), Column("kind", &R::kind),
                      Column("number", &R::number), Column("issued_at", &R::issued_at));
};

#endif  // JISSHO_SERVICES_SURVEY_STORE_ROWS_H_
