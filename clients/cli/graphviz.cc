#include "clients/cli/graphviz.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace jissho::cli {
namespace {

// An unnamed file that vanishes by itself; pipes could block when both sides write.
using Scratch = std::unique_ptr<FILE, int (*)(FILE*)>;

Scratch MakeScratch() { return {std::tmpfile(), &std::fclose}; }

std::string Contents(FILE* file) {
  std::rewind(file);
  std::string text;
  char buffer[1 << 16];
  while (const size_t count = std::fread(buffer, 1, sizeof(buffer), file)) text.append(buffer, count);
  return text;
}

}  // namespace

absl::StatusOr<std::string> DrawSvg(const std::string& dot) {
  const Scratch in = MakeScratch(), out = MakeScratch(), error = MakeScratch();
  if (!in || !out || !error) return absl::UnavailableError("no place for temporary files");
  const bool written = std::fwrite(dot.data(), 1, dot.size(), in.get()) == dot.size();
  if (!written || std::fflush(in.get()) != 0) return absl::UnavailableError("no place for temporary files");
  std::rewind(in.get());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(error.get()), STDERR_FILENO);
  char name[] = "dot", format[] = "-Tsvg";
  char* const arguments[] = {name, format, nullptr};
  pid_t child = 0;
  const int failure = posix_spawnp(&child, name, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    return absl::UnavailableError(absl::StrCat(
        "Graphvizのdotを起動できません(", std::strerror(failure),
        ")。パッケージgraphvizを入れてください。/ Graphviz's program dot cannot be run: install the "
        "package graphviz"));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return absl::InternalError(absl::StrCat("dot failed: ", Contents(error.get())));
  return Contents(out.get());
}

}  // namespace jissho::cli
