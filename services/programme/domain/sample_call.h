// A call that may be published, for tests; sample data (見本).
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_SAMPLE_CALL_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_SAMPLE_CALL_H_

#include "services/civil/date.h"
#include "services/programme/domain/call_rules.h"

namespace jissho::programme {

inline absl::Time SampleNow() { return civil::TokyoInstant(civil::CivilDate(2022, 4, 8), 9); }

inline CallRules SampleRules() {
  CallRules rules;
  rules.fiscal_year = 2022;
  rules.title = "実証実験の公募（見本）";
  rules.sections = {"一般", "学生"};
  rules.open_time = civil::TokyoInstant(civil::CivilDate(2022, 4, 11), 9);
  rules.close_time = civil::TokyoInstant(civil::CivilDate(2022, 5, 20), 17, 15);
  rules.criteria = {{"novelty", "新規性", 2}, {"feasibility", "実現性", 1}};
  rules.grades = {5, 4, 3, 1, 0};
  rules.floor_percent = 60;
  rules.quorum = 3;
  rules.quota = 5;
  rules.grant_budget_yen = 5'000'000;
  rules.cap_yen = 1'000'000;
  rules.rate = "1";
  rules.rounding_unit_yen = 1000;
  rules.budget_line = "01-020108-16";
  rules.first_review_places = 10;
  rules.trial_start_date = "2022-08-01";
  rules.trial_end_date = "2023-02-28";
  rules.report_due_date = "2023-03-10";
  rules.correction_days = 7;
  return rules;
}

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_SAMPLE_CALL_H_
