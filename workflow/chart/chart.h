// The model of a chart: a W3C SCXML document (State Chart XML, W3C Recommendation of 1 September 2015) read
// into plain structs, with this product's attributes beside the standard's.
//
// States stand in one vector in document order; they name each other by their index in it. A `Chart` is a
// value: copy and move it freely, share a const one between threads.
//
// Our own attributes stand in the namespace kJisshoNamespace, which the standard leaves to us:
//   on <scxml>                        four-eyes="repair"
//   on <state>, <parallel>, <final>   label, label-en
//   on <transition>                   role, not-same-actor-as, own, task, label, label-en, form, reason,
//                                     due
//   on <send>                         at, business-days, business-days-expr, time, day-off (see Send)
//   element <jissho:do action="…"><jissho:param name="…" expr="…"/></jissho:do>
#ifndef JISSHO_WORKFLOW_CHART_CHART_H_
#define JISSHO_WORKFLOW_CHART_CHART_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::chart {

inline constexpr char kScxmlNamespace[] = "http://www.w3.org/2005/07/scxml";
inline constexpr char kJisshoNamespace[] = "https://jissho.dev/ns/scxml/1";

// Where an element begins: both counted from 1, the column in characters (code points).
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

// <param>: exactly one of `expr` and `location`; both are evaluated the same way.
struct Param {
  std::string name;
  std::string expr;
  std::string location;
  Position position;
};

// <content>: an expression, or the text or markup that stands inside.
struct Payload {
  std::string expr;
  std::string text;
  bool is_xml = false;  // `text` is markup (it held child elements)
};

struct Content;
using Block = std::vector<Content>;

struct Raise {
  std::string event;
};

struct Assign {
  std::string location;
  std::string expr;  // empty: `body` is the value
  Payload body;
};

// One arm of an <if>; an empty condition is the <else>.
struct Branch {
  std::string condition;
  Block block;
  Position position;
};

struct If {
  std::vector<Branch> branches;
};

struct Log {
  std::string label;
  std::string expr;
};

// What becomes of a due date on which the city does not work.
enum class DayOff { kStays, kNext, kPrevious };

// <send>. Of each pair `x`, `x_expr` at most one is set.
struct Send {
  std::string event, event_expr;
  std::string target, target_expr;
  std::string type, type_expr;
  std::string id, id_location;
  std::string delay, delay_expr;  // "5s", "500ms" as in CSS2; also "90m", "36h", "14d"
  std::string at;                 // jissho:at, an expression for the instant or date when it falls due
  // jissho:business-days: it falls due on the n-th one after the day on which it is sent.
  std::string business_days, business_days_expr;
  std::string time;                 // jissho:time, the hour in Tokyo on that day: "17:15"; "24:00" is its end
  DayOff day_off = DayOff::kStays;  // jissho:day-off, of `at`
  std::vector<std::string> namelist;
  std::vector<Param> params;
  std::optional<Payload> content;
};

struct Cancel {
  std::string send_id, send_id_expr;
};

struct Foreach {
  std::string array;
  std::string item;
  std::string index;
  Block block;
};

struct Script {
  std::string source;
  std::string src;
};

// <jissho:do>: an effect on the host's own facts, e.g. "ledger.commit".
struct Do {
  std::string action;
  std::vector<Param> params;
};

// One element of executable content.
struct Content {
  std::variant<Raise, Assign, If, Log, Send, Cancel, Foreach, Script, Do> what;
  Position position;
};

// What a person must be, and must do, to fire a transition: the source of the task list.
struct Task {
  std::vector<std::string> roles;              // any of them; empty: no person fires this
  std::vector<std::string> not_same_actor_as;  // events; whoever fired one of them last may not fire this
  bool own_organisation = false;               // the actor's organisation must own the instance
  bool listed = true;                          // jissho:task="none": allowed, but in nobody's task list
  std::string label, label_en;
  std::string form;
  bool reason_required = false;
  std::string due;  // name of a data variable that holds an ISO 8601 instant or date
};

