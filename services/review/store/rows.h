// The rows of the review service's tables (schema/).
#ifndef JISSHO_SERVICES_REVIEW_STORE_ROWS_H_
#define JISSHO_SERVICES_REVIEW_STORE_ROWS_H_

#include <optional>
#include <string>
#include <tuple>

#include "absl/time/time.h"
#include "workflow/storage/cell.h"

namespace jissho::review {

// The round of a call. `rules` as published, `settings` as chosen by the office, `ranking_log` the tie steps:
// JSON.
struct RoundRow {
  std::string call_id;
  int64_t version = 0;
  std::string title;
  std::string rules;
  std::string settings;
  std::string ranking_log;
  std::optional<absl::Time> call_closed_at;
  std::optional<absl::Time> first_closed_at;
  std::optional<absl::Time> second_closed_at;
};

// The board of a call.
struct BoardRow {
  std::string call_id;
  int64_t version = 0;
  std::string name;
};

// A seat; found by the person, because a person acts by his token. `kind` is a SeatKind name.
struct SeatRow {
  std::string call_id;
  std::string subject;
  std::string id;
  std::string name;
  std::string kind;
  int64_t seat_order = 0;
};

// A proposal in a round.
struct EntryRow {
  std::string case_id;
  int64_t version = 0;
  std::string call_id;
  int64_t receipt_number = 0;
  std::string title;
  std::string section;
  std::string organisation_id;
  std::string organisation_name;
  int64_t requested_yen = 0;
};

// A declaration of one seat about one entry. `kind` and `relation` are enum names.
struct InterestRow {
  std::string case_id;
  std::string seat_id;
  int64_t version = 0;
  std::string call_id;
  std::string kind;
  std::string relation;
  std::string note;
  absl::Time declared_at;
};

// A score sheet. `kind`: SCORED, ABSTAINED, VOIDED; `grades`: JSON array in the order of the criteria.
struct SheetRow {
  std::string case_id;
  std::string stage;
  std::string seat_id;
  int64_t version = 0;
  std::string call_id;
  std::string kind;
  std::string grades;
  int64_t total = 0;
  std::string remark;
  absl::Time submitted_at;
};

// What a closed stage made of an entry. `score` is an exact fraction as text.
struct ResultRow {
  std::string case_id;
  std::string stage;
  int64_t version = 0;
  std::string call_id;
  int64_t place = 0;
  int64_t list_order = 0;
  std::string score;
  std::string score_text;
  int64_t score_sum = 0;
  int64_t scorers = 0;
  int64_t recused = 0;
  int64_t abstained = 0;
  bool above_floor = false;
};

// A meeting and its minutes. Seats and recusals as JSON; `held_on` is YYYY-MM-DD.
struct MeetingRow {
  std::string id;
  int64_t version = 0;
  std::string call_id;
  std::string stage;
  std::string held_on;
  std::string place;
  bool is_public = false;
  std::string present_seats;
  std::string absent_seats;
  std::string recusals;
  std::string minutes;
  std::optional<absl::Time> approved_at;
};

// The decision on a round as a whole. Dates are YYYY-MM-DD; `promoted` counts runners-up adopted since the
// release.
struct DraftRow {
  std::string call_id;
  int64_t version = 0;
  std::string decision_date;
  std::string release_date;
  std::string reserve_expiry_date;
  int64_t promoted = 0;
};

// The decision on one entry. `proposed_yen` is what a runner-up would get.
struct DecisionRow {
  std::string case_id;
  int64_t version = 0;
  std::string call_id;
  std::string decision_id;
  std::string outcome;
  int64_t place = 0;
  int64_t list_order = 0;
  int64_t proposed_yen = 0;
  int64_t offered_yen = 0;
  int64_t reserve_order = 0;
  std::string conditions;
};

}  // namespace jissho::review

namespace jissho::storage {

template <>
struct RowTraits<review::RoundRow> {
  using R = review::RoundRow;
  static constexpr char kTable[] = "review_round";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("call_id", &R::call_id), Column("version", &R::version), Column("title", &R::title),
      Column("rules", &R::rules), Column("settings", &R::settings), Column("ranking_log", &R::ranking_log),
      Column("call_closed_at", &R::call_closed_at), Column("first_closed_at", &R::first_closed_at),
      Column("second_closed_at", &R::second_closed_at));
};

