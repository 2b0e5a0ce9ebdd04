#include "clients/cli/chart_run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory>
#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/chart_source.h"
#include "clients/cli/output.h"
#include "services/civil/business_days.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/chart/delay.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/sources.h"
#include "workflow/chart/validator.h"
#include "workflow/engine/ensemble.h"

namespace jissho::cli {
namespace {

using engine::Effect;
using engine::Json;
using engine::Value;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kNotFound = 3;

struct RunOptions {
  std::string file, events = "-", data, now = "2000-01-01";
  bool amnesia = false;
  bool no_profile = false;
  bool all_sessions = false;
};

std::string TimeText(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", time, Tokyo()); }

// Undefined is left out of objects, as JSON has no word for it.
void Put(Json& object, const std::string& name, const Value& value) {
  if (value.is_json()) object[name] = value.json();
  if (value.is_xml()) object[name] = value.xml();
}

Json SendJson(const Effect& send) {
  Json json{{"event", send.event}};
  if (!send.target.empty()) json["target"] = send.target;
  if (!send.type.empty()) json["type"] = send.type;
  if (!send.send_id.empty()) json["send_id"] = send.send_id;
  if (send.delay > absl::ZeroDuration()) json["delay_seconds"] = absl::ToDoubleSeconds(send.delay);
  if (!send.at.empty()) json["at"] = send.at;
  if (send.business_days > 0) json["business_days"] = send.business_days;
  Put(json, "data", send.data);
  return json;
}

class ChartRun {
 public:
  ChartRun(const RunOptions& options, const Surroundings& around) : options_(options), around_(around) {}

  int Run() {
    if (options_.file == "-" && options_.events == "-") return Misused("--events FILE");
    const auto text = ReadChart(options_.file, around_.in);
    if (!text.ok()) {
      around_.error << text.status().message() << "\n";
      return absl::IsNotFound(text.status()) ? kNotFound : kFailed;
    }
    auto machine = Build(*text);
    if (!machine.ok()) return Fail(machine.status());
    const auto start = chart::ParseInstant(options_.now);
    if (!start) return Misused(absl::StrCat("--now: ", options_.now));
    const Json data = options_.data.empty() ? Json() : Json::parse(options_.data, nullptr, false);
    if (data.is_discarded()) return Misused("--data: JSON");
    ensemble_ = std::make_unique<engine::Ensemble>(EnsembleOptionsAt(*start));
    ensemble_->set_observer([this](const std::string& session, const engine::Event* event,
                                   const engine::StepResult& step) { Print(session, event, step); });
    const auto root = ensemble_->Start(*machine, engine::InitialData(data));
    if (!root.ok()) return Fail(root.status());
    root_ = *root;
    if (const absl::Status status = ensemble_->Settle(); !status.ok()) return Fail(status);
    return ReadEvents();
  }

 private:
  int Misused(const std::string& what) {
    around_.error << "使い方の誤り / usage: " << what << "\n";
    return kUsage;
  }
  int Fail(const absl::Status& status) {
    around_.error << DescribeError(status);
    return kFailed;
  }

  chart::Loader Beside() const {
    return chart::FilesBelow(std::filesystem::path(options_.file).parent_path().string());
  }

  // A chart beside this one: a file, or one of the product's.
  absl::StatusOr<std::string> ReadNamed(absl::string_view name) const {
    const std::filesystem::path place =
        std::filesystem::path(options_.file).parent_path() / std::string(name);
    auto text = ReadChart(place.string() + ".scxml", around_.in);
    return text.ok() ? text : ReadChart(place.string(), around_.in);
  }

  engine::DataModelFactory DataModels() const {
    return options_.no_profile ? engine::MakeFullDataModel : engine::MakeServiceDataModel;
  }

  absl::StatusOr<std::shared_ptr<const engine::Machine>> Build(const std::string& text) {
    if (options_.no_profile) {
      JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(chart::TakeInSources(text, Beside())));
      return engine::Machine::Build(std::move(chart), DataModels());
    }
    engine::Checked checked = CheckChart(text, /*profile=*/true);
    for (const chart::Fault& fault : checked.faults) {
      if (fault.severity != chart::Severity::kError) continue;
      around_.error << options_.file << ":" << fault.line << ":" << fault.column << ": " << fault.code << ": "
                    << fault.ja << " / " << fault.en << "\n";
    }
    if (chart::HasErrors(checked.faults)) {
      return absl::InvalidArgumentError(
          "業務用の図ではありません。そのまま試すには --no-profile / not a chart for service; to run it all "
          "the "
          "same: --no-profile");
    }
    return engine::Machine::Build(*std::move(checked.chart), DataModels());
  }

  engine::EnsembleOptions EnsembleOptionsAt(absl::Time start) {
    engine::EnsembleOptions options;
    options.amnesia = options_.amnesia;
    options.data_models = DataModels();
    options.start = start;
    options.working_days = &working_days_;
    options.load = [this, load = Beside()](const std::string& src) -> absl::StatusOr<std::string> {
      if (const absl::string_view name = chart::InvokedByName(src); !name.empty()) return ReadNamed(name);
      JISSHO_ASSIGN_OR_RETURN(const std::string text, load(src));
      return chart::TakeInSources(text, load);
    };
    return options;
  }

  void Print(const std::string& session, const engine::Event* event, const engine::StepResult& step) {
    // The first session is the chart itself, whose id is not known yet when it starts.
    const bool is_root = root_.empty() || session == root_;
    if (root_.empty()) root_ = session;
    if (!is_root && !options_.all_sessions) return;
    Json line{{"event", event == nullptr ? Json() : Json(event->name)},
              {"configuration", Atomic(session, step.next.configuration)},
              {"data", Json::object()},
              {"sent", Json::array()},
              {"timers", TimersOf(session)},
              {"did", Json::array()},
              {"log", Json::array()},
              {"finished", step.next.finished},
              {"now", TimeText(ensemble_->now())}};
    if (options_.all_sessions) line["session"] = session;
    for (const auto& [name, value] : step.next.data) Put(line["data"], name, value);
    for (const Effect& effect : step.effects) {
      if (effect.kind == Effect::Kind::kSend) line["sent"].push_back(SendJson(effect));
      if (effect.kind == Effect::Kind::kDo) {
        line["did"].push_back({{"action", effect.action}, {"params", effect.params}});
      }
      if (effect.kind == Effect::Kind::kLog) line["log"].push_back(effect.text);
    }
    if (step.next.finished) Put(line, "done_data", step.done_data);
    if (step.unhandled_error) line["error"] = *step.unhandled_error;
    around_.out << line.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }

  std::vector<std::string> Atomic(const std::string& session, const std::vector<std::string>& states) const {
    std::vector<std::string> atomic;
    const chart::Chart& chart = ensemble_->machine(session).chart();
    std::copy_if(states.begin(), states.end(), std::back_inserter(atomic),
                 [&](const std::string& id) { return chart.Find(id)->IsAtomic(); });
    std::sort(atomic.begin(), atomic.end());
    return atomic;
  }

  Json TimersOf(const std::string& session) const {
    Json timers = Json::array();
    for (const auto& timer : ensemble_->Timers()) {
      if (timer.session_id != session) continue;
      Json json{{"event", timer.event}, {"due", TimeText(timer.due)}};
      if (!timer.send_id.empty()) json["send_id"] = timer.send_id;
      timers.push_back(std::move(json));
    }
    return timers;
  }

  int ReadEvents() {
    std::ifstream file;
    if (options_.events != "-") {
      file.open(options_.events);
      if (!file) {
        around_.error << "ファイルがありません / no file: " << options_.events << "\n";
        return kNotFound;
      }
    }
    std::istream& in = options_.events == "-" ? around_.in : file;
    std::string text;
    for (int line = 1; std::getline(in, text); ++line) {
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      const absl::Status status = Take(text);
      if (absl::IsInvalidArgument(status) && !GetErrorDetail(status)) {
        return Misused(absl::StrCat(line, "行目 / line ", line, ": ", status.message()));
      }
      if (!status.ok()) return Fail(status);
    }
    return 0;
  }

  absl::Status Take(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat("no JSON object: ", text));
    if (json.contains("advance")) {
      const auto by =
          json["advance"].is_string() ? ParseIsoDuration(json["advance"].get<std::string>()) : std::nullopt;
      if (!by || json.size() != 1) {
        return absl::InvalidArgumentError(R"(write it like {"advance":"PT36H"})");
      }
      return ensemble_->Advance(*by);
    }
    if (!json.contains("name") || !json["name"].is_string() || json["name"].get<std::string>().empty()) {
      return absl::InvalidArgumentError(R"(write it like {"name":"approve","data":{"yen":500}})");
    }
    for (const auto& [key, value] : json.items()) {
      if (key != "name" && key != "data")
        return absl::InvalidArgumentError(absl::StrCat("unknown key ", key));
    }
    engine::Event event;
    event.name = json["name"].get<std::string>();
    if (json.contains("data")) event.data = Value(json["data"]);
    ensemble_->Post(root_, std::move(event));
    return ensemble_->Settle();
  }

