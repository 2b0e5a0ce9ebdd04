#include "workflow/act/incident.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "workflow/act/effects.h"
#include "workflow/act/instance.h"
#include "workflow/act/journal.h"
#include "workflow/act/mail.h"
#include "workflow/act/reasons.h"
#include "workflow/base/hash.h"
#include "workflow/storage/reasons.h"

namespace jissho::act {
namespace {

constexpr char kEventKind[] = "event";
constexpr char kStartKind[] = "start";

// The chart's line, where the error's text names one.
int64_t LineIn(const std::string& text) {
  const std::string mark = "\"line\":";
  const size_t begin = text.find(mark);
  if (begin == std::string::npos) return 0;
  int64_t line = 0;
  const size_t digits = begin + mark.size();
  if (!absl::SimpleAtoi(text.substr(digits, text.find_first_not_of("0123456789", digits) - digits), &line))
    return 0;
  return line;
}

void Describe(const absl::Status& cause, IncidentRow& incident) {
  auto detail = GetErrorDetail(cause);
  if (!detail) detail = GetErrorDetail(MakeError(kEventFailed, {{"detail", std::string(cause.message())}}));
  incident.cause = detail->reason;
  incident.cause_ja = detail->ja;
  incident.cause_en = detail->en;
  incident.cause_line = LineIn(detail->en);
}

// The same for one event however many processes meet it.
std::string OutgoingId(const OutboxRow& event) {
  return Sha256Hex(absl::StrCat(event.receiver, "\n", event.stream, "\n", event.sequence)).substr(0, 32);
}

absl::Status Journal(Unit& unit, InstanceRow& row, const std::string& event, const std::string& outcome,
                     const std::string& actor, const Json& detail) {
  JournalRow entry;
  entry.actor = actor;
  entry.event = event;
  entry.outcome = outcome;
  entry.entered = "[]";
  entry.exited = "[]";
  entry.detail = detail.dump(-1, ' ', false, Json::error_handler_t::replace);
  return AppendJournal(unit, row, std::move(entry));
}

// As Journal, where nothing else changes the instance; nothing when there is none.
absl::Status Note(Unit& unit, const IncidentRow& incident, const std::string& outcome,
                  const std::string& actor, const Json& detail) {
  if (incident.instance_id.empty()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(incident.instance_id)));
  if (!row) return absl::OkStatus();
  JISSHO_RETURN_IF_ERROR(Journal(unit, *row, incident.event, outcome, actor, detail));
  return unit.UpdateRow(*row);
}

std::string SystemActor(const Unit& unit) { return Actor::System(unit.environment().service).id; }

absl::StatusOr<IncidentRow> LoadOpen(Unit& unit, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(auto incident, unit.FindRow<IncidentRow>(storage::KeyOf(id)));
  if (!incident) return MakeError(kIncidentNotFound, {{"id", id}});
  if (incident->state != kIncidentOpen) return MakeError(kIncidentClosed, {{"state", incident->state}});
  return *std::move(incident);
}

bool IsBlank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

absl::Status NotCorrectable(const std::string& detail) {
  return MakeError(kIncidentNotCorrectable, {{"detail", detail}});
}

absl::Status Check(const IncidentRow& incident, const Repair& repair) {
  if (IsBlank(repair.reason)) {
    return MakeError(kReasonRequired, {{"event", repair.skip ? "skip" : "retry"}});
  }
  const bool corrects = repair.event_data || !repair.variables.empty() || repair.payload;
  if (repair.skip && corrects) return NotCorrectable("skip");
  if (incident.kind == kOutgoing) {
    return repair.variables.empty() && !repair.event_data ? absl::OkStatus() : NotCorrectable("variables");
  }
  if (repair.payload) return NotCorrectable("payload");
  if (incident.kind != kEventKind && !repair.variables.empty()) return NotCorrectable("variables");
  if (incident.kind == kStartKind && repair.event_data && !repair.event_data->is_object()) {
    return NotCorrectable("data of a start is an object");
  }
  return absl::OkStatus();
}

Json RequestJson(const Repair& repair, const std::string& by, absl::Time at) {
  Json json{{"skip", repair.skip}, {"reason", repair.reason}, {"by", by}, {"at", absl::ToUnixMicros(at)}};
  if (repair.event_data) json["data"] = *repair.event_data;
  if (!repair.variables.empty()) json["variables"] = repair.variables;
  if (repair.payload) json["payload"] = absl::Base64Escape(*repair.payload);
  return json;
}

// What changed, as the journal keeps it.
absl::StatusOr<Json> Correct(InstanceRow& row, const std::map<std::string, Json>& variables) {
  if (variables.empty()) return Json::object();
  JISSHO_ASSIGN_OR_RETURN(const engine::Snapshot before,
                          engine::SnapshotFromJson(Json::parse(row.snapshot, nullptr, false)));
  engine::Snapshot snapshot = before;
  for (const auto& [name, value] : variables) {
    const auto found = snapshot.data.find(name);
    if (found == snapshot.data.end()) return MakeError(kIncidentVariableUnknown, {{"name", name}});
    found->second = expression::Value(value);
  }
  row.snapshot = engine::ToJson(snapshot).dump();
  return Difference(before, snapshot);
}

MailRow MailOf(const IncidentRow& incident, const Repair& repair) {
  MailRow mail;
  mail.instance_id = incident.held;
  mail.sequence = incident.sequence;
  mail.kind = incident.kind;
  mail.origin = incident.origin;
  mail.data = incident.data;
  if (incident.kind == kEventKind) mail.event = incident.event;
  if (!repair.event_data) return mail;
  Json tagged = Json::object();
  if (incident.kind == kStartKind) {
    for (const auto& [name, value] : repair.event_data->items()) {
      tagged[name] = expression::ToTagged(expression::Value(value));
    }
  } else {
    tagged = expression::ToTagged(expression::Value(*repair.event_data));
  }
  mail.data = tagged.dump();
  return mail;
}

// An invoked instance that never began: its invoker hears what SCXML 6.4 says of an invocation that fails.
absl::Status Abandon(Unit& unit, const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, instance_id));
  engine::Snapshot ended;
  ended.finished = true;
  row.snapshot = engine::ToJson(ended).dump();
  row.finished = true;
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  JISSHO_ASSIGN_OR_RETURN(auto invoker, unit.FindRow<InstanceRow>(storage::KeyOf(row.parent)));
  if (!invoker || invoker->finished) return absl::OkStatus();
  engine::Event event;
  event.name = "error.communication";
  event.invoke_id = row.invoke_id;
  return PostEvent(unit, invoker->id, event);
}

