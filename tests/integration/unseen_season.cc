#include "tests/integration/unseen_season.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace jissho::testing {
namespace {

class Writer {
 public:
  explicit Writer(UnseenSeason* season) : s_(*season) {}

  void Write() {
    Head();
    Programme();
    Budget();
    Past();
    Organisations();
    Call();
    Proposals();
    Review();
    Grants();
    Survey();
    Sheet();
    s_.yaml = text_;
  }

 private:
  // The year's own days: month 4..12 lie in it, 1..3 (and later ones by `next`) in the next calendar year.
  std::string Day(int month, int day, bool next = false) const {
    return absl::StrFormat("%04d-%02d-%02d", s_.fiscal_year + (month < 4 || next ? 1 : 0), month, day);
  }
  std::string At(int month, int day, const char* time, bool next = false) const {
    return absl::StrCat(Day(month, day, next), " ", time);
  }
  template <class... Parts>
  void Line(const Parts&... parts) {
    absl::StrAppend(&text_, parts..., "\n");
  }
  std::string Account(int n) const {
    return absl::StrFormat("{bank: \"9999\", branch: \"%03d\", number: \"%07d\", holder_kana: ﾐﾎﾝ}", n,
                           1000000 + n);
  }

  void Head();
  void Programme();
  void Cost(const char* indent, const std::string& key, int64_t yen, int index);
  void Budget();
  void Past();
  void Organisations();
  void Call();
  void Proposals();
  void Proposal(const std::string& key, int organisation, int score, bool second,
                const std::string& submission);
  void Review();
  void Grants();
  void Grant(int index, const UnseenGrant& grant);
  void Survey();
  void Sheet();

  UnseenSeason& s_;