template <>
struct RowTraits<review::BoardRow> {
  using R = review::BoardRow;
  static constexpr char kTable[] = "review_board";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(Column("call_id", &R::call_id),
                                                   Column("version", &R::version), Column("name", &R::name));
};

template <>
struct RowTraits<review::SeatRow> {
  using R = review::SeatRow;
  static constexpr char kTable[] = "review_seat";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("call_id", &R::call_id), Column("subject", &R::subject), Column("id", &R::id),
      Column("name", &R::name), Column("kind", &R::kind), Column("seat_order", &R::seat_order));
};

template <>
struct RowTraits<review::EntryRow> {
  using R = review::EntryRow;
  static constexpr char kTable[] = "review_entry";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("case_id", &R::case_id), Column("version", &R::version), Column("call_id", &R::call_id),
      Column("receipt_number", &R::receipt_number), Column("title", &R::title),
      Column("section", &R::section), Column("organisation_id", &R::organisation_id),
      Column("organisation_name", &R::organisation_name), Column("requested_yen", &R::requested_yen));
};

template <>
struct RowTraits<review::InterestRow> {
  using R = review::InterestRow;
  static constexpr char kTable[] = "review_interest";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("case_id", &R::case_id), Column("seat_id", &R::seat_id), Column("version", &R::version),
      Column("call_id", &R::call_id), Column("kind", &R::kind), Column("relation", &R::relation),
      Column("note", &R::note), Column("declared_at", &R::declared_at));
};

template <>
struct RowTraits<review::SheetRow> {
  using R = review::SheetRow;
  static constexpr char kTable[] = "review_sheet";
  static constexpr int kKeyColumns = 3;
  static constexpr auto kColumns = std::make_tuple(
      Column("case_id", &R::case_id), Column("stage", &R::stage), Column("seat_id", &R::seat_id),
      Column("version", &R::version), Column("call_id", &R::call_id), Column("kind", &R::kind),
      Column("grades", &R::grades), Column("total", &R::total), Column("remark", &R::remark),
      Column("submitted_at", &R::submitted_at));
};

template <>
struct RowTraits<review::ResultRow> {
  using R = review::ResultRow;
  static constexpr char kTable[] = "review_result";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("case_id", &R::case_id), Column("stage", &R::stage), Column("version", &R::version),
      Column("call_id", &R::call_id), Column("place", &R::place), Column("list_order", &R::list_order),
      Column("score", &R::score), Column("score_text", &R::score_text), Column("score_sum", &R::score_sum),
      Column("scorers", &R::scorers), Column("recused", &R::recused), Column("abstained", &R::abstained),
      Column("above_floor", &R::above_floor));
};

template <>
struct RowTraits<review::MeetingRow> {
  using R = review::MeetingRow;
  static constexpr char kTable[] = "review_meeting";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("call_id", &R::call_id),
                      Column("stage", &R::stage), Column("held_on", &R::held_on), Column("place", &R::place),
                      Column("is_public", &R::is_public), Column("present_seats", &R::present_seats),
                      Column("absent_seats", &R::absent_seats), Column("recusals", &R::recusals),
                      Column("minutes", &R::minutes), Column("approved_at", &R::approved_at));
};

template <>
struct RowTraits<review::DraftRow> {
  using R = review::DraftRow;
  static constexpr char kTable[] = "review_draft";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("call_id", &R::call_id), Column("version", &R::version),
      Column("decision_date", &R::decision_date), Column("release_date", &R::release_date),
      Column("reserve_expiry_date", &R::reserve_expiry_date), Column("promoted", &R::promoted));
};

template <>
struct RowTraits<review::DecisionRow> {
  using R = review::DecisionRow;
  static constexpr char kTable[] = "review_decision";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("case_id", &R::case_id), Column("version", &R::version), Column("call_id", &R::call_id),
      Column("decision_id", &R::decision_id), Column("outcome", &R::outcome), Column("place", &R::place),
      Column("list_order", &R::list_order), Column("proposed_yen", &R::proposed_yen),
      Column("offered_yen", &R::offered_yen), Column("reserve_order", &R::reserve_order),
      Column("conditions", &R::conditions));
};

}  // namespace jissho::storage

#endif  // JISSHO_SERVICES_REVIEW_STORE_ROWS_H_