absl::Status RepairHeld(Unit& unit, const IncidentRow& incident, const Repair& repair, Json detail) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, incident.held));
  row.incident.clear();
  JISSHO_ASSIGN_OR_RETURN(const Json changed, Correct(row, repair.variables));
  if (!changed.empty()) detail["changed"] = changed;
  JISSHO_RETURN_IF_ERROR(Journal(unit, row, incident.event, repair.skip ? "skipped" : "retried",
                                 unit.context().actor().id, detail));
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  if (!repair.skip) return Hear(unit, MailOf(incident, repair));
  return incident.kind == kStartKind ? Abandon(unit, incident.held) : absl::OkStatus();
}

absl::Status RepairOutgoing(Unit& unit, const IncidentRow& incident, const Repair& repair,
                            const Json& detail) {
  JISSHO_ASSIGN_OR_RETURN(auto event, unit.FindRow<OutboxRow>(storage::KeyOf(
                                          incident.receiver, incident.stream, incident.sequence)));
  if (event && (repair.skip || repair.payload)) {
    if (repair.skip) event->type = kSkippedEventType;
    event->payload = absl::Base64Escape(repair.payload.value_or(""));
    JISSHO_RETURN_IF_ERROR(unit.UpdateRow(*event));
  }
  return Note(unit, incident, repair.skip ? "skipped" : "retried", unit.context().actor().id, detail);
}

