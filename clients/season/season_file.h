// Reads a season file (docs/season.md) and says everything that is wrong with it at once.
#ifndef JISSHO_CLIENTS_SEASON_SEASON_FILE_H_
#define JISSHO_CLIENTS_SEASON_SEASON_FILE_H_

#include <string>
#include <vector>

#include "clients/season/season.h"
#include "clients/season/yaml_reader.h"

namespace jissho::season {

struct LoadedSeason {
  Season season;              // usable only when there are no faults
  std::vector<Fault> faults;  // in the order of the lines
};

// Of a file's text. The hash of the text is part of every request id: another text is another season.
LoadedSeason ParseSeason(const std::string& yaml);

// Reads the file first; a file that cannot be read is a fault.
LoadedSeason LoadSeason(const std::string& file);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SEASON_FILE_H_
