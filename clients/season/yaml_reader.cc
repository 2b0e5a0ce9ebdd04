#include "clients/season/yaml_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/civil/amounts.h"
#include "services/civil/date.h"

namespace jissho::season {
namespace {

int LineOf(const YAML::Node& node) {
  return node.IsDefined() && !node.Mark().is_null() ? node.Mark().line + 1 : 0;
}

int Distance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int next = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = row[j];
      row[j] = next;
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<Fault> Faults::Take() {
  std::stable_sort(all_.begin(), all_.end(), [](const Fault& a, const Fault& b) { return a.line < b.line; });
  return std::move(all_);
}

std::optional<absl::Time> ParseTokyoMinute(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  if (parts.size() != 2 || parts[1].size() != 5 || parts[1][2] != ':') return std::nullopt;
  const auto date = civil::ParseDate(parts[0]);
  int hour = 0, minute = 0;
  if (!date.ok() || !absl::SimpleAtoi(parts[1].substr(0, 2), &hour) ||
      !absl::SimpleAtoi(parts[1].substr(3), &minute) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    return std::nullopt;
  }
  return civil::TokyoInstant(*date, hour, minute);
}

MapReader::MapReader(const YAML::Node& node, std::string path, Faults* faults)
    : node_(node.IsDefined() && node.IsMap() ? node : YAML::Node(YAML::NodeType::Map)),
      path_(std::move(path)),
      faults_(faults) {
  if (!node.IsDefined() || !node.IsMap()) {
    faults_->Add(LineOf(node), path_, "「項目: 値」の並びにしてください", "must be a mapping");
  }
  std::set<std::string> seen;
  for (const auto& pair : node_) {
    const std::string key = pair.first.as<std::string>("");
    if (!seen.insert(key).second) {
      faults_->Add(LineOf(pair.first), PathOf(key), "同じ項目が二度あります", "the same key stands twice");
    }
  }
}

bool MapReader::Has(const std::string& key) const {
  const YAML::Node& map = node_;
  return map[key].IsDefined();
}

int MapReader::Line(const std::string& key) const {
  const YAML::Node& map = node_;
  const YAML::Node value = map[key];
  return value.IsDefined() ? LineOf(value) : LineOf(node_);
}

YAML::Node MapReader::Take(const std::string& key, bool required) {
  known_.insert(key);
  const YAML::Node& map = node_;
  const YAML::Node value = map[key];
  if (!value.IsDefined()) {
    if (required) faults_->Add(LineOf(node_), PathOf(key), "この項目が必要です", "is required");
    return YAML::Node(YAML::NodeType::Undefined);
  }
  return value;
}

void MapReader::Fault(const std::string& key, const std::string& ja, const std::string& en) {
  faults_->Add(Line(key), PathOf(key), ja, en);
}

std::string MapReader::Text(const std::string& key) {
  const YAML::Node value = Take(key, true);
  if (!value.IsDefined()) return "";
  if (!value.IsScalar() || value.Scalar().empty())
    Fault(key, "文字を入れてください", "must be a text that is not empty");
  return value.IsScalar() ? value.Scalar() : "";
}

std::string MapReader::Text(const std::string& key, const std::string& absent) {
  const YAML::Node value = Take(key, false);
  if (!value.IsDefined()) return absent;
  if (!value.IsScalar()) Fault(key, "文字を入れてください", "must be a text");
  return value.IsScalar() ? value.Scalar() : absent;
}

int64_t MapReader::Integer(const std::string& key, Range range) {
  const YAML::Node value = Take(key, true);
  if (!value.IsDefined()) return 0;
  int64_t number = 0;
  std::string text = value.IsScalar() ? value.Scalar() : "";
  // 5_875_412 reads better than 5875412.
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  if (!absl::SimpleAtoi(text, &number)) {
    Fault(key, "整数を入れてください", "must be a whole number");
  } else if (number < range.min || number > range.max) {
    Fault(key, absl::StrCat(range.min, "から", range.max, "までの整数を入れてください"),
          absl::StrCat("must lie between ", range.min, " and ", range.max));
  }
  return number;
}

int64_t MapReader::Integer(const std::string& key, int64_t absent, Range range) {
  known_.insert(key);
  return Has(key) ? Integer(key, range) : absent;
}

bool MapReader::Flag(const std::string& key, bool absent) {
  const YAML::Node value = Take(key, false);
  if (!value.IsDefined()) return absent;
  bool flag = absent;
  if (!value.IsScalar() || !YAML::convert<bool>::decode(value, flag)) {
    Fault(key, "true か false を入れてください", "must be true or false");
  }
  return flag;
}

std::optional<absl::Time> MapReader::ParseMoment(const std::string& key, const YAML::Node& node) {
  const auto time = ParseTokyoMinute(node.IsScalar() ? node.Scalar() : "");
  if (!time) {
    Fault(key, "日時を「2022-06-10 17:15」の形で、実在する日付で入れてください",
          "must be an existing moment such as \"2022-06-10 17:15\" (Tokyo)");
  }
  return time;
}

absl::Time MapReader::Moment(const std::string& key) {
  const YAML::Node value = Take(key, true);
  if (!value.IsDefined()) return absl::Time();
  return ParseMoment(key, value).value_or(absl::Time());
}

std::optional<absl::Time> MapReader::MaybeMoment(const std::string& key) {
  const YAML::Node value = Take(key, false);
  if (!value.IsDefined()) return std::nullopt;
  return ParseMoment(key, value);
}

std::string MapReader::Date(const std::string& key) {
  const YAML::Node value = Take(key, true);
  if (!value.IsDefined()) return "";
  if (!value.IsScalar() || !civil::ParseDate(value.Scalar()).ok()) {
    Fault(key, "日付を「2022-06-10」の形で、実在する日付で入れてください",
          "must be an existing day such as 2022-06-10");
    return "";
  }
  return value.Scalar();
}

std::string MapReader::Rate(const std::string& key) {
  const std::string text = Text(key);
  if (!text.empty() && !civil::ParseRate(text).ok()) {
    Fault(key, "「2/3」のような、0より大きく1以下の分数を入れてください",
          "must be a fraction above 0 and up to 1, e.g. 2/3");
  }
  return text;
}

std::string MapReader::OneOf(const std::string& key, const std::vector<std::string>& choices) {
  const std::string text = Text(key);
  if (!text.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    Fault(key, absl::StrCat("次のどれかを入れてください: ", absl::StrJoin(choices, " ")),
          absl::StrCat("must be one of: ", absl::StrJoin(choices, " ")));
  }
  return text;
}

std::vector<std::string> MapReader::Texts(const std::string& key, bool required) {
  const YAML::Node value = Take(key, required);
  std::vector<std::string> out;
  if (!value.IsDefined()) return out;
  if (!value.IsSequence()) Fault(key, "並び（[a, b]）にしてください", "must be a list");
  for (const YAML::Node& item : value) out.push_back(item.IsScalar() ? item.Scalar() : "");
  return out;
}

std::vector<int> MapReader::Integers(const std::string& key, bool required) {
  std::vector<int> out;
  for (const std::string& text : Texts(key, required)) {
    int number = 0;
    if (!absl::SimpleAtoi(text, &number))
      Fault(key, "整数の並びにしてください", "must be a list of whole numbers");
    out.push_back(number);
  }
  return out;
}

void MapReader::Each(const std::string& key, bool required, const std::function<void(MapReader&)>& read) {
  const YAML::Node value = Take(key, required);
  if (!value.IsDefined()) return;
  if (!value.IsSequence()) return Fault(key, "並び（- で始まる行）にしてください", "must be a list");
  for (size_t i = 0; i < value.size(); ++i) {
    MapReader item(value[i], absl::StrCat(PathOf(key), "[", i, "]"), faults_);
    read(item);
    item.Finish();
  }
}

void MapReader::EachPair(
    const std::string& key, bool required,
    const std::function<void(const std::string&, const YAML::Node&, const std::string&)>& read) {
  const YAML::Node value = Take(key, required);
  if (!value.IsDefined()) return;
  if (!value.IsMap()) return Fault(key, "「名前: 値」の並びにしてください", "must be a mapping");
  for (const auto& pair : value) {
    const std::string name = pair.first.as<std::string>("");
    read(name, pair.second, absl::StrCat(PathOf(key), ".", name));
  }
}

void MapReader::Section(const std::string& key, bool required, const std::function<void(MapReader&)>& read) {
  const YAML::Node value = Take(key, required);
  if (!value.IsDefined()) return;
  MapReader map(value, PathOf(key), faults_);
  read(map);
  map.Finish();
}

void MapReader::Finish() {
  for (const auto& pair : node_) {
    const std::string key = pair.first.as<std::string>("");
    if (known_.count(key) != 0) continue;
    std::string nearest;
    int best = 4;
    for (const std::string& candidate : known_) {
      const int distance = Distance(key, candidate);
      if (distance < best) best = distance, nearest = candidate;
    }
    faults_->Add(LineOf(pair.first), PathOf(key),
                 absl::StrCat("知らない項目です",
                              nearest.empty() ? "" : absl::StrCat("（", nearest, " のことですか）")),
                 absl::StrCat("is no known key",
                              nearest.empty() ? "" : absl::StrCat(" (did you mean ", nearest, "?)")));
  }
}

}  // namespace jissho::season
