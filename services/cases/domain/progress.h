// Where a case stands, in one word, derived from the parallel regions of its chart; and what the programme
// counts.
//
// Pure functions of the chart's active states; thread-safe. The ids are those of
// workflow/charts/cases/case.scxml.
#ifndef JISSHO_SERVICES_CASES_DOMAIN_PROGRESS_H_
#define JISSHO_SERVICES_CASES_DOMAIN_PROGRESS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace jissho::cases {

// Names as in CaseState of cases.proto, without the prefix: they are stored in the read column.
std::string StateOf(const std::set<std::string>& active);

// What a year's management sheet (事務事業マネジメントシート) asks of one case.
struct Countable {
  std::string state;  // StateOf
  bool adopted = false;
  bool declined = false;
  bool trial_run = false;
  bool trial_completed = false;
};

// The counted facts of a configuration. A case withdrawn before its adoption was known was never adopted, in
// whichever order the two news came; one that declined afterwards was (採択後の辞退).
bool AdoptedIn(const std::set<std::string>& active);
bool DeclinedIn(const std::set<std::string>& active);

struct Counts {
  int64_t received = 0;
  int64_t adopted = 0;
  int64_t declined = 0;
  int64_t trials_run = 0;
  int64_t trials_completed = 0;
  int64_t ineligible = 0;
  int64_t withdrawn = 0;
  int64_t in_progress = 0;
};

// Adds `cases` like ones to the counts.
void Add(Counts& counts, const Countable& one, int64_t cases);

// A past case as somebody types it in.
enum class PastOutcome { kAdopted, kDeclined, kNotAdopted, kWithdrawn, kIneligible };
struct Contradiction {
  std::string ja;
  std::string en;
};
// What of a past case cannot be true together; empty when all can. An adopted case need not have run.
std::vector<Contradiction> ContradictionsOf(PastOutcome outcome, bool trial_run, int64_t settled_yen);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_DOMAIN_PROGRESS_H_