  const RunOptions& options_;
  const Surroundings& around_;
  const civil::CityWorkingDays working_days_;
  std::unique_ptr<engine::Ensemble> ensemble_;
  std::string root_;
};

}  // namespace

void AddChartRun(Nouns& nouns, const Surroundings& around, std::vector<OwnCommand>& own) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* run = nouns.Get("chart")->add_subcommand(
      "run", "図を手元で動かす（サーバー不要） / run a chart here, without a server");
  run->add_option(
         "chart", options->file,
         "SCXMLのファイル、または製品の図の名前（chart list） / SCXML file, or a product chart's name")
      ->required();
  run->add_option(
      "--events", options->events,
      R"(事象のファイル、-は標準入力 / events, one JSON object a line: {"name":…,"data":…} or {"advance":"PT36H"}; - reads stdin)");
  run->add_option("--data", options->data, "最初のデータ（JSON） / initial data, a JSON object");
  run->add_option("--now", options->now, "仮想時計の始まり / where the virtual clock begins (2000-01-01)");
  run->add_flag("--amnesia", options->amnesia,
                "一歩ごとに状態を保存形に直す / after every step, all state goes through its stored form");
  run->add_flag(
      "--no-profile", options->no_profile,
      "業務用の制限なし：SCXMLの全部とECMAScript / all of SCXML with ECMAScript, no service profile");
  run->add_flag("--all-sessions", options->all_sessions,
                "呼び出された図の歩みも表示 / print the steps of invoked charts too");
  own.push_back({"chart", run, [options, around] { return ChartRun(*options, around).Run(); }});
}