struct Transition {
  int source = 0;                    // index of the state that it leaves
  int order = 0;                     // its place in the document among all transitions, from 0
  std::vector<std::string> events;   // descriptors as written; empty: eventless
  std::string condition;             // empty: always
  std::vector<std::string> targets;  // ids as written
  std::vector<int> target_states;    // the same as indexes; unknown ids are left out (see Validate)
  bool internal = false;
  Block content;
  Task task;
  Position position;
};

struct Data {
  std::string id;
  std::string expr;
  std::string src;
  Payload body;
  Position position;
};

struct DoneData {
  std::vector<Param> params;
  std::optional<Payload> content;
  Position position;
};

struct Invoke {
  std::string type, type_expr;
  std::string src, src_expr;
  std::string id, id_location;
  std::vector<std::string> namelist;
  bool autoforward = false;
  std::vector<Param> params;
  std::optional<Payload> content;
  bool has_finalize = false;  // an empty <finalize> takes the answer's data over into the parameters
  Block finalize;
  Position position;
};

enum class StateKind { kRoot, kAtomic, kCompound, kParallel, kFinal, kHistoryShallow, kHistoryDeep };

struct State {
  std::string id;          // made from the document's order when the author gave none
  bool has_own_id = true;  // the author gave `id`
  StateKind kind = StateKind::kAtomic;
  int index = 0;
  int parent = -1;                       // -1: the root
  int last = 0;                          // greatest index of a descendant; its own where there is none
  std::vector<int> children;             // including histories
  std::vector<Transition> transitions;   // of a history: the one default transition
  std::vector<Block> on_entry, on_exit;  // one block for each handler element
  std::vector<Data> data;
  std::vector<Invoke> invokes;
  // Of the root and of compound states: the written initial transition, or one to the first child.
  std::optional<Transition> initial;
  std::optional<DoneData> done_data;
  std::string label, label_en;
  Position position;

  bool IsHistory() const { return kind == StateKind::kHistoryShallow || kind == StateKind::kHistoryDeep; }
  bool IsAtomic() const { return kind == StateKind::kAtomic || kind == StateKind::kFinal; }
};

enum class Severity { kError, kWarning };

// One fault of a chart. `code` is one of the constants in validator.h.
struct Fault {
  Severity severity = Severity::kError;
  int line = 0;
  int column = 0;
  std::string code;
  std::string ja;
  std::string en;
};

struct Chart {
  std::string name;
  std::string datamodel;  // "null" when the document names none
  bool late_binding = false;
  // jissho:four-eyes="repair": what changes an instance outside its transitions (migration, repair of an
  // incident) needs a second person. For charts that decide on money.
  bool repair_needs_approval = false;
  std::string hash;             // SHA-256 of the XML text, 64 lower-case hexadecimal characters
  std::vector<State> states;    // [0] is the root
  std::vector<Script> scripts;  // children of <scxml>
  std::vector<Fault> faults;    // what the parser met; Validate reports it with its own

  const State& root() const { return states.front(); }
  // nullptr when there is no such state.
  const State* Find(absl::string_view id) const;
  bool IsDescendant(int state, int ancestor) const {
    return state > ancestor && state <= states[ancestor].last;
  }
};

// True when an event descriptor ("a", "a.b", "a.*", "*") takes this event (SCXML 3.12.1).
bool DescriptorMatches(absl::string_view descriptor, absl::string_view event);

// True for a send that does not go at once.
bool Waits(const Send& send);

// True for the types of <invoke> that mean another chart (SCXML 6.4.2); the empty one is SCXML too.
bool InvokesChart(absl::string_view type);

// The chart that an <invoke src> names, "chart:NAME"; empty when it names none so.
absl::string_view InvokedByName(absl::string_view src);

// The type of a <send> to an instance of another service (or of the same one), whose target is
// "SERVICE/INSTANCE".
inline constexpr char kServiceSend[] = "jissho:service";

struct ServiceTarget {
  std::string service, instance;
};
// Nothing when either part is missing.
std::optional<ServiceTarget> ParseServiceTarget(absl::string_view target);

// True when `later` cannot fire because `first`, tried before it, takes all its events in all its cases: its
// condition is absent or the same, and nobody who may fire `later` may not fire `first`, also without a
// reason where `later` asks for none.
bool Shadows(const Transition& first, const Transition& later);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_CHART_H_
