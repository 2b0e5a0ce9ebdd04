#include "clients/cli/structured_file.h"

#include <yaml-cpp/yaml.h>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace jissho::cli {
namespace {

nlohmann::json ToJson(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map: {
      auto out = nlohmann::json::object();
      for (const auto& entry : node) out[entry.first.as<std::string>()] = ToJson(entry.second);
      return out;
    }
    case YAML::NodeType::Sequence: {
      auto out = nlohmann::json::array();
      for (const auto& entry : node) out.push_back(ToJson(entry));
      return out;
    }
    case YAML::NodeType::Scalar:
      return node.Scalar();
    default:
      return nullptr;
  }
}

}  // namespace

absl::StatusOr<std::string> ReadStructuredFile(const std::string& path) {
  try {
    return ToJson(YAML::LoadFile(path)).dump();
  } catch (const YAML::BadFile&) {
    return absl::NotFoundError(absl::StrCat("no file ", path));
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
}

}  // namespace jissho::cli