std::optional<absl::Duration> ParseIsoDuration(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "P") || text.empty()) return std::nullopt;
  absl::Duration total;
  bool time = false;
  absl::string_view order = "WDTHMS";
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, "T")) {
      const size_t place = order.find('T');
      if (place == absl::string_view::npos || text.empty()) return std::nullopt;
      order.remove_prefix(place + 1);
      time = true;
      continue;
    }
    const size_t digits = text.find_first_not_of("0123456789.");
    double number = 0;
    if (digits == 0 || digits == absl::string_view::npos ||
        !absl::SimpleAtod(text.substr(0, digits), &number)) {
      return std::nullopt;
    }
    const char unit = text[digits];
    text.remove_prefix(digits + 1);
    const size_t place = order.find(unit);
    if (place == absl::string_view::npos || unit == 'T') return std::nullopt;
    if (time != (unit == 'H' || unit == 'M' || unit == 'S')) return std::nullopt;
    order.remove_prefix(place + 1);
    const absl::Duration one = unit == 'W'   ? absl::Hours(24 * 7)
                               : unit == 'D' ? absl::Hours(24)
                               : unit == 'H' ? absl::Hours(1)
                               : unit == 'M' ? absl::Minutes(1)
                                             : absl::Seconds(1);
    total += one * number;
  }
  if (total > chart::kDelayMax) return std::nullopt;
  return total;
}

}  // namespace jissho::cli
