#include "workflow/chart/parser.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/base/hash.h"
#include "workflow/chart/content_parser.h"
#include "workflow/chart/reasons.h"
#include "workflow/chart/validator.h"
#include "workflow/chart/well_formed.h"
#include "workflow/chart/xml.h"

namespace jissho::chart {
namespace {

class ChartParser {
 public:
  explicit ChartParser(absl::string_view text) : content_(text) {}

  Chart Read(const pugi::xml_node& root) {
    chart_.name = root.attribute("name").value();
    chart_.datamodel = root.attribute("datamodel").as_string("null");
    const absl::string_view binding = root.attribute("binding").as_string("early");
    chart_.late_binding = binding == "late";
    if (binding != "early" && binding != "late") {
      content_.AddFault(root, kBadValue, "bindingはearlyかlateです。", "binding is early or late.");
    }
    const absl::string_view version = root.attribute("version").as_string("1.0");
    if (version != "1.0") content_.AddFault(root, kBadValue, "versionは1.0です。", "The version is 1.0.");
    chart_.repair_needs_approval = Choice(root, "four-eyes", "repair");
    ReadState(root, -1);
    content_.FindUnknownParts(root);
    ResolveTargets();
    chart_.faults = content_.TakeFaults();
    return std::move(chart_);
  }

 private:
  static bool IsStateElement(absl::string_view name) {
    return name == "state" || name == "parallel" || name == "final" || name == "history";
  }

  StateKind KindOf(const pugi::xml_node& node) {
    const absl::string_view name = LocalName(node.name());
    if (name == "scxml") return StateKind::kRoot;
    if (name == "parallel") return StateKind::kParallel;
    if (name == "final") return StateKind::kFinal;
    if (name == "history") {
      const absl::string_view type = node.attribute("type").as_string("shallow");
      if (type != "shallow" && type != "deep") {
        content_.AddFault(node, kBadValue, "historyのtypeはshallowかdeepです。",
                          "The type of a history is shallow or deep.");
      }
      return type == "deep" ? StateKind::kHistoryDeep : StateKind::kHistoryShallow;
    }
    for (const auto& child : node.children()) {
      if (!IsScxml(child)) continue;
      const absl::string_view inner = LocalName(child.name());
      if (IsStateElement(inner) && inner != "history") return StateKind::kCompound;
    }
    return StateKind::kAtomic;
  }

  // Which elements may stand in which kind of state (SCXML 3.2 to 3.10).
  static bool MayContain(StateKind kind, absl::string_view element) {
    const bool is_root = kind == StateKind::kRoot;
    const bool is_final = kind == StateKind::kFinal;
    const bool is_history = kind == StateKind::kHistoryShallow || kind == StateKind::kHistoryDeep;
    if (element == "transition") return !is_root && !is_final;
    if (is_history) return false;
    if (element == "onentry" || element == "onexit") return !is_root;
    if (element == "donedata") return is_final;
    if (is_final) return false;
    if (element == "datamodel") return true;
    if (element == "script") return is_root;
    if (element == "initial") return kind == StateKind::kCompound;
    if (element == "invoke" || element == "history") return !is_root;
    if (element == "final") return kind != StateKind::kParallel;
    return element == "state" || element == "parallel";
  }

  int ReadState(const pugi::xml_node& node, int parent) {
    const int index = static_cast<int>(chart_.states.size());
    chart_.states.emplace_back();
    State state;
    state.index = index;
    state.parent = parent;
    state.kind = KindOf(node);
    state.position = content_.At(node);
    state.id = node.attribute("id").value();
    if (!state.id.empty() && !IsName(state.id)) {
      content_.AddFault(node, kBadValue, absl::StrCat("「", state.id, "」は識別子になりません。"),
                        absl::StrCat("'", state.id,
                                     "' is no id: letters, digits and _ - . only, beginning with a letter."));
    }
    state.has_own_id = !state.id.empty() || index == 0;
    if (state.id.empty()) state.id = absl::StrCat("_state", index);
    state.label = JisshoAttribute(node, "label").value();
    state.label_en = JisshoAttribute(node, "label-en").value();
    if (index == 0) {
      content_.OnlyOurAttributes(node, {"label", "label-en", "four-eyes"});
    } else {
      content_.OnlyOurAttributes(node, {"label", "label-en"});
    }
    for (const auto& child : node.children()) {
      if (IsScxml(child)) ReadPart(child, state);
    }
    ReadInitial(node, state);
    state.last = static_cast<int>(chart_.states.size()) - 1;
    chart_.states[index] = std::move(state);
    return index;
  }

