#include "services/runtime/process/charts.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jissho/engine/v1/chart.pb.h"
#include "services/runtime/process/local_calls.h"
#include "services/runtime/rpc/paging.h"
#include "services/runtime/rpc/proto_time.h"
#include "workflow/act/migration.h"
#include "workflow/act/versions.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;

using Texts = std::map<std::string, std::string>;

template <class Map>
Texts TextsOf(const Map& map) {
  return {map.begin(), map.end()};
}

template <class Map>
void SetTexts(const Texts& texts, Map* map) {
  for (const auto& [key, value] : texts) (*map)[key] = value;
}

engine::MigrationPlan PlanOf(const v1::MigrationPlan& plan) {
  engine::MigrationPlan out;
  out.chart = plan.chart();
  if (!plan.from().empty()) out.from = plan.from();
  if (!plan.to().empty()) out.to = plan.to();
  out.states = TextsOf(plan.states());
  out.set = TextsOf(plan.set());
  out.rename = TextsOf(plan.rename());
  out.remove = {plan.remove().begin(), plan.remove().end()};
  out.timers = TextsOf(plan.timers());
  out.cancel_timers = {plan.cancel_timers().begin(), plan.cancel_timers().end()};
  out.children = TextsOf(plan.children());
  return out;
}

v1::MigrationPlan ToProto(const engine::MigrationPlan& plan) {
  v1::MigrationPlan out;
  out.set_chart(plan.chart);
  out.set_from(plan.from);
  out.set_to(plan.to);
  SetTexts(plan.states, out.mutable_states());
  SetTexts(plan.set, out.mutable_set());
  SetTexts(plan.rename, out.mutable_rename());
  for (const std::string& name : plan.remove) out.add_remove(name);
  SetTexts(plan.timers, out.mutable_timers());
  for (const std::string& name : plan.cancel_timers) out.add_cancel_timers(name);
  SetTexts(plan.children, out.mutable_children());
  return out;
}

template <class List>
void AddRefused(const std::vector<act::RefusedGroup>& groups, List* list) {
  for (const act::RefusedGroup& group : groups) {
    v1::RefusedInstances& out = *list->Add();
    out.set_reason(group.reason);
    out.set_count(group.count);
    out.set_message_ja(group.ja);
    out.set_message_en(group.en);
    for (const std::string& id : group.examples) out.add_instance_ids(id);
  }
}

v1::MigrationReport ToProto(const act::Trial& trial) {
  v1::MigrationReport out;
  out.set_movable(trial.movable);
  out.set_there(trial.there);
  out.set_finished(trial.finished);
  AddRefused(trial.refused, out.mutable_refused());
  return out;
}

v1::MigrationState StateOf(const std::string& state) {
  if (state == act::kMigrationRequested) return v1::MIGRATION_STATE_REQUESTED;
  if (state == act::kMigrationRunning) return v1::MIGRATION_STATE_RUNNING;
  if (state == act::kMigrationStopped) return v1::MIGRATION_STATE_STOPPED;
  return v1::MIGRATION_STATE_DONE;
}

v1::Migration Tried(const std::string& service, const v1::MigrationPlan& plan, const act::Trial& trial) {
  v1::Migration out;
  out.set_service(service);
  out.set_chart(trial.chart);
  out.set_from_hash(trial.from_hash);
  out.set_to_hash(trial.to_hash);
  out.set_state(v1::MIGRATION_STATE_TRIED);
  out.set_needs_approval(trial.needs_approval);
  *out.mutable_report() = ToProto(trial);
  *out.mutable_plan() = plan;
  return out;
}

absl::StatusOr<v1::Migration> ToProto(const std::string& service, const act::MigrationRow& row) {
  JISSHO_ASSIGN_OR_RETURN(const act::Trial trial, act::TrialFromJson(row.trial));
  JISSHO_ASSIGN_OR_RETURN(const engine::MigrationPlan plan,
                          engine::MigrationPlanFromJson(act::Json::parse(row.plan, nullptr, false)));
  v1::Migration out = Tried(service, ToProto(plan), trial);
  out.set_id(row.id);
  out.set_state(StateOf(row.state));
  out.set_moved(row.moved);
  out.set_refused(row.refused);
  out.set_reason(row.reason);
  out.set_requested_by(row.requested_by);
  SetTime(out.mutable_request_time(), row.requested_at);
  out.set_approved_by(row.approved_by);
  if (row.approved_at) SetTime(out.mutable_approve_time(), *row.approved_at);
  if (row.ended_at) SetTime(out.mutable_end_time(), *row.ended_at);
  out.set_error(row.error);
  return out;
}

// --- charts
// --------------------------------------------------------------------------------------------------------

