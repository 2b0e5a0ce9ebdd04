#include "clients/cli/chart_way.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace jissho::cli {
namespace {

using Json = nlohmann::json;

absl::Status Malformed(int entry) {
  return absl::InvalidArgumentError(absl::StrCat(
      "--way: ", entry, "番目の記録を読めません。記録のJSONか、chart runの出力を渡してください。/ entry ",
      entry, " is not readable: give a journal in JSON or the output of chart run."));
}

std::optional<std::vector<std::string>> Texts(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  if (found == entry.end() || !found->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const Json& item : *found) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::string TextOf(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
}

// False when it is no entry.
bool ReadEntry(const Json& entry, std::vector<chart::WayStep>& steps) {
  if (!entry.is_object()) return false;
  const std::string outcome = TextOf(entry, "outcome");
  if (!outcome.empty() && outcome != "done") return true;
  chart::WayStep step;
  step.event = TextOf(entry, "event");
  const auto entered = Texts(entry, "entered");
  if (entered) {
    step.entered = *entered;
    step.exited = Texts(entry, "exited").value_or(std::vector<std::string>());
  } else {
    step.configuration = Texts(entry, "configuration");
    if (!step.configuration) return false;
  }
  steps.push_back(std::move(step));
  return true;
}

// The text of each JSON value at the outermost level.
std::vector<absl::string_view> Values(absl::string_view text) {
  std::vector<absl::string_view> values;
  size_t begin = 0;
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (depth++ == 0) begin = i;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      values.push_back(text.substr(begin, i - begin + 1));
    }
  }
  if (depth != 0 || quoted) values.push_back(text.substr(begin));
  return values;
}

}  // namespace

absl::StatusOr<std::vector<chart::WayStep>> ParseWay(absl::string_view text) {
  std::vector<chart::WayStep> steps;
  int number = 0;
  for (const absl::string_view value : Values(text)) {
    const Json json = Json::parse(value.begin(), value.end(), nullptr, /*allow_exceptions=*/false);
    const Json entries = json.is_object() && json.contains("entries") ? json["entries"]
                         : json.is_array()                            ? json
                                                                      : Json::array({json});
    if (!entries.is_array()) return Malformed(number + 1);
    for (const Json& entry : entries) {
      ++number;
      if (!ReadEntry(entry, steps)) return Malformed(number);
    }
  }
  if (number == 0) return Malformed(1);
  return steps;
}

absl::StatusOr<std::vector<chart::WayStep>> ReadWay(const std::string& file) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(absl::StrCat(file, ": ありません。/ no such file."));
  std::stringstream text;
  text << in.rdbuf();
  return ParseWay(text.str());
}

}  // namespace jissho::cli
