// What the requests of single methods need beyond what their fields say: dates that fit together, etags, the
// entries and accounts that the services show.
#ifndef JISSHO_TESTS_SIMULATION_FILLERS_H_
#define JISSHO_TESTS_SIMULATION_FILLERS_H_

#include <map>
#include <string>

#include "tests/simulation/requests.h"

namespace jissho::simulation {

// By the method's name without its service.
const std::map<std::string, Requests::Fill>& Fillers();

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_FILLERS_H_
