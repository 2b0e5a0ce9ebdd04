#include "workflow/chart/validator.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/chart/content_parser.h"
#include "workflow/chart/dead_transitions.h"
#include "workflow/expression/expression.h"

namespace jissho::chart {
namespace {

class Validator {
 public:
  Validator(const Chart& chart, const Profile& profile)
      : chart_(chart), profile_(profile), faults_(chart.faults) {
    for (Fault& fault : faults_) {
      if (fault.code == kUnknownAttribute && !profile.strict) fault.severity = Severity::kWarning;
    }
  }

  std::vector<Fault> Run() {
    CheckIds();
    for (const State& state : chart_.states) CheckState(state);
    CheckDeadParts();
    ForEachTransition(chart_, [this](const Transition& transition) { CheckTransition(transition); });
    CheckElements();
    CheckExpressions();
    std::stable_sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::move(faults_);
  }

 private:
  void Add(Severity severity, const Position& at, absl::string_view code, std::string ja, std::string en) {
    faults_.push_back({severity, at.line, at.column, std::string(code), std::move(ja), std::move(en)});
  }
  void Error(const Position& at, absl::string_view code, std::string ja, std::string en) {
    Add(Severity::kError, at, code, std::move(ja), std::move(en));
  }

  void Suspicious(const Position& at, absl::string_view code, std::string ja, std::string en) {
    Add(profile_.strict ? Severity::kError : Severity::kWarning, at, code, std::move(ja), std::move(en));
  }

  void CheckIds() {
    std::set<std::string> seen;
    std::set<std::string> data;
    for (const State& state : chart_.states) {
      if (state.index != 0 && !seen.insert(state.id).second) {
        Error(state.position, kDuplicateId, absl::StrCat("状態の識別子", state.id, "が重複しています。"),
              absl::StrCat("The state id ", state.id, " is used twice."));
      }
      if (!state.has_own_id && profile_.require_ids) {
        Error(state.position, kMissingId,
              "状態に識別子がありません。版の移行で名指しできるように付けてください。",
              "The state has no id; give one so that a migration can name it.");
      }
      for (const Data& item : state.data) {
        if (item.id.empty() || data.insert(item.id).second) continue;
        Error(item.position, kDuplicateId, absl::StrCat("データの識別子", item.id, "が重複しています。"),
              absl::StrCat("The data id ", item.id, " is used twice."));
      }
    }
    data_ids_ = std::move(data);
  }

  void CheckState(const State& state) {
    CheckInitial(state);
    if (state.IsHistory()) CheckHistory(state);
  }

  void CheckInitial(const State& state) {
    if (!state.initial) return;
    const Transition& initial = *state.initial;
    if (initial.targets.empty()) {
      Error(state.position, kBadInitial, "最初に入る子の状態がありません。",
            "There is no child state to begin in.");
    }
    if (!initial.events.empty() || !initial.condition.empty()) {
      Error(initial.position, kBadInitial, "最初の遷移にイベントや条件は付けられません。",
            "The initial transition may have neither event nor condition.");
    }
    for (const int target : initial.target_states) {
      if (chart_.IsDescendant(target, state.index)) continue;
      Error(initial.position, kBadInitial,
            absl::StrCat("最初の状態", chart_.states[target].id, "が内側の状態ではありません。"),
            absl::StrCat("The initial state ", chart_.states[target].id, " is not inside the state."));
    }
  }

  void CheckHistory(const State& state) {
    const bool one = state.transitions.size() == 1 && state.transitions[0].events.empty() &&
                     state.transitions[0].condition.empty() && !state.transitions[0].targets.empty();
    if (!one) {
      return Error(state.position, kBadHistory, "履歴には、イベントも条件もない既定の遷移が一つ要ります。",
                   "A history needs one default transition, without event or condition.");
    }
    for (const int target : state.transitions[0].target_states) {
      const bool fits = state.kind == StateKind::kHistoryDeep ? chart_.IsDescendant(target, state.parent)
                                                              : chart_.states[target].parent == state.parent;
      if (fits && target != state.index) continue;
      Error(state.transitions[0].position, kBadHistory,
            absl::StrCat("履歴の既定の行き先", chart_.states[target].id,
                         "は、この履歴が覚える状態ではありません。"),
            absl::StrCat("The default target ", chart_.states[target].id,
                         " is no state that this history remembers."));
    }
  }