  std::string text_;
};

void Writer::Head() {
  Line("format: jissho-season/1\ntitle: 見たことのない一年（見本）\nnote: すべて見本");
  Line("fiscal_year: ", s_.fiscal_year, "\nstarts: ", At(4, 3, "08:30"),
       "\nends: ", At(9, 15, "09:00", true));
  Line("people:");
  for (const char* person :
       {"d, roles: [secretariat]", "k, roles: [secretariat]", "m, roles: [manager]", "y, roles: [mayor]",
        "i, roles: [division]", "c, roles: [accounting]", "p, roles: [accounting]", "a, roles: [auditor]",
        "ch, roles: [chair, reviewer]", "r1, roles: [reviewer]", "r2, roles: [reviewer]"}) {
    Line("  - {name: 見本, id: ", person, "}");
  }
  Line("duties: {drafter: d, desk: k, manager: m, mayor: y, inspector: i, checker: c, payer: p, auditor: a}");
}

void Writer::Cost(const char* indent, const std::string& key, int64_t yen, int index) {
  Line(indent, "- {key: ", key, ", yen: ", yen, ", section: 役務費, description: ", key,
       "（見本）, payee: 見本商店, account: ", Account(index), ", book: ", At(11, 1 + index, "10:00"),
       ", accept: ", At(12, 1 + index, "10:00"), ", payment: {order: ", At(1, 10 + index, "10:00"),
       ", check: ", At(1, 11 + index, "10:00"), ", pay: ", At(4, 15 + index, "10:00", true), "}}");
}

void Writer::Programme() {
  int64_t allotment = s_.cap * s_.quota;
  for (int64_t yen : s_.direct) allotment += yen;
  Line("programme:\n  id: x-1\n  no: \"777\"\n  name: 見本の事業\n  division: 見本課\n  allotment_yen: ",
       allotment);
  Line("  indicators:\n    - {no: 1, name: 実施件数, unit: 件, kind: output, source: trials_run}");
  Line("  personnel_rates:\n    - {fiscal_year: ", s_.fiscal_year, ", yen_per_fte: ", s_.yen_per_fte,
       ", yen_per_overtime_hour: ", s_.yen_per_hour, "}");
  Line("  direct_costs:");
  for (size_t i = 0; i < s_.direct.size(); ++i) Cost("    ", absl::StrCat("direct-", i), s_.direct[i], i);
  Line(
      "neighbours:\n  - id: x-2\n    no: \"778\"\n    name: 見本の隣の事業\n    division: 見本課\n    "
      "allotment_yen: 9000000");
  Line("    direct_costs:");
  for (size_t i = 0; i < s_.neighbour.size(); ++i)
    Cost("      ", absl::StrCat("other-", i), s_.neighbour[i], i);
}

void Writer::Budget() {
  int64_t total = 9'000'000 + s_.cap * s_.quota;
  for (int64_t yen : s_.direct) total += yen;
  Line("budget:\n  line: 01-070102-03\n  line_name: 見本の経費\n  funds: {general: ", total - total / 3,
       ", prefectural: ", total / 3, "}");
  Line("  note: 見本\n  draft: ", At(4, 3, "09:00"), "\n  approve: ", At(4, 3, "10:00"),
       "\n  allot: ", At(4, 4, "09:00"));
  Line("  revenue_share: ", s_.share_num, "/", s_.share_den,
       "\n  revenue_source: prefectural\n  allocate: ", At(6, 5, "09:00", true));
}

void Writer::Past() {
  Line("past_cohorts:\n  - fiscal_year: ", s_.fiscal_year - 1, "\n    cases:");
  for (int i = 0; i < s_.past_run + s_.past_declined; ++i) {
    Line("      - {title: 前年の案件", i, ", organisation_name: 前年の団体", i,
         ", outcome: ", i < s_.past_run ? "run" : "declined", "}");
  }
}

void Writer::Organisations() {
  Line("organisations:");
  for (int i = 0; i < s_.received + s_.late + s_.unsent; ++i) {
    Line("  - {id: body-", i, ", name: 見本団体", i,
         ", kind: unincorporated, representative: 見本, address: 見本, account: ", Account(100 + i), "}");
  }
}

void Writer::Call() {
  Line("call:\n  title: 見本の公募\n  sections: [一般]\n  draft: ", At(4, 10, "09:00"),
       "\n  publish: ", At(4, 12, "09:00"), "\n  open: ", At(4, 20, "12:00"),
       "\n  close: ", At(5, 31, "12:00"));
  Line("  criteria:\n    - {code: idea, title: 着想, weight: 3}\n    - {code: plan, title: 計画, weight: 2}");
  Line(
      "  grades: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]\n  floor_percent: 10\n  quorum: 2\n  "
      "quota: ",
      s_.quota, "\n  grant_budget_yen: ", s_.cap * s_.quota, "\n  cap_yen: ", s_.cap,
      "\n  rate: ", s_.rate_num, "/", s_.rate_den, "\n  rounding_unit_yen: ", s_.unit,
      "\n  first_review_places: ", s_.quota + 1);
  Line("  trial_start_date: ", Day(7, 20), "\n  trial_end_date: ", Day(2, 20),
       "\n  report_due_date: ", Day(3, 25), "\n  correction_days: 5");
}

void Writer::Proposal(const std::string& key, int organisation, int score, bool second,
                      const std::string& submission) {
  Line("  - key: ", key, "\n    organisation: body-", organisation, "\n    title: 提案", key,
       "\n    section: 一般\n    summary: 見本\n    place: 見本\n    requested_yen: ", s_.cap,
       "\n    own_money_yen: 5000000");
  Line("    budget: [{category: 委託費, yen: ", s_.cap + 5'000'000, "}]\n    create: ", At(4, 21, "09:00"));
  if (!submission.empty()) Line("    ", submission);
  if (score < 0) return;
  Line("    accept: ", At(6, 1, "09:00"), "\n    first: {all: [", score, ", ", score, "]}");
  if (second) Line("    second: {all: [", score, ", ", score, "]}");
}

void Writer::Proposals() {
  Line("proposals:");
  for (int i = 0; i < s_.received; ++i) {
    Proposal(absl::StrCat("p", i), i, 15 - i, i <= s_.quota, "submit: " + At(5, 2 + i, "11:00"));
  }
  for (int i = 0; i < s_.late; ++i) {
    Proposal(absl::StrCat("late", i), s_.received + i, -1, false,
             absl::StrCat("submit: ", At(5, 31, "12:01"), "\n    submit_refused: TOO_LATE"));
  }
  for (int i = 0; i < s_.unsent; ++i) {
    Proposal(absl::StrCat("unsent", i), s_.received + s_.late + i, -1, false, "");
  }
}

void Writer::Review() {
  const auto meeting = [&](const std::string& record, const std::string& approve) {
    return absl::StrCat("{record: ", record, ", place: 見本, minutes: 見本, approve: ", approve, "}");
  };
  Line("review:\n  board: 見本の審査会\n  seats: [ch, r1, r2]\n  create_board: ", At(5, 10, "09:00"),
       "\n  declare: ", At(6, 2, "09:00"), "\n  first_start: ", At(6, 3, "09:00"),
       "\n  first_score: ", At(6, 4, "09:00"));
  Line("  first_meeting: ", meeting(At(6, 5, "09:00"), At(6, 5, "10:00")),
       "\n  first_close: ", At(6, 5, "11:00"), "\n  second_start: ", At(6, 10, "09:00"),
       "\n  second_score: ", At(6, 12, "09:00"));
  Line("  second_meeting: ", meeting(At(6, 12, "10:00"), At(6, 13, "09:00")),
       "\n  second_close: ", At(6, 12, "11:00"), "\n  rank: ", At(6, 13, "10:00"),
       "\n  draft: ", At(6, 14, "09:00"), "\n  approve: ", At(6, 15, "09:00"),
       "\n  release: ", At(6, 20, "09:00"));
  Line("  decision_date: ", Day(6, 15), "\n  release_date: ", Day(6, 20),
       "\n  reserve_expiry_date: ", Day(8, 31));
}

void Writer::Grant(int index, const UnseenGrant& grant) {
  Line("  - proposal: p", index, "\n    owning_division: 見本課", index, "\n    assign: ", At(6, 21, "09:00"),
       "\n    apply: ", At(6, 25, "09:00"), "\n    requested_yen: ", grant.decided,
       "\n    own_money_yen: ", grant.applied - grant.decided,
       "\n    costs: [{category: 委託費, yen: ", grant.applied, "}]");
  Line("    draft: ", At(7, 1, "09:00"), "\n    decide: ", At(7, 2, "09:00"),
       "\n    decided_yen: ", grant.decided, "\n    start: ", At(7, 21 + index, "09:00"));
  if (grant.advance > 0) {
    Line("    advance: {request: ", At(8, 1, "09:00"), ", yen: ", grant.advance,
         ", reason: 見本, payment: {order: ", At(8, 2, "09:00"), ", check: ", At(8, 3, "09:00"),
         ", pay: ", At(8, 4, "09:00"), "}}");
  }
  Line("    complete: ", At(2, 20, "09:00"), "\n    report: ", At(2, 25, "09:00"),
       "\n    actual_costs: [{category: 委託費, yen: ", grant.actual,
       "}]\n    outcome: 見本\n    inspect: ", At(3, 5, "09:00"),
       "\n    accepted_eligible_yen: ", grant.actual, "\n    fix: ", At(3, 10, "09:00"));
  if (grant.advance > grant.fixed) {
    Line("    return: {at: ", At(3, 20, "09:00"), ", yen: ", grant.advance - grant.fixed, "}");
  } else if (grant.fixed > grant.advance) {
    Line("    invoice: ", At(3, 15, "09:00"), "\n    payment: {order: ", At(4, 5, "09:00", true),
         ", check: ", At(4, 6, "09:00", true), ", pay: ", At(5, 8 + index, "09:00", true), "}");
  }
}

void Writer::Grants() {
  Line("grants:");
  for (size_t i = 0; i < s_.grants.size(); ++i) Grant(static_cast<int>(i), s_.grants[i]);
}

void Writer::Survey() {
  Line("surveys:\n  - key: s\n    title: 見本の調査\n    cohorts: [", s_.fiscal_year - 1,
       "]\n    create: ", At(9, 1, "09:00"), "\n    open: ", At(9, 5, "09:00"),
       "\n    due_date: ", Day(9, 25), "\n    close: ", At(10, 20, "09:00"), "\n    answers:");
  for (int i = 0; i < s_.answers; ++i) {
    Line("      - {case: 前年の案件", i, ", at: ", At(9, 10 + i, "09:00"), ", status: implemented}");
  }
}

void Writer::Sheet() {
  Line("sheet:\n  enter: ", At(6, 10, "09:00", true), "\n  compute: ", At(6, 11, "09:00", true),
       "\n  approve: ", At(6, 12, "09:00", true), "\n  publish: ", At(6, 13, "09:00", true), "\n  values:");
  const auto value = [&](const std::string& cell, int64_t number) {
    Line("    - {cell: ", cell, ", value: ", number, "}");
  };
  value(absl::StrCat("cost.budget.", s_.fiscal_year), 9999);
  value(absl::StrCat("cost.other_funds.", s_.fiscal_year), 0);
  value(absl::StrCat("cost.fte.", s_.fiscal_year), s_.fte_hundredths);
  value(absl::StrCat("cost.overtime.", s_.fiscal_year), s_.hour_hundredths);
  for (const char* score : {"citizen_needs", "progress", "city_involvement", "priority"}) {
    value(absl::StrCat("evaluation.", score), 3);
  }
  Line("    - {cell: direction.value, text: 継続}");
}

// In rational arithmetic of its own: the product's rules are what is to be tested.
int64_t GrantOf(const UnseenSeason& s, int64_t eligible) {
  return eligible * s.rate_num / s.rate_den / s.unit * s.unit;
}

void Expect(UnseenSeason& s) {
  for (const UnseenGrant& grant : s.grants) s.granted_yen += grant.fixed;
  for (int64_t yen : s.direct) s.direct_yen += yen;
  const int64_t settled = s.granted_yen + s.direct_yen;
  s.settled_thousand = settled / 1000 + (settled % 1000 >= 500 ? 1 : 0);
  s.share_thousand = settled * s.share_num / (s.share_den * int64_t{1000});
  const int64_t hundredths_of_yen = s.yen_per_fte * s.fte_hundredths + s.yen_per_hour * s.hour_hundredths;
  s.personnel_thousand = hundredths_of_yen / 100'000 + (hundredths_of_yen % 100'000 > 0 ? 1 : 0);
}

}  // namespace

