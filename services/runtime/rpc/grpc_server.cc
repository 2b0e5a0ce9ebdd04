#include "services/runtime/rpc/grpc_server.h"

#include <chrono>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/support/server_callback.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/status_mapping.h"
#include "workflow/base/test_hooks.h"

namespace jissho::runtime {
namespace {

constexpr int kConnectionAgeMs = 5 * 60 * 1000;  // so that clients notice new processes behind one name
constexpr int kConnectionAgeGraceMs = 30 * 1000;
constexpr int kKeepaliveTimeMs = 60 * 1000;
constexpr int kKeepaliveTimeoutMs = 20 * 1000;
constexpr int kPingIntervalMinMs = 30 * 1000;  // below our own clients' keepalive

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string out;
  if (!buffer.Dump(&slices).ok()) return out;
  out.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices)
    out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

grpc::ByteBuffer FromBytes(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

Metadata ReadMetadata(const grpc::CallbackServerContext& context) {
  Metadata out;
  for (const auto& [key, value] : context.client_metadata()) {
    // The first of a repeated key counts: a proxy appends, and what it appends must not replace.
    out.emplace(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
  }
  return out;
}

std::string LocaleOf(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find("accept-language");
  return runtime::LocaleOf(found == context.client_metadata().end()
                               ? ""
                               : std::string(found->second.data(), found->second.size()));
}

// The wire states the deadline as time left; gRPC turns it into an instant of the machine's clock, and so
// back here.
absl::Duration TimeLeft(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteDuration();
  return absl::FromChrono(deadline - std::chrono::system_clock::now());
}

// Errors of one service as gRPC sends them. A full server says the same to everybody, so the last one is kept
// for each language. Thread-safe.
class WireErrors {
 public:
  explicit WireErrors(std::string service) : service_(std::move(service)) {}

  grpc::Status Of(const absl::Status& status, const std::string& locale) {
    Kept& kept = locale == "en" ? en_ : ja_;
    {
      std::lock_guard lock(mutex_);
      if (kept.status == status) return kept.wire;
    }
    const google::rpc::Status details = ToRpcStatus(status, locale, service_);
    grpc::Status wire(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
    std::lock_guard lock(mutex_);
    kept = {status, wire};
    return wire;
  }

 private:
  struct Kept {
    absl::Status status;
    grpc::Status wire;
  };
  const std::string service_;
  std::mutex mutex_;
  Kept ja_, en_;
};

// A gRPC service made from a descriptor. The names must outlive it: gRPC keeps pointers to them.
class DescribedService : public grpc::Service {
 public:
  DescribedService(const google::protobuf::ServiceDescriptor* descriptor, Pipeline* pipeline)
      : errors_(ServiceOf(descriptor->full_name())) {
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const std::string method = absl::StrCat(descriptor->full_name(), "/", descriptor->method(i)->name());
      names_.push_back("/" + method);
      AddMethod(new grpc::internal::RpcServiceMethod(names_.back().c_str(),
                                                     grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
      MarkMethodRawCallback(
          i, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                 [this, pipeline, method](grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
                   return React(pipeline, method, context, *request, response);
                 }));
    }
  }

 private:
  grpc::ServerUnaryReactor* React(Pipeline* pipeline, const std::string& method,
                                  grpc::CallbackServerContext* context, const grpc::ByteBuffer& request,
                                  grpc::ByteBuffer* response) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (const absl::Status full = pipeline->TurnAway(method); !full.ok()) {
      reactor->Finish(errors_.Of(full, LocaleOf(*context)));
      return reactor;
    }
    IncomingCall call{method, ReadMetadata(*context), TimeLeft(*context), ToBytes(request)};
    const std::string locale = LocaleOf(*context);
    pipeline->Handle(std::move(call), [this, reactor, response, locale](absl::StatusOr<std::string> result) {
      Reach("answer.ready");
      if (!result.ok()) return reactor->Finish(errors_.Of(result.status(), locale));
      *response = FromBytes(*result);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  std::deque<std::string> names_;
  WireErrors errors_;
};

void SetSwitchesOfTheProcess(bool reflection) {
  // None of them is thread-safe.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  // Debian's abseil looks for cycles at each lock that gRPC takes: some 2 microseconds a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  grpc::EnableDefaultHealthCheckService(true);
  static bool reflecting = false;
  if (reflection && !std::exchange(reflecting, true))
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

}  // namespace

struct GrpcServer::State {
  std::vector<std::unique_ptr<DescribedService>> services;
  std::vector<std::string> names;
  std::string address;
  std::unique_ptr<grpc::Server> server;
};

GrpcServer::GrpcServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options,
                                                              Pipeline* pipeline) {
  SetSwitchesOfTheProcess(options.reflection);
  auto state = std::make_unique<State>();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.listen, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingIntervalMinMs);
  // Two servers on one port would each get some of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  for (const std::string& name : pipeline->services()) {
    const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    state->services.push_back(std::make_unique<DescribedService>(descriptor, pipeline));
    state->names.push_back(name);
    builder.RegisterService(state->services.back().get());
  }
  state->server = builder.BuildAndStart();
  if (!state->server || port == 0)
    return MakeError(kConfigInvalid, {{"detail", "listen: cannot listen on " + options.listen}});
  state->address = absl::StrCat(options.listen.substr(0, options.listen.rfind(':')), ":", port);
  std::unique_ptr<GrpcServer> out(new GrpcServer(std::move(state)));
  out->SetServing(false);
  return out;
}

GrpcServer::~GrpcServer() { Shutdown(absl::ZeroDuration()); }

void GrpcServer::SetServing(bool serving) {
  auto* health = state_->server->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus("", serving);
  for (const std::string& name : state_->names) health->SetServingStatus(name, serving);
}

const std::string& GrpcServer::address() const { return state_->address; }

void GrpcServer::Shutdown(absl::Duration drain) {
  state_->server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(drain));
  state_->server->Wait();
}

}  // namespace jissho::runtime
