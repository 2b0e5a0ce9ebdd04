// A chart as rows that a clerk can read: its states, and from which, by what, to which, who, when and what.
//
// Pure data in both languages; how rows are laid out is the caller's. All functions are thread-safe.
#ifndef JISSHO_WORKFLOW_CHART_TABLE_H_
#define JISSHO_WORKFLOW_CHART_TABLE_H_

#include <string>
#include <vector>

#include "workflow/chart/chart.h"
#include "workflow/chart/vocabulary.h"

namespace jissho::chart {

struct Named {
  std::string id;
  Wording name;
};

struct StateRow {
  Named state;
  StateKind kind = StateKind::kAtomic;
  std::string parent;    // id; empty directly under the root
  int depth = 0;         // 0 directly under the root
  bool initial = false;  // the one that its parent begins in
  std::vector<Wording> on_entry, on_exit;
  int line = 0;
};

struct TransitionRow {
  int number = 0;  // Transition::order
  Named from;
  std::vector<std::string> events;  // as written; empty: eventless
  Wording event;
  std::vector<Named> to;           // empty: the state does not change
  std::vector<std::string> roles;  // as written
  Wording who;                     // people with their restrictions, or what fires it by itself
  std::string condition;           // as written
  Wording condition_words;
  std::vector<Wording> what;
  int line = 0;
};

struct ChartTable {
  std::vector<StateRow> states;            // in document order, without the root
  std::vector<TransitionRow> transitions;  // in document order; defaults of histories with them
};

ChartTable MakeTable(const Chart& chart, const Vocabulary& vocabulary);

// Who fires the transition, in words: roles and restrictions, or "automatic" and why.
Wording DescribeWho(const Chart& chart, const Vocabulary& vocabulary, const Transition& transition);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_TABLE_H_
