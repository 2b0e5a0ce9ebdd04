// jisshod: the server. `jisshod --help` says what it can.
#include <signal.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/runtime/config/settings.h"
#include "services/runtime/process/calendar_file.h"
#include "services/server/host.h"
#include "services/server/modules.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/base/id.h"

extern char** environ;

namespace jissho::server {
namespace {

// Exit codes of sysexits.h that service managers know.
constexpr int kExitFailed = 1;
constexpr int kExitConfig = 78;

struct Arguments {
  std::string config_file;
  std::map<std::string, std::string> flags;  // by setting name
  bool migrate = false;
  std::string port_file;
  act::Actor actor;
};

int Fail(const absl::Status& status, int code) {
  const auto detail = GetErrorDetail(status);
  std::fprintf(stderr, "jisshod: %s\n", detail ? detail->ja.c_str() : std::string(status.message()).c_str());
  if (detail) std::fprintf(stderr, "jisshod: %s: %s\n", detail->reason.c_str(), detail->en.c_str());
  return code;
}

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string::npos) out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

absl::StatusOr<runtime::Settings> ReadAll(const Arguments& arguments) {
  std::string yaml;
  if (!arguments.config_file.empty()) {
    std::ifstream in(arguments.config_file);
    if (!in) return absl::NotFoundError("cannot read " + arguments.config_file);
    std::ostringstream text;
    text << in.rdbuf();
    yaml = text.str();
  }
  const runtime::Overrides flags(arguments.flags.begin(), arguments.flags.end());
  return runtime::ReadSettings(yaml, Environment(), flags);
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

int Serve(const runtime::Settings& settings, const Arguments& arguments) {
  // Before any thread is made: all of them then leave the signals to sigwait below.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  auto host = Host::Start(settings, {arguments.migrate},
                          {&SystemCalendar(), &SystemMonotonic(), &RandomIds()}, AllModules());
  if (!host.ok()) return Fail(host.status(), kExitConfig);
  const std::string& address = (*host)->address();
  if (!arguments.port_file.empty()) {
    const absl::Status written =
        runtime::WriteFileAtomically(arguments.port_file, address.substr(address.rfind(':') + 1) + "\n");
    if (!written.ok()) return Fail(written, kExitConfig);
  }
  std::fprintf(stderr, "jisshod ready on %s\n", address.c_str());
  int received = 0;
  sigwait(&signals, &received);
  (*host)->Stop();
  return 0;
}

int Run(int argc, char** argv) {
  CLI::App app{"Jissho: the server of the trial-support system (実証実験支援)"};
  app.option_defaults()->always_capture_default(false);
  Arguments arguments;
  app.add_option("--config", arguments.config_file, "YAML file of settings");
  for (const auto& [name, doc] : runtime::SettingNames()) {
    std::string flag = absl::StrCat("--", absl::StrReplaceAll(name, {{"_", "-"}}));
    app.add_option_function<std::string>(
        flag, [&arguments, name = name](const std::string& value) { arguments.flags[name] = value; }, doc);
  }
  app.add_flag("--migrate", arguments.migrate, "bring the database schemas up to date before serving");
  app.add_option("--port-file", arguments.port_file, "write the port of the gRPC server to this file");
  auto* serve = app.add_subcommand("serve", "serve calls (the default)");
  auto* migrate = app.add_subcommand("migrate", "bring the database schemas up to date and end");
  auto* config = app.add_subcommand("config", "show the settings");
  bool print = false;
  config->add_flag("--print", print, "print all settings with their values")->required();
  auto* modules = app.add_subcommand("modules", "list the services of this program");
  auto* token = app.add_subcommand("token", "issue a token (development only)");
  token->add_option("--sub", arguments.actor.id, "who, e.g. user:secretariat-1")->required();
  token->add_option("--role", arguments.actor.roles, "role; may be repeated")->required();
  token->add_option("--org", arguments.actor.organisation, "organisation of an applicant");
  token->add_option("--assurance", arguments.actor.assurance, "LOCAL, ENTRY, MEMBER or PRIME")
      ->default_val("LOCAL");
  for (CLI::App* sub : {serve, migrate, config, modules, token}) sub->fallthrough();
  app.require_subcommand(0, 1);
  CLI11_PARSE(app, argc, argv);

  if (modules->parsed()) {
    for (const ModuleFactory& module : AllModules()) std::printf("%s\n", module.name.c_str());
    return 0;
  }
  auto settings = ReadAll(arguments);
  if (!settings.ok()) return Fail(settings.status(), kExitConfig);
  if (config->parsed()) {
    std::fputs(runtime::PrintSettings(*settings).c_str(), stdout);
    return 0;
  }
  if (migrate->parsed()) {
    const absl::Status status = MigrateAll(*settings, AllModules());
    return status.ok() ? 0 : Fail(status, kExitFailed);
  }
  if (token->parsed()) {
    auto text = IssueDevelopmentToken(*settings, arguments.actor, SystemCalendar());
    if (!text.ok()) return Fail(text.status(), kExitFailed);
    std::printf("%s\n", text->c_str());
    return 0;
  }
  return Serve(*settings, arguments);
}

}  // namespace
}  // namespace jissho::server

int main(int argc, char** argv) { return jissho::server::Run(argc, argv); }