UnseenSeason MakeUnseenSeason(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
  };
  UnseenSeason s;
  s.fiscal_year = static_cast<int>(draw(2019, 2025));
  s.quota = static_cast<int>(draw(2, 4));
  s.received = s.quota + static_cast<int>(draw(2, 5));
  s.late = static_cast<int>(draw(0, 2));
  s.unsent = static_cast<int>(draw(0, 2));
  s.cap = draw(300, 1500) * 1000 + draw(1, 999);
  s.rate_den = static_cast<int>(draw(2, 5));
  s.rate_num = static_cast<int>(draw(1, s.rate_den - 1));
  const int64_t units[] = {1, 10, 100, 1000};
  s.unit = units[draw(0, 3)];
  s.share_den = static_cast<int>(draw(2, 4));
  s.share_num = static_cast<int>(draw(1, s.share_den - 1));
  for (int i = 0; i < s.quota; ++i) {
    UnseenGrant grant;
    // So that the rule's amount stays below cap and offer.
    const int64_t most = s.cap / s.unit * s.unit * s.rate_den / s.rate_num;
    grant.applied = draw(most * 6 / 10, most);
    grant.decided = GrantOf(s, grant.applied);
    grant.actual = draw(grant.applied / 2, grant.applied);
    grant.fixed = std::min(grant.decided, GrantOf(s, grant.actual));
    if (i == 0) grant.advance = draw(grant.decided / 2, grant.decided);
    s.grants.push_back(grant);
  }
  for (int i = 0, n = static_cast<int>(draw(1, 3)); i < n; ++i) s.direct.push_back(draw(1'001, 700'001));
  for (int i = 0, n = static_cast<int>(draw(1, 2)); i < n; ++i) s.neighbour.push_back(draw(1'001, 900'001));
  s.past_run = static_cast<int>(draw(2, 5));
  s.past_declined = static_cast<int>(draw(0, 2));
  s.answers = static_cast<int>(draw(1, s.past_run));
  s.fte_hundredths = draw(10, 250);
  s.hour_hundredths = draw(0, 30'000);
  s.yen_per_fte = draw(6'000'000, 8'000'000);
  s.yen_per_hour = draw(2'000, 3'000);
  Writer(&s).Write();
  Expect(s);
  return s;
}

}  // namespace jissho::testing