absl::StatusOr<v1::ListChartsResponse> ListCharts(act::Service& service, storage::Session& session,
                                                  const std::string& chart) {
  JISSHO_ASSIGN_OR_RETURN(const auto versions, act::ListVersions(session, service.catalog(), chart));
  v1::ListChartsResponse response;
  for (const act::ChartVersion& version : versions) {
    JISSHO_ASSIGN_OR_RETURN(const auto machine, act::VersionOf(session, service.catalog(), version.hash));
    v1::Chart& out = *response.add_charts();
    out.set_name(version.name);
    out.set_hash(version.hash);
    out.set_current(version.current);
    out.set_running(version.running);
    out.set_finished(version.finished);
    out.set_needs_approval(machine->chart().repair_needs_approval);
  }
  return response;
}

absl::StatusOr<v1::Chart> GetChart(act::Service& service, storage::Session& session, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const auto charts, ListCharts(service, session, ""));
  for (const v1::Chart& chart : charts.charts()) {
    if (chart.hash() != id && !(chart.name() == id && chart.current())) continue;
    v1::Chart out = chart;
    JISSHO_ASSIGN_OR_RETURN(const act::ChartRow stored, act::StoredVersion(session, chart.hash()));
    out.set_definition(stored.definition);
    return out;
  }
  return MakeError(kChartVersionNotFound, {{"id", id}});
}

// --- migrations
// --------------------------------------------------------------------------------------------------

// The service that the request names, or the only one that has such a chart.
absl::StatusOr<std::string> ServiceOf(const LocalServices& services,
                                      const v1::StartMigrationRequest& request) {
  if (!request.service().empty()) return request.service();
  std::vector<std::string> names;
  for (const auto& [name, local] : services) {
    if (local.service->catalog().Current(request.plan().chart()).ok()) names.push_back(name);
  }
  if (names.size() == 1) return names[0];
  if (names.empty()) {
    return MakeFieldError(
        {{"plan.chart", "この図を持つサービスはありません。", "no service has such a chart."}});
  }
  return MakeFieldError({{"service", "この図は複数のサービスにあります。サービスを指定してください。",
                          "several services have such a chart; name one."}});
}

using RespondMigration = std::function<void(absl::StatusOr<v1::Migration>)>;

class MigrationCalls {
 public:
  MigrationCalls(const LocalServices* services, const MonotonicClock* monotonic)
      : services_(services), monotonic_(monotonic) {}

  void Start(const CallContext& call, const v1::StartMigrationRequest& request,
             RespondMigration respond) const {
    const auto name = ServiceOf(*services_, request);
    if (!name.ok()) return respond(name.status());
    if (!request.dry_run() && absl::StripAsciiWhitespace(request.reason()).empty()) {
      return respond(MakeFieldError({{"reason", "理由を書いてください。", "is required."}}));
    }
    OnReadThread(services_, *name, Rank::kAct, respond,
                 [this, call, request, respond](act::Service& service) {
                   const engine::MigrationPlan plan = PlanOf(request.plan());
                   const auto trial = Try(service, call, plan);
                   if (!trial.ok()) return respond(trial.status());
                   if (request.dry_run()) return respond(Tried(service.name(), request.plan(), *trial));
                   Request(service, call, request, plan, *trial, respond);
                 });
  }

  // Approve, stop, resume.
  using Verb = absl::StatusOr<act::MigrationRow> (*)(const std::string&, const act::Context&,
                                                     const act::View&, act::WriteSet&);
  template <class Request>
  void Change(Verb verb, const CallContext& call, const Request& request, RespondMigration respond) const {
    const auto found = services_->find(request.service());
    if (found == services_->end()) {
      return respond(MakeError(kServiceNotHere, {{"service", request.service()}}));
    }
    act::Service* service = found->second.service;
    ActLocally<v1::Migration>(
        *service, call, HashMessage(request), request.id(),
        [verb, id = request.id(), name = request.service()](
            const act::Context& context, const act::View& view,
            act::WriteSet& writes) -> absl::StatusOr<v1::Migration> {
          JISSHO_ASSIGN_OR_RETURN(const act::MigrationRow row, verb(id, context, view, writes));
          return ToProto(name, row);
        },
        Waking(service, std::move(respond)));
  }

 private:
  absl::StatusOr<act::Trial> Try(act::Service& service, const CallContext& call,
                                 const engine::MigrationPlan& plan) const {
    JISSHO_ASSIGN_OR_RETURN(auto session, service.pool().Acquire(kLocalSessionWait));
    return act::TryMigration(*session, service.catalog(), plan,
                             [this, &call] { return monotonic_->Elapsed() > call.deadline; });
  }

  void Request(act::Service& service, const CallContext& call, const v1::StartMigrationRequest& request,
               const engine::MigrationPlan& plan, const act::Trial& trial, RespondMigration respond) const {
    ActLocally<v1::Migration>(
        service, call, HashMessage(request), plan.chart,
        [plan, trial, reason = request.reason(), name = service.name()](
            const act::Context& context, const act::View&,
            act::WriteSet& writes) -> absl::StatusOr<v1::Migration> {
          JISSHO_ASSIGN_OR_RETURN(const act::MigrationRow row,
                                  act::RequestMigration(plan, trial, reason, context, writes));
          return ToProto(name, row);
        },
        Waking(&service, std::move(respond)));
  }

