#include "tests/conformance/manifest.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace jissho::conformance {
namespace {

using Json = nlohmann::json;

bool Requires(const Json& test, const std::string& what) {
  const Json needs = test.value("requires", Json::array());
  return std::find(needs.begin(), needs.end(), Json(what)) != needs.end();
}

std::string WhyLeftOut(const Json& test) {
  if (test.value("applies_to", "") == "xpath") return "XPath data model: not supported";
  if (Requires(test, "basichttp")) return "BasicHTTP event processor: not supported";
  if (test.value("manual", false)) return "manual: a person has to judge it";
  return "";
}

Test Read(const Json& json) {
  Test test;
  json.at("id").get_to(test.id);
  test.feature = json.value("feature", "");
  test.mandatory = json.at("conformance") == "mandatory";
  json.at("files").get_to(test.files);
  test.left_out = WhyLeftOut(json);
  if (test.left_out.empty() && test.files.empty()) test.left_out = "its document is not in the folder";
  return test;
}

}  // namespace

absl::StatusOr<std::vector<Test>> ReadManifest(const std::string& folder) {
  const std::string path = folder + "/manifest.json";
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("no ", path));
  try {
    const Json manifest = Json::parse(file);
    std::vector<Test> tests;
    for (const Json& json : manifest.at("tests")) tests.push_back(Read(json));
    return tests;
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
}

}  // namespace jissho::conformance
