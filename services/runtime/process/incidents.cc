#include "services/runtime/process/incidents.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "jissho/engine/v1/incident.pb.h"
#include "services/runtime/process/local_calls.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/paging.h"
#include "services/runtime/rpc/proto_time.h"
#include "workflow/act/incident.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;
using act::IncidentRow;
using act::Json;

constexpr int kRepairsDefault = 100;
constexpr int kRepairsMax = 500;
constexpr int kRepairPage = 50;
// Kept of the deadline of a call for its answer.
constexpr absl::Duration kAnswerReserve = absl::Seconds(1);

// --- messages
// --------------------------------------------------------------------------------------------------------

v1::IncidentState StateOf(const std::string& state) {
  if (state == act::kIncidentResolved) return v1::INCIDENT_STATE_RESOLVED;
  if (state == act::kIncidentSkipped) return v1::INCIDENT_STATE_SKIPPED;
  return v1::INCIDENT_STATE_OPEN;
}

std::string StateText(v1::IncidentState state) {
  if (state == v1::INCIDENT_STATE_RESOLVED) return act::kIncidentResolved;
  if (state == v1::INCIDENT_STATE_SKIPPED) return act::kIncidentSkipped;
  return act::kIncidentOpen;
}

template <class Request>
act::IncidentFilter FilterOf(const Request& request, v1::IncidentState state) {
  return {StateText(state), request.chart(), request.cause(), request.case_id(), request.instance_id()};
}

void SetRequest(const act::RepairRequest& request, v1::RepairRequest* out) {
  out->set_action(request.repair.skip ? v1::REPAIR_ACTION_SKIP : v1::REPAIR_ACTION_RETRY);
  out->set_requested_by(request.by);
  SetTime(out->mutable_request_time(), request.at);
  out->set_reason(request.repair.reason);
  if (request.repair.event_data) out->set_event_data_json(request.repair.event_data->dump());
  for (const auto& [name, value] : request.repair.variables) (*out->mutable_variables())[name] = value.dump();
  out->set_payload_corrected(request.repair.payload.has_value());
}

v1::Incident ToProto(const std::string& service, const IncidentRow& row) {
  v1::Incident out;
  out.set_id(row.id);
  out.set_service(service);
  out.set_instance_id(row.instance_id);
  out.set_chart(row.chart);
  out.set_case_id(row.case_id);
  out.set_kind(row.kind);
  out.set_event(row.event);
  if (row.kind != act::kOutgoing) out.set_data_json(act::DataOf(row).dump());
  out.set_origin_json(row.origin.value_or(""));
  out.set_receiver(row.receiver);
  out.set_cause(row.cause);
  out.set_cause_ja(row.cause_ja);
  out.set_cause_en(row.cause_en);
  out.set_cause_line(static_cast<int>(row.cause_line));
  SetTime(out.mutable_since(), row.since);
  out.set_attempts(static_cast<int>(row.attempts));
  out.set_state(StateOf(row.state));
  out.set_needs_approval(row.needs_approval);
  if (const auto request = act::RequestOf(row)) SetRequest(*request, out.mutable_request());
  out.set_closed_by(row.closed_by);
  if (row.closed_at) SetTime(out.mutable_close_time(), *row.closed_at);
  out.set_closed_reason(row.closed_reason);
  out.set_approved_by(row.approved_by);
  out.set_etag(MakeEtag(row.version));
  return out;
}

// An empty message of an event's type; null when this process does not know it.
std::unique_ptr<google::protobuf::Message> MessageOf(const std::string& type) {
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  if (descriptor == nullptr) return nullptr;
  const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor);
  return std::unique_ptr<google::protobuf::Message>(prototype == nullptr ? nullptr : prototype->New());
}

// The message of an event that still waits for its receiver, as JSON; empty when it cannot be shown.
absl::StatusOr<std::string> PayloadJson(storage::Session& session, const IncidentRow& row) {
  JISSHO_ASSIGN_OR_RETURN(
      const auto events,
      storage::Select<act::OutboxRow>(session, "WHERE receiver = ? AND stream = ? AND sequence = ?",
                                      {row.receiver, row.stream, row.sequence}));
  std::string bytes, json;
  const auto message = MessageOf(row.event);
  if (events.empty() || message == nullptr || !absl::Base64Unescape(events[0].payload, &bytes) ||
      !message->ParseFromString(bytes) || !google::protobuf::util::MessageToJsonString(*message, &json).ok())
    return std::string();
  return json;
}

