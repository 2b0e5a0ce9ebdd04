#include "clients/cli/chart_commands.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/chart_source.h"
#include "clients/cli/chart_way.h"
#include "clients/cli/output.h"
#include "nlohmann/json.hpp"
#include "workflow/chart/labels.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/picture.h"
#include "workflow/chart/table.h"
#include "workflow/charts/product_charts.h"

namespace jissho::cli {
namespace {

using chart::Wording;
using Json = nlohmann::ordered_json;

constexpr int kFaulty = 1;
constexpr int kUsage = 2;
constexpr int kNoFile = 3;
constexpr int kUnavailable = 6;

constexpr char kSourceHelp[] =
    "ファイル、図の名前（例 subsidy/grant）、-は標準入力 / file, name of a chart, - reads stdin";

struct Shell {
  OutputStyle style;
  const Surroundings& around;

  bool json() const { return style.format == "json"; }
  bool english() const { return style.lang == "en"; }
  const std::string& Say(const Wording& words) const { return english() ? words.en : words.ja; }
  // A name: in both languages unless one was asked for.
  std::string Name(const Wording& words) const {
    if (style.lang == "ja" || style.lang == "en" || words.ja == words.en) return Say(words);
    return absl::StrCat(words.ja, "\n", words.en);
  }
  chart::Languages Languages() const {
    if (english()) return chart::Languages::kEnglish;
    return style.lang == "ja" ? chart::Languages::kJapanese : chart::Languages::kBoth;
  }
};

Wording SeverityWords(chart::Severity severity) {
  return severity == chart::Severity::kError ? Wording{"誤り", "error"} : Wording{"注意", "warning"};
}

// --- list

int List(const Shell& shell) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const charts::ProductChart& product : charts::ProductCharts()) {
    const auto chart = chart::Parse(product.text);
    if (!chart.ok()) {
      shell.around.error << DescribeError(chart.status());
      return kFaulty;
    }
    const chart::State& root = chart->root();
    size_t transitions = 0;
    for (const chart::State& state : chart->states) transitions += state.transitions.size();
    const size_t states = chart->states.size() - 1;
    json.push_back({{"name", product.name},
                    {"ja", root.label},
                    {"en", root.label_en},
                    {"states", states},
                    {"transitions", transitions},
                    {"hash", chart->hash}});
    rows.push_back({product.name, shell.Say({root.label, root.label_en}), absl::StrCat(states),
                    absl::StrCat(transitions), chart->hash.substr(0, 12)});
  }
  if (shell.json()) {
    shell.around.out << json.dump(2) << "\n";
  } else if (shell.english()) {
    shell.around.out << Table({"Chart", "Title", "States", "Transitions", "Version"}, rows);
  } else {
    shell.around.out << Table({"図", "表題", "状態", "遷移", "版"}, rows);
  }
  return 0;
}

// --- validate

struct Validation {
  std::vector<std::string> sources;
  bool no_profile = false;
};

struct Tally {
  int errors = 0, warnings = 0;
  bool missing = false;
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
};

void CheckOne(const std::string& source, bool profile, const Shell& shell, Tally& tally) {
  const auto text = ReadChart(source, shell.around.in);
  if (!text.ok()) {
    shell.around.error << text.status().message() << "\n";
    tally.missing = true;
    return;
  }
  for (const chart::Fault& fault : CheckChart(*text, profile).faults) {
    const bool is_error = fault.severity == chart::Severity::kError;
    ++(is_error ? tally.errors : tally.warnings);
    tally.json.push_back({{"file", source},
                          {"line", fault.line},
                          {"column", fault.column},
                          {"severity", is_error ? "error" : "warning"},
                          {"code", fault.code},
                          {"ja", fault.ja},
                          {"en", fault.en}});
    tally.rows.push_back({absl::StrCat(source, ":", fault.line, ":", fault.column),
                          shell.Say(SeverityWords(fault.severity)), fault.code,
                          shell.Say({fault.ja, fault.en})});
  }
}