absl::Status CarryOut(Unit& unit, IncidentRow incident, const Repair& repair, const std::string& asked_by,
                      const std::string& approved_by) {
  Json detail{{"incident", incident.id}, {"reason", repair.reason}};
  if (!approved_by.empty()) {
    detail["asked_by"] = asked_by;
    detail["approved_by"] = approved_by;
  }
  if (repair.event_data) detail["data"] = *repair.event_data;
  if (repair.payload) detail["payload_hash"] = Sha256Hex(*repair.payload);
  incident.state = repair.skip ? kIncidentSkipped : kIncidentResolved;
  incident.closed_by = asked_by;
  incident.approved_by = approved_by;
  incident.closed_at = unit.batch().now();
  incident.closed_reason = repair.reason;
  incident.request.reset();
  ++incident.attempts;
  if (repair.skip) --incident.attempts;
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(incident));
  return incident.kind == kOutgoing ? RepairOutgoing(unit, incident, repair, detail)
                                    : RepairHeld(unit, incident, repair, detail);
}

bool RepairNeedsApproval(Unit& unit, const std::string& chart_hash) {
  const auto machine = MachineOf(unit, chart_hash);
  // Where the chart cannot be read, nobody knows that it has no money in it.
  return !machine.ok() || (*machine)->chart().repair_needs_approval;
}

}  // namespace

Failure FailureOf(const absl::Status& status) {
  if (HasReason(status, kInstanceSuspended)) return Failure::kPassing;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return Failure::kPassing;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnknown:
      return Failure::kDoubtful;
    default:
      return HasReason(status, storage::kStorageFailed) ? Failure::kDoubtful : Failure::kLasting;
  }
}

bool MayPass(const absl::Status& status) {
  return FailureOf(status) != Failure::kLasting && !HasReason(status, kInstanceSuspended);
}

absl::StatusOr<std::string> ParkMail(Unit& unit, const std::string& instance_id, int64_t sequence,
                                     const absl::Status& cause) {
  const storage::CellRow key = storage::KeyOf(instance_id, sequence);
  JISSHO_ASSIGN_OR_RETURN(auto mail, unit.FindRow<MailRow>(key));
  if (!mail) return std::string();
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (row && !row->incident.empty()) return std::string();
  JISSHO_RETURN_IF_ERROR(unit.Delete(storage::TableOf<MailRow>(), key));
  if (!row) return std::string();
  IncidentRow incident;
  incident.id = unit.context().NewId("incident");
  incident.instance_id = incident.held = instance_id;
  incident.case_id = row->case_id;
  incident.chart = row->chart;
  incident.kind = mail->kind;
  incident.event = mail->kind == kEventKind ? mail->event : mail->kind;
  incident.data = mail->data;
  incident.origin = mail->origin;
  incident.sequence = sequence;
  Describe(cause, incident);
  incident.since = unit.batch().now();
  incident.attempts = 1;
  incident.state = kIncidentOpen;
  incident.needs_approval = RepairNeedsApproval(unit, row->chart_hash);
  JISSHO_RETURN_IF_ERROR(unit.InsertRow(incident));
  row->incident = incident.id;
  JISSHO_RETURN_IF_ERROR(Journal(unit, *row, incident.event, "parked", SystemActor(unit),
                                 {{"incident", incident.id}, {"refusal", incident.cause}}));
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(*row));
  return incident.id;
}

