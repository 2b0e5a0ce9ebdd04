#include "workflow/engine/snapshot.h"

#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"

namespace jissho::engine {
namespace {

constexpr int kFormat = 1;

absl::StatusOr<Snapshot> Read(const Json& json) {
  if (json.at("format") != kFormat) return MakeError(kSnapshotMalformed, {{"detail", "unknown format"}});
  Snapshot snapshot;
  json.at("configuration").get_to(snapshot.configuration);
  json.at("history").get_to(snapshot.history);
  json.at("initialised").get_to(snapshot.initialised);
  const Json invocations = json.value("invocations", Json::object());
  for (const auto& [id, invocation] : invocations.items()) {
    snapshot.invocations[id] = {invocation.at("state"), invocation.at("index")};
  }
  json.at("next_send").get_to(snapshot.next_send);
  json.at("finished").get_to(snapshot.finished);
  for (const auto& [id, tagged] : json.at("data").items()) {
    JISSHO_ASSIGN_OR_RETURN(snapshot.data[id], expression::FromTagged(tagged));
  }
  return snapshot;
}

}  // namespace

Json ToJson(const Snapshot& snapshot) {
  Json data = Json::object();
  for (const auto& [id, value] : snapshot.data) data[id] = expression::ToTagged(value);
  Json json{{"format", kFormat},
            {"configuration", snapshot.configuration},
            {"history", snapshot.history},
            {"data", std::move(data)},
            {"initialised", snapshot.initialised},
            {"next_send", snapshot.next_send},
            {"finished", snapshot.finished}};
  for (const auto& [id, invocation] : snapshot.invocations) {
    json["invocations"][id] = {{"state", invocation.state}, {"index", invocation.index}};
  }
  return json;
}

absl::StatusOr<Snapshot> SnapshotFromJson(const Json& json) {
  try {
    return Read(json);
  } catch (const Json::exception& error) {
    return MakeError(kSnapshotMalformed, {{"detail", error.what()}});
  }
}

}  // namespace jissho::engine