absl::Status Malformed(const std::string& field) {
  return MakeFieldError({{field, "JSONとして読めません。", "is not the JSON that is expected."}});
}

absl::StatusOr<act::Repair> RepairOf(const IncidentRow& row, const v1::RetryIncidentRequest& request) {
  act::Repair repair;
  repair.reason = request.reason();
  for (const auto& [name, text] : request.variables()) {
    repair.variables[name] = Json::parse(text, nullptr, false);
    if (repair.variables[name].is_discarded()) return Malformed("variables");
  }
  if (request.event_data_json().empty()) return repair;
  if (row.kind == act::kOutgoing) {
    const auto message = MessageOf(row.event);
    if (message == nullptr ||
        !google::protobuf::util::JsonStringToMessage(request.event_data_json(), message.get()).ok()) {
      return Malformed("event_data_json");
    }
    repair.payload = message->SerializeAsString();
    return repair;
  }
  repair.event_data = Json::parse(request.event_data_json(), nullptr, false);
  if (repair.event_data->is_discarded()) return Malformed("event_data_json");
  return repair;
}

absl::StatusOr<act::Repair> RepairOf(const IncidentRow&, const v1::SkipIncidentRequest& request) {
  act::Repair repair;
  repair.skip = true;
  repair.reason = request.reason();
  return repair;
}

// --- reading
// --------------------------------------------------------------------------------------------------------

absl::StatusOr<IncidentRow> ReadIncident(act::Service& service, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(auto session, service.pool().Acquire(kLocalSessionWait));
  return act::GetIncident(*session, id);
}

absl::StatusOr<v1::Incident> ShowIncident(act::Service& service, storage::Session& session,
                                          const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const IncidentRow row, act::GetIncident(session, id));
  v1::Incident out = ToProto(service.name(), row);
  if (row.kind == act::kOutgoing && row.state == act::kIncidentOpen) {
    JISSHO_ASSIGN_OR_RETURN(*out.mutable_data_json(), PayloadJson(session, row));
  }
  return out;
}

// The services that a request means, in the order of their names.
absl::StatusOr<std::vector<act::Service*>> Meant(const LocalServices& services, const std::string& name) {
  std::vector<act::Service*> meant;
  for (const auto& [own, local] : services) {
    if (name.empty() || own == name) meant.push_back(local.service);
  }
  if (meant.empty()) return MakeError(kServiceNotHere, {{"service", name}});
  return meant;
}

// Where a list goes on: after this incident of this service.
struct Place {
  std::string service, id;
  absl::Time since = absl::FromUnixMicros(0);
};

absl::StatusOr<Place> PlaceOf(const Page& page) {
  if (page.after.empty()) return Place();
  int64_t since = 0;
  if (page.after.size() != 3 || !absl::SimpleAtoi(page.after[1], &since)) return MakeError(kPageTokenInvalid);
  return Place{page.after[0], page.after[2], absl::FromUnixMicros(since)};
}

absl::StatusOr<v1::ListIncidentsResponse> ListIncidents(const LocalServices& services,
                                                        const v1::ListIncidentsRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const Page page, ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(const Place place, PlaceOf(page));
  JISSHO_ASSIGN_OR_RETURN(const auto meant, Meant(services, request.service()));
  v1::ListIncidentsResponse response;
  Place last;
  for (act::Service* service : meant) {
    if (service->name() < place.service) continue;
    const Place from = service->name() == place.service ? place : Place();
    JISSHO_ASSIGN_OR_RETURN(auto session, service->pool().Acquire(kLocalSessionWait));
    const int wanted = page.size + 1 - response.incidents_size();
    JISSHO_ASSIGN_OR_RETURN(const auto rows, act::ListIncidents(*session, FilterOf(request, request.state()),
                                                                from.since, from.id, wanted));
    for (const IncidentRow& row : rows) {
      if (response.incidents_size() == page.size) {
        response.set_next_page_token(
            MakePageToken(request, {last.service, absl::StrCat(absl::ToUnixMicros(last.since)), last.id}));
        return response;
      }
      *response.add_incidents() = ToProto(service->name(), row);
      last = {service->name(), row.id, row.since};
    }
  }
  return response;
}

// --- repairs
// --------------------------------------------------------------------------------------------------------

using RespondIncident = std::function<void(absl::StatusOr<v1::Incident>)>;