  void ReadPart(const pugi::xml_node& node, State& state) {
    const absl::string_view name = LocalName(node.name());
    if (!MayContain(state.kind, name)) return content_.AddUnknownElement(node);
    if (IsStateElement(name)) {
      state.children.push_back(ReadState(node, state.index));
    } else if (name == "transition") {
      state.transitions.push_back(ReadTransition(node, state.index));
    } else if (name == "onentry") {
      state.on_entry.push_back(content_.ReadBlock(node));
    } else if (name == "onexit") {
      state.on_exit.push_back(content_.ReadBlock(node));
    } else if (name == "datamodel") {
      ReadData(node, state);
    } else if (name == "invoke") {
      state.invokes.push_back(ReadInvoke(node));
    } else if (name == "donedata") {
      state.done_data = DoneData{content_.ReadParams(node), content_.ReadPayload(node), content_.At(node)};
      if (state.done_data->content && !state.done_data->params.empty()) {
        content_.AddFault(node, kContradictingAttributes,
                          "<donedata>に<content>とパラメータの両方があります。",
                          "<donedata> has both <content> and parameters.");
      }
    } else if (name == "script") {
      chart_.scripts.push_back(content_.ReadScript(node));
    } else if (name == "initial") {
      const auto transition = FirstScxmlChild(node, "transition");
      if (!transition) {
        return content_.AddFault(node, kBadInitial, "<initial>に<transition>がありません。",
                                 "<initial> has no <transition>.");
      }
      state.initial = ReadTransition(transition, state.index);
    }
  }

  static pugi::xml_node FirstScxmlChild(const pugi::xml_node& node, absl::string_view name) {
    for (const auto& child : node.children()) {
      if (IsScxml(child) && LocalName(child.name()) == name) return child;
    }
    return {};
  }

  void ReadInitial(const pugi::xml_node& node, State& state) {
    if (state.kind != StateKind::kRoot && state.kind != StateKind::kCompound) return;
    const auto attribute = node.attribute("initial");
    if (attribute && state.initial) {
      content_.AddFault(node, kContradictingAttributes, "属性initialと要素<initial>の両方があります。",
                        "There is both an attribute initial and an element <initial>.");
    }
    if (state.initial) return;
    Transition initial;
    initial.source = state.index;
    initial.position = state.position;
    if (attribute) {
      initial.targets = Words(attribute.value());
    } else {
      for (const int child : state.children) {
        if (chart_.states[child].IsHistory()) continue;
        initial.targets.push_back(chart_.states[child].id);
        break;
      }
    }
    state.initial = std::move(initial);
  }

  void ReadData(const pugi::xml_node& model, State& state) {
    for (const auto& child : model.children()) {
      if (!IsScxml(child)) continue;
      if (LocalName(child.name()) != "data") {
        content_.AddUnknownElement(child);
        continue;
      }
      content_.AtMostOne(child, {"expr", "src"});
      state.data.push_back({content_.Required(child, "id"), child.attribute("expr").value(),
                            child.attribute("src").value(), InnerOf(child), content_.At(child)});
    }
  }

  Transition ReadTransition(const pugi::xml_node& node, int source) {
    Transition transition;
    transition.source = source;
    transition.order = next_order_++;
    transition.position = content_.At(node);
    transition.events = Words(node.attribute("event").value());
    transition.condition = node.attribute("cond").value();
    transition.targets = Words(node.attribute("target").value());
    const absl::string_view type = node.attribute("type").as_string("external");
    transition.internal = type == "internal";
    if (type != "internal" && type != "external") {
      content_.AddFault(node, kBadValue, "遷移のtypeはinternalかexternalです。",
                        "The type of a transition is internal or external.");
    }
    transition.content = content_.ReadBlock(node);
    transition.task = ReadTask(node);
    return transition;
  }

  Task ReadTask(const pugi::xml_node& node) {
    content_.OnlyOurAttributes(
        node, {"role", "not-same-actor-as", "own", "task", "label", "label-en", "form", "reason", "due"});
    Task task;
    task.roles = Words(JisshoAttribute(node, "role").value());
    task.not_same_actor_as = Words(JisshoAttribute(node, "not-same-actor-as").value());
    task.own_organisation = Choice(node, "own", "organisation");
    task.listed = !Choice(node, "task", "none");
    task.label = JisshoAttribute(node, "label").value();
    task.label_en = JisshoAttribute(node, "label-en").value();
    task.form = JisshoAttribute(node, "form").value();
    task.reason_required = Choice(node, "reason", "required");
    task.due = JisshoAttribute(node, "due").value();
    return task;
  }

