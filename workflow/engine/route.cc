#include "workflow/engine/route.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/chart/chart.h"

namespace jissho::engine {

Route RouteOf(const Effect& send) {
  if (send.type == chart::kServiceSend) {
    const bool sound = chart::ParseServiceTarget(send.target).has_value();
    return {sound ? Route::Kind::kService : Route::Kind::kInvalid, send.target};
  }
  if (!send.type.empty() && send.type != "scxml" && send.type != kScxmlProcessor) {
    return {Route::Kind::kOther, ""};
  }
  absl::string_view target = send.target;
  if (target.empty()) return {Route::Kind::kSelf, ""};
  if (target == "#_parent") return {Route::Kind::kParent, ""};
  if (absl::ConsumePrefix(&target, "#_scxml_")) return {Route::Kind::kSession, std::string(target)};
  if (absl::ConsumePrefix(&target, "#_") && !target.empty())
    return {Route::Kind::kChild, std::string(target)};
  return {};
}

std::string AddressOf(absl::string_view session_id) { return absl::StrCat("#_scxml_", session_id); }

Event EventOf(const Effect& send, absl::string_view session_id, absl::string_view invoke_id) {
  Event event;
  event.name = send.event;
  event.data = send.data;
  event.send_id = send.send_id;
  event.origin = AddressOf(session_id);
  event.origin_type = kScxmlProcessor;
  event.invoke_id = std::string(invoke_id);
  return event;
}

Event DoneInvoke(const std::string& invoke_id, const Value& done_data) {
  Event event;
  event.name = absl::StrCat("done.invoke.", invoke_id);
  event.data = done_data;
  event.invoke_id = invoke_id;
  return event;
}

}  // namespace jissho::engine