  // What runs now need not wait for the next look at the database.
  static RespondMigration Waking(act::Service* service, RespondMigration respond) {
    return [service, respond = std::move(respond)](absl::StatusOr<v1::Migration> answer) {
      if (answer.ok()) service->Wake();
      respond(std::move(answer));
    };
  }

  const LocalServices* services_;
  const MonotonicClock* monotonic_;
};

absl::StatusOr<v1::Migration> GetMigration(act::Service& service, storage::Session& session,
                                           const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const act::MigrationRow row, act::GetMigration(session, id));
  JISSHO_ASSIGN_OR_RETURN(v1::Migration out, ToProto(service.name(), row));
  JISSHO_ASSIGN_OR_RETURN(const auto refusals, act::RefusalsOf(session, id));
  AddRefused(refusals, out.mutable_refusals());
  return out;
}

absl::StatusOr<v1::ListMigrationsResponse> ListMigrations(act::Service& service, storage::Session& session,
                                                          const v1::ListMigrationsRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const Page page, ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, act::ListMigrations(session, page.after.empty() ? "" : page.after[0], page.size + 1));
  v1::ListMigrationsResponse response;
  const bool more = static_cast<int>(rows.size()) > page.size;
  if (more) rows.resize(page.size);
  for (const act::MigrationRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(*response.add_migrations(), ToProto(service.name(), row));
  }
  if (more) response.set_next_page_token(MakePageToken(request, {rows.back().id}));
  return response;
}

void AddChartReads(const LocalServices* services, MethodRegistry& registry) {
  registry.Async<v1::ListChartsRequest, v1::ListChartsResponse>(
      "ListCharts", [services](const CallContext&, const v1::ListChartsRequest& request, auto respond) {
        ReadLocally<v1::ListChartsResponse>(
            services, request.service(),
            [chart = request.chart()](act::Service& service, storage::Session& session) {
              return ListCharts(service, session, chart);
            },
            std::move(respond));
      });
  registry.Async<v1::GetChartRequest, v1::Chart>(
      "GetChart", [services](const CallContext&, const v1::GetChartRequest& request, auto respond) {
        ReadLocally<v1::Chart>(
            services, request.service(),
            [id = request.id()](act::Service& service, storage::Session& session) {
              return GetChart(service, session, id);
            },
            std::move(respond));
      });
}

void AddMigrationReads(const LocalServices* services, MethodRegistry& registry) {
  registry.Async<v1::GetMigrationRequest, v1::Migration>(
      "GetMigration", [services](const CallContext&, const v1::GetMigrationRequest& request, auto respond) {
        ReadLocally<v1::Migration>(
            services, request.service(),
            [id = request.id()](act::Service& service, storage::Session& session) {
              return GetMigration(service, session, id);
            },
            std::move(respond));
      });
  registry.Async<v1::ListMigrationsRequest, v1::ListMigrationsResponse>(
      "ListMigrations",
      [services](const CallContext&, const v1::ListMigrationsRequest& request, auto respond) {
        ReadLocally<v1::ListMigrationsResponse>(
            services, request.service(),
            [request](act::Service& service, storage::Session& session) {
              return ListMigrations(service, session, request);
            },
            std::move(respond));
      });
}

template <class Request>
void AddChange(const std::string& name, const std::shared_ptr<const MigrationCalls>& calls,
               MigrationCalls::Verb verb, MethodRegistry& registry) {
  registry.Async<Request, v1::Migration>(
      name, [calls, verb](const CallContext& call, const Request& request, RespondMigration respond) {
        calls->Change(verb, call, request, std::move(respond));
      });
}

}  // namespace

MethodRegistry ChartMethods(const LocalServices* services, const MonotonicClock* monotonic) {
  MethodRegistry registry("jissho.engine.v1.ChartService");
  const auto calls = std::make_shared<const MigrationCalls>(services, monotonic);
  AddChartReads(services, registry);
  AddMigrationReads(services, registry);
  registry.Async<v1::StartMigrationRequest, v1::Migration>(
      "StartMigration",
      [calls](const CallContext& call, const v1::StartMigrationRequest& request, RespondMigration respond) {
        calls->Start(call, request, std::move(respond));
      });
  AddChange<v1::ApproveMigrationRequest>("ApproveMigration", calls, act::ApproveMigration, registry);
  AddChange<v1::StopMigrationRequest>("StopMigration", calls, act::StopMigration, registry);
  AddChange<v1::ResumeMigrationRequest>("ResumeMigration", calls, act::ResumeMigration, registry);
  return registry;
}

}  // namespace jissho::runtime
