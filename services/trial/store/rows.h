// The rows of the trial service. Times are UTC; dates are YYYY-MM-DD text, empty when not known. Enums are
// the numbers of trial.proto.
#ifndef JISSHO_SERVICES_TRIAL_STORE_ROWS_H_
#define JISSHO_SERVICES_TRIAL_STORE_ROWS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>

#include "workflow/storage/cell.h"

namespace jissho::trial {

// What of a published call the trials need.
struct CallRow {
  std::string id;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string title;
  std::string window_start;
  std::string window_end;
};

// A trial.
struct TrialRow {
  std::string id;
  int64_t version = 0;
  std::string call_id;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string title;
  std::string organisation_id;
  std::string organisation_name;
  std::string division;
  std::string window_start;
  std::string window_end;
  std::string grant_decision_date;
  std::string start_date;
  std::string end_date;
  std::string result;
  std::string cancel_reason;
  int64_t open_promises = 0;
};

// A milestone; open while `completed_date` is empty.
struct MilestoneRow {
  std::string id;
  int64_t version = 0;
  std::string trial_id;
  std::string title;
  std::string due_date;
  std::string completed_date;
  std::string note;
};

// Support that the city promised.
struct PromiseRow {
  std::string id;
  int64_t version = 0;
  std::string trial_id;
  int64_t kind = 0;
  std::string what;
  int64_t quantity = 0;
  std::string due_date;
  int64_t state = 0;
  int64_t delivered_quantity = 0;
  std::string follow_up;
  std::string division;
  std::string delivered_date;
};

// An interim note.
struct NoteRow {
  std::string id;
  std::string trial_id;
  absl::Time at;
  std::string author;
  std::string text;
};

// An incident.
struct IncidentRow {
  std::string id;
  std::string trial_id;
  int64_t severity = 0;
  std::string date;
  std::string what;
  std::string measures;
  std::string reporter;
};

// Publicity.
struct OutreachRow {
  std::string id;
  std::string trial_id;
  int64_t kind = 0;
  std::string date;
  std::string what;
  std::string url;
  int64_t reach = 0;
};

}  // namespace jissho::trial

namespace jissho::storage {

template <>
struct RowTraits<trial::CallRow> {
  using R = trial::CallRow;
  static constexpr char kTable[] = "trial_call";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("programme_id", &R::programme_id),
                      Column("fiscal_year", &R::fiscal_year), Column("title", &R::title),
                      Column("window_start", &R::window_start), Column("window_end", &R::window_end));
};

template <>
struct RowTraits<trial::TrialRow> {
  using R = trial::TrialRow;
  static constexpr char kTable[] = "trial_trial";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("call_id", &R::call_id),
      Column("programme_id", &R::programme_id), Column("fiscal_year", &R::fiscal_year),
      Column("title", &R::title), Column("organisation_id", &R::organisation_id),
      Column("organisation_name", &R::organisation_name), Column("division", &R::division),
      Column("window_start", &R::window_start), Column("window_end", &R::window_end),
      Column("grant_decision_date", &R::grant_decision_date), Column("start_date", &R::start_date),
      Column("end_date", &R::end_date), Column("result", &R::result),
      Column("cancel_reason", &R::cancel_reason), Column("open_promises", &R::open_promises));
};

template <>
struct RowTraits<trial::MilestoneRow> {
  using R = trial::MilestoneRow;
  static constexpr char kTable[] = "trial_milestone";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("trial_id", &R::trial_id),
                      Column("title", &R::title), Column("due_date", &R::due_date),
                      Column("completed_date", &R::completed_date), Column("note", &R::note));
};

template <>
struct RowTraits<trial::PromiseRow> {
  using R = trial::PromiseRow;
  static constexpr char kTable[] = "trial_promise";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("trial_id", &R::trial_id),
      Column("kind", &R::kind), Column("what", &R::what), Column("quantity", &R::quantity),
      Column("due_date", &R::due_date), Column("state", &R::state),
      Column("delivered_quantity", &R::delivered_quantity), Column("follow_up", &R::follow_up),
      Column("division", &R::division), Column("delivered_date", &R::delivered_date));
};

template <>
struct RowTraits<trial::NoteRow> {
  using R = trial::NoteRow;
  static constexpr char kTable[] = "trial_note";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("trial_id", &R::trial_id), Column("at", &R::at),
                      Column("author", &R::author), Column("text", &R::text));
};

template <>
struct RowTraits<trial::IncidentRow> {
  using R = trial::IncidentRow;
  static constexpr char kTable[] = "trial_incident";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("trial_id", &R::trial_id),
                      Column("severity", &R::severity), Column("date", &R::date), Column("what", &R::what),
                      Column("measures", &R::measures), Column("reporter", &R::reporter));
};

template <>
struct RowTraits<trial::OutreachRow> {
  using R = trial::OutreachRow;
  static constexpr char kTable[] = "trial_outreach";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("trial_id", &R::trial_id), Column("kind", &R::kind),
      Column("date", &R::date), Column("what", &R::what), Column("url", &R::url), Column("reach", &R::reach));
};

}  // namespace jissho::storage

#endif  // JISSHO_SERVICES_TRIAL_STORE_ROWS_H_
