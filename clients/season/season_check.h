// What must hold between the parts of a season: references, order in time, amounts. All faults at once.
#ifndef JISSHO_CLIENTS_SEASON_SEASON_CHECK_H_
#define JISSHO_CLIENTS_SEASON_SEASON_CHECK_H_

#include <map>
#include <string>

#include "clients/season/season.h"
#include "clients/season/yaml_reader.h"

namespace jissho::season {

// Line of each path of the file, e.g. "proposals[3].section".
using Lines = std::map<std::string, int>;
Lines LinesOf(const YAML::Node& root);

void CheckSeason(const Season& season, const Lines& lines, Faults* faults);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SEASON_CHECK_H_
