// The rows of the subsidy service's tables. Yen are integers, dates text YYYY-MM-DD, an absent one empty.
#ifndef JISSHO_SERVICES_SUBSIDY_STORE_ROWS_H_
#define JISSHO_SERVICES_SUBSIDY_STORE_ROWS_H_

#include <cstdint>
#include <string>
#include <tuple>

#include "absl/time/time.h"
#include "workflow/storage/cell.h"

namespace jissho::subsidy {

// A budget line in one fiscal year; id "line/year".
struct BudgetLineRow {
  std::string id;
  int64_t version = 0;
  std::string line;
  int64_t fiscal_year = 0;
  std::string title;
};

// `funds` is a JSON array of [fund, yen].
struct AppropriationRow {
  std::string id;
  int64_t version = 0;
  std::string line;
  int64_t fiscal_year = 0;
  std::string funds;
  std::string note;
  std::string state;
};

// What subsidy learned from the published call.
struct CallRow {
  std::string id;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string line;
  std::string title;
  std::string rate;
  int64_t cap_yen = 0;
  int64_t unit_yen = 0;
  std::string report_last_date;
};

// application, decision, report and inspection are the messages of the contract as JSON, empty until there is
// one.
struct GrantRow {
  std::string id;
  int64_t version = 0;
  std::string state;
  std::string call_id;
  std::string decision_id;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string line;
  std::string organisation_id;
  std::string organisation_name;
  std::string title;
  std::string rate;
  int64_t cap_yen = 0;
  int64_t unit_yen = 0;
  int64_t offered_yen = 0;
  int64_t requested_yen = 0;
  int64_t drafted_yen = 0;
  int64_t decided_yen = 0;
  bool fixed = false;
  int64_t fixed_yen = 0;
  int64_t advanced_yen = 0;
  std::string application;
  std::string decision;
  std::string report;
  std::string inspection;
  std::string decision_date;
  std::string fix_date;
  int64_t fix_notice_number = 0;
  std::string report_last_date;
  std::string report_due_date;
  std::string return_due_date;
  int64_t progress_notes = 0;
  std::string open_payment_id;
  int64_t instalments = 0;  // advances claimed so far
};

// `note` is the message of the contract as JSON.
struct ProgressNoteRow {
  std::string grant_id;
  int64_t number = 0;
  std::string note;
};

// `account` is the message of the contract as JSON, `checked_account` the hash of the one that was checked;
// `entry_id` the ledger entry that stands for the payment, empty while it is not paid; `replaces_id` the
// payment of the same claim that was cancelled or reversed before.
struct PaymentRow {
  std::string id;
  int64_t version = 0;
  std::string state;
  int64_t kind = 0;
  std::string grant_id;
  std::string programme_id;
  std::string line;
  int64_t fiscal_year = 0;
  std::string organisation_id;
  std::string payee_name;
  int64_t amount_yen = 0;
  std::string section;
  std::string description;
  std::string account;
  bool debt_fixed = false;
  int64_t attempt = 0;
  int64_t order_number = 0;
  std::string order_date;
  std::string check_date;
  std::string payment_date;
  std::string last_reason;
  std::string entry_id;
  std::string document;
  std::string replaces_id;
  std::string checked_account;
};

// One claim on the city (ClaimKey in payment_rules.h) and the payment that answers it. The key is what makes
// a second payment impossible, whoever asks for it and whatever else is lost: the row is never deleted.
struct ClaimRow {
  std::string subject;
  int64_t instalment = 0;
  int64_t version = 0;
  std::string payment_id;
};

// Never updated.
struct EntryRow {
  std::string id;
  int64_t fiscal_year = 0;
  int64_t number = 0;
  int64_t kind = 0;
  std::string line;
  std::string programme_id;
  int64_t subject_kind = 0;
  std::string subject_id;
  std::string reference;
  std::string reverses_id;
  std::string actor;
  absl::Time posted_at;
  std::string value_date;
};

// Never updated. Repeats the book and programme of its entry, so that sums need no join.
struct PostingRow {
  std::string entry_id;
  int64_t position = 0;
  std::string line;
  int64_t fiscal_year = 0;
  std::string programme_id;
  int64_t subject_kind = 0;
  std::string account;
  int64_t fund = 0;
  int64_t amount = 0;
};

// The sum of its postings; kept so that a posting knows at once what is left.
struct BalanceRow {
  std::string id;
  int64_t version = 0;
  std::string line;
  int64_t fiscal_year = 0;
  std::string programme_id;
  std::string account;
  int64_t fund = 0;
  std::string subject_id;
  int64_t amount = 0;
};

// Revenue allocated to one programme on one line in one year; id "programme/line/year".
struct AllocationRow {
  std::string id;
  std::string share;
  int64_t fund = 0;
  int64_t settled_thousand = 0;
  int64_t share_thousand = 0;
  int64_t general_funds_thousand = 0;
};

}  // namespace jissho::subsidy

namespace jissho::storage {

template <>
struct RowTraits<subsidy::BudgetLineRow> {
  using R = subsidy::BudgetLineRow;
  static constexpr char kTable[] = "subsidy_budget_line";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("line", &R::line),
                      Column("fiscal_year", &R::fiscal_year), Column("title", &R::title));
};

template <>
struct RowTraits<subsidy::AppropriationRow> {
  using R = subsidy::AppropriationRow;
  static constexpr char kTable[] = "subsidy_appropriation";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("line", &R::line),
                      Column("fiscal_year", &R::fiscal_year), Column("funds", &R::funds),
                      Column("note", &R::note), Column("state", &R::state));
};

