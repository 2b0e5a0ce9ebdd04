#include "services/runtime/process/instances.h"

#include <functional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/paging.h"
#include "workflow/act/queries.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;
using Json = nlohmann::json;

constexpr absl::Duration kSessionWait = absl::Seconds(5);

void SetTime(google::protobuf::Timestamp* out, absl::Time time) {
  const int64_t nanos = absl::ToUnixNanos(time);
  const int64_t rest = ((nanos % 1000000000) + 1000000000) % 1000000000;
  out->set_seconds((nanos - rest) / 1000000000);
  out->set_nanos(static_cast<int>(rest));
}

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

template <class Out>
void AddTexts(const std::string& json_array, Out* out) {
  const Json json = Json::parse(json_array, nullptr, false);
  if (!json.is_array()) return;
  for (const Json& entry : json) {
    if (entry.is_string()) *out->Add() = entry.get<std::string>();
  }
}

// Runs `read` on the service's read threads with a session of its own.
template <class Out>
void OnReadThread(const LocalServices* services, const std::string& name,
                  std::function<absl::StatusOr<Out>(storage::Session&)> read,
                  std::function<void(absl::StatusOr<Out>)> respond) {
  const auto found = services->find(name);
  if (found == services->end()) return respond(MakeError(kServiceNotHere, {{"service", name}}));
  act::Service* service = found->second.service;
  const bool posted = found->second.reads->Post(Rank::kRead, [service, read = std::move(read), respond] {
    auto session = service->pool().Acquire(kSessionWait);
    respond(session.ok() ? read(**session) : absl::StatusOr<Out>(session.status()));
  });
  if (!posted) respond(WithRetryAfter(MakeError(kServerBusy), absl::Seconds(1)));
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
  for (const act::JournalRow& row : rows) *response.add_entries() = ToProto(row);
  if (more) response.set_next_page_token(MakePageToken(request, {absl::StrCat(rows.back().sequence)}));
  return response;
}

}  // namespace

v1::JournalEntry ToProto(const act::JournalRow& row) {
  v1::JournalEntry out;
  out.set_sequence(row.sequence);
  SetTime(out.mutable_time(), row.at);
  out.set_actor(row.actor);
  out.set_event(row.event);
  out.set_outcome(row.outcome);
  AddTexts(row.entered, out.mutable_entered());
  AddTexts(row.exited, out.mutable_exited());
  out.set_detail_json(row.detail);
  out.set_chart_hash(row.chart_hash);
  out.set_previous_hash(row.previous_hash);
  out.set_hash(row.hash);
  return out;
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
  const Json tasks = Json::parse(row.tasks, nullptr, false);
  for (const Json& json : tasks.is_array() ? tasks : Json::array()) {
    v1::Task& task = *out.add_tasks();
    task.set_instance_id(row.id);
    task.set_service(service);
    task.set_event(TextOf(json, "event"));
    for (const Json& role : json.value("roles", Json::array())) task.add_roles(role.get<std::string>());
    task.set_label_ja(TextOf(json, "ja"));
    task.set_label_en(TextOf(json, "en"));
    task.set_organisation(TextOf(json, "organisation"));
    task.set_case_id(row.case_id);
    absl::Time due;
    if (ReadDue(TextOf(json, "due"), &due)) SetTime(task.mutable_due_time(), due);
  }
  out.set_journal_length(row.journal_sequence);
  out.set_journal_hash(row.journal_hash);
  return out;
}

MethodRegistry WorkflowMethods(const LocalServices* services) {
  MethodRegistry registry("jissho.engine.v1.WorkflowService");
  registry.Async<v1::GetInstanceRequest, v1::Instance>(
      "GetInstance", [services](const CallContext&, const v1::GetInstanceRequest& request,
                                std::function<void(absl::StatusOr<v1::Instance>)> respond) {
        OnReadThread<v1::Instance>(
            services, request.service(),
            [request](storage::Session& session) -> absl::StatusOr<v1::Instance> {
              JISSHO_ASSIGN_OR_RETURN(act::InstanceRow row, act::GetInstance(session, request.id()));
              return ToProto(request.service(), row);
            },
            std::move(respond));
      });
  registry.Async<v1::ListJournalEntriesRequest, v1::ListJournalEntriesResponse>(
      "ListJournalEntries",
      [services](const CallContext&, const v1::ListJournalEntriesRequest& request,
                 std::function<void(absl::StatusOr<v1::ListJournalEntriesResponse>)> respond) {
        OnReadThread<v1::ListJournalEntriesResponse>(
            services, request.service(),
            [request](storage::Session& session) { return ListEntries(session, request); },
            std::move(respond));
      });
  return registry;
}

}  // namespace jissho::runtime