  // An attribute that has one possible value.
  bool Choice(const pugi::xml_node& node, absl::string_view name, absl::string_view value) {
    const auto attribute = JisshoAttribute(node, name);
    if (!attribute) return false;
    if (attribute.value() == value) return true;
    content_.AddFault(node, kBadValue, absl::StrCat("属性", name, "の値は", value, "だけです。"),
                      absl::StrCat("The attribute ", name, " can only be ", value, "."));
    return true;  // the stricter reading
  }

  Invoke ReadInvoke(const pugi::xml_node& node) {
    content_.AtMostOne(node, {"type", "typeexpr"});
    content_.AtMostOne(node, {"src", "srcexpr"});
    content_.AtMostOne(node, {"id", "idlocation"});
    Invoke invoke;
    invoke.type = node.attribute("type").value();
    invoke.type_expr = node.attribute("typeexpr").value();
    invoke.src = node.attribute("src").value();
    invoke.src_expr = node.attribute("srcexpr").value();
    invoke.id = node.attribute("id").value();
    invoke.id_location = node.attribute("idlocation").value();
    invoke.namelist = Words(node.attribute("namelist").value());
    const absl::string_view autoforward = node.attribute("autoforward").as_string("false");
    invoke.autoforward = autoforward == "true";
    if (!invoke.autoforward && autoforward != "false") {
      content_.AddFault(node, kBadValue, "autoforwardはtrueかfalseです。", "autoforward is true or false.");
    }
    invoke.params = content_.ReadParams(node);
    invoke.content = content_.ReadPayload(node);
    if (invoke.content && (!invoke.src.empty() || !invoke.src_expr.empty())) {
      content_.AddFault(node, kContradictingAttributes, "<invoke>に<content>とsrcの両方があります。",
                        "<invoke> has both <content> and a source.");
    }
    if (const auto finalize = FirstScxmlChild(node, "finalize")) {
      invoke.has_finalize = true;
      invoke.finalize = content_.ReadBlock(finalize);
    }
    invoke.position = content_.At(node);
    return invoke;
  }

  void ResolveTargets() {
    std::map<std::string, int> by_id;
    for (const State& state : chart_.states) {
      if (state.index != 0) by_id.emplace(state.id, state.index);
    }
    const auto resolve = [&](Transition& transition) {
      for (const std::string& target : transition.targets) {
        if (const auto found = by_id.find(target); found != by_id.end()) {
          transition.target_states.push_back(found->second);
        }
      }
    };
    for (State& state : chart_.states) {
      for (Transition& transition : state.transitions) resolve(transition);
      if (state.initial) resolve(*state.initial);
    }
  }

  ContentParser content_;
  Chart chart_;
  int next_order_ = 0;
};

// 0 when the limit is kept, else the line of the first element too deep.
int LineTooDeep(const pugi::xml_document& document, const PositionIndex& positions) {
  int depth = 0;
  pugi::xml_node node = document.document_element();
  while (node) {
    if (node.type() == pugi::node_element && depth >= kMaxChartDepth) {
      return positions.At(node.offset_debug()).line;
    }
    if (node.first_child()) {
      node = node.first_child();
      ++depth;
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node) node = node.next_sibling();
  }
  return 0;
}

}  // namespace

absl::StatusOr<Chart> Parse(absl::string_view xml) {
  if (xml.size() > kMaxChartBytes)
    return MakeError(kChartTooLarge, {{"limit", absl::StrCat(kMaxChartBytes)}});
  absl::string_view text = xml;
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  const PositionIndex positions(text);
  pugi::xml_document document;
  auto fault = FindXmlFault(text);
  if (!fault) {
    const auto parsed =
        document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) fault = {static_cast<long>(parsed.offset), parsed.description()};
  }
  if (fault) {
    const Position at = positions.At(fault->offset);
    return MakeError(
        kChartMalformed,
        {{"line", absl::StrCat(at.line)}, {"column", absl::StrCat(at.column)}, {"detail", fault->what}});
  }
  if (const int line = LineTooDeep(document, positions); line != 0) {
    return MakeError(kChartTooDeep, {{"line", absl::StrCat(line)}, {"limit", absl::StrCat(kMaxChartDepth)}});
  }
  const pugi::xml_node root = document.document_element();
  if (!IsScxml(root) || LocalName(root.name()) != "scxml") return MakeError(kChartNotScxml);
  Chart chart = ChartParser(text).Read(root);
  chart.hash = Sha256Hex(xml);
  return chart;
}

}  // namespace jissho::chart
