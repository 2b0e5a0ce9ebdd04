// Finds every fault of a chart at once, with line and column, in Japanese and in English.
#ifndef JISSHO_WORKFLOW_CHART_VALIDATOR_H_
#define JISSHO_WORKFLOW_CHART_VALIDATOR_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/walk.h"

namespace jissho::chart {

// Codes of faults; those that the parser finds: UNKNOWN_ELEMENT, UNKNOWN_ATTRIBUTE, MISSING_ATTRIBUTE,
// CONTRADICTING_ATTRIBUTES, BAD_VALUE.
inline constexpr char kDuplicateId[] = "DUPLICATE_ID";
inline constexpr char kUnknownTarget[] = "UNKNOWN_TARGET";
inline constexpr char kBadInitial[] = "BAD_INITIAL";          // not a descendant; none at all; conditions
inline constexpr char kBadHistory[] = "BAD_HISTORY";          // its default transition
inline constexpr char kIllegalTargets[] = "ILLEGAL_TARGETS";  // two targets that cannot be active together
inline constexpr char kUnreachable[] = "UNREACHABLE_STATE";   // a warning
inline constexpr char kShadowed[] = "SHADOWED_TRANSITION";    // another one always takes its events first
inline constexpr char kNeverFires[] = "NEVER_FIRES";  // a condition never true; a state never entered or done
inline constexpr char kEventlessLoop[] =
    "EVENTLESS_LOOP";  // an unconditional one to its own source, or nowhere
inline constexpr char kNoRole[] = "TASK_WITHOUT_ROLE";
inline constexpr char kUnknownRole[] = "UNKNOWN_ROLE";
inline constexpr char kUnknownAction[] = "UNKNOWN_ACTION";
inline constexpr char kUnknownDue[] = "UNKNOWN_DUE_VARIABLE";
inline constexpr char kUnknownActorEvent[] =
    "UNKNOWN_ACTOR_EVENT";                                // not-same-actor-as: no transition has it
inline constexpr char kUnknownState[] = "UNKNOWN_STATE";  // In() of a state that the chart has not
inline constexpr char kUnknownData[] = "UNKNOWN_DATA";    // an expression reads or writes undeclared data
inline constexpr char kBadExpression[] = "BAD_EXPRESSION";
inline constexpr char kRefusedElement[] = "REFUSED_ELEMENT";  // script, outside data
inline constexpr char kBadInvoke[] = "BAD_INVOKE";            // not by name, in service
inline constexpr char kBadSend[] = "BAD_SEND";                // to a service: its target; delayed
inline constexpr char kUnknownChart[] = "UNKNOWN_CHART";      // <invoke> of a chart that does not exist
inline constexpr char kMissingId[] = "MISSING_ID";            // the state cannot be named by a migration

// What a chart is held to.
struct Profile {
  bool allow_script = true;
  bool invoke_by_name_only = false;    // <invoke src="chart:NAME">, written out
  bool allow_external_sources = true;  // src on <data> and <script>
  bool require_ids = false;
  // What is legal SCXML, but surely a mistake, is an error: dead transitions, endless loops, unknown names in
  // expressions.
  bool strict = false;
  bool declared_data_only = false;  // expressions and <foreach> may name only what <data> declares
  std::set<std::string> roles;      // the roles that exist; empty: any name
  std::set<std::string> actions;    // the actions of <jissho:do> that exist; empty: any name
  // The charts that <invoke> may name, each with the data that it can be given; empty: any name.
  std::map<std::string, std::set<std::string>, std::less<>> charts;
  // Of a role, an action or a chart that does not exist.
  Severity unknown_names = Severity::kError;
  // Compiles a text; not OK becomes kBadExpression with the status's texts. Absent: texts are not looked at.
  std::function<absl::Status(Use, absl::string_view)> check_expression;
};

// What charts in service are held to: no script and no outside source, what is invoked is named, and ids on
// all states. The caller adds roles, actions, charts and check_expression.
Profile ServiceProfile();

// All faults, the parser's first, ordered by line and column. A chart with no kError can be run.
std::vector<Fault> Validate(const Chart& chart, const Profile& profile);

// What a chart can be given by who starts it: the names of its top-level <data>.
std::set<std::string> StartDataOf(const Chart& chart);

bool HasErrors(const std::vector<Fault>& faults);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_VALIDATOR_H_