int Validate(const Validation& arguments, const Shell& shell) {
  Tally tally;
  for (const std::string& source : arguments.sources) CheckOne(source, !arguments.no_profile, shell, tally);
  if (shell.json()) {
    shell.around.out << tally.json.dump(2) << "\n";
  } else {
    if (!tally.rows.empty()) {
      shell.around.out << (shell.english() ? Table({"Place", "Severity", "Code", "What"}, tally.rows)
                                           : Table({"場所", "程度", "種類", "内容"}, tally.rows));
    }
    shell.around.out << "誤り / errors: " << tally.errors << ", 注意 / warnings: " << tally.warnings << "\n";
  }
  if (tally.missing) return kNoFile;
  return tally.errors > 0 ? kFaulty : 0;
}

// The chart, or the exit code after telling why there is none.
struct Loaded {
  std::optional<chart::Chart> chart;
  int exit_code = 0;
};

Loaded Load(const std::string& source, const Shell& shell) {
  const auto text = ReadChart(source, shell.around.in);
  if (!text.ok()) {
    shell.around.error << text.status().message() << "\n";
    return {std::nullopt, kNoFile};
  }
  auto chart = chart::Parse(*text);
  if (chart.ok()) return {*std::move(chart), 0};
  shell.around.error << source << ": " << DescribeError(chart.status());
  return {std::nullopt, kFaulty};
}

// --- show

Json ToJson(const Wording& words) { return {{"ja", words.ja}, {"en", words.en}}; }

Json ToJson(const std::vector<Wording>& list) {
  Json json = Json::array();
  for (const Wording& words : list) json.push_back(ToJson(words));
  return json;
}

Json ToJson(const chart::Named& named) {
  return {{"id", named.id}, {"ja", named.name.ja}, {"en", named.name.en}};
}

Wording KindWords(chart::StateKind kind) {
  switch (kind) {
    case chart::StateKind::kRoot:
    case chart::StateKind::kAtomic:
      return {"状態", "state"};
    case chart::StateKind::kCompound:
      return {"まとまり", "compound"};
    case chart::StateKind::kParallel:
      return {"並行", "parallel"};
    case chart::StateKind::kFinal:
      return {"終了", "final"};
    case chart::StateKind::kHistoryShallow:
      return {"履歴", "history"};
    case chart::StateKind::kHistoryDeep:
      return {"履歴(深)", "deep history"};
  }
  return {"", ""};
}

Json StatesJson(const chart::ChartTable& table) {
  Json states = Json::array();
  for (const chart::StateRow& row : table.states) {
    Json json = ToJson(row.state);
    json.update({{"kind", KindWords(row.kind).en},
                 {"parent", row.parent},
                 {"initial", row.initial},
                 {"on_entry", ToJson(row.on_entry)},
                 {"on_exit", ToJson(row.on_exit)},
                 {"line", row.line}});
    states.push_back(std::move(json));
  }
  return states;
}

Json TransitionsJson(const chart::ChartTable& table) {
  Json transitions = Json::array();
  for (const chart::TransitionRow& row : table.transitions) {
    Json to = Json::array();
    for (const chart::Named& target : row.to) to.push_back(ToJson(target));
    transitions.push_back(Json{{"number", row.number},
                               {"from", ToJson(row.from)},
                               {"events", row.events},
                               {"event", ToJson(row.event)},
                               {"to", std::move(to)},
                               {"roles", row.roles},
                               {"who", ToJson(row.who)},
                               {"condition", row.condition},
                               {"condition_words", ToJson(row.condition_words)},
                               {"what", ToJson(row.what)},
                               {"line", row.line}});
  }
  return transitions;
}

std::string Sentences(const Shell& shell, const std::vector<Wording>& list) {
  std::vector<std::string> lines;
  for (const Wording& words : list) lines.push_back(absl::StrCat("・", shell.Say(words)));
  return absl::StrJoin(lines, "\n");
}

