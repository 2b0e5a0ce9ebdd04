#include "services/runtime/process/instances.h"

#include <functional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/runtime/process/local_calls.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/paging.h"
#include "services/runtime/rpc/proto_time.h"
#include "workflow/act/audit.h"
#include "workflow/act/history.h"
#include "workflow/act/queries.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;
using Json = nlohmann::json;

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// A due time is an instant, or a date whose end it is: 期限 is the last day on which it can still be done.
bool ReadDue(const std::string& text, absl::Time* out) {
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, out, &error)) return true;
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) return false;
  *out = absl::FromCivil(day + 1, absl::FixedTimeZone(9 * 60 * 60)) - absl::Seconds(1);
  return true;
}

absl::StatusOr<v1::ListJournalEntriesResponse> ListEntries(storage::Session& session,
                                                           const v1::ListJournalEntriesRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(Page page, ReadPage(request));
  int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after[0], &after)) return MakeError(kPageTokenInvalid);
  // For the NOT_FOUND: an instance always has entries.
  JISSHO_RETURN_IF_ERROR(act::GetInstance(session, request.id()).status());
  JISSHO_ASSIGN_OR_RETURN(auto rows, act::ListJournal(session, request.id(), after, page.size + 1));
  v1::ListJournalEntriesResponse response;
  const bool more = static_cast<int>(rows.size()) > page.size;
  if (more) rows.resize(page.size);
  for (const act::JournalRow& row : rows)
    *response.add_entries() = ToProto(row, act::TextsIn(row.entered), act::TextsIn(row.exited));
  if (more) response.set_next_page_token(MakePageToken(request, {absl::StrCat(rows.back().sequence)}));
  return response;
}

}  // namespace

v1::JournalEntry ToProto(const act::JournalRow& row, const std::vector<std::string>& entered,
                         const std::vector<std::string>& exited) {
  v1::JournalEntry out;
  out.set_sequence(row.sequence);
  SetTime(out.mutable_time(), row.at);
  out.set_actor(row.actor);
  out.set_event(row.event);
  out.set_outcome(row.outcome);
  out.mutable_entered()->Add(entered.begin(), entered.end());
  out.mutable_exited()->Add(exited.begin(), exited.end());
  out.set_detail_json(row.detail);
  out.set_chart_hash(row.chart_hash);
  out.set_previous_hash(row.previous_hash);
  out.set_hash(row.hash);
  return out;
}

void AddTasks(const std::string& service, const act::InstanceRow& row, const Json& tasks,
              google::protobuf::RepeatedPtrField<v1::Task>* out) {
  for (const Json& json : tasks) {
    v1::Task& task = *out->Add();
    task.set_instance_id(row.id);
    task.set_service(service);
    task.set_event(TextOf(json, "event"));
    if (const auto roles = json.find("roles"); roles != json.end()) {
      for (const Json& role : *roles) task.add_roles(role.get<std::string>());
    }
    task.set_label_ja(TextOf(json, "ja"));
    task.set_label_en(TextOf(json, "en"));
    task.set_organisation(TextOf(json, "organisation"));
    task.set_case_id(row.case_id);
    absl::Time due;
    if (ReadDue(TextOf(json, "due"), &due)) SetTime(task.mutable_due_time(), due);
  }
}

v1::Instance ToProto(const std::string& service, const act::InstanceRow& row) {
  v1::Instance out;
  out.set_id(row.id);
  out.set_chart(row.chart);
  out.set_chart_hash(row.chart_hash);
  out.set_case_id(row.case_id);
  for (const std::string& state : act::ActiveStatesOf(row)) out.add_configuration(state);
  const Json snapshot = Json::parse(row.snapshot, nullptr, false);
  if (snapshot.is_object() && snapshot.contains("data")) out.set_data_json(snapshot["data"].dump());
  out.set_finished(row.finished);
  out.set_incident(row.incident);
  AddTasks(service, row, act::OfferedTasksOf(row), out.mutable_tasks());
  out.set_journal_length(row.journal_sequence);
  out.set_journal_hash(row.journal_hash);
  return out;
}

