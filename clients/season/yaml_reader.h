// Reads a YAML mapping key by key and collects every fault with its line, instead of stopping at the first.
//
//   Faults faults;
//   MapReader map(node, "call", &faults);
//   call.quota = map.Integer("quota", {.min = 1});
//   map.Finish();                                  // every key that nobody asked for is a fault
#ifndef JISSHO_CLIENTS_SEASON_YAML_READER_H_
#define JISSHO_CLIENTS_SEASON_YAML_READER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "yaml-cpp/yaml.h"

namespace jissho::season {

struct Fault {
  int line = 0;      // from 1; 0 when the file as a whole is meant
  std::string path;  // e.g. "call.quota", "proposals[3].title"
  std::string ja;
  std::string en;
};

class Faults {
 public:
  void Add(int line, const std::string& path, const std::string& ja, const std::string& en) {
    all_.push_back({line, path, ja, en});
  }
  // In the order of the lines.
  std::vector<Fault> Take();
  bool empty() const { return all_.empty(); }

 private:
  std::vector<Fault> all_;
};

struct Range {
  int64_t min = 0;
  int64_t max = 10'000'000'000'000;
};

class MapReader {
 public:
  // `node` may be undefined or no mapping: that is a fault, and everything read from it is empty.
  MapReader(const YAML::Node& node, std::string path, Faults* faults);

  bool Has(const std::string& key) const;
  // Required, unless it has a default.
  std::string Text(const std::string& key);
  std::string Text(const std::string& key, const std::string& absent);
  int64_t Integer(const std::string& key, Range range = {});
  int64_t Integer(const std::string& key, int64_t absent, Range range = {});
  bool Flag(const std::string& key, bool absent);
  // "2022-06-10 17:15", Tokyo.
  absl::Time Moment(const std::string& key);
  std::optional<absl::Time> MaybeMoment(const std::string& key);
  std::string Date(const std::string& key);
  // A fraction above 0 and up to 1.
  std::string Rate(const std::string& key);
  std::string OneOf(const std::string& key, const std::vector<std::string>& choices);
  std::vector<std::string> Texts(const std::string& key, bool required);
  std::vector<int> Integers(const std::string& key, bool required);
  // Calls `read` for each element of a sequence.
  void Each(const std::string& key, bool required, const std::function<void(MapReader&)>& read);
  // Calls `read` for each pair of a mapping of mappings.
  void EachPair(const std::string& key, bool required,
                const std::function<void(const std::string& name, const YAML::Node& value,
                                         const std::string& path)>& read);
  // Calls `read` with a mapping.
  void Section(const std::string& key, bool required, const std::function<void(MapReader&)>& read);

  void Fault(const std::string& key, const std::string& ja, const std::string& en);
  void Finish();
  int Line(const std::string& key) const;
  const std::string& path() const { return path_; }

 private:
  YAML::Node Take(const std::string& key, bool required);
  std::string PathOf(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  std::optional<absl::Time> ParseMoment(const std::string& key, const YAML::Node& node);

  YAML::Node node_;
  std::string path_;
  Faults* faults_;
  std::set<std::string> known_;
};

// "2022-06-10 17:15" in Tokyo; nullopt when it is none.
std::optional<absl::Time> ParseTokyoMinute(absl::string_view text);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_YAML_READER_H_