std::string StatesTable(const Shell& shell, const chart::ChartTable& table) {
  std::vector<std::vector<std::string>> rows;
  for (const chart::StateRow& row : table.states) {
    const std::string indent(static_cast<size_t>(row.depth) * 2, ' ');
    rows.push_back({absl::StrCat(indent, row.initial ? "● " : "", shell.Say(row.state.name)), row.state.id,
                    shell.Say(KindWords(row.kind)), Sentences(shell, row.on_entry),
                    Sentences(shell, row.on_exit)});
  }
  const std::vector<int> limits{36, 30, 12, 40, 36};
  if (shell.english())
    return WrappedTable({"State (● first)", "Id", "Kind", "On entry", "On exit"}, rows, limits);
  return WrappedTable({"状態（●は最初）", "ID", "種類", "入るとき", "出るとき"}, rows, limits);
}

std::string TransitionsTable(const Shell& shell, const chart::ChartTable& table) {
  std::vector<std::vector<std::string>> rows;
  for (const chart::TransitionRow& row : table.transitions) {
    std::vector<std::string> to;
    for (const chart::Named& target : row.to) to.push_back(shell.Name(target.name));
    if (to.empty()) to.push_back(shell.Say({"（変わらない）", "(stays)"}));
    rows.push_back({shell.Name(row.from.name), shell.Name(row.event), absl::StrJoin(to, "\n"),
                    shell.Say(row.who), shell.Say(row.condition_words), Sentences(shell, row.what)});
  }
  const std::vector<int> limits{22, 28, 22, 30, 30, 36};
  if (shell.english())
    return WrappedTable({"From", "Event", "To", "Who", "Condition", "What happens"}, rows, limits);
  return WrappedTable({"元の状態", "できごと", "次の状態", "だれが", "条件", "起こること"}, rows, limits);
}

int Show(const std::string& source, const Shell& shell) {
  const Loaded loaded = Load(source, shell);
  if (!loaded.chart) return loaded.exit_code;
  const chart::Chart& chart = *loaded.chart;
  const chart::ChartTable table = chart::MakeTable(chart, charts::ProductVocabulary());
  if (shell.json()) {
    shell.around.out << Json{{"name", chart.name},          {"ja", chart.root().label},
                             {"en", chart.root().label_en}, {"hash", chart.hash},
                             {"states", StatesJson(table)}, {"transitions", TransitionsJson(table)}}
                            .dump(2)
                     << "\n";
    return 0;
  }
  const std::string title = shell.Say({chart.root().label, chart.root().label_en});
  shell.around.out << title << (title.empty() ? "" : " ") << "(" << chart.name << ", "
                   << chart.hash.substr(0, 12) << ")\n\n"
                   << StatesTable(shell, table) << "\n"
                   << TransitionsTable(shell, table);
  return 0;
}

// --- render

struct Rendering {
  std::string source, out, way;
  std::vector<std::string> active;
};

absl::StatusOr<chart::PictureOptions> PictureOf(const Rendering& arguments, const chart::Chart& chart,
                                                const Shell& shell) {
  chart::PictureOptions options;
  options.languages = shell.Languages();
  if (!arguments.way.empty()) {
    const auto steps = ReadWay(arguments.way);
    if (!steps.ok()) return steps.status();
    const chart::Way way = chart::TraceWay(chart, *steps);
    options.active = way.active;
    options.visited = way.visited;
    options.transitions = way.transitions;
  }
  if (!arguments.active.empty()) options.active.clear();
  for (const std::string& id : arguments.active) {
    const chart::State* state = chart.Find(id);
    if (state == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("--active: 状態", id, "がありません。/ the chart has no state ", id, "."));
    }
    // Who names an inner state means those around it as well.
    for (int index = state->index; index > 0; index = chart.states[index].parent)
      options.active.insert(index);
  }
  return options;
}

