// The commands of jissho-season. docs/season.md says what they do.
#ifndef JISSHO_CLIENTS_SEASON_RUN_H_
#define JISSHO_CLIENTS_SEASON_RUN_H_

#include <ostream>
#include <string>
#include <vector>

namespace jissho::season {

// Exit codes.
inline constexpr int kOk = 0;
inline constexpr int kDiffers = 1;  // a named cell differs
inline constexpr int kUsage = 2;    // the command line or the season file is at fault
inline constexpr int kFailed = 3;   // the season could not be played to its end

struct Options {
  std::string season;    // empty: the one that comes with the product
  std::string expected;  // empty: beside the season; none there: only the cross-count is compared
  std::string database = "sqlite";
  bool json = false;
  std::string data_dir;  // empty: a temporary one
  bool keep = false;     // keep a temporary one
  std::string server;    // empty: a server of one's own
  std::string listen;
  std::string perturb;
  bool stay = false;        // keep the server up at the end
  std::string program_dir;  // where jisshod is
};

// Plays a season and compares. Not thread-safe.
int Demo(const Options& options, std::ostream& out, std::ostream& err);

// Says everything that is wrong with a season file.
int CheckFile(const std::string& file, std::ostream& out, std::ostream& err);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_RUN_H_
