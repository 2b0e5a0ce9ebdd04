// What a server can be told: a YAML file, then the environment (JISSHO_<NAME>), then flags; the later one
// wins.
//
// Every setting has a name, a type, a default and a sentence; `jisshod config --print` shows them. An unknown
// name is refused with the nearest known one, so that a typing error is not a silent default; in the
// environment, where other programs have names too, only a name that differs from a setting in at most two
// letters is.
#ifndef JISSHO_SERVICES_RUNTIME_CONFIG_SETTINGS_H_
#define JISSHO_SERVICES_RUNTIME_CONFIG_SETTINGS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/runtime/log/log.h"

namespace jissho::runtime {

struct Settings {
  bool development = true;
  std::string municipality_code = "082201";
  std::vector<std::string> target = {"all"};
  std::string listen = "127.0.0.1:50051";
  std::string metrics_listen;
  std::string data_dir = "data";
  std::string database = "sqlite";
  std::map<std::string, std::string> databases;
  std::string jwks_file;
  std::string issuer = "jissho-development";
  std::string audience = "jissho";
  std::string service_key_file;  // empty: service_key.pem in data_dir
  std::map<std::string, std::string> peers;
  int batch_max = 64;
  int lanes = 1;
  int read_threads = 4;
  int queue_max = 1024;
  int wait_max_ms = 50;
  int drain_seconds = 20;
  LogLevel log_level = LogLevel::kInfo;
  absl::Time start_time = absl::InfinitePast();  // InfinitePast: the real calendar

  bool virtual_calendar() const { return start_time != absl::InfinitePast(); }
  std::string ServiceKeyFile() const;
  // Where the tables of `service` are (a storage dsn).
  std::string DatabaseOf(const std::string& service) const;
};

// Name and value, as flags give them.
using Overrides = std::vector<std::pair<std::string, std::string>>;

// `yaml`: the text of the file, or "". `environment`: variables, of which those that begin with JISSHO_
// count. INVALID_ARGUMENT (CONFIG_INVALID) with all faults.
absl::StatusOr<Settings> ReadSettings(const std::string& yaml,
                                      const std::map<std::string, std::string>& environment,
                                      const Overrides& flags);

// All settings with their values and sentences, as YAML; passwords are replaced by ***.
std::string PrintSettings(const Settings& settings);

// Names, for the flags.
std::vector<std::pair<std::string, std::string>> SettingNames();  // name, sentence

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_CONFIG_SETTINGS_H_