template <class Request>
act::Command CommandOf(const CallContext& call, const Request& request) {
  return {call.actor.id, call.method, call.request_id, HashMessage(request)};
}

// Reads the incident, lets `submit` act on it, and answers with what it has become.
template <class Request>
void ChangeIncident(
    const LocalServices* services, const Request& request, RespondIncident respond,
    std::function<absl::Status(act::Service&, const IncidentRow&, const Request&, act::Done)> submit) {
  OnReadThread(services, request.service(), Rank::kAct, respond,
               [services, request, respond, submit = std::move(submit)](act::Service& service) {
                 const auto row = ReadIncident(service, request.id());
                 if (!row.ok()) return respond(row.status());
                 const absl::Status refused =
                     submit(service, *row, request,
                            [services, request, respond](absl::StatusOr<std::string> outcome) {
                              if (!outcome.ok()) return respond(outcome.status());
                              ReadLocally<v1::Incident>(
                                  services, request.service(),
                                  [id = request.id()](act::Service& service, storage::Session& session) {
                                    return ShowIncident(service, session, id);
                                  },
                                  respond, Rank::kAct);
                            });
                 if (!refused.ok()) respond(refused);
               });
}

template <class Request>
void AddRepair(const std::string& name, const LocalServices* services, MethodRegistry& registry) {
  registry.Async<Request, v1::Incident>(name, [services](const CallContext& call, const Request& request,
                                                         RespondIncident respond) {
    ChangeIncident<Request>(services, request, std::move(respond),
                            [actor = call.actor, command = CommandOf(call, request)](
                                act::Service& service, const IncidentRow& row, const Request& wish,
                                act::Done done) -> absl::Status {
                              JISSHO_ASSIGN_OR_RETURN(act::Repair repair, RepairOf(row, wish));
                              service.AskForRepair(command, actor, row, std::move(repair), std::move(done));
                              return absl::OkStatus();
                            });
  });
}

void AddApproval(const LocalServices* services, MethodRegistry& registry) {
  registry.Async<v1::ApproveRepairRequest, v1::Incident>(
      "ApproveRepair",
      [services](const CallContext& call, const v1::ApproveRepairRequest& request, RespondIncident respond) {
        ChangeIncident<v1::ApproveRepairRequest>(
            services, request, std::move(respond),
            [actor = call.actor, command = CommandOf(call, request)](
                act::Service& service, const IncidentRow& row, const v1::ApproveRepairRequest& wish,
                act::Done done) -> absl::Status {
              if (!wish.etag().empty()) JISSHO_RETURN_IF_ERROR(CheckEtag(wish.etag(), row.version));
              service.ApproveRepair(command, actor, row, wish.etag().empty() ? 0 : row.version, wish.reason(),
                                    std::move(done));
              return absl::OkStatus();
            });
      });
  registry.Async<v1::WithdrawRepairRequest, v1::Incident>(
      "WithdrawRepair",
      [services](const CallContext& call, const v1::WithdrawRepairRequest& request, RespondIncident respond) {
        ChangeIncident<v1::WithdrawRepairRequest>(
            services, request, std::move(respond),
            [actor = call.actor, command = CommandOf(call, request)](
                act::Service& service, const IncidentRow& row, const v1::WithdrawRepairRequest& wish,
                act::Done done) -> absl::Status {
              service.WithdrawRepair(command, actor, row, wish.reason(), std::move(done));
              return absl::OkStatus();
            });
      });
}

// --- many at once
// --------------------------------------------------------------------------------------------------------

class ManyRepairs {
 public:
  ManyRepairs(const CallContext& call, const v1::RepairIncidentsRequest& request,
              const MonotonicClock* monotonic)
      : call_(call), request_(request), monotonic_(monotonic) {
    limit_ = request.limit() == 0 ? kRepairsDefault : std::min(request.limit(), kRepairsMax);
  }

  absl::StatusOr<v1::RepairIncidentsResponse> Run(const LocalServices& services) {
    JISSHO_ASSIGN_OR_RETURN(const auto meant, Meant(services, request_.service()));
    for (act::Service* service : meant) JISSHO_RETURN_IF_ERROR(RunService(*service));
    return std::move(response_);
  }

 private:
  bool Full() const {
    return response_.outcomes_size() >= limit_ || monotonic_->Elapsed() > call_.deadline - kAnswerReserve;
  }

