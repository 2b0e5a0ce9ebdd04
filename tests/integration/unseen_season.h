// A season that the repository has never seen: other year, counts, dates, amounts, cap, rate, quota and
// share, drawn from a seed; and the figures that follow from it, worked out here and not by the product.
#ifndef JISSHO_TESTS_INTEGRATION_UNSEEN_SEASON_H_
#define JISSHO_TESTS_INTEGRATION_UNSEEN_SEASON_H_

#include <cstdint>
#include <string>
#include <vector>

namespace jissho::testing {

struct UnseenGrant {
  int64_t applied = 0;  // eligible cost of the application
  int64_t actual = 0;   // eligible cost accepted by the inspection
  int64_t decided = 0;
  int64_t fixed = 0;
  int64_t advance = 0;  // 0: none
};

struct UnseenSeason {
  int fiscal_year = 0;
  int received = 0;
  int late = 0;
  int unsent = 0;
  int quota = 0;
  int64_t cap = 0;
  int rate_num = 1, rate_den = 1;
  int64_t unit = 1;
  int share_num = 1, share_den = 1;
  std::vector<UnseenGrant> grants;
  std::vector<int64_t> direct;
  std::vector<int64_t> neighbour;
  int past_run = 0;
  int past_declined = 0;
  int answers = 0;
  int64_t fte_hundredths = 0, hour_hundredths = 0, yen_per_fte = 0, yen_per_hour = 0;
  std::string yaml;

  // What must come out.
  int64_t granted_yen = 0;
  int64_t direct_yen = 0;
  int64_t settled_thousand = 0;
  int64_t share_thousand = 0;
  int64_t personnel_thousand = 0;
};

UnseenSeason MakeUnseenSeason(uint64_t seed);

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_INTEGRATION_UNSEEN_SEASON_H_