template <>
struct RowTraits<subsidy::CallRow> {
  using R = subsidy::CallRow;
  static constexpr char kTable[] = "subsidy_call";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("programme_id", &R::programme_id),
                      Column("fiscal_year", &R::fiscal_year), Column("line", &R::line),
                      Column("title", &R::title), Column("rate", &R::rate), Column("cap_yen", &R::cap_yen),
                      Column("unit_yen", &R::unit_yen), Column("report_last_date", &R::report_last_date));
};

template <>
struct RowTraits<subsidy::GrantRow> {
  using R = subsidy::GrantRow;
  static constexpr char kTable[] = "subsidy_grant";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("state", &R::state),
      Column("call_id", &R::call_id), Column("decision_id", &R::decision_id),
      Column("programme_id", &R::programme_id), Column("fiscal_year", &R::fiscal_year),
      Column("line", &R::line), Column("organisation_id", &R::organisation_id),
      Column("organisation_name", &R::organisation_name), Column("title", &R::title),
      Column("rate", &R::rate), Column("cap_yen", &R::cap_yen), Column("unit_yen", &R::unit_yen),
      Column("offered_yen", &R::offered_yen), Column("requested_yen", &R::requested_yen),
      Column("drafted_yen", &R::drafted_yen), Column("decided_yen", &R::decided_yen),
      Column("fixed", &R::fixed), Column("fixed_yen", &R::fixed_yen),
      Column("advanced_yen", &R::advanced_yen), Column("application", &R::application),
      Column("decision", &R::decision), Column("report", &R::report), Column("inspection", &R::inspection),
      Column("decision_date", &R::decision_date), Column("fix_date", &R::fix_date),
      Column("fix_notice_number", &R::fix_notice_number), Column("report_last_date", &R::report_last_date),
      Column("report_due_date", &R::report_due_date), Column("return_due_date", &R::return_due_date),
      Column("progress_notes", &R::progress_notes), Column("open_payment_id", &R::open_payment_id),
      Column("instalments", &R::instalments));
};

template <>
struct RowTraits<subsidy::ProgressNoteRow> {
  using R = subsidy::ProgressNoteRow;
  static constexpr char kTable[] = "subsidy_progress_note";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(Column("grant_id", &R::grant_id),
                                                   Column("number", &R::number), Column("note", &R::note));
};

template <>
struct RowTraits<subsidy::PaymentRow> {
  using R = subsidy::PaymentRow;
  static constexpr char kTable[] = "subsidy_payment";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("state", &R::state),
                      Column("kind", &R::kind), Column("grant_id", &R::grant_id),
                      Column("programme_id", &R::programme_id), Column("line", &R::line),
                      Column("fiscal_year", &R::fiscal_year), Column("organisation_id", &R::organisation_id),
                      Column("payee_name", &R::payee_name), Column("amount_yen", &R::amount_yen),
                      Column("section", &R::section), Column("description", &R::description),
                      Column("account", &R::account), Column("debt_fixed", &R::debt_fixed),
                      Column("attempt", &R::attempt), Column("order_number", &R::order_number),
                      Column("order_date", &R::order_date), Column("check_date", &R::check_date),
                      Column("payment_date", &R::payment_date), Column("last_reason", &R::last_reason),
                      Column("entry_id", &R::entry_id), Column("document", &R::document),
                      Column("replaces_id", &R::replaces_id), Column("checked_account", &R::checked_account));
};

template <>
struct RowTraits<subsidy::ClaimRow> {
  using R = subsidy::ClaimRow;
  static constexpr char kTable[] = "subsidy_claim";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns =
      std::make_tuple(Column("subject", &R::subject), Column("instalment", &R::instalment),
                      Column("version", &R::version), Column("payment_id", &R::payment_id));
};

template <>
struct RowTraits<subsidy::EntryRow> {
  using R = subsidy::EntryRow;
  static constexpr char kTable[] = "subsidy_entry";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("fiscal_year", &R::fiscal_year), Column("number", &R::number),
      Column("kind", &R::kind), Column("line", &R::line), Column("programme_id", &R::programme_id),
      Column("subject_kind", &R::subject_kind), Column("subject_id", &R::subject_id),
      Column("reference", &R::reference), Column("reverses_id", &R::reverses_id), Column("actor", &R::actor),
      Column("posted_at", &R::posted_at), Column("value_date", &R::value_date));
};

template <>
struct RowTraits<subsidy::PostingRow> {
  using R = subsidy::PostingRow;
  static constexpr char kTable[] = "subsidy_posting";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns =
      std::make_tuple(Column("entry_id", &R::entry_id), Column("position", &R::position),
                      Column("line", &R::line), Column("fiscal_year", &R::fiscal_year),
                      Column("programme_id", &R::programme_id), Column("subject_kind", &R::subject_kind),
                      Column("account", &R::account), Column("fund", &R::fund), Column("amount", &R::amount));
};

template <>
struct RowTraits<subsidy::BalanceRow> {
  using R = subsidy::BalanceRow;
  static constexpr char kTable[] = "subsidy_balance";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("line", &R::line),
                      Column("fiscal_year", &R::fiscal_year), Column("programme_id", &R::programme_id),
                      Column("account", &R::account), Column("fund", &R::fund),
                      Column("subject_id", &R::subject_id), Column("amount", &R::amount));
};

template <>
struct RowTraits<subsidy::AllocationRow> {
  using R = subsidy::AllocationRow;
  static constexpr char kTable[] = "subsidy_allocation";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("share", &R::share), Column("fund", &R::fund),
      Column("settled_thousand", &R::settled_thousand), Column("share_thousand", &R::share_thousand),
      Column("general_funds_thousand", &R::general_funds_thousand));
};

}  // namespace jissho::storage

#endif  // JISSHO_SERVICES_SUBSIDY_STORE_ROWS_H_
