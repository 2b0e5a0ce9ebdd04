#include "tests/support/random_chart.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace jissho::testing {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }

  std::string Chart() {
    const int count = 2 + Below(3);
    for (int i = 0; i < count; ++i) Plan(-1, 0);
    if (Chance(40)) Add(-1, "final");
    std::string text =
        "<scxml xmlns='http://www.w3.org/2005/07/scxml' xmlns:jissho='https://jissho.dev/ns/scxml/1' "
        "version='1.0' datamodel='ecmascript' name='random'>\n<datamodel><data id='n' expr='0'/>"
        "<data id='seen' expr='0'/></datamodel>\n";
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].parent < 0) absl::StrAppend(&text, Text(static_cast<int>(i)));
    }
    return absl::StrCat(text, "</scxml>\n");
  }

 private:
  struct Node {
    std::string kind;
    int parent;
    std::vector<int> children;
  };

  int Add(int parent, const std::string& kind) {
    const int index = static_cast<int>(nodes_.size());
    nodes_.push_back({kind, parent, {}});
    if (parent >= 0) nodes_[parent].children.push_back(index);
    return index;
  }

  void Plan(int parent, int depth) {
    const int dice = depth >= 3 ? 0 : Below(10);
    if (dice < 5) {
      Add(parent, "atomic");
    } else if (dice < 8) {
      Compound(parent, depth);
    } else {
      const int parallel = Add(parent, "parallel");
      const int regions = 2 + Below(2);
      for (int i = 0; i < regions; ++i) Compound(parallel, depth + 1);
      if (Chance(30)) Add(parallel, Chance(50) ? "deep" : "shallow");
    }
  }

  void Compound(int parent, int depth) {
    const int compound = Add(parent, "compound");
    const int count = 1 + Below(3);
    for (int i = 0; i < count; ++i) Plan(compound, depth + 1);
    if (Chance(50)) Add(compound, "final");
    if (Chance(40)) Add(compound, Chance(50) ? "deep" : "shallow");
  }

  static std::string Id(int node) { return absl::StrCat("q", node); }
  std::string AnyState() { return Id(Below(static_cast<int>(nodes_.size()))); }

  std::string Condition() {
    switch (Below(6)) {
      case 0:
        return absl::StrCat(" cond='n % 3 === ", Below(3), "'");
      case 1:
        return absl::StrCat(" cond=\"In('", AnyState(), "')\"");
      case 2:
        return absl::StrCat(" cond='_event.data.k &gt; ", Below(5), "'");
      default:
        return "";
    }
  }

  static constexpr char kStep[] = "<assign location='n' expr='(n * 7 + ";
  std::string Assign() { return absl::StrCat(kStep, Below(100), ") % 101'/>"); }
  std::string Tally(const std::string& what) {
    return absl::StrCat("<jissho:do action='tally'><jissho:param name='what' expr=\"'", what,
                        "'\"/></jissho:do>");
  }

  // What only an event from outside may do: else a conversation might never end.
  std::string Talk() {
    std::string text;
    if (Chance(25)) absl::StrAppend(&text, "<raise event='r", Below(2), "'/>");
    if (Chance(25)) absl::StrAppend(&text, "<send event='s", Below(3), "'><param name='k' expr='n'/></send>");
    if (Chance(25)) {
      absl::StrAppend(&text, "<send event='t", Below(2), "' id='d", Below(2), "' delay='", 1 + Below(9),
                      "s'/>");
    }
    if (Chance(10)) absl::StrAppend(&text, "<cancel sendid='d", Below(2), "'/>");
    if (Chance(10))
      absl::StrAppend(&text, "<if cond='n &gt; 50'><raise event='r0'/><else/>", Assign(), "</if>");
    return text;
  }

  std::string Transition(int node) {
    const int dice = Below(12);
    const std::string target = Chance(80) ? absl::StrCat(" target='", AnyState(), "'") : "";
    const std::string type = Chance(20) ? " type='internal'" : "";
    if (dice == 0) {
      // `n` grows with every such step, so that they end.
      return absl::StrCat("<transition cond='n === ", Below(101), "'", target,
                          "><assign location='n' expr='n + 1'/></transition>");
    }
    if (dice < 7) {
      return absl::StrCat("<transition event='e", Below(6), "'", Condition(), target, type, ">", Assign(),
                          Talk(), Chance(30) ? Tally("taken") : "", "</transition>");
    }
    const std::string event = dice < 9    ? absl::StrCat("s", Below(3))
                              : dice < 10 ? absl::StrCat("t", Below(2))
                              : dice < 11 ? absl::StrCat("r", Below(2))
                                          : absl::StrCat("done.state.", AnyState());
    return absl::StrCat("<transition event='", event, "'", target, type, ">", Assign(),
                        Tally(event.substr(0, 1)), "</transition>",
                        node % 7 == 0 ? "<transition event='error.execution'/>" : "");
  }

  std::string Default(int node) {
    const std::vector<int>& siblings = nodes_[nodes_[node].parent].children;
    std::vector<std::string> targets;
    const bool all = nodes_[nodes_[node].parent].kind == "parallel";
    for (const int sibling : siblings) {
      const std::string& kind = nodes_[sibling].kind;
      if (kind == "deep" || kind == "shallow") continue;
      targets.push_back(Id(sibling));
      if (!all) break;
    }
    return absl::StrCat("<transition target='", absl::StrJoin(targets, " "), "'/>");
  }

  std::string Text(int node) {
    const std::string kind = nodes_[node].kind;
    const std::string id = absl::StrCat(" id='", Id(node), "'");
    if (kind == "final")
      return absl::StrCat("<final", id, "><onentry>", Tally("final"), "</onentry></final>\n");
    if (kind == "deep" || kind == "shallow") {
      return absl::StrCat("<history", id, " type='", kind, "'>", Default(node), "</history>\n");
    }
    const std::string element = kind == "parallel" ? "parallel" : "state";
    std::string text = absl::StrCat("<", element, id, ">");
    if (Chance(40)) absl::StrAppend(&text, "<onentry>", Assign(), "</onentry>");
    if (Chance(30)) {
      absl::StrAppend(&text, "<onexit><assign location='seen' expr='seen + 1'/>", Tally("left"), "</onexit>");
    }
    const int transitions = Below(4);
    for (int i = 0; i < transitions; ++i) absl::StrAppend(&text, Transition(node));
    const std::vector<int> children = nodes_[node].children;
    for (const int child : children) absl::StrAppend(&text, "\n", Text(child));
    return absl::StrCat(text, "</", element, ">\n");
  }

  std::mt19937_64 random_;
  std::vector<Node> nodes_;
};

}  // namespace

std::string RandomChart(uint64_t seed) { return Generator(seed).Chart(); }

std::vector<Input> RandomInputs(uint64_t seed, int count) {
  Generator generator(seed ^ 0x9e3779b97f4a7c15ull);
  std::vector<Input> inputs;
  for (int i = 0; i < count; ++i) {
    Input input;
    if (generator.Chance(20)) {
      input.advance = absl::Seconds(1 + generator.Below(8));
    } else {
      input.event = absl::StrCat("e", generator.Below(6));
      input.data = {{"k", generator.Below(7)}};
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace jissho::testing
