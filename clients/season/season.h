// A season: one fiscal year of a programme as data, from the call to the management sheet. docs/season.md
// describes the file that it is read from.
//
// Money is integer yen, rates are fractions as text, days are YYYY-MM-DD in Tokyo, moments are instants.
// Everything is plain data; the player (player.h) makes calls of it, the checker (season_check.h) says what
// is wrong with it.
#ifndef JISSHO_CLIENTS_SEASON_SEASON_H_
#define JISSHO_CLIENTS_SEASON_SEASON_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace jissho::season {

// A moment on the season's calendar; absent when the file does not name it.
using Moment = std::optional<absl::Time>;

struct Person {
  std::string id;    // subject of the token is "user:<id>"
  std::string name;  // as it stands in the minutes
  std::vector<std::string> roles;
};

struct Account {
  std::string bank_code;
  std::string branch_code;
  std::string type = "ordinary";  // ordinary, current, savings
  std::string number;
  std::string holder_kana;
};

struct Organisation {
  std::string id;
  std::string name;
  std::string kana;
  std::string kind;  // company, university, school, institute, sole_proprietor, unincorporated, other
  std::string corporate_number;
  std::string representative_title;
  std::string representative;
  std::string postal_code;
  std::string address;
  Account account;
};

struct Indicator {
  int no = 1;
  std::string name;
  std::string unit;
  std::string kind;    // output, outcome
  std::string source;  // typed, trials_run, received, adopted, trials_completed
  std::string description;
};

struct PersonnelRate {
  int fiscal_year = 0;
  int64_t yen_per_fte = 0;
  int64_t yen_per_overtime_hour = 0;
  bool inferred = false;
};

// How money leaves: ordered, checked and paid by three people, requested by a fourth.
struct PaymentPlan {
  Moment order;
  Moment check;
  Moment pay;
  // The bank sends the transfer back; the account is corrected; checked and paid again.
  struct Rejection {
    absl::Time at;
    std::string reason;
    absl::Time corrected_at;
    Account account;
    absl::Time check;
    absl::Time pay;
  };
  std::optional<Rejection> rejection;
  struct Reversal {
    absl::Time at;
    std::string reason;
  };
  std::optional<Reversal> reversal;
  // The order is attempted and refused (with this reason of the server); the payment is then cancelled.
  struct Refused {
    absl::Time at;
    std::string reason;  // e.g. BOOKS_CLOSED
    absl::Time cancel_at;
    std::string cancel_reason;
  };
  std::optional<Refused> refused;
};

struct DirectCost {
  std::string key;
  int64_t amount_yen = 0;
  std::string section;
  std::string description;
  std::string payee_name;
  Account account;
  absl::Time book;
  Moment accept;  // absent: the debt is fixed when booked
  PaymentPlan payment;
};

struct Programme {
  std::string id;
  std::string no;
  std::string name;
  std::string division;
  std::string section;
  std::string target;
  std::string purpose;
  std::string summary;
  std::vector<int> sdgs;
  std::vector<Indicator> indicators;
  std::vector<PersonnelRate> personnel_rates;
  int outside_funds_end_year = 0;
  int64_t allotment_yen = 0;
  std::vector<DirectCost> direct_costs;
};

struct Budget {
  std::string line;
  std::string line_name;
  std::map<std::string, int64_t> funds;  // by source: general, national, prefectural, local_bond, other
  std::string note;
  absl::Time draft;
  absl::Time approve;
  absl::Time allot;
  std::string revenue_share;   // fraction of the settled total
  std::string revenue_source;  // fund source that bears it
  absl::Time allocate;
};

struct PastCase {
  std::string title;
  std::string organisation;  // id; empty: none registered
  std::string organisation_name;
  std::string outcome;  // run, declined, not_adopted
};

struct PastCohort {
  int fiscal_year = 0;
  std::vector<PastCase> cases;
};

struct Criterion {
  std::string code;
  std::string title;
  int weight = 1;
};

struct Call {
  std::string title;
  std::vector<std::string> sections;
  absl::Time draft;
  absl::Time publish;
  absl::Time open;
  absl::Time close;
  std::vector<Criterion> criteria;
  std::vector<int> grades;
  int floor_percent = 0;
  int quorum = 1;
  int quota = 1;
  int64_t grant_budget_yen = 0;
  int64_t cap_yen = 0;
  std::string rate;
  int64_t rounding_unit_yen = 1;
  int first_review_places = 0;
  std::string trial_start_date;
  std::string trial_end_date;
  std::string report_due_date;
  int correction_days = 7;
};

// Grades of one proposal in one stage: one for each criterion; `by` holds those of single reviewers who
// differ.
struct Scores {
  std::vector<int> all;
  std::map<std::string, std::vector<int>> by;
  const std::vector<int>& Of(const std::string& reviewer) const {
    const auto found = by.find(reviewer);
    return found == by.end() ? all : found->second;
  }
};

struct CostItem {
  std::string category;
  std::string description;
  int64_t amount_yen = 0;
  bool eligible = true;
};

