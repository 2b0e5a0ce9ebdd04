#include "workflow/chart/picture.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "workflow/chart/condition_words.h"
#include "workflow/chart/labels.h"
#include "workflow/chart/picture_label.h"
#include "workflow/chart/table.h"

namespace jissho::chart {
namespace {

constexpr Type kTitleType{15, "#16202e", true, 60};
constexpr Type kStateType{12, "#16202e", true, 24};
constexpr Type kStateSmallType{8.5, "#5b6878", false, 34};
constexpr Type kEventType{10, "#1d2b3a", false, 30};
constexpr Type kEventSmallType{8, "#5b6878", false, 34};
constexpr Type kConditionType{8.5, "#8a4b08", false, 34};
constexpr Type kWhoType{8.5, "#1f5f8b", false, 34};

constexpr char kStyle[] = R"(<style>
text{font-family:"Noto Sans JP","Noto Sans CJK JP","Hiragino Sans","Yu Gothic",Meiryo,IPAexGothic,IPAGothic,sans-serif}
.transition a{text-decoration:none}
.state.visited>path,.state.visited>ellipse,.state.visited>polygon{fill:#e6f0fb;stroke:#2f6db5}
.cluster.visited>path,.cluster.visited>polygon{fill:#f7fafe}
.transition.visited>path{stroke:#2f6db5;stroke-width:2.2}
.transition.visited>polygon{fill:#2f6db5;stroke:#2f6db5}
.internal.visited text{fill:#2f6db5;font-weight:bold}
.state.active>path,.state.active>ellipse,.state.active>polygon{fill:#ffe9a8;stroke:#b36b00;stroke-width:2.4}
.cluster.active>path,.cluster.active>polygon{fill:#fffbef}
</style>
)";

std::string KindClass(const State& state) {
  switch (state.kind) {
    case StateKind::kRoot:
      return "root";
    case StateKind::kAtomic:
      return "atomic";
    case StateKind::kCompound:
      return "compound";
    case StateKind::kParallel:
      return "parallel";
    case StateKind::kFinal:
      return "final";
    case StateKind::kHistoryShallow:
      return "history shallow";
    case StateKind::kHistoryDeep:
      return "history deep";
  }
  return "";
}

std::string TransitionClass(const Transition& transition, const PictureOptions& options) {
  return absl::StrCat("transition transition-", transition.order,
                      options.transitions.count(transition.order) > 0 ? " visited" : "");
}

class Drawing {
 public:
  Drawing(const Chart& chart, const Vocabulary& vocabulary, const PictureOptions& options)
      : chart_(chart), vocabulary_(vocabulary), options_(options) {}

  std::string Draw() {
    absl::StrAppend(&out_, "digraph chart {\n", kDefaults);
    absl::StrAppend(&out_, "label=<", Title(), ">;\n");
    Inside(chart_.root());
    for (const State& state : chart_.states) {
      if (state.initial) Initial(state);
      if (IsStacked(state)) Stack(state);
      for (const Transition& transition : state.transitions) Edges(state, transition);
    }
    return out_ + "}\n";
  }

 private:
  static constexpr char kDefaults[] =
      "graph [compound=true, rankdir=TB, nodesep=0.35, ranksep=0.45, fontname=\"sans-serif\", labelloc=t, "
      "labeljust=l, bgcolor=\"white\", pad=0.2];\n"
      "node [shape=box, style=\"rounded,filled\", fillcolor=\"white\", color=\"#5b6878\", "
      "fontname=\"sans-serif\", "
      "margin=\"0.14,0.07\", height=0.4];\n"
      "edge [color=\"#5b6878\", fontname=\"sans-serif\", arrowsize=0.75];\n";

  bool IsCluster(const State& state) const {
    return state.kind == StateKind::kCompound || state.kind == StateKind::kParallel;
  }
  const State& At(int index) const { return chart_.states[index]; }
  std::string Cluster(const State& state) const { return absl::StrCat("cluster_", state.index); }
  std::string Dot(const State& state) const { return absl::StrCat("initial_", state.index); }
  std::string Port(const State& state) const { return absl::StrCat("port_", state.index); }
  std::string Node(const State& state) const { return absl::StrCat("state_", state.index); }

  std::string Title() const {
    const State& root = chart_.root();
    const Wording name{root.label.empty() ? chart_.name : root.label,
                       root.label_en.empty() ? chart_.name : root.label_en};
    std::string title = Typeset(name, options_.languages, kTitleType, kStateSmallType);
    const bool has_port = std::any_of(chart_.states.begin(), chart_.states.end(),
                                      [this](const State& state) { return NeedsPort(state); });
    if (has_port) {
      absl::StrAppend(&title, "<BR/>",
                      Typeset(Wording{"◇ 内側のどの状態からも", "◇ from any state inside"},
                              options_.languages, kConditionType, kConditionType));
    }
    return absl::StrCat("<TABLE BORDER=\"0\"><TR><TD ALIGN=\"LEFT\" BALIGN=\"LEFT\">", title,
                        "</TD></TR></TABLE>");
  }

  std::string StateClass(const State& state) const {
    const bool is_region = At(state.parent).kind == StateKind::kParallel;
    return absl::StrCat("state ", state.id, " ", KindClass(state), is_region ? " region" : "",
                        options_.visited.count(state.index) > 0 ? " visited" : "",
                        options_.active.count(state.index) > 0 ? " active" : "");
  }

  std::string Identity(const State& state, absl::string_view separator = ", ") const {
    return absl::StrCat("id=", Quote(absl::StrCat("state:", state.id)), separator,
                        "class=", Quote(StateClass(state)));
  }

  // --- states

  void Inside(const State& state) {
    if (state.initial) {
      absl::StrAppend(
          &out_, Dot(state),
          " [shape=point, width=0.13, color=\"#16202e\", fillcolor=\"#16202e\", class=\"initial\"];\n");
    }
    if (state.index > 0 && NeedsPort(state)) {
      absl::StrAppend(
          &out_, Port(state),
          " [shape=diamond, label=\"\", width=0.16, height=0.16, style=filled, class=\"port\"];\n");
    }
    for (const int child : state.children) Put(At(child));
  }

  void Put(const State& state) {
    if (IsCluster(state)) return PutCluster(state);
    if (state.IsHistory()) {
      absl::StrAppend(&out_, Node(state),
                      " [shape=circle, style=filled, fixedsize=true, width=0.34, margin=0, ",
                      "fontsize=11, label=\"", state.kind == StateKind::kHistoryDeep ? "H*" : "H", "\", ",
                      Identity(state), "];\n");
      return;
    }
    std::string shape;
    if (state.kind == StateKind::kFinal) shape = "shape=ellipse, peripheries=2, margin=\"0.04,0.02\", ";
    if (At(state.parent).kind == StateKind::kParallel) shape += "style=\"rounded,filled,dashed\", ";
    absl::StrAppend(&out_, Node(state), " [", shape, "label=<", StateLabel(state), ">, ", Identity(state),
                    "];\n");
  }

  void PutCluster(const State& state) {
    const bool is_region = At(state.parent).kind == StateKind::kParallel;
    absl::StrAppend(&out_, "subgraph ", Cluster(state), " {\nlabel=<", StateLabel(state),
                    ">; labeljust=l; margin=12; style=\"rounded,filled", is_region ? ",dashed" : "",
                    "\"; color=\"#8592a3\"; fillcolor=\"",
                    state.kind == StateKind::kParallel ? "#fbfcfd" : "#f5f7fa", "\"; ", Identity(state, "; "),
                    ";\n");
    Inside(state);
    if (IsStacked(state)) absl::StrAppend(&out_, Floor(state), " [style=invis, shape=point, width=0.01];\n");
    absl::StrAppend(&out_, "}\n");
  }

  // Many regions side by side make a picture that no screen shows: they are set in rows. Below each region
  // that has another below it lies a floor, and the other's beginning below that.
  static constexpr size_t kMaxRegionsInARow = 3;

  std::vector<int> Regions(const State& state) const {
    std::vector<int> regions;
    if (state.kind != StateKind::kParallel) return regions;
    for (const int child : state.children) {
      if (!At(child).IsHistory()) regions.push_back(child);
    }
    return regions;
  }

  // -1: nothing lies below.
  int RegionBelow(const State& state) const {
    if (state.index == 0 || !IsCluster(state)) return -1;
    const std::vector<int> regions = Regions(At(state.parent));
    if (regions.size() <= kMaxRegionsInARow) return -1;
    const size_t rows = (regions.size() + kMaxRegionsInARow - 1) / kMaxRegionsInARow;
    const size_t columns = (regions.size() + rows - 1) / rows;
    const size_t at = std::find(regions.begin(), regions.end(), state.index) - regions.begin();
    return at + columns < regions.size() ? regions[at + columns] : -1;
  }

  bool IsStacked(const State& state) const { return RegionBelow(state) >= 0; }
  std::string Floor(const State& state) const { return absl::StrCat("floor_", state.index); }

  void Stack(const State& state) {
    for (int index = state.index + 1; index <= state.last; ++index) {
      if (IsCluster(At(index))) continue;
      absl::StrAppend(&out_, Node(At(index)), " -> ", Floor(state), " [style=invis, weight=0];\n");
    }
    absl::StrAppend(&out_, Floor(state), " -> ", Entry(At(RegionBelow(state))),
                    " [style=invis, weight=4];\n");
  }

  // The name, and below it what happens without leaving the state.
  std::string StateLabel(const State& state) const {
    std::string rows;
    for (const Transition& transition : state.transitions) {
      if (!transition.targets.empty()) continue;
      absl::StrAppend(&rows, "<TR><TD ALIGN=\"LEFT\" BALIGN=\"LEFT\" ID=\"transition:", transition.order,
                      "\" HREF=\"#transition:", transition.order, "\">", TransitionLabel(transition, "↻ "),
                      "</TD></TR>");
    }
    const std::string name = Typeset(StateName(state), options_.languages, kStateType, kStateSmallType);
    if (rows.empty()) return name;
    return absl::StrCat("<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\"><TR><TD>",
                        name, "</TD></TR><HR/>", rows, "</TABLE>");
  }

  std::string TransitionLabel(const Transition& transition, absl::string_view mark) const {
    Wording event = EventName(chart_, transition);
    event = {absl::StrCat(mark, event.ja), absl::StrCat(mark, event.en)};
    std::vector<std::string> lines;
    if (!event.ja.empty()) {
      lines.push_back(Typeset(event, options_.languages, kEventType, kEventSmallType));
    }
    if (!transition.condition.empty()) {
      Wording condition = DescribeCondition(chart_, vocabulary_, transition.condition);
      condition = {absl::StrCat("[", condition.ja, "]"), absl::StrCat("[", condition.en, "]")};
      lines.push_back(OneLanguage(condition, kConditionType));
    }
    if (!transition.task.roles.empty()) lines.push_back(OneLanguage(Roles(transition), kWhoType));
    return absl::StrJoin(lines, "<BR/>");
  }

  // Conditions and roles are said once, or the picture drowns in text.
  std::string OneLanguage(const Wording& words, const Type& type) const {
    return Typeset(options_.languages == Languages::kEnglish ? words.en : words.ja, type);
  }

  Wording Roles(const Transition& transition) const {
    std::vector<std::string> ja, en;
    for (const std::string& role : transition.task.roles) {
      const Wording words = WordsFor(vocabulary_.roles, role);
      ja.push_back(words.ja);
      en.push_back(words.en);
    }
    const bool own = transition.task.own_organisation;
    const bool other = !transition.task.not_same_actor_as.empty();
    return {absl::StrCat(absl::StrJoin(ja, "・"), own ? "（自団体）" : "", other ? "（別の人）" : ""),
            absl::StrCat(absl::StrJoin(en, ", "), own ? " (own)" : "", other ? " (another person)" : "")};
  }

  // --- edges

  bool LeadsInside(const State& source, int target) const {
    return target == source.index || chart_.IsDescendant(target, source.index);
  }

  bool NeedsPort(const State& state) const {
    const auto inward = [&](const Transition& transition) {
      return std::any_of(transition.target_states.begin(), transition.target_states.end(),
                         [&](int target) { return LeadsInside(state, target); });
    };
    if (!IsCluster(state)) return false;
    if (std::any_of(state.transitions.begin(), state.transitions.end(), inward)) return true;
    return state.kind == StateKind::kParallel && IsReenteredFromInside(state);
  }

  bool IsReenteredFromInside(const State& outer) const {
    for (int index = outer.index + 1; index <= outer.last; ++index) {
      for (const Transition& transition : At(index).transitions) {
        const auto& targets = transition.target_states;
        if (std::find(targets.begin(), targets.end(), outer.index) != targets.end()) return true;
      }
    }
    return false;
  }

  // A node inside that stands for the whole when an edge comes from outside.
  std::string Entry(const State& state) const {
    if (state.kind == StateKind::kCompound) return Dot(state);
    if (state.kind == StateKind::kParallel) {
      for (const int child : state.children) {
        if (!At(child).IsHistory()) return Entry(At(child));
      }
    }
    return Node(state);
  }

  // The last one in the document: what comes after the whole is drawn below it.
  std::string Exit(const State& state) const {
    for (int index = state.last; index > state.index; --index) {
      if (At(index).IsAtomic()) return Node(At(index));
    }
    return Entry(state);
  }

  void Initial(const State& state) {
    const bool written = !state.initial->content.empty();
    for (const int target : state.initial->target_states) {
      if (!chart_.IsDescendant(target, state.index)) continue;
      const State& to = At(target);
      absl::StrAppend(&out_, Dot(state), " -> ", Entry(to), " [class=\"initial\"",
                      IsCluster(to) ? absl::StrCat(", lhead=", Cluster(to)) : "",
                      written ? ", style=bold" : "", "];\n");
    }
  }

  void Edges(const State& source, const Transition& transition) {
    for (size_t i = 0; i < transition.target_states.size(); ++i) {
      const State& target = At(transition.target_states[i]);
      const std::string id = i == 0 ? absl::StrCat("transition:", transition.order)
                                    : absl::StrCat("transition:", transition.order, ":", i + 1);
      Edge(source, target, transition, id, i == 0);
    }
  }

  void Edge(const State& source, const State& target, const Transition& transition, const std::string& id,
            bool labelled) {
    std::string attributes =
        absl::StrCat("id=", Quote(id), ", class=", Quote(TransitionClass(transition, options_)));
    std::string tail = Node(source), head = Entry(target);
    if (IsCluster(source)) {
      const bool inward = LeadsInside(source, target.index);
      tail = inward ? Port(source) : Exit(source);
      if (!inward) absl::StrAppend(&attributes, ", ltail=", Cluster(source));
    }
    if (IsCluster(target)) {
      if (!LeadsInside(target, source.index)) {
        absl::StrAppend(&attributes, ", lhead=", Cluster(target));
      } else if (target.kind == StateKind::kParallel) {
        head = Port(target);
      }
    }
    if (labelled) {
      if (const std::string label = TransitionLabel(transition, ""); !label.empty()) {
        absl::StrAppend(&attributes,
                        ", label=<<TABLE BORDER=\"0\" CELLPADDING=\"2\"><TR><TD BALIGN=\"LEFT\">", label,
                        "</TD></TR></TABLE>>");
      }
    }
    if (transition.events.empty()) absl::StrAppend(&attributes, ", style=dashed");
    absl::StrAppend(&out_, tail, " -> ", head, " [", attributes, "];\n");
  }

  const Chart& chart_;
  const Vocabulary& vocabulary_;
  const PictureOptions& options_;
  std::string out_;
};

}  // namespace

std::string ToDot(const Chart& chart, const Vocabulary& vocabulary, const PictureOptions& options) {
  return Drawing(chart, vocabulary, options).Draw();
}

namespace {

// What a browser shows under the pointer: the state's id, and nothing where Graphviz put its own names.
std::string TitleFor(absl::string_view name, const Chart& chart) {
  if (!absl::ConsumePrefix(&name, "state_") && !absl::ConsumePrefix(&name, "cluster_")) return "";
  size_t index = 0;
  if (!absl::SimpleAtoi(name, &index) || index >= chart.states.size()) return "";
  return absl::StrCat(
      "<title>", absl::StrReplaceAll(chart.states[index].id, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}}),
      "</title>");
}

std::string Retitled(absl::string_view svg, const Chart& chart) {
  constexpr absl::string_view kOpen = "<title>", kClose = "</title>";
  std::string out;
  while (true) {
    const size_t begin = svg.find(kOpen);
    const size_t end = begin == absl::string_view::npos ? begin : svg.find(kClose, begin);
    if (end == absl::string_view::npos) return absl::StrCat(out, svg);
    const size_t inside = begin + kOpen.size();
    absl::StrAppend(&out, svg.substr(0, begin), TitleFor(svg.substr(inside, end - inside), chart));
    svg.remove_prefix(end + kClose.size());
  }
}

}  // namespace

std::string FinishSvg(const std::string& svg, const Chart& chart, const PictureOptions& options) {
  std::vector<std::pair<std::string, std::string>> renamed;
  for (const State& state : chart.states) {
    for (const Transition& transition : state.transitions) {
      const std::string id = absl::StrCat("transition:", transition.order);
      renamed.emplace_back(
          absl::StrCat("<g id=\"a_", id, "\">"),
          absl::StrCat("<g id=\"", id, "\" class=\"internal ", TransitionClass(transition, options), "\">"));
    }
  }
  std::string out = absl::StrReplaceAll(Retitled(svg, chart), renamed);
  const size_t open = out.find("<svg");
  const size_t end = open == std::string::npos ? open : out.find('>', open);
  if (end != std::string::npos) out.insert(end + 1, absl::StrCat("\n", kStyle));
  return out;
}

}  // namespace jissho::chart
