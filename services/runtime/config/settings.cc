#include "services/runtime/config/settings.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/text_format.h"
#include "yaml-cpp/yaml.h"

namespace jissho::runtime {
namespace {

// Sets a field from text; "" on success, else what is wrong.
using Setter = std::function<std::string(Settings&, const std::string&)>;
using Getter = std::function<std::string(const Settings&)>;

struct Setting {
  std::string name;
  std::string doc;
  Setter set;
  Getter get;
};

Setting Text(const char* name, std::string Settings::*field, const char* doc) {
  return {name, doc,
          [field](Settings& s, const std::string& text) {
            s.*field = text;
            return std::string();
          },
          [field](const Settings& s) { return s.*field; }};
}

Setting Number(const char* name, int Settings::*field, int min, int max, const char* doc) {
  return {name, doc,
          [=](Settings& s, const std::string& text) {
            int value = 0;
            if (!absl::SimpleAtoi(text, &value) || value < min || value > max) {
              return absl::StrCat("must be a number from ", min, " to ", max);
            }
            s.*field = value;
            return std::string();
          },
          [field](const Settings& s) { return absl::StrCat(s.*field); }};
}

// Text form: "cases=host:port,intake=host:port".
Setting Map(const char* name, std::map<std::string, std::string> Settings::*field, const char* doc) {
  return {name, doc,
          [field](Settings& s, const std::string& text) {
            std::map<std::string, std::string> out;
            for (absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
              const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
              if (pair.first.empty() || pair.second.empty())
                return std::string("must be name=value,name=value");
              out[std::string(absl::StripAsciiWhitespace(pair.first))] = pair.second;
            }
            s.*field = std::move(out);
            return std::string();
          },
          [field](const Settings& s) { return absl::StrJoin(s.*field, ",", absl::PairFormatter("=")); }};
}

const std::pair<const char*, LogLevel> kLevels[] = {{"debug", LogLevel::kDebug},
                                                    {"info", LogLevel::kInfo},
                                                    {"warning", LogLevel::kWarning},
                                                    {"error", LogLevel::kError},
                                                    {"off", LogLevel::kOff}};

Setting Mode() {
  return {"mode",
          "development or production; development has a settable calendar, a token issuer and reflection",
          [](Settings& s, const std::string& text) {
            if (text != "development" && text != "production")
              return std::string("must be development or production");
            s.development = text == "development";
            return std::string();
          },
          [](const Settings& s) { return std::string(s.development ? "development" : "production"); }};
}

Setting Municipality() {
  return {"municipality_code", "local government code (6 digits) of the city that this deployment serves",
          [](Settings& s, const std::string& text) {
            if (!IsLocalGovernmentCode(text)) return std::string("must be 6 digits with a valid check digit");
            s.municipality_code = text;
            return std::string();
          },
          [](const Settings& s) { return s.municipality_code; }};
}

Setting Target() {
  return {"target", "services that this process runs: all, or names separated by commas",
          [](Settings& s, const std::string& text) {
            s.target = absl::StrSplit(text, ',', absl::SkipWhitespace());
            return s.target.empty() ? std::string("must name a service") : std::string();
          },
          [](const Settings& s) { return absl::StrJoin(s.target, ","); }};
}

Setting Level() {
  return {"log_level", "debug, info, warning, error or off",
          [](Settings& s, const std::string& text) {
            for (const auto& [name, level] : kLevels) {
              if (text == name) return s.log_level = level, std::string();
            }
            return std::string("must be debug, info, warning, error or off");
          },
          [](const Settings& s) {
            for (const auto& [name, level] : kLevels) {
              if (s.log_level == level) return std::string(name);
            }
            return std::string();
          }};
}

Setting StartTime() {
  return {"start_time",
          "development: start of a calendar that stands still until it is advanced (RFC 3339); empty: real",
          [](Settings& s, const std::string& text) {
            std::string error;
            if (text.empty()) return s.start_time = absl::InfinitePast(), std::string();
            if (absl::ParseTime(absl::RFC3339_full, text, &s.start_time, &error)) return std::string();
            return absl::StrCat("must be a time such as 2022-04-01T00:00:00+09:00 (", error, ")");
          },
          [](const Settings& s) {
            return s.virtual_calendar()
                       ? absl::FormatTime(absl::RFC3339_full, s.start_time, absl::UTCTimeZone())
                       : "";
          }};
}

const std::vector<Setting>& All() {
  static const auto* const settings = new std::vector<Setting>{
      Mode(),
      Municipality(),
      Target(),
      Text("listen", &Settings::listen, "address of the gRPC server; port 0 takes a free one"),
      Text("metrics_listen", &Settings::metrics_listen, "address of the figures for Prometheus; empty: none"),
      Text("data_dir", &Settings::data_dir, "directory of the SQLite files, keys and the calendar"),
      Text("database", &Settings::database,
           "sqlite (files in data_dir), or mysql://USER:PASSWORD@HOST:PORT/PREFIX; a service's database is "
           "PREFIX_service"),
      Map("databases", &Settings::databases, "dsn of single services, before `database`: service=dsn,…"),
      Text("jwks_file", &Settings::jwks_file, "JWK set with the identity provider's public keys"),
      Text("issuer", &Settings::issuer, "`iss` of people's tokens"),
      Text("audience", &Settings::audience, "`aud` of all tokens"),
      Text("service_key_file", &Settings::service_key_file,
           "PEM of the key that services sign with, the same for all processes; empty: service_key.pem in "
           "data_dir"),
      Map("peers", &Settings::peers, "addresses of services that run elsewhere: cases=HOST:PORT,…"),
      Number("batch_max", &Settings::batch_max, 1, 1024, "acts in one transaction at most"),
      Number("lanes", &Settings::lanes, 1, 64, "transactions side by side per service; SQLite takes 1"),
      Number("read_threads", &Settings::read_threads, 1, 256, "threads per service for reads"),
      Number("queue_max", &Settings::queue_max, 1, 1000000,
             "calls that may wait before the server says it is busy"),
      Number("wait_max_ms", &Settings::wait_max_ms, 1, 60000,
             "longest wait of an act for its turn; what would wait longer is refused at once"),
      Number("drain_seconds", &Settings::drain_seconds, 0, 600,
             "how long a stopping server waits for its calls"),
      Level(),
      StartTime(),
  };
  return *settings;
}

const Setting* Find(const std::string& name) {
  for (const Setting& setting : All()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

int EditDistance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string Nearest(const std::string& name) {
  const auto& all = All();
  return std::min_element(all.begin(), all.end(),
                          [&](const Setting& a, const Setting& b) {
                            return EditDistance(name, a.name) < EditDistance(name, b.name);
                          })
      ->name;
}

class Reader {
 public:
  void Set(const std::string& origin, const std::string& name, const std::string& value) {
    const Setting* setting = Find(name);
    if (setting == nullptr) {
      faults_.push_back(
          absl::StrCat(origin, ": unknown setting \"", name, "\"; did you mean \"", Nearest(name), "\"?"));
      return;
    }
    const std::string fault = setting->set(settings_, value);
    // The value itself is not repeated: it may be a password.
    if (!fault.empty()) faults_.push_back(absl::StrCat(origin, ": ", name, " ", fault));
  }

  void ReadYaml(const std::string& text) {
    try {
      const YAML::Node root = YAML::Load(text);
      if (root.IsNull()) return;
      if (!root.IsMap()) return faults_.push_back("file: must be a map of settings");
      for (const auto& entry : root) Set("file", entry.first.as<std::string>(), Flatten(entry.second));
    } catch (const YAML::Exception& error) {
      faults_.push_back(absl::StrCat("file: ", error.what()));
    }
  }

  absl::StatusOr<Settings> Result() {
    if (!settings_.development && settings_.virtual_calendar())
      faults_.push_back("start_time needs mode development");
    if (!settings_.development && settings_.jwks_file.empty())
      faults_.push_back("mode production needs jwks_file");
    if (settings_.database != "sqlite" && !absl::StartsWith(settings_.database, "mysql://")) {
      faults_.push_back("database must be sqlite or mysql://…");
    }
    if (faults_.empty()) return settings_;
    return MakeError(kConfigInvalid, {{"detail", absl::StrJoin(faults_, "; ")}});
  }

 private:
  // The text form of a YAML value, the same as in the environment.
  static std::string Flatten(const YAML::Node& node) {
    if (node.IsNull()) return "";
    if (node.IsScalar()) return node.Scalar();
    std::vector<std::string> parts;
    if (node.IsSequence()) {
      for (const auto& item : node) parts.push_back(item.as<std::string>());
    } else {
      for (const auto& item : node)
        parts.push_back(item.first.as<std::string>() + "=" + item.second.as<std::string>());
    }
    return absl::StrJoin(parts, ",");
  }

  Settings settings_;
  std::vector<std::string> faults_;
};

// "mysql://user:secret@host/db" with the secret replaced; also inside lists.
std::string WithoutPasswords(std::string text) {
  for (size_t at = text.find("mysql://"); at != std::string::npos; at = text.find("mysql://", at + 1)) {
    const size_t from = at + 8;
    const size_t end = text.find('@', from);
    const size_t colon = text.find(':', from);
    if (end != std::string::npos && colon != std::string::npos && colon < end) {
      text.replace(colon + 1, end - colon - 1, "***");
    }
  }
  return text;
}

}  // namespace

std::string Settings::ServiceKeyFile() const {
  return service_key_file.empty() ? data_dir + "/service_key.pem" : service_key_file;
}

std::string Settings::DatabaseOf(const std::string& service) const {
  const auto found = databases.find(service);
  if (found != databases.end()) return found->second;
  if (database == "sqlite") return absl::StrCat("sqlite:", data_dir, "/", service, ".db");
  const size_t query = database.find('?');
  return absl::StrCat(database.substr(0, query), "_", service,
                      query == std::string::npos ? "" : database.substr(query));
}

absl::StatusOr<Settings> ReadSettings(const std::string& yaml,
                                      const std::map<std::string, std::string>& environment,
                                      const Overrides& flags) {
  Reader reader;
  reader.ReadYaml(yaml);
  for (const auto& [name, value] : environment) {
    if (!absl::StartsWith(name, "JISSHO_")) continue;
    const std::string setting = absl::AsciiStrToLower(name.substr(7));
    // Other programs' variables begin with our name too (Kubernetes makes one per service): only what looks
    // like a mistyped setting is refused.
    if (Find(setting) == nullptr && EditDistance(setting, Nearest(setting)) > 2) continue;
    reader.Set("environment", setting, value);
  }
  for (const auto& [name, value] : flags) reader.Set("flag", name, value);
  return reader.Result();
}

std::string PrintSettings(const Settings& settings) {
  std::string out;
  for (const Setting& setting : All()) {
    absl::StrAppend(&out, "# ", setting.doc, "\n", setting.name, ": \"",
                    WithoutPasswords(setting.get(settings)), "\"\n");
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> SettingNames() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Setting& setting : All()) out.emplace_back(setting.name, setting.doc);
  return out;
}

}  // namespace jissho::runtime