  void CheckDeadParts() {
    const DeadParts dead = FindDeadParts(chart_);
    for (const State& state : chart_.states) {
      if (dead.reachable[state.index] || state.IsHistory()) continue;
      Add(Severity::kWarning, state.position, kUnreachable,
          absl::StrCat("状態", state.id, "へ至る道がありません。"),
          absl::StrCat("No way leads to the state ", state.id, "."));
    }
    for (const DeadTransition& transition : dead.transitions) ReportDead(transition);
  }

  void ReportDead(const DeadTransition& dead) {
    const Position& at = dead.transition->position;
    const int line = dead.by != nullptr ? dead.by->position.line : 0;
    const std::string& source = chart_.states[dead.transition->source].id;
    switch (dead.death) {
      case Death::kFalseCondition:
        return Suspicious(
            at, kNeverFires,
            absl::StrCat("この遷移は起こりません。条件「", dead.transition->condition, "」は常に偽です。"),
            absl::StrCat("This transition never fires: its condition '", dead.transition->condition,
                         "' is always false."));
      case Death::kNeverStable:
        return Suspicious(at, kNeverFires,
                          absl::StrCat("この遷移は起こりません。", line,
                                       "行の、イベントも条件もない遷移が、イベントの前に必ず起こります。"),
                          absl::StrCat("This transition never fires: the one on line ", line,
                                       ", without event or condition, always comes before any event."));
      case Death::kEarlierTakes:
        return Suspicious(
            at, kShadowed,
            absl::StrCat("この遷移は起こりません。", line, "行の遷移が先に同じイベントを受けます。"),
            absl::StrCat("This transition never fires: the one on line ", line, " takes its events first."));
      case Death::kInnerTakes:
        return Suspicious(
            at, kShadowed,
            absl::StrCat("この遷移は起こりません。内側のどの状態でも、内側の遷移(", line,
                         "行など)が先に同じイベントを受けます。"),
            absl::StrCat("This transition never fires: in every inner state a transition there (line ", line,
                         ") takes its events first."));
      case Death::kUnreachableSource:
        return Add(Severity::kWarning, at, kNeverFires,
                   absl::StrCat("この遷移は起こりません。状態", source, "へ至る道がありません。"),
                   absl::StrCat("This transition never fires: no way leads to the state ", source, "."));
      case Death::kNeverDone:
        return Add(Severity::kWarning, at, kNeverFires,
                   "この遷移は起こりません。待っている状態や呼び出しは、ないか、終了状態を持ちません。",
                   "This transition never fires: the state or invocation that it waits for is missing or has "
                   "no end.");
    }
  }

  void CheckTransition(const Transition& transition) {
    for (const std::string& target : transition.targets) {
      if (chart_.Find(target) != nullptr) continue;
      Error(transition.position, kUnknownTarget, absl::StrCat("行き先の状態", target, "がありません。"),
            absl::StrCat("There is no state ", target, " to go to."));
    }
    CheckTargetsFitTogether(transition);
    const State& source = chart_.states[transition.source];
    const bool is_step = !source.IsHistory() && !(source.initial && &*source.initial == &transition);
    if (!is_step) return;
    const bool stays = transition.targets.empty() || (transition.target_states.size() == 1 &&
                                                      transition.target_states[0] == transition.source);
    if (transition.events.empty() && transition.condition.empty() && stays) {
      Suspicious(transition.position, kEventlessLoop,
                 "イベントも条件もない遷移が同じ状態に留まり、終わりません。",
                 "A transition without event or condition stays where it is and never ends.");
    }
    CheckTask(transition);
  }

  // Two targets can be active together only if they part ways at a parallel state (SCXML 3.11).
  void CheckTargetsFitTogether(const Transition& transition) {
    const auto& targets = transition.target_states;
    for (size_t i = 0; i < targets.size(); ++i) {
      for (size_t j = i + 1; j < targets.size(); ++j) {
        if (Compatible(targets[i], targets[j])) continue;
        Error(transition.position, kIllegalTargets,
              absl::StrCat("状態", chart_.states[targets[i]].id, "と", chart_.states[targets[j]].id,
                           "は同時に有効になれません。"),
              absl::StrCat("The states ", chart_.states[targets[i]].id, " and ", chart_.states[targets[j]].id,
                           " cannot be active together."));
      }
    }
  }

  bool Compatible(int a, int b) const {
    if (a == b || chart_.IsDescendant(a, b) || chart_.IsDescendant(b, a)) return true;
    int common = chart_.states[a].parent;
    while (common > 0 && !chart_.IsDescendant(b, common)) common = chart_.states[common].parent;
    return common >= 0 && chart_.states[common].kind == StateKind::kParallel;
  }

