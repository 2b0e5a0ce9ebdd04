#include "workflow/act/mail.h"

#include "workflow/act/instance.h"
#include "workflow/act/reasons.h"
#include "workflow/base/test_hooks.h"

namespace jissho::act {
namespace {

constexpr char kEvent[] = "event";
constexpr char kStart[] = "start";
constexpr char kCancel[] = "cancel";

absl::Status Post(Unit& unit, const std::string& receiver, MailRow mail) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, receiver));
  mail.instance_id = receiver;
  mail.shard = row.shard;
  mail.sequence = ++row.mail_sequence;
  JISSHO_RETURN_IF_ERROR(unit.InsertRow(mail));
  return unit.UpdateRow(row);
}

absl::StatusOr<engine::Event> EventOf(const MailRow& mail) {
  Json json = Json::parse(mail.origin.value_or("{}"), nullptr, false);
  if (!json.is_object()) return MakeError(kEventFailed, {{"detail", "the message's origin is unreadable"}});
  json["name"] = mail.event;
  json["type"] = "external";
  json["data"] = Json::parse(mail.data, nullptr, false);
  return engine::EventFromJson(json);
}

absl::StatusOr<std::map<std::string, engine::Value>> ValuesOf(const MailRow& mail) {
  std::map<std::string, engine::Value> values;
  const Json json = Json::parse(mail.data, nullptr, false);
  if (!json.is_object()) return MakeError(kEventFailed, {{"detail", "the start's values are unreadable"}});
  for (const auto& [name, tagged] : json.items()) {
    JISSHO_ASSIGN_OR_RETURN(values[name], expression::FromTagged(tagged));
  }
  return values;
}

}  // namespace

absl::Status PostEvent(Unit& unit, const std::string& receiver, const engine::Event& event) {
  return PostEvent(unit, receiver, event, expression::ToTagged(event.data).dump());
}

absl::Status PostEvent(Unit& unit, const std::string& receiver, const engine::Event& event,
                       const std::string& data) {
  MailRow mail;
  mail.kind = kEvent;
  mail.event = event.name;
  mail.data = data;
  Json json = engine::ToJson(event);
  for (const char* elsewhere : {"name", "type", "data"}) json.erase(elsewhere);
  if (!json.empty()) mail.origin = json.dump();
  return Post(unit, receiver, std::move(mail));
}

absl::Status PostStart(Unit& unit, const std::string& receiver,
                       const std::map<std::string, engine::Value>& values) {
  MailRow mail;
  mail.kind = kStart;
  Json json = Json::object();
  for (const auto& [name, value] : values) json[name] = expression::ToTagged(value);
  mail.data = json.dump();
  return Post(unit, receiver, std::move(mail));
}

absl::Status PostCancel(Unit& unit, const std::string& receiver) {
  MailRow mail;
  mail.kind = kCancel;
  mail.data = "{}";
  return Post(unit, receiver, std::move(mail));
}

absl::Status TakeMail(Unit& unit, const std::string& instance_id, int64_t sequence) {
  const storage::CellRow key = storage::KeyOf(instance_id, sequence);
  JISSHO_ASSIGN_OR_RETURN(auto mail, unit.FindRow<MailRow>(key));
  if (!mail) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (row && !row->incident.empty()) return absl::OkStatus();
  JISSHO_RETURN_IF_ERROR(unit.Delete(storage::TableOf<MailRow>(), key));
  Reach("mail.taken");
  // Dead letters: nobody is there, or nobody any more (SCXML 3.13: the session's queue ends with it).
  if (!row || row->finished) return absl::OkStatus();
  return Hear(unit, *mail);
}

absl::Status Hear(Unit& unit, const MailRow& mail) {
  if (mail.kind == kCancel) return CancelInvoked(unit, mail.instance_id);
  if (mail.kind == kStart) {
    JISSHO_ASSIGN_OR_RETURN(auto values, ValuesOf(mail));
    return StartInvoked(unit, mail.instance_id, std::move(values));
  }
  JISSHO_ASSIGN_OR_RETURN(const engine::Event event, EventOf(mail));
  return FireEvent(unit, mail.instance_id, event, Firing::kByMessage);
}

}  // namespace jissho::act