absl::StatusOr<std::string> ReportOutgoing(Unit& unit, const OutboxRow& event, const std::string& instance_id,
                                           int64_t attempts, bool needs_approval, const absl::Status& cause) {
  JISSHO_ASSIGN_OR_RETURN(
      auto there, unit.FindRow<OutboxRow>(storage::KeyOf(event.receiver, event.stream, event.sequence)));
  if (!there) return std::string();
  const std::string id = OutgoingId(event);
  JISSHO_ASSIGN_OR_RETURN(auto known, unit.FindRow<IncidentRow>(storage::KeyOf(id)));
  if (known && known->state == kIncidentOpen) return std::string();
  // An event that fails again after a repair opens its incident again.
  IncidentRow incident;
  incident.id = id;
  if (known) incident.version = known->version;
  incident.instance_id = instance_id;
  incident.case_id = event.stream;
  incident.kind = kOutgoing;
  incident.event = there->type;
  incident.receiver = event.receiver;
  incident.stream = event.stream;
  incident.sequence = event.sequence;
  Describe(cause, incident);
  incident.since = unit.batch().now();
  incident.attempts = attempts;
  incident.state = kIncidentOpen;
  incident.needs_approval = needs_approval;
  if (!instance_id.empty()) {
    JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
    if (row) incident.chart = row->chart;
  }
  JISSHO_RETURN_IF_ERROR(known ? unit.UpdateRow(incident) : unit.InsertRow(incident));
  JISSHO_RETURN_IF_ERROR(
      Note(unit, incident, "parked", SystemActor(unit),
           {{"incident", id}, {"refusal", incident.cause}, {"receiver", incident.receiver}}));
  return id;
}

absl::Status CloseDelivered(Unit& unit, const OutboxRow& event) {
  JISSHO_ASSIGN_OR_RETURN(auto incident, unit.FindRow<IncidentRow>(storage::KeyOf(OutgoingId(event))));
  if (!incident || incident->state != kIncidentOpen) return absl::OkStatus();
  incident->state = kIncidentResolved;
  incident->closed_by = SystemActor(unit);
  incident->closed_at = unit.batch().now();
  incident->closed_reason = "delivered";
  incident->request.reset();
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(*incident));
  return Note(unit, *incident, "retried", SystemActor(unit),
              {{"incident", incident->id}, {"reason", incident->closed_reason}});
}

absl::Status AskForRepair(Unit& unit, const std::string& incident_id, const Repair& repair) {
  JISSHO_ASSIGN_OR_RETURN(IncidentRow incident, LoadOpen(unit, incident_id));
  JISSHO_RETURN_IF_ERROR(Check(incident, repair));
  const std::string& actor = unit.context().actor().id;
  if (!incident.needs_approval) return CarryOut(unit, std::move(incident), repair, actor, "");
  const Json request = RequestJson(repair, actor, unit.batch().now());
  incident.request = request.dump();
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(incident));
  Json detail = request;
  detail.erase("by");
  detail.erase("at");
  detail["incident"] = incident.id;
  return Note(unit, incident, "repair-asked", actor, detail);
}

absl::Status ApproveRepair(Unit& unit, const std::string& incident_id, int64_t version,
                           const std::string& reason) {
  JISSHO_ASSIGN_OR_RETURN(IncidentRow incident, LoadOpen(unit, incident_id));
  auto request = RequestOf(incident);
  if (!request) return MakeError(kIncidentNotRequested);
  if (version != 0 && version != incident.version) return MakeError(kVersionConflict);
  const std::string& actor = unit.context().actor().id;
  Repair& repair = request->repair;
  if (request->by == actor) {
    return MakeError(kFourEyes, {{"event", "approve"}, {"earlier", repair.skip ? "skip" : "retry"}});
  }
  if (!IsBlank(reason)) absl::StrAppend(&repair.reason, " / ", reason);
  return CarryOut(unit, std::move(incident), repair, request->by, actor);
}