  void CheckTask(const Transition& transition) {
    const Task& task = transition.task;
    const bool is_task = !task.not_same_actor_as.empty() || task.own_organisation || !task.form.empty() ||
                         task.reason_required || !task.due.empty() || !task.roles.empty();
    if (!is_task) return;
    if (task.roles.empty()) {
      Error(transition.position, kNoRole, "人が行う遷移に、行える役割がありません。",
            "A transition for people names no role that may fire it.");
    }
    if (transition.events.empty()) {
      Error(transition.position, kNoRole, "人が行う遷移にイベントがありません。",
            "A transition for people has no event.");
    }
    for (const std::string& role : task.roles) {
      if (profile_.roles.empty() || profile_.roles.count(role) > 0) continue;
      Add(profile_.unknown_names, transition.position, kUnknownRole,
          absl::StrCat("役割", role, "は定義されていません。"),
          absl::StrCat("The role ", role, " is not defined."));
    }
    if (!task.due.empty() && data_ids_.count(task.due) == 0) {
      Error(transition.position, kUnknownDue, absl::StrCat("期限のデータ", task.due, "がありません。"),
            absl::StrCat("There is no data ", task.due, " for the due date."));
    }
    for (const std::string& event : task.not_same_actor_as) CheckActorEvent(transition, event);
  }

  void CheckActorEvent(const Transition& transition, const std::string& event) {
    bool known = false;
    for (const State& state : chart_.states) {
      for (const Transition& other : state.transitions) {
        for (const std::string& descriptor : other.events) known |= DescriptorMatches(descriptor, event);
      }
    }
    if (known) return;
    Error(transition.position, kUnknownActorEvent,
          absl::StrCat("別の人が行うべきイベント", event, "を受ける遷移がありません。"),
          absl::StrCat("No transition takes the event ", event, " that another person must have fired."));
  }

  void Refuse(const Position& at, absl::string_view element) {
    Error(at, kRefusedElement, absl::StrCat(element, "は業務の状態遷移図では使えません。"),
          absl::StrCat(element, " may not be used in a chart in service."));
  }

  void CheckElements() {
    if (!profile_.allow_script && !chart_.scripts.empty()) Refuse(chart_.root().position, "<script>");
    for (const State& state : chart_.states) {
      for (const Invoke& invoke : state.invokes) {
        if (profile_.invoke_by_name_only) CheckInvoke(invoke);
      }
      for (const Data& data : state.data) {
        if (!profile_.allow_external_sources && !data.src.empty()) Refuse(data.position, "<data src>");
      }
    }
    ForEachContent(chart_, [this](const Content& content) {
      if (std::holds_alternative<Script>(content.what) && !profile_.allow_script) {
        Refuse(content.position, "<script>");
      }
      if (const auto* loop = std::get_if<Foreach>(&content.what)) {
        CheckLoopVariable(loop->item, content.position);
        if (!loop->index.empty()) CheckLoopVariable(loop->index, content.position);
      }
      if (const auto* send = std::get_if<Send>(&content.what)) CheckSend(*send, content.position);
      const auto* effect = std::get_if<Do>(&content.what);
      if (effect == nullptr || profile_.actions.empty() || profile_.actions.count(effect->action) > 0) return;
      Add(profile_.unknown_names, content.position, kUnknownAction,
          absl::StrCat("動作", effect->action, "は定義されていません。"),
          absl::StrCat("The action ", effect->action, " is not defined."));
    });
  }

  void CheckSend(const Send& send, const Position& at) {
    if (send.type != kServiceSend) return;
    if (Waits(send)) {
      Error(at, kBadSend,
            "他の業務への<send>は遅らせられません。自分へ遅らせて送り、届いたときに送ってください。",
            "A <send> to a service cannot wait; delay one to the chart itself and send when it comes.");
    }
    if (!send.target_expr.empty() || ParseServiceTarget(send.target)) return;
    Error(at, kBadSend, "他の業務への<send>の宛先は「業務/手続のID」です。",
          "The target of a <send> to a service is SERVICE/INSTANCE.");
  }

