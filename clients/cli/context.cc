#include "clients/cli/context.h"

#include <fcntl.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace jissho::cli {

namespace {

absl::Status WritePrivate(const std::string& path, const std::string& text) {
  std::error_code error;
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  const std::string temporary = path + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0) return absl::PermissionDeniedError(absl::StrCat("cannot write ", path));
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
    return absl::InternalError(absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

}  // namespace

std::string ContextPath() {
  if (const char* path = std::getenv("JISSHO_CONFIG")) return path;
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME")) return absl::StrCat(xdg, "/jissho/config.yaml");
  const char* home = std::getenv("HOME");
  return absl::StrCat(home ? home : ".", "/.config/jissho/config.yaml");
}

absl::StatusOr<ContextFile> LoadContexts(const std::string& path) {
  ContextFile file;
  if (!std::filesystem::exists(path)) return file;
  try {
    const YAML::Node root = YAML::LoadFile(path);
    if (root["current"]) file.current = root["current"].as<std::string>();
    for (const auto& entry : root["contexts"]) {
      const YAML::Node& node = entry.second;
      file.contexts[entry.first.as<std::string>()] = {
          node["server"] ? node["server"].as<std::string>() : "",
          node["token_file"] ? node["token_file"].as<std::string>() : "",
          node["lang"] ? node["lang"].as<std::string>() : ""};
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
  return file;
}

absl::Status SaveContexts(const std::string& path, const ContextFile& file) {
  YAML::Node root;
  root["current"] = file.current;
  for (const auto& [name, context] : file.contexts) {
    root["contexts"][name]["server"] = context.server;
    root["contexts"][name]["token_file"] = context.token_file;
    if (!context.lang.empty()) root["contexts"][name]["lang"] = context.lang;
  }
  return WritePrivate(path, YAML::Dump(root) + "\n");
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  if (path.empty()) return std::string();
  std::string line;
  if (path == "-") {
    std::getline(std::cin, line);
  } else {
    std::ifstream in(path);
    if (!in) return absl::NotFoundError(absl::StrCat("no token file ", path));
    std::getline(in, line);
  }
  absl::StripAsciiWhitespace(&line);
  return line;
}

absl::Status WriteToken(const std::string& path, const std::string& token) {
  return WritePrivate(path, token + "\n");
}

}  // namespace jissho::cli
