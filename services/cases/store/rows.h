// The rows of the cases service. Times are UTC; dates are YYYY-MM-DD text, empty when not known.
#ifndef JISSHO_SERVICES_CASES_STORE_ROWS_H_
#define JISSHO_SERVICES_CASES_STORE_ROWS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>

#include "workflow/storage/cell.h"

namespace jissho::cases {

// TaskRow::due of a task without a due time: it sorts last.
inline constexpr int64_t kNoDue = std::numeric_limits<int64_t>::max();

// A case: what the other services reported of it. `state`, `adopted`, `declined`, `trial_run` and
// `trial_completed` are read columns, set from the chart in the act that changes it.
struct CaseRow {
  std::string id;
  int64_t version = 0;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string call_id;
  int64_t receipt_number = 0;
  std::string title;
  std::string section;
  std::string organisation_id;
  std::string organisation_name;
  std::string search_text;
  std::optional<absl::Time> received_at;
  int64_t revision = 0;
  int64_t requested_yen = 0;
  std::string decision_id;
  std::string outcome;
  std::string conditions;  // JSON array
  std::string decision_date;
  int64_t offered_yen = 0;
  int64_t decided_yen = 0;
  std::string grant_decision_date;
  int64_t fixed_yen = 0;
  int64_t return_yen = 0;
  int64_t settled_yen = 0;
  std::string trial_start_date;
  std::string trial_end_date;
  bool trial_run = false;
  bool trial_completed = false;
  bool adopted = false;
  bool declined = false;
  std::string state;
  std::string division;
  bool imported = false;
  std::string survey_status_code;
  std::optional<absl::Time> survey_answered_at;
  std::string ended_reason;
};

// A pair of characters that a case's search text has.
struct GramRow {
  std::string gram;
  std::string case_id;
};

// How long a case's history is. Stands before the case itself: drafts have a history too.
struct HeadRow {
  std::string case_id;
  int64_t version = 0;
  int64_t entries = 0;
  bool broken = false;
};

// The newest entry of an instance's hash chain.
struct ChainRow {
  std::string service;
  std::string instance_id;
  int64_t version = 0;
  std::string case_id;
  int64_t sequence = 0;
  std::string hash;
};

// One entry of a case's history: a journal entry of some service. Never changed.
struct HistoryRow {
  std::string case_id;
  int64_t position = 0;
  std::string service;
  std::string chart;
  std::string instance_id;
  int64_t sequence = 0;
  absl::Time at;
  std::string actor;
  std::string event;
  std::string outcome;
  std::string entered;  // JSON array
  std::string exited;   // JSON array
  std::string detail;   // JSON object
  std::string chart_hash;
  std::string previous_hash;
  std::string hash;
  bool broken = false;
};

// An open task. `roles` are separated and surrounded by single spaces.
struct TaskRow {
  std::string service;
  std::string instance_id;
  int64_t number = 0;
  std::string event;
  std::string case_id;
  std::string roles;
  std::string label_ja;
  std::string label_en;
  int64_t due = 0;  // Unix microseconds, or kNoDue
  std::string organisation;
};

}  // namespace jissho::cases

namespace jissho::storage {

template <>
struct RowTraits<cases::CaseRow> {
  using R = cases::CaseRow;
  static constexpr char kTable[] = "cases_case";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("programme_id", &R::programme_id),
      Column("fiscal_year", &R::fiscal_year), Column("call_id", &R::call_id),
      Column("receipt_number", &R::receipt_number), Column("title", &R::title),
      Column("section", &R::section), Column("organisation_id", &R::organisation_id),
      Column("organisation_name", &R::organisation_name), Column("search_text", &R::search_text),
      Column("received_at", &R::received_at), Column("revision", &R::revision),
      Column("requested_yen", &R::requested_yen), Column("decision_id", &R::decision_id),
      Column("outcome", &R::outcome), Column("conditions", &R::conditions),
      Column("decision_date", &R::decision_date), Column("offered_yen", &R::offered_yen),
      Column("decided_yen", &R::decided_yen), Column("grant_decision_date", &R::grant_decision_date),
      Column("fixed_yen", &R::fixed_yen), Column("return_yen", &R::return_yen),
      Column("settled_yen", &R::settled_yen), Column("trial_start_date", &R::trial_start_date),
      Column("trial_end_date", &R::trial_end_date), Column("trial_run", &R::trial_run),
      Column("trial_completed", &R::trial_completed), Column("adopted", &R::adopted),
      Column("declined", &R::declined), Column("state", &R::state), Column("division", &R::division),
      Column("imported", &R::imported), Column("survey_status_code", &R::survey_status_code),
      Column("survey_answered_at", &R::survey_answered_at), Column("ended_reason", &R::ended_reason));
};

template <>
struct RowTraits<cases::GramRow> {
  using R = cases::GramRow;
  static constexpr char kTable[] = "cases_gram";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(Column("gram", &R::gram), Column("case_id", &R::case_id));
};

template <>
struct RowTraits<cases::HeadRow> {
  using R = cases::HeadRow;
  static constexpr char kTable[] = "cases_head";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("case_id", &R::case_id), Column("version", &R::version),
                      Column("entries", &R::entries), Column("broken", &R::broken));
};

template <>
struct RowTraits<cases::ChainRow> {
  using R = cases::ChainRow;
  static constexpr char kTable[] = "cases_chain";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("service", &R::service), Column("instance_id", &R::instance_id), Column("version", &R::version),
      Column("case_id", &R::case_id), Column("sequence", &R::sequence), Column("hash", &R::hash));
};

template <>
struct RowTraits<cases::HistoryRow> {
  using R = cases::HistoryRow;
  static constexpr char kTable[] = "cases_history";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("case_id", &R::case_id), Column("position", &R::position), Column("service", &R::service),
      Column("chart", &R::chart), Column("instance_id", &R::instance_id), Column("sequence", &R::sequence),
      Column("at", &R::at), Column("actor", &R::actor), Column("event", &R::event),
      Column("outcome", &R::outcome), Column("entered", &R::entered), Column("exited", &R::exited),
      Column("detail", &R::detail), Column("chart_hash", &R::chart_hash),
      Column("previous_hash", &R::previous_hash), Column("hash", &R::hash), Column("broken", &R::broken));
};

template <>
struct RowTraits<cases::TaskRow> {
  using R = cases::TaskRow;
  static constexpr char kTable[] = "cases_task";
  static constexpr int kKeyColumns = 3;
  static constexpr auto kColumns = std::make_tuple(
      Column("service", &R::service), Column("instance_id", &R::instance_id), Column("number", &R::number),
      Column("event", &R::event), Column("case_id", &R::case_id), Column("roles", &R::roles),
      Column("label_ja", &R::label_ja), Column("label_en", &R::label_en), Column("due", &R::due),
      Column("organisation", &R::organisation));
};

}  // namespace jissho::storage

#endif  // JISSHO_SERVICES_CASES_STORE_ROWS_H_
