#include "tests/support/service_harness.h"

#include <algorithm>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "jissho/options/v1/options.pb.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/serialize.h"
#include "services/runtime/rpc/validation.h"
#include "workflow/base/error.h"

namespace jissho::testing {

namespace {

constexpr absl::Duration kSessionWait = absl::Seconds(10);
// A service that never comes to rest is a fault, not a reason to wait.
constexpr int kRoundsMax = 1000;

std::string RequestIdOf(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : request.GetReflection()->GetString(request, field);
}

absl::Status CheckRoles(const google::protobuf::MethodDescriptor& method, const act::Actor& actor) {
  const auto& rule = method.options().GetExtension(options::v1::method);
  const bool allowed =
      rule.public_() || std::any_of(rule.roles().begin(), rule.roles().end(),
                                    [&](const auto& role) { return role == "*" || actor.HasRole(role); });
  if (allowed) return absl::OkStatus();
  return MakeError(runtime::kRoleNotAllowed, {{"roles", absl::StrJoin(rule.roles(), ", ")}});
}

}  // namespace

act::Actor Applicant(const std::string& organisation, const std::string& id) {
  return {id, {"applicant"}, organisation, "MEMBER"};
}

act::Actor Staff(const std::string& role, const std::string& id) { return {id, {role}, "", "LOCAL"}; }

absl::Status ServiceHarness::CapturingTransport::Deliver(const act::Envelope& envelope) {
  std::lock_guard lock(mutex);
  sent.push_back(envelope);
  return absl::OkStatus();
}

absl::Status ServiceHarness::FixedPeers::CallMessage(const runtime::CallContext*, const std::string& service,
                                                     const std::string& method,
                                                     const google::protobuf::Message&,
                                                     google::protobuf::Message* response) {
  auto it = answers.find(method);
  if (it == answers.end()) return MakeError(runtime::kPeerUnavailable, {{"service", service}});
  response->CopyFrom(*it->second);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ServiceHarness>> ServiceHarness::Create(const Options& options,
                                                                       const Factory& factory) {
  std::unique_ptr<ServiceHarness> harness(new ServiceHarness(options));
  JISSHO_RETURN_IF_ERROR(harness->Build(factory));
  return harness;
}

ServiceHarness::~ServiceHarness() {
  if (started_) service_->Stop(absl::Seconds(5));
}

absl::Status ServiceHarness::Build(const Factory& factory) {
  module_ = factory({&peers_, options_.municipality, &RandomIds()});
  JISSHO_RETURN_IF_ERROR(storage::CreateDatabase(options_.dsn));
  JISSHO_ASSIGN_OR_RETURN(pool_,
                          storage::OpenPool({.dsn = options_.dsn, .sessions_max = options_.sessions_max}));
  JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
  JISSHO_ASSIGN_OR_RETURN(auto own, module_->migrations());
  migrations.insert(migrations.end(), own.begin(), own.end());
  {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  }
  JISSHO_ASSIGN_OR_RETURN(auto definitions, module_->definitions());
  methods_ = module_->methods();
  act::ServiceOptions options;
  options.service = module_->name();
  options.municipality = options_.municipality;
  options.executor = options_.executor;
  options.working_days = &working_days_;
  JISSHO_ASSIGN_OR_RETURN(service_, act::Service::Create(options, std::move(definitions), pool_.get(),
                                                         &calendar_, &monotonic_, &transport_, nullptr));
  return absl::OkStatus();
}

absl::Status ServiceHarness::CallMessage(const act::Actor& actor, const std::string& name,
                                         const google::protobuf::Message& request,
                                         google::protobuf::Message* response) {
  const runtime::Method* method = nullptr;
  for (const runtime::MethodRegistry& registry : methods_) {
    if (auto it = registry.methods().find(name); it != registry.methods().end()) method = &it->second;
  }
  if (method == nullptr) return MakeError(runtime::kMethodUnknown, {{"method", name}});
  JISSHO_RETURN_IF_ERROR(CheckRoles(*method->descriptor, actor));
  JISSHO_RETURN_IF_ERROR(runtime::ValidateRequest(request));

  runtime::CallContext call;
  call.method = absl::StrCat(std::string(method->descriptor->service()->full_name()), "/", name);
  call.actor = actor;
  call.request_id = RequestIdOf(request);
  if (call.request_id.empty()) {
    std::lock_guard lock(mutex_);
    call.request_id = absl::StrCat("call-", ++calls_);
  }
  call.locale = "ja";
  call.now = calendar_.Now();
  call.deadline = absl::InfiniteDuration();

  auto run = [&](absl::StatusOr<act::Act> act) -> absl::Status {
    if (!act.ok()) return act.status();
    act->command = {actor.id, call.method, call.request_id, runtime::HashMessage(request)};
    act->actor = actor;
    JISSHO_ASSIGN_OR_RETURN(const std::string bytes, RunAct(*std::move(act)));
    return response->ParseFromString(bytes) ? absl::OkStatus() : absl::InternalError("malformed answer");
  };
  auto take = [&](absl::StatusOr<runtime::Response> answer) -> absl::Status {
    if (!answer.ok()) return answer.status();
    response->CopyFrom(**answer);
    return absl::OkStatus();
  };
  if (method->plan) return run(method->plan(call, request));
  if (method->direct) return take(method->direct(call, request));
  if (!method->slow_plan && !method->read)
    return absl::UnimplementedError("the harness runs no asynchronous methods");
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  if (method->read) return take(method->read(call, request, *lease));
  auto act = method->slow_plan(call, request, *lease);
  // The reading session goes back first: the act takes its own, and a pool of one must do.
  { auto returned = std::move(lease); }
  return run(std::move(act));
}

absl::StatusOr<std::string> ServiceHarness::RunAct(act::Act act) {
  if (!started_) return service_->RunHere(act);
  std::promise<absl::StatusOr<std::string>> promise;
  auto future = promise.get_future();
  service_->Submit(std::move(act),
                   [&promise](absl::StatusOr<std::string> result) { promise.set_value(std::move(result)); });
  return future.get();
}

absl::Status ServiceHarness::Deliver(const std::string& source, const std::string& stream,
                                     const google::protobuf::Message& event) {
  int64_t& sequence = delivered_[{source, stream}];
  std::promise<absl::StatusOr<std::string>> promise;
  auto future = promise.get_future();
  service_->Deliver({source, stream, sequence + 1, std::string(event.GetDescriptor()->full_name()),
                     event.SerializeAsString()},
                    [&promise](absl::StatusOr<std::string> result) { promise.set_value(std::move(result)); });
  JISSHO_RETURN_IF_ERROR(future.get().status());
  ++sequence;
  return absl::OkStatus();
}

absl::Status ServiceHarness::Settle() {
  for (int round = 0; round < kRoundsMax; ++round) {
    JISSHO_ASSIGN_OR_RETURN(const int64_t done, service_->Pump(true));
    if (done == 0) return absl::OkStatus();
  }
  return absl::InternalError("the service does not come to rest");
}

absl::Status ServiceHarness::AdvanceTo(absl::Time time) {
  JISSHO_RETURN_IF_ERROR(Settle());
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(const act::Pending pending, service_->GetPending());
    if (!pending.next_due || *pending.next_due > time) break;
    calendar_.Set(*pending.next_due);
    JISSHO_RETURN_IF_ERROR(Settle());
  }
  calendar_.Set(time);
  return Settle();
}

void ServiceHarness::AnswerPeer(const std::string& method,
                                std::shared_ptr<google::protobuf::Message> answer) {
  peers_.answers[method] = std::move(answer);
}

void ServiceHarness::Start() {
  started_ = true;
  service_->Start();
}

}  // namespace jissho::testing