  absl::Status RunService(act::Service& service) {
    Place place;
    while (true) {
      std::vector<IncidentRow> rows;
      {
        JISSHO_ASSIGN_OR_RETURN(auto session, service.pool().Acquire(kLocalSessionWait));
        JISSHO_ASSIGN_OR_RETURN(
            rows, act::ListIncidents(*session, FilterOf(request_, v1::INCIDENT_STATE_OPEN), place.since,
                                     place.id, kRepairPage));
      }
      for (const IncidentRow& row : rows) {
        const bool asked = row.request.has_value();
        if (asked != (request_.action() == v1::REPAIR_ACTION_APPROVE)) continue;
        if (Full()) {
          response_.set_more(true);
          return absl::OkStatus();
        }
        Note(service, row, RunOne(service, row));
      }
      if (rows.size() < kRepairPage) return absl::OkStatus();
      place = {service.name(), rows.back().id, rows.back().since};
    }
  }

  absl::Status RunOne(act::Service& service, const IncidentRow& row) {
    act::Command command = CommandOf(call_, request_);
    absl::StrAppend(&command.request_id, "/", row.id);
    Handover<absl::Status> answer(&service.threads());
    const auto done = [&answer](absl::StatusOr<std::string> outcome) { answer.Give(outcome.status()); };
    if (request_.action() == v1::REPAIR_ACTION_APPROVE) {
      service.ApproveRepair(command, call_.actor, row, row.version, request_.reason(), done);
    } else {
      act::Repair repair;
      repair.skip = request_.action() == v1::REPAIR_ACTION_SKIP;
      repair.reason = request_.reason();
      service.AskForRepair(command, call_.actor, row, std::move(repair), done);
    }
    return *answer.Take(absl::InfiniteDuration());
  }

  void Note(const act::Service& service, const IncidentRow& row, const absl::Status& status) {
    v1::RepairOutcome& outcome = *response_.add_outcomes();
    outcome.set_service(service.name());
    outcome.set_id(row.id);
    outcome.set_done(status.ok());
    if (status.ok()) return;
    const auto detail = GetErrorDetail(status);
    outcome.set_error(detail ? detail->reason : absl::StatusCodeToString(status.code()));
    outcome.set_error_ja(detail ? detail->ja : "");
    outcome.set_error_en(detail ? detail->en : "");
  }

  const CallContext call_;
  const v1::RepairIncidentsRequest request_;
  const MonotonicClock* const monotonic_;
  int limit_ = 0;
  v1::RepairIncidentsResponse response_;
};

// The service whose threads carry a call that means several.
std::string Carrier(const LocalServices& services, const std::string& name) {
  return name.empty() && !services.empty() ? services.begin()->first : name;
}

void AddReads(const LocalServices* services, MethodRegistry& registry) {
  registry.Async<v1::ListIncidentsRequest, v1::ListIncidentsResponse>(
      "ListIncidents", [services](const CallContext&, const v1::ListIncidentsRequest& request, auto respond) {
        OnReadThread(
            services, Carrier(*services, request.service()), Rank::kRead, respond,
            [services, request, respond](act::Service&) { respond(ListIncidents(*services, request)); });
      });
  registry.Async<v1::GetIncidentRequest, v1::Incident>(
      "GetIncident", [services](const CallContext&, const v1::GetIncidentRequest& request, auto respond) {
        ReadLocally<v1::Incident>(
            services, request.service(),
            [id = request.id()](act::Service& service, storage::Session& session) {
              return ShowIncident(service, session, id);
            },
            std::move(respond));
      });
}

}  // namespace

MethodRegistry IncidentMethods(const LocalServices* services, const MonotonicClock* monotonic) {
  MethodRegistry registry("jissho.engine.v1.IncidentService");
  AddReads(services, registry);
  AddRepair<v1::RetryIncidentRequest>("RetryIncident", services, registry);
  AddRepair<v1::SkipIncidentRequest>("SkipIncident", services, registry);
  AddApproval(services, registry);
  registry.Async<v1::RepairIncidentsRequest, v1::RepairIncidentsResponse>(
      "RepairIncidents", [services, monotonic](const CallContext& call,
                                               const v1::RepairIncidentsRequest& request, auto respond) {
        const auto work = std::make_shared<ManyRepairs>(call, request, monotonic);
        OnReadThread(services, Carrier(*services, request.service()), Rank::kLow, respond,
                     [services, work, respond](act::Service&) { respond(work->Run(*services)); });
      });
  return registry;
}

}  // namespace jissho::runtime
