// Ways to make a season, or the counting of it, go wrong on purpose: a hook for tests that shows that a wrong
// act turns a named cell red. Nothing here touches the published figures.
#ifndef JISSHO_CLIENTS_SEASON_PERTURB_H_
#define JISSHO_CLIENTS_SEASON_PERTURB_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/season/season.h"

namespace jissho::season {

struct Perturbation {
  const char* name;
  bool of_counting;  // changes the cross-count only; otherwise the season itself
  const char* ja;
  const char* en;
};

const std::vector<Perturbation>& Perturbations();
const Perturbation* FindPerturbation(const std::string& name);

// Changes the season. FAILED_PRECONDITION when the season holds nothing that could go wrong in this way.
absl::Status Perturb(const std::string& name, Season& season);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_PERTURB_H_
