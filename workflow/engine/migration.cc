#include "workflow/engine/migration.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "workflow/chart/walk.h"
#include "workflow/engine/reasons.h"
#include "workflow/expression/expression.h"

namespace jissho::engine {
namespace {

using chart::Chart;
using chart::State;
using chart::StateKind;

void AddFault(std::vector<FieldFault>& faults, const std::string& field, const std::string& ja,
              const std::string& en) {
  faults.push_back({absl::StrCat("plan.", field), ja, en});
}

std::string Place(absl::string_view map, const std::string& key) { return absl::StrCat(map, "[", key, "]"); }

const State* FindState(const Chart& chart, const std::string& id) {
  const State* state = chart.Find(id);
  return state != nullptr && state->index > 0 ? state : nullptr;
}

bool IsTheEnd(const State& state) { return state.kind == StateKind::kFinal && state.parent == 0; }

std::set<std::string> DataNames(const Chart& chart) {
  std::set<std::string> names;
  for (const State& state : chart.states) {
    for (const chart::Data& data : state.data) names.insert(data.id);
  }
  return names;
}

// The states that are active when this one is, when that follows from it alone: it stands in no region.
std::optional<std::vector<std::string>> OnlyConfiguration(const Chart& chart, const State& atomic) {
  std::vector<std::string> states;
  for (int index = atomic.index; index > 0; index = chart.states[index].parent) {
    if (chart.states[index].kind == StateKind::kParallel) return std::nullopt;
    states.insert(states.begin(), chart.states[index].id);
  }
  return states;
}

bool Hears(const Chart& chart, const std::string& event) {
  bool heard = false;
  chart::ForEachTransition(chart, [&](const chart::Transition& transition) {
    for (const std::string& descriptor : transition.events)
      heard = heard || chart::DescriptorMatches(descriptor, event);
  });
  return heard;
}

std::set<std::string> InvokeIds(const Chart& chart) {
  std::set<std::string> ids;
  for (const State& state : chart.states) {
    for (const chart::Invoke& invoke : state.invokes) {
      if (!invoke.id.empty()) ids.insert(invoke.id);
    }
  }
  return ids;
}

std::vector<std::string> IdsOf(const Chart& chart, const std::set<int>& states) {
  std::vector<std::string> ids;
  for (const int index : states) ids.push_back(chart.states[index].id);
  return ids;
}

// Where a chart invokes under this id; nullopt for ids that it does not name.
std::optional<Invocation> FindInvoke(const Chart& chart, const std::string& id) {
  for (const State& state : chart.states) {
    for (size_t i = 0; i < state.invokes.size(); ++i) {
      if (state.invokes[i].id == id) return Invocation{state.id, static_cast<int>(i)};
    }
  }
  return std::nullopt;
}

bool Has(const std::vector<std::string>& list, const std::string& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

}  // namespace

Json ToJson(const MigrationPlan& plan) {
  return {{"chart", plan.chart},      {"from", plan.from},     {"to", plan.to},
          {"states", plan.states},    {"set", plan.set},       {"rename", plan.rename},
          {"remove", plan.remove},    {"timers", plan.timers}, {"cancel_timers", plan.cancel_timers},
          {"children", plan.children}};
}

absl::StatusOr<MigrationPlan> MigrationPlanFromJson(const Json& json) {
  MigrationPlan plan;
  try {
    json.at("chart").get_to(plan.chart);
    json.at("from").get_to(plan.from);
    json.at("to").get_to(plan.to);
    json.at("states").get_to(plan.states);
    json.at("set").get_to(plan.set);
    json.at("rename").get_to(plan.rename);
    json.at("remove").get_to(plan.remove);
    json.at("timers").get_to(plan.timers);
    json.at("cancel_timers").get_to(plan.cancel_timers);
    json.at("children").get_to(plan.children);
  } catch (const Json::exception& error) {
    return MakeError(kSnapshotMalformed, {{"detail", error.what()}});
  }
  return plan;
}

absl::StatusOr<Migrator> Migrator::Make(const MigrationPlan& plan, const Chart& from,
                                        std::shared_ptr<const Machine> to) {
  Migrator migrator(plan, from, std::move(to));
  JISSHO_ASSIGN_OR_RETURN(migrator.defaults_, MakeServiceDataModel(migrator.to_->chart().datamodel));
  const std::vector<FieldFault> faults = migrator.Compile();
  if (!faults.empty()) return MakeFieldError(faults);
  return migrator;
}

std::vector<FieldFault> Migrator::Compile() {
  std::vector<FieldFault> faults;
  CheckStates(faults);
  if (faults.empty()) CheckConfigurations(faults);
  CheckData(faults);
  CheckChildren(faults);
  return faults;
}

std::vector<std::string> Migrator::TargetsOf(const std::string& state) const {
  const auto mapped = plan_.states.find(state);
  if (mapped == plan_.states.end()) return {state};
  return absl::StrSplit(mapped->second, ' ', absl::SkipEmpty());
}

void Migrator::CheckStates(std::vector<FieldFault>& faults) const {
  for (const auto& [old_id, new_ids] : plan_.states) {
    const std::string place = Place("states", old_id);
    const State* from = FindState(from_, old_id);
    if (from == nullptr) {
      AddFault(faults, place, absl::StrCat("元の版に状態", old_id, "はありません。"),
               absl::StrCat("the old version has no state ", old_id, "."));
      continue;
    }
    for (const std::string& new_id : TargetsOf(old_id)) {
      const State* target = FindState(to_->chart(), new_id);
      if (target == nullptr) {
        AddFault(faults, place, absl::StrCat("新しい版に状態", new_id, "はありません。"),
                 absl::StrCat("the new version has no state ", new_id, "."));
      } else if (target->IsHistory() != from->IsHistory()) {
        AddFault(faults, place, "履歴は履歴に、状態は状態に対応させてください。",
                 "map a history to a history, a state to a state.");
      } else if (from->IsAtomic() && !target->IsAtomic()) {
        AddFault(faults, place,
                 absl::StrCat(new_id, "には内側の状態があります。内側の状態を指定してください。"),
                 absl::StrCat(new_id, " has states inside; name one of them."));
      } else if (IsTheEnd(*target)) {
        AddFault(faults, place, absl::StrCat(new_id, "は終了です。移行で手続を終えることはできません。"),
                 absl::StrCat(new_id, " is the end; a migration cannot finish an instance."));
      }
    }
  }
  for (const State& state : from_.states) {
    if (!state.IsAtomic() || IsTheEnd(state) || plan_.states.contains(state.id)) continue;
    const State* same = FindState(to_->chart(), state.id);
    if (same != nullptr && same->IsAtomic() && !IsTheEnd(*same)) continue;
    AddFault(faults, Place("states", state.id),
             absl::StrCat("状態", state.id, "は新しい版では取れません。移行先を指定してください。"),
             absl::StrCat("state ", state.id, " cannot be held in the new version; say what it becomes."));
  }
}

void Migrator::CheckConfigurations(std::vector<FieldFault>& faults) const {
  for (const State& state : from_.states) {
    if (!state.IsAtomic() || IsTheEnd(state) || TargetsOf(state.id).empty()) continue;
    const auto only = OnlyConfiguration(from_, state);
    if (!only) continue;
    const absl::Status status = NewConfiguration(*only).status();
    if (status.ok()) continue;
    const auto detail = GetErrorDetail(status);
    AddFault(faults, Place("states", state.id), detail ? detail->ja : "", std::string(status.message()));
  }
}

void Migrator::CheckData(std::vector<FieldFault>& faults) {
  const std::set<std::string> old_names = DataNames(from_);
  const std::set<std::string> new_names = DataNames(to_->chart());
  std::set<std::string> given;  // new variables that the plan fills
  const auto check_new = [&](const std::string& place, const std::string& name) {
    if (!new_names.contains(name)) {
      AddFault(faults, place, absl::StrCat("新しい版に変数", name, "はありません。"),
               absl::StrCat("the new version has no variable ", name, "."));
    }
    if (!given.insert(name).second) {
      AddFault(faults, place, absl::StrCat("変数", name, "に値が二つあります。"),
               absl::StrCat("variable ", name, " gets two values."));
    }
  };
  const auto check_old = [&](const std::string& place, const std::string& name) {
    if (old_names.contains(name)) return;
    AddFault(faults, place, absl::StrCat("元の版に変数", name, "はありません。"),
             absl::StrCat("the old version has no variable ", name, "."));
  };
  for (const auto& [name, text] : plan_.set) {
    const std::string place = Place("set", name);
    check_new(place, name);
    auto compiled = expression::Compile(text);
    if (!compiled.ok()) {
      const auto detail = GetErrorDetail(compiled.status());
      AddFault(faults, place, detail ? detail->ja : "式が正しくありません。",
               std::string(compiled.status().message()));
      continue;
    }
    for (const std::string& used : (*compiled)->data_names()) check_old(place, used);
    for (const std::string& state : (*compiled)->states()) {
      if (FindState(from_, state) != nullptr) continue;
      AddFault(faults, place, absl::StrCat("元の版に状態", state, "はありません。"),
               absl::StrCat("the old version has no state ", state, "."));
    }
    set_[name] = *std::move(compiled);
  }
  for (const auto& [old_name, new_name] : plan_.rename) {
    check_old(Place("rename", old_name), old_name);
    check_new(Place("rename", old_name), new_name);
    const bool leaves = plan_.remove.contains(new_name) || plan_.rename.contains(new_name);
    if (old_names.contains(new_name) && !leaves) {
      AddFault(faults, Place("rename", old_name),
               absl::StrCat("変数", new_name, "の今の値が失われます。削除すると書いてください。"),
               absl::StrCat("the present value of ", new_name, " would be lost; remove it in the plan."));
    }
  }
  for (const std::string& name : plan_.remove) check_old(Place("remove", name), name);
  for (const std::string& name : old_names) {
    if (new_names.contains(name) || plan_.remove.contains(name) || plan_.rename.contains(name)) continue;
    AddFault(faults, Place("remove", name),
             absl::StrCat("変数", name, "は新しい版にありません。名前を変えるか削除すると書いてください。"),
             absl::StrCat("the new version has no variable ", name, "; rename or remove it."));
  }
  for (const State& state : to_->chart().states) {
    for (const chart::Data& data : state.data) {
      if (!data.expr.empty())
        (void)defaults_->Prepare(chart::Use::kValue, data.expr);  // Build has checked it
    }
  }
}

void Migrator::CheckChildren(std::vector<FieldFault>& faults) const {
  const std::set<std::string> old_ids = InvokeIds(from_), new_ids = InvokeIds(to_->chart());
  for (const auto& [old_id, new_id] : plan_.children) {
    if (!old_ids.contains(old_id)) {
      AddFault(faults, Place("children", old_id), absl::StrCat("元の版に呼び出し", old_id, "はありません。"),
               absl::StrCat("the old version invokes nothing as ", old_id, "."));
    }
    if (!new_ids.contains(new_id)) {
      AddFault(faults, Place("children", old_id),
               absl::StrCat("新しい版に呼び出し", new_id, "はありません。"),
               absl::StrCat("the new version invokes nothing as ", new_id, "."));
    }
  }
}

absl::StatusOr<std::set<int>> Migrator::NewConfiguration(const std::vector<std::string>& before) const {
  const Chart& chart = to_->chart();
  std::set<int> states;
  for (const std::string& id : before) {
    const State* from = from_.Find(id);
    if (from == nullptr || !from->IsAtomic()) continue;
    const std::vector<std::string> targets = TargetsOf(id);
    if (targets.empty()) return MakeError(kMigrationStateUnmapped, {{"state", id}});
    for (const std::string& target : targets) {
      const State* state = chart.Find(target);
      if (state == nullptr) return MakeError(kMigrationStateUnmapped, {{"state", id}});
      for (int index = state->index; index > 0; index = chart.states[index].parent) states.insert(index);
    }
  }
  JISSHO_RETURN_IF_ERROR(to_->CheckConfiguration(IdsOf(chart, states)));
  return states;
}

absl::Status Migrator::MoveHistory(const Snapshot& before, Snapshot& next) const {
  const Chart& chart = to_->chart();
  for (const auto& [old_history, remembered] : before.history) {
    const std::vector<std::string> targets = TargetsOf(old_history);
    const State* history = targets.empty() ? nullptr : FindState(chart, targets[0]);
    if (history == nullptr) continue;  // nothing of the new chart can return to it
    std::vector<std::string>& out = next.history[history->id];
    for (const std::string& old_state : remembered) {
      for (const std::string& id : TargetsOf(old_state)) {
        const State* state = FindState(chart, id);
        const bool fits = state != nullptr && history->IsHistory() &&
                          (history->kind == StateKind::kHistoryDeep
                               ? state->IsAtomic() && chart.IsDescendant(state->index, history->parent)
                               : state->parent == history->parent);
        if (!fits) return MakeError(kMigrationHistoryIllegal, {{"history", history->id}, {"state", id}});
        out.push_back(id);
      }
    }
  }
  return absl::OkStatus();
}

const std::string& Migrator::ChildAfter(const std::string& invoke_id) const {
  const auto mapped = plan_.children.find(invoke_id);
  return mapped == plan_.children.end() ? invoke_id : mapped->second;
}

absl::Status Migrator::MoveInvocations(const Snapshot& before, Snapshot& next) const {
  for (const auto& [old_id, old_place] : before.invocations) {
    const std::string& id = ChildAfter(old_id);
    std::optional<Invocation> place = FindInvoke(to_->chart(), id);
    // An id that was made for the invocation stands in no chart: then its place tells.
    const std::vector<std::string> states = TargetsOf(old_place.state);
    if (!place && states.size() == 1) place = Invocation{states[0], old_place.index};
    const State* state = place ? FindState(to_->chart(), place->state) : nullptr;
    const bool fits = state != nullptr && place->index < static_cast<int>(state->invokes.size()) &&
                      Has(next.configuration, place->state) && !next.invocations.contains(id);
    if (!fits) return MakeError(kMigrationChildUnmapped, {{"state", old_place.state}});
    next.invocations[id] = *place;
  }
  return absl::OkStatus();
}

// The old data under its new names, and what the plan computes from it.
absl::StatusOr<std::map<std::string, Value>> Migrator::Carried(const std::string& instance_id,
                                                               const Snapshot& before) const {
  std::map<std::string, Value> carried;
  for (const auto& [name, value] : before.data) {
    if (plan_.remove.contains(name)) continue;
    const auto renamed = plan_.rename.find(name);
    if (renamed == plan_.rename.end()) carried.try_emplace(name, value);
  }
  for (const auto& [old_name, new_name] : plan_.rename) {
    const auto found = before.data.find(old_name);
    if (found != before.data.end()) carried[new_name] = found->second;
  }
  if (set_.empty()) return carried;
  expression::Scope scope;
  scope.data = &before.data;
  scope.session_id = instance_id;
  scope.name = from_.name;
  scope.in = [&before](const std::string& state) { return Has(before.configuration, state); };
  for (const auto& [name, expression] : set_) {
    auto value = expression::Evaluate(*expression, scope);
    if (!value.ok()) {
      return MakeError(kMigrationExpressionFailed,
                       {{"variable", name}, {"detail", std::string(value.status().message())}});
    }
    carried[name] = *std::move(value);
  }
  return carried;
}

absl::Status Migrator::MoveData(const std::string& instance_id, const Snapshot& before,
                                Snapshot& next) const {
  const Chart& chart = to_->chart();
  JISSHO_ASSIGN_OR_RETURN(next.data, Carried(instance_id, before));
  std::unique_ptr<Evaluator> evaluator;
  for (const State& state : chart.states) {
    for (const chart::Data& data : state.data) {
      if (next.data.contains(data.id)) continue;
      // Late binding: made when the state is first entered.
      const bool made = !chart.late_binding || state.index == 0 || next.initialised.contains(state.id);
      if (!made) {
        next.data[data.id] = Value();
        continue;
      }
      if (evaluator == nullptr) {
        evaluator = defaults_->Open(
            {instance_id, chart.name, [&next](const std::string& id) { return Has(next.configuration, id); }},
            next.data);
      }
      absl::StatusOr<Value> value =
          data.expr.empty() ? evaluator->Literal(data.body) : evaluator->Evaluate(data.expr);
      if (!value.ok()) {
        return MakeError(kMigrationExpressionFailed,
                         {{"variable", data.id}, {"detail", std::string(value.status().message())}});
      }
      JISSHO_RETURN_IF_ERROR(evaluator->Declare(data.id, *value));
      next.data[data.id] = *std::move(value);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Migrated> Migrator::Move(const std::string& instance_id, const Snapshot& before) const {
  const Chart& chart = to_->chart();
  Migrated out;
  Snapshot& next = out.next;
  next.next_send = before.next_send;
  JISSHO_ASSIGN_OR_RETURN(const std::set<int> states, NewConfiguration(before.configuration));
  next.configuration = IdsOf(chart, states);
  JISSHO_RETURN_IF_ERROR(MoveHistory(before, next));
  JISSHO_RETURN_IF_ERROR(MoveInvocations(before, next));
  for (const std::string& old_state : before.initialised) {
    for (const std::string& id : TargetsOf(old_state)) {
      if (FindState(chart, id) != nullptr) next.initialised.insert(id);
    }
  }
  if (chart.late_binding) {
    for (const int index : states) {
      if (!chart.states[index].data.empty()) next.initialised.insert(chart.states[index].id);
    }
  }
  JISSHO_RETURN_IF_ERROR(MoveData(instance_id, before, next));
  for (const std::string& id : next.configuration) {
    if (!Has(before.configuration, id)) out.entered.push_back(id);
  }
  for (auto id = before.configuration.rbegin(); id != before.configuration.rend(); ++id) {
    if (!Has(next.configuration, *id)) out.exited.push_back(*id);
  }
  return out;
}

absl::StatusOr<std::map<std::string, MovedTimer>> Migrator::MoveTimers(
    const std::vector<PendingTimer>& timers) const {
  std::map<std::string, MovedTimer> moved;
  std::set<std::string> taken;
  for (const PendingTimer& timer : timers) {
    MovedTimer& after = moved[timer.id];
    if (plan_.cancel_timers.contains(timer.send_id) || plan_.cancel_timers.contains(timer.event)) continue;
    const auto mapped = plan_.timers.find(timer.send_id);
    after.send_id = mapped == plan_.timers.end() ? timer.send_id : mapped->second;
    // A second one with the same send id has an id of its own, which it keeps.
    after.id = timer.id == timer.send_id ? after.send_id : timer.id;
    if (!taken.insert(after.id).second) return MakeError(kMigrationTimerTaken, {{"timer", after.id}});
    if (!timer.elsewhere && Hears(from_, timer.event) && !Hears(to_->chart(), timer.event)) {
      return MakeError(kMigrationTimerUnheard, {{"event", timer.event}});
    }
  }
  return moved;
}

}  // namespace jissho::engine
