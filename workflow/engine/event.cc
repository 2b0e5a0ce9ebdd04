#include "workflow/engine/event.h"

#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"

namespace jissho::engine {
namespace {

constexpr const char* kTypeNames[] = {"platform", "internal", "external"};

const char* TypeName(Event::Type type) { return kTypeNames[static_cast<int>(type)]; }

absl::StatusOr<Event> Read(const Json& json) {
  Event event;
  json.at("name").get_to(event.name);
  const std::string type = json.at("type");
  bool known = false;
  for (int i = 0; i < 3; ++i) {
    if (type != kTypeNames[i]) continue;
    event.type = static_cast<Event::Type>(i);
    known = true;
  }
  if (!known) return MakeError(kSnapshotMalformed, {{"detail", "unknown event type"}});
  JISSHO_ASSIGN_OR_RETURN(event.data, expression::FromTagged(json.at("data")));
  event.send_id = json.value("sendid", "");
  event.origin = json.value("origin", "");
  event.origin_type = json.value("origintype", "");
  event.invoke_id = json.value("invokeid", "");
  return event;
}

Json Common(const Event& event) {
  Json object = {{"name", event.name}, {"type", TypeName(event.type)}};
  if (!event.send_id.empty()) object["sendid"] = event.send_id;
  if (!event.origin.empty()) object["origin"] = event.origin;
  if (!event.origin_type.empty()) object["origintype"] = event.origin_type;
  if (!event.invoke_id.empty()) object["invokeid"] = event.invoke_id;
  return object;
}

}  // namespace

Json EventObject(const Event& event) {
  Json object = Common(event);
  if (event.data.is_json()) object["data"] = event.data.json();
  if (event.data.is_xml()) object["data"] = event.data.xml();
  return object;
}

Json ToJson(const Event& event) {
  Json object = Common(event);
  object["data"] = expression::ToTagged(event.data);
  return object;
}

absl::StatusOr<Event> EventFromJson(const Json& json) {
  try {
    return Read(json);
  } catch (const Json::exception& error) {
    return MakeError(kSnapshotMalformed, {{"detail", error.what()}});
  }
}

}  // namespace jissho::engine