struct Proposal {
  std::string key;
  std::string organisation;
  std::string title;
  std::string section;
  std::string summary;
  std::string place;
  int64_t requested_yen = 0;
  int64_t own_money_yen = 0;
  std::vector<CostItem> budget;
  absl::Time create;
  Moment submit;               // absent: a draft that is never sent
  bool submit_twice = false;   // the same request a second time
  std::string submit_refused;  // reason with which the submission is refused, e.g. TOO_LATE
  struct Return {
    absl::Time at;
    std::string reason;
    absl::Time resubmit;
  };
  std::optional<Return> returned;
  Moment accept;
  std::optional<Scores> first;
  std::optional<Scores> second;
  bool Received() const { return submit && submit_refused.empty(); }
};

struct Interest {
  std::string reviewer;
  std::string proposal;
  std::string relation;  // family, business, employment, research, shareholding, competitor, other
  std::string note;
};

struct Meeting {
  absl::Time record;
  std::string place;
  bool is_public = false;
  std::vector<std::string> absent;
  std::string minutes;
  absl::Time approve;
};

struct Review {
  std::string board_name;
  std::vector<std::string> seats;  // person ids; the first is the chair
  absl::Time create_board;
  absl::Time declare;
  std::vector<Interest> interests;
  absl::Time first_start;
  absl::Time first_score;
  Meeting first_meeting;
  absl::Time first_close;
  absl::Time second_start;
  absl::Time second_score;
  Meeting second_meeting;
  absl::Time second_close;
  absl::Time rank;
  absl::Time draft;
  absl::Time approve;
  absl::Time release;
  std::string decision_date;
  std::string release_date;
  std::string reserve_expiry_date;
};

struct Advance {
  absl::Time request;
  int64_t amount_yen = 0;
  std::string reason;
  PaymentPlan payment;
};

struct Progress {
  absl::Time at;
  int percent = 0;
  int64_t spent_yen = 0;
  std::string text;
};

struct Decline {
  absl::Time at;
  std::string reason;
};

struct Grant {
  std::string proposal;
  std::string owning_division;
  absl::Time assign;
  absl::Time apply;
  int64_t requested_yen = 0;
  std::vector<CostItem> costs;
  int64_t own_money_yen = 0;
  absl::Time draft;
  absl::Time decide;
  int64_t decided_yen = 0;
  std::string modification_reason;
  absl::Time start;
  std::optional<Advance> advance;
  std::optional<Progress> progress;
  absl::Time complete;
  absl::Time report;
  std::vector<CostItem> actual_costs;
  std::string outcome;
  absl::Time inspect;
  int64_t accepted_eligible_yen = 0;
  absl::Time fix;
  struct Return {
    absl::Time at;
    int64_t amount_yen = 0;
  };
  std::optional<Return> returned;
  Moment invoice;
  std::optional<PaymentPlan> payment;
  std::optional<Decline> decline;
};

struct SurveyAnswer {
  std::string title;  // of the past case, or key of a proposal
  absl::Time at;
  std::string status;  // code of the status question
};

struct Survey {
  std::string key;
  std::string title;
  std::vector<int> cohorts;  // fiscal years
  absl::Time create;
  absl::Time open;
  std::string due_date;
  absl::Time close;
  std::vector<std::string> undeliverable;  // titles
  std::vector<SurveyAnswer> answers;
};

struct TypedValue {
  std::string cell;
  std::optional<int64_t> value;
  std::string text;
  std::string source;
  bool pending = false;
};

struct Sheet {
  absl::Time enter;
  absl::Time compute;
  absl::Time approve;
  absl::Time publish;
  std::vector<TypedValue> values;
};

struct Season {
  std::string title;
  std::string note;
  int fiscal_year = 0;
  absl::Time starts;
  absl::Time ends;
  std::map<std::string, Person> people;
  std::map<std::string, std::string> duties;  // duty -> person id
  Programme programme;
  std::vector<Programme> neighbours;  // share the budget line
  Budget budget;
  std::vector<PastCohort> past;
  std::vector<Organisation> organisations;
  Call call;
  std::vector<Proposal> proposals;
  Review review;
  std::vector<Grant> grants;
  std::vector<Survey> surveys;
  Sheet sheet;
  std::string hash8;  // first eight hexadecimal digits of the file's SHA-256
};

// The duties that a season must fill, and the role that each needs.
struct Duty {
  const char* name;
  const char* role;
};
inline constexpr Duty kDuties[] = {
    {"drafter", "secretariat"},  // drafts calls, decisions, grants; books costs; types the sheet
    {"desk", "secretariat"},     // receives, checks, accepts proposals; records meetings; runs surveys
    {"manager", "manager"},      // approves budgets, calls, orders payments, fixes amounts
    {"mayor", "mayor"},          // decides
    {"inspector", "division"},   // inspects the performance reports
    {"checker", "accounting"},   // checks payment orders
    {"payer", "accounting"},     // pays
    {"auditor", "auditor"},      // reads the ledger
};

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SEASON_H_