namespace {

// A page of one service's journals; the key is the service and the last instance looked at.
absl::StatusOr<v1::VerifyJournalsResponse> VerifyPage(act::Service& service, storage::Session& session,
                                                      const v1::VerifyJournalsRequest& request,
                                                      const std::string& after, int size,
                                                      const std::string& next_service) {
  act::AuditPage page;
  if (request.instance().empty()) {
    JISSHO_ASSIGN_OR_RETURN(page, act::AuditJournals(session, service.catalog(), after, size));
  } else {
    JISSHO_ASSIGN_OR_RETURN(act::InstanceAudit audit,
                            act::AuditInstance(session, service.catalog(), request.instance()));
    page.instances = 1;
    page.entries = audit.entries;
    if (audit.fault) page.faults.push_back(*std::move(audit.fault));
  }
  v1::VerifyJournalsResponse response;
  response.set_instances(page.instances);
  response.set_entries(page.entries);
  for (const act::JournalFault& fault : page.faults) {
    v1::JournalFault& out = *response.add_faults();
    out.set_service(service.name());
    out.set_instance_id(fault.instance_id);
    out.set_sequence(fault.sequence);
    out.set_message_ja(fault.ja);
    out.set_message_en(fault.en);
  }
  if (!page.last.empty()) {
    response.set_next_page_token(MakePageToken(request, {service.name(), page.last}));
  } else if (!next_service.empty()) {
    response.set_next_page_token(MakePageToken(request, {next_service, ""}));
  }
  return response;
}

void VerifyJournals(const LocalServices* services, const v1::VerifyJournalsRequest& request,
                    std::function<void(absl::StatusOr<v1::VerifyJournalsResponse>)> respond) {
  if (request.service().empty() && !request.instance().empty()) {
    return respond(MakeFieldError(
        {{"service", "手続を指定するときは必ず入力してください", "is required with an instance"}}));
  }
  const auto page = ReadPage(request);
  if (!page.ok()) return respond(page.status());
  if (!page->after.empty() && page->after.size() != 2) return respond(MakeError(kPageTokenInvalid));
  std::string name = request.service(), after, next;
  if (!page->after.empty()) {
    name = page->after[0];
    after = page->after[1];
  } else if (name.empty() && !services->empty()) {
    name = services->begin()->first;
  }
  if (request.service().empty()) {
    const auto later = services->upper_bound(name);
    if (later != services->end()) next = later->first;
  }
  ReadLocally<v1::VerifyJournalsResponse>(
      services, name,
      [request, after, size = page->size, next](act::Service& service, storage::Session& session) {
        return VerifyPage(service, session, request, after, size, next);
      },
      std::move(respond), Rank::kLow);
}

}  // namespace

MethodRegistry WorkflowMethods(const LocalServices* services) {
  MethodRegistry registry("jissho.engine.v1.WorkflowService");
  registry.Async<v1::GetInstanceRequest, v1::Instance>(
      "GetInstance", [services](const CallContext&, const v1::GetInstanceRequest& request, auto respond) {
        ReadLocally<v1::Instance>(
            services, request.service(),
            [id = request.id()](act::Service& service,
                                storage::Session& session) -> absl::StatusOr<v1::Instance> {
              JISSHO_ASSIGN_OR_RETURN(const act::InstanceRow row, act::GetInstance(session, id));
              return ToProto(service.name(), row);
            },
            std::move(respond));
      });
  registry.Async<v1::GetInstanceAtRequest, v1::Instance>(
      "GetInstanceAt", [services](const CallContext&, const v1::GetInstanceAtRequest& request, auto respond) {
        ReadLocally<v1::Instance>(
            services, request.service(),
            [id = request.id(), time = TimeOf(request.time())](
                act::Service& service, storage::Session& session) -> absl::StatusOr<v1::Instance> {
              JISSHO_ASSIGN_OR_RETURN(const act::InstanceRow row,
                                      act::InstanceAt(session, service.catalog(), id, time));
              return ToProto(service.name(), row);
            },
            std::move(respond));
      });
  registry.Async<v1::ListJournalEntriesRequest, v1::ListJournalEntriesResponse>(
      "ListJournalEntries",
      [services](const CallContext&, const v1::ListJournalEntriesRequest& request, auto respond) {
        ReadLocally<v1::ListJournalEntriesResponse>(
            services, request.service(),
            [request](act::Service&, storage::Session& session) { return ListEntries(session, request); },
            std::move(respond));
      });
  registry.Async<v1::VerifyJournalsRequest, v1::VerifyJournalsResponse>(
      "VerifyJournals", [services](const CallContext&, const v1::VerifyJournalsRequest& request,
                                   auto respond) { VerifyJournals(services, request, std::move(respond)); });
  return registry;
}

}  // namespace jissho::runtime