int Write(const std::string& file, const std::string& text, const Shell& shell) {
  if (file.empty() || file == "-") {
    shell.around.out << text;
    return 0;
  }
  std::ofstream out(file);
  out << text;
  out.close();
  if (out) return 0;
  shell.around.error << file << ": 書けません。/ cannot be written.\n";
  return kFaulty;
}

int Render(const Rendering& arguments, const Draw& draw, const Shell& shell) {
  const Loaded loaded = Load(arguments.source, shell);
  if (!loaded.chart) return loaded.exit_code;
  const auto options = PictureOf(arguments, *loaded.chart, shell);
  if (!options.ok()) {
    shell.around.error << options.status().message() << "\n";
    return absl::IsNotFound(options.status()) ? kNoFile : kUsage;
  }
  const std::string dot = chart::ToDot(*loaded.chart, charts::ProductVocabulary(), *options);
  if (absl::EndsWith(arguments.out, ".dot")) return Write(arguments.out, dot, shell);
  const auto svg = draw(dot);
  if (!svg.ok()) {
    shell.around.error << svg.status().message() << "\n";
    return absl::IsUnavailable(svg.status()) ? kUnavailable : kFaulty;
  }
  return Write(arguments.out, chart::FinishSvg(*svg, *loaded.chart, *options), shell);
}

}  // namespace

void AddChartCommands(Nouns& nouns, OutputStyle style, Draw draw, const Surroundings& around,
                      std::vector<OwnCommand>& commands) {
  const Shell shell{style, around};
  CLI::App* noun = nouns.Get("chart");
  auto* list = noun->add_subcommand("list", "本製品の図の一覧 / lists the charts of the product");
  commands.push_back({"chart", list, [shell] { return List(shell); }});

  auto* validate = noun->add_subcommand(
      "validate", "図の誤りをすべて、行と桁とともに挙げる / lists all faults of charts with line and column");
  validate->footer(
      "終了コード / exit codes: 0 誤りなし(注意だけも) no errors, 1 誤りあり errors, 2 使い方 usage, 3 "
      "ファイルなし "
      "no such file");
  auto validation = std::make_shared<Validation>();
  validate->add_option("file", validation->sources, kSourceHelp)->required();
  validate->add_flag("--no-profile", validation->no_profile,
                     "業務用の制限なしに、SCXML として調べる / as plain SCXML, without the service profile");
  commands.push_back({"chart", validate, [shell, validation] { return Validate(*validation, shell); }});

  auto* show = noun->add_subcommand(
      "show",
      "図を表で示す: どの状態から、何で、どこへ、だれが、条件、起こること / shows a chart as a table");
  show->footer("--lang ja|en で片方の言語だけ / one language only with --lang");
  auto source = std::make_shared<std::string>();
  show->add_option("file", *source, kSourceHelp)->required();
  commands.push_back({"chart", show, [shell, source] { return Show(*source, shell); }});

  auto* render =
      noun->add_subcommand("render", "図をSVGに描く(Graphvizを使う) / draws a chart as SVG, with Graphviz");
  auto rendering = std::make_shared<Rendering>();
  render->add_option("file", rendering->source, kSourceHelp)->required();
  render->add_option(
      "--out", rendering->out,
      "出力先(省略時は標準出力)、.dotならGraphvizの入力のまま / file to write, default stdout; *.dot "
      "gets Graphviz's input");
  render
      ->add_option("--active", rendering->active,
                   "いま有効な状態のID(カンマ区切り)に色を付ける / colours these active states")
      ->delimiter(',');
  render->add_option(
      "--way", rendering->way,
      "たどった道に色を付ける: jissho instance journal -o json か chart run の出力 / colours the way "
      "taken, from a journal in JSON or the output of chart run");
  commands.push_back({"chart", render, [shell, rendering, draw = std::move(draw)] {
                        return Render(*rendering, draw, shell);
                      }});
}

}  // namespace jissho::cli
