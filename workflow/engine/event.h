// What a chart instance hears (Event) and what it asks its host to do (Effect).
#ifndef JISSHO_WORKFLOW_ENGINE_EVENT_H_
#define JISSHO_WORKFLOW_ENGINE_EVENT_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "workflow/chart/chart.h"
#include "workflow/expression/value.h"

namespace jissho::engine {

using Json = nlohmann::json;
using expression::Value;

// SCXML 5.10.1, the fields of `_event`.
struct Event {
  enum class Type { kPlatform, kInternal, kExternal };
  std::string name;
  Type type = Type::kExternal;
  Value data;
  std::string send_id, origin, origin_type, invoke_id;
};

// `_event` as an expression sees it; fields that are empty or undefined are absent. XML data appears as its
// text.
Json EventObject(const Event& event);

// For mailboxes: keeps undefined and XML apart from JSON.
Json ToJson(const Event& event);
absl::StatusOr<Event> EventFromJson(const Json& json);  // ENGINE_SNAPSHOT_MALFORMED

// Something for the host to do after the step. Effects stand in the order in which the document made them.
struct Effect {
  enum class Kind { kDo, kSend, kCancel, kLog, kInvoke, kForward, kUninvoke };
  Kind kind = Kind::kLog;
  // kDo
  std::string action;
  Json params;  // an object; parameters that are undefined are absent
  // kSend; an empty target is the instance itself. The data was evaluated when the chart sent it.
  std::string event, target, type;
  std::string send_id;  // kSend, kCancel; of a kSend empty when the chart gave none
  absl::Duration delay;
  // Instead of a delay: the ISO 8601 instant or date when it falls due, as the data had it; or on which
  // business day after today. `time` counts from the day's midnight.
  std::string at;
  int business_days = 0;
  std::optional<absl::Duration> time;
  chart::DayOff day_off = chart::DayOff::kStays;
  Value data;
  // kInvoke, kForward, kUninvoke: which of the session's invocations
  std::string invoke_id;
  // kInvoke: start a session of `type` from `src`, or from the document in `data` when `src` is empty, with
  // these values for its top-level <data>.
  std::string src;
  std::map<std::string, Value> values;
  std::optional<Event> forwarded;  // kForward: to the invoked session, as it came
  // kLog
  std::string text;
  int line = 0;  // in the chart
};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_EVENT_H_