  void CheckInvoke(const Invoke& invoke) {
    const absl::string_view name = InvokedByName(invoke.src);
    if (name.empty() || !InvokesChart(invoke.type) || !invoke.type_expr.empty() || !invoke.src_expr.empty() ||
        invoke.content) {
      return Error(
          invoke.position, kBadInvoke,
          "業務の状態遷移図の<invoke>は、src=\"chart:名前\"で同じ業務の図を名指します。",
          "An <invoke> in a chart in service names a chart of the same service by src=\"chart:NAME\".");
    }
    if (profile_.charts.empty()) return;
    const auto chart = profile_.charts.find(name);
    if (chart == profile_.charts.end()) {
      return Add(profile_.unknown_names, invoke.position, kUnknownChart,
                 absl::StrCat("始める図", name, "がありません。"),
                 absl::StrCat("There is no chart ", name, "."));
    }
    for (const std::string& given : invoke.namelist) CheckGiven(given, *chart, invoke.position);
    for (const Param& param : invoke.params) CheckGiven(param.name, *chart, param.position);
  }

  void CheckGiven(const std::string& data, const decltype(Profile::charts)::value_type& chart,
                  const Position& at) {
    if (chart.second.count(data) > 0) return;
    Suspicious(at, kUnknownData, absl::StrCat("図", chart.first, "には渡すデータ", data, "がありません。"),
               absl::StrCat("The chart ", chart.first, " has no data ", data, " to be given."));
  }

  void CheckLoopVariable(const std::string& name, const Position& at) {
    if (!profile_.declared_data_only || data_ids_.count(name) > 0) return;
    Suspicious(at, kUnknownData, absl::StrCat("<foreach>の変数", name, "が宣言されていません。"),
               absl::StrCat("The variable ", name, " of <foreach> is not declared."));
  }

  void CheckExpressions() {
    ForEachExpression(chart_, [this](Use use, absl::string_view text, const Position& at) {
      if (use == Use::kScript && !profile_.allow_script) return;  // refused already
      if (!Compiles(use, text, at)) return;
      if (use == Use::kLocation) {
        if (const auto location = expression::CompileLocation(text); location.ok()) {
          CheckData((*location)->data_name(), text, at);
        }
      } else if (use != Use::kScript) {
        CheckNames(text, at);
      }
    });
  }

  bool Compiles(Use use, absl::string_view text, const Position& at) {
    if (!profile_.check_expression) return true;
    const absl::Status status = profile_.check_expression(use, text);
    if (status.ok()) return true;
    const auto detail = GetErrorDetail(status);
    Error(at, kBadExpression,
          absl::StrCat("式「", text, "」が正しくありません(", detail ? detail->ja : status.message(), ")。"),
          absl::StrCat("The expression '", text, "' is not valid: ", status.message()));
    return false;
  }

  // Of expressions that the service's language knows; those of full ECMAScript keep their names to
  // themselves.
  void CheckNames(absl::string_view text, const Position& at) {
    const auto compiled = expression::Compile(text);
    if (!compiled.ok()) return;
    for (const std::string& state : (*compiled)->states()) {
      if (chart_.Find(state) != nullptr) continue;
      Suspicious(
          at, kUnknownState, absl::StrCat("式「", text, "」が名指す状態", state, "がありません。"),
          absl::StrCat("The expression '", text, "' names the state ", state, ", which does not exist."));
    }
    for (const std::string& name : (*compiled)->data_names()) CheckData(name, text, at);
  }

  void CheckData(const std::string& name, absl::string_view text, const Position& at) {
    if (!profile_.declared_data_only || data_ids_.count(name) > 0) return;
    Suspicious(at, kUnknownData, absl::StrCat("式「", text, "」が使うデータ", name, "が宣言されていません。"),
               absl::StrCat("The expression '", text, "' uses the data ", name, ", which is not declared."));
  }

  const Chart& chart_;
  const Profile& profile_;
  std::vector<Fault> faults_;
  std::set<std::string> data_ids_;
};

}  // namespace

Profile ServiceProfile() {
  Profile profile;
  profile.allow_script = false;
  profile.invoke_by_name_only = true;
  profile.allow_external_sources = false;
  profile.require_ids = true;
  profile.strict = true;
  profile.declared_data_only = true;
  return profile;
}

std::vector<Fault> Validate(const Chart& chart, const Profile& profile) {
  return Validator(chart, profile).Run();
}

std::set<std::string> StartDataOf(const Chart& chart) {
  std::set<std::string> names;
  for (const Data& data : chart.root().data) names.insert(data.id);
  return names;
}

bool HasErrors(const std::vector<Fault>& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& fault) { return fault.severity == Severity::kError; });
}

}  // namespace jissho::chart
