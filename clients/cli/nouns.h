// The first words of the command line, each once, so that verbs made from the contract and verbs written by
// hand stand side by side under one noun.
#ifndef JISSHO_CLIENTS_CLI_NOUNS_H_
#define JISSHO_CLIENTS_CLI_NOUNS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace jissho::cli {

class Nouns {
 public:
  // `app` must outlive this.
  explicit Nouns(CLI::App* app) : app_(app) {}

  // The subcommand of this noun, made at its first use.
  CLI::App* Get(const std::string& noun) {
    CLI::App*& found = nouns_[noun];
    if (found == nullptr) {
      found = app_->add_subcommand(noun, absl::StrCat(noun, " の操作 / operations"));
      found->require_subcommand(1);
      found->fallthrough();
    }
    return found;
  }

 private:
  CLI::App* app_;
  std::map<std::string, CLI::App*> nouns_;
};

// A verb written by hand: what to do when its arguments were given. Returns the exit code.
struct OwnCommand {
  std::string noun;
  CLI::App* verb;
  std::function<int()> run;
};

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_NOUNS_H_
