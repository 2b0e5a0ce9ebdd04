#include "workflow/chart/table.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/chart/condition_words.h"
#include "workflow/chart/content_words.h"
#include "workflow/chart/labels.h"
#include "workflow/chart/walk.h"

namespace jissho::chart {
namespace {

Named NamedState(const State& state) { return {state.id, StateName(state)}; }

struct Origins {
  bool timer = false;   // the chart sends it with a delay or a due time
  bool itself = false;  // the chart raises it, or sends it at once
};

Origins OriginsOf(const Chart& chart, const Transition& transition) {
  Origins origins;
  const auto takes = [&](const std::string& event) {
    return std::any_of(transition.events.begin(), transition.events.end(),
                       [&](const std::string& descriptor) {
                         return !event.empty() && DescriptorMatches(descriptor, event);
                       });
  };
  ForEachContent(chart, [&](const Content& content) {
    if (const auto* raise = std::get_if<Raise>(&content.what)) origins.itself |= takes(raise->event);
    const auto* send = std::get_if<Send>(&content.what);
    if (send == nullptr || !takes(send->event)) return;
    (Waits(*send) ? origins.timer : origins.itself) = true;
  });
  return origins;
}

Wording WithoutPeople(const Chart& chart, const Transition& transition) {
  if (transition.events.empty()) return {"自動", "automatic"};
  const Origins origins = OriginsOf(chart, transition);
  if (origins.timer) return {"自動（期限の到来）", "automatic (when due)"};
  if (origins.itself) return {"自動（図の中から）", "automatic (from the chart itself)"};
  const bool own_end =
      std::all_of(transition.events.begin(), transition.events.end(), [](const std::string& event) {
        return absl::StartsWith(event, "done.") || absl::StartsWith(event, "error.");
      });
  if (own_end) return {"自動", "automatic"};
  return {"業務システムからの知らせ", "notice from a service"};
}

std::vector<Named> Targets(const Chart& chart, const Transition& transition) {
  std::vector<Named> targets;
  for (const std::string& id : transition.targets) {
    const State* state = chart.Find(id);
    targets.push_back(state != nullptr ? NamedState(*state) : Named{id, {id, id}});
  }
  return targets;
}

TransitionRow RowOf(const Chart& chart, const Vocabulary& vocabulary, const Transition& transition) {
  const State& source = chart.states[transition.source];
  TransitionRow row;
  row.number = transition.order;
  row.from = NamedState(source);
  row.events = transition.events;
  row.event = EventName(chart, transition);
  row.to = Targets(chart, transition);
  row.roles = transition.task.roles;
  row.who = source.IsHistory() ? Wording{"自動（履歴がないとき）", "automatic (when nothing is remembered)"}
                               : DescribeWho(chart, vocabulary, transition);
  row.condition = transition.condition;
  row.condition_words = DescribeCondition(chart, vocabulary, transition.condition);
  row.what = DescribeContent(chart, vocabulary, transition.content);
  row.line = transition.position.line;
  return row;
}

std::vector<Wording> DescribeBlocks(const Chart& chart, const Vocabulary& vocabulary,
                                    const std::vector<Block>& blocks) {
  std::vector<Wording> sentences;
  for (const Block& block : blocks) {
    for (Wording& sentence : DescribeContent(chart, vocabulary, block))
      sentences.push_back(std::move(sentence));
  }
  return sentences;
}

StateRow RowOf(const Chart& chart, const Vocabulary& vocabulary, const State& state) {
  StateRow row;
  row.state = NamedState(state);
  row.kind = state.kind;
  for (int outer = state.parent; outer > 0; outer = chart.states[outer].parent) ++row.depth;
  const State& parent = chart.states[state.parent];
  if (parent.index > 0) row.parent = parent.id;
  row.initial = parent.initial && std::count(parent.initial->target_states.begin(),
                                             parent.initial->target_states.end(), state.index) > 0;
  row.on_entry = DescribeBlocks(chart, vocabulary, state.on_entry);
  for (const Invoke& invoke : state.invokes) {
    const std::string& what = invoke.src.empty() ? invoke.src_expr : invoke.src;
    row.on_entry.push_back(
        {absl::StrCat("別の手続き（", what, "）を始める"), absl::StrCat("invokes ", what)});
  }
  row.on_exit = DescribeBlocks(chart, vocabulary, state.on_exit);
  row.line = state.position.line;
  return row;
}

}  // namespace

Wording DescribeWho(const Chart& chart, const Vocabulary& vocabulary, const Transition& transition) {
  const Task& task = transition.task;
  if (task.roles.empty()) return WithoutPeople(chart, transition);
  std::vector<std::string> ja, en;
  for (const std::string& role : task.roles) {
    const Wording words = WordsFor(vocabulary.roles, role);
    ja.push_back(words.ja);
    en.push_back(words.en);
  }
  Wording who{absl::StrJoin(ja, "・"), absl::StrJoin(en, " or ")};
  const auto add = [&](absl::string_view in_ja, absl::string_view in_en) {
    absl::StrAppend(&who.ja, "、", in_ja);
    absl::StrAppend(&who.en, ", ", in_en);
  };
  if (task.own_organisation) add("自団体のものだけ", "own organisation only");
  if (!task.not_same_actor_as.empty()) {
    std::vector<std::string> acts_ja, acts_en;
    for (const std::string& event : task.not_same_actor_as) {
      const Wording name = EventName(chart, event);
      acts_ja.push_back(absl::StrCat("「", name.ja, "」"));
      acts_en.push_back(absl::StrCat("'", name.en, "'"));
    }
    add(absl::StrCat(absl::StrJoin(acts_ja, ""), "をした人以外"),
        absl::StrCat("not whoever did ", absl::StrJoin(acts_en, " or ")));
  }
  if (task.reason_required) add("理由が必要", "with a reason");
  if (!task.due.empty()) {
    const Wording due = DescribeOperand(vocabulary, task.due);
    add(absl::StrCat("期限は", due.ja), absl::StrCat("due: ", due.en));
  }
  return who;
}

ChartTable MakeTable(const Chart& chart, const Vocabulary& vocabulary) {
  ChartTable table;
  for (const State& state : chart.states) {
    if (state.index > 0) table.states.push_back(RowOf(chart, vocabulary, state));
    for (const Transition& transition : state.transitions) {
      table.transitions.push_back(RowOf(chart, vocabulary, transition));
    }
  }
  return table;
}

}  // namespace jissho::chart