absl::Status WithdrawRepair(Unit& unit, const std::string& incident_id, const std::string& reason) {
  JISSHO_ASSIGN_OR_RETURN(IncidentRow incident, LoadOpen(unit, incident_id));
  if (!incident.request) return MakeError(kIncidentNotRequested);
  if (IsBlank(reason)) return MakeError(kReasonRequired, {{"event", "withdraw"}});
  incident.request.reset();
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(incident));
  return Note(unit, incident, "repair-withdrawn", unit.context().actor().id,
              {{"incident", incident.id}, {"reason", reason}});
}

absl::Status NoteFailedRetry(Unit& unit, const std::string& incident_id, const absl::Status& cause) {
  for (const Reason* refusal :
       {&kIncidentNotFound, &kIncidentClosed, &kIncidentNotRequested, &kIncidentVariableUnknown,
        &kIncidentNotCorrectable, &kFourEyes, &kReasonRequired, &kVersionConflict, &kRequestIdReused}) {
    if (HasReason(cause, *refusal)) return absl::OkStatus();
  }
  JISSHO_ASSIGN_OR_RETURN(auto incident, unit.FindRow<IncidentRow>(storage::KeyOf(incident_id)));
  if (!incident || incident->state != kIncidentOpen) return absl::OkStatus();
  ++incident->attempts;
  Describe(cause, *incident);
  return unit.UpdateRow(*incident);
}

std::optional<RepairRequest> RequestOf(const IncidentRow& incident) {
  if (!incident.request) return std::nullopt;
  const Json json = Json::parse(*incident.request, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  RepairRequest request;
  request.by = json.value("by", "");
  request.at = absl::FromUnixMicros(json.value("at", int64_t{0}));
  Repair& repair = request.repair;
  repair.skip = json.value("skip", false);
  repair.reason = json.value("reason", "");
  if (json.contains("data")) repair.event_data = json["data"];
  if (json.contains("variables")) json["variables"].get_to(repair.variables);
  if (json.contains("payload")) {
    repair.payload.emplace();
    absl::Base64Unescape(json["payload"].get<std::string>(), &*repair.payload);
  }
  return request;
}

Json DataOf(const IncidentRow& incident) {
  const auto plain = [](const Json& tagged) -> Json {
    const auto value = expression::FromTagged(tagged);
    if (!value.ok() || value->is_undefined()) return nullptr;
    return value->is_xml() ? Json(value->xml()) : value->json();
  };
  const Json tagged = Json::parse(incident.data, nullptr, false);
  if (incident.kind != kStartKind) return plain(tagged);
  Json values = Json::object();
  for (const auto& [name, value] : tagged.items()) values[name] = plain(value);
  return values;
}

absl::StatusOr<IncidentRow> GetIncident(storage::Session& session, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<IncidentRow>(session, "WHERE id = ?", {id}));
  if (rows.empty()) return MakeError(kIncidentNotFound, {{"id", id}});
  return std::move(rows[0]);
}

absl::StatusOr<std::vector<IncidentRow>> ListIncidents(storage::Session& session,
                                                       const IncidentFilter& filter, absl::Time after_since,
                                                       const std::string& after_id, int limit) {
  const int64_t after = absl::ToUnixMicros(after_since);
  std::string where = "WHERE (since > ? OR (since = ? AND id > ?))";
  storage::CellRow params = {after, after, after_id};
  const auto narrow = [&](const char* column, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppend(&where, " AND ", column, " = ?");
    params.push_back(value);
  };
  narrow("state", filter.state);
  narrow("chart", filter.chart);
  narrow("cause", filter.cause);
  narrow("case_id", filter.case_id);
  narrow("instance_id", filter.instance_id);
  params.push_back(int64_t{limit});
  return storage::Select<IncidentRow>(session, where + " ORDER BY since, id LIMIT ?", params);
}

absl::StatusOr<int64_t> CountOpenIncidents(storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, session.Query("SELECT COUNT(*) FROM act_incident WHERE state = ?",
                                                   {kIncidentOpen}, {storage::CellType::kInteger}));
  return std::get<int64_t>(rows[0][0]);
}

}  // namespace jissho::act
