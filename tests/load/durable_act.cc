#include "tests/load/durable_act.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "bench.pb.h"
#include "services/runtime/auth/key.h"
#include "services/runtime/auth/key_store.h"
#include "services/runtime/auth/token.h"
#include "services/runtime/log/log.h"
#include "services/runtime/metrics/metrics.h"
#include "services/runtime/process/events.h"
#include "services/runtime/rpc/grpc_server.h"
#include "services/runtime/rpc/pipeline.h"
#include "tests/load/bench_case.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/base/id.h"

namespace jissho::bench {

namespace {

// Events stay in the outbox: what is measured ends with the commit, as in the raw limit.
class NoTransport : public act::EventTransport {
 public:
  absl::Status Deliver(const act::Envelope&) override { return absl::UnavailableError("not delivered here"); }
};

class Server : public BenchServer {
 public:
  static absl::StatusOr<std::unique_ptr<Server>> Make(const ServerOptions& options) {
    std::unique_ptr<Server> server(new Server(options));
    JISSHO_RETURN_IF_ERROR(server->Open());
    return server;
  }

  ~Server() override {
    pipeline_.Close();
    if (grpc_) grpc_->Shutdown(absl::Seconds(2));
    if (service_) service_->Stop(absl::Seconds(2));
    reads_.Stop();
  }

  Sample Measure(int in_flight, absl::Duration duration) override;
  const std::string& address() const override { return grpc_->address(); }
  const std::string& token() const override { return token_; }

 private:
  explicit Server(const ServerOptions& options)
      : options_(options),
        keys_("", &SystemMonotonic()),
        verifier_({"bench", "jissho"}, &keys_, &SystemCalendar()),
        reads_(1, 16),
        pipeline_({.calls_max = options.limits.queue_max},
                  {&verifier_, &SystemCalendar(), &SystemMonotonic(), &RandomIds(), &log_, &metrics_}) {}

  absl::Status Open() {
    JISSHO_ASSIGN_OR_RETURN(pool_,
                            storage::OpenPool({.dsn = options_.dsn, .sessions_max = options_.lanes + 4}));
    JISSHO_ASSIGN_OR_RETURN(runtime::Key key, runtime::Key::GenerateEs256());
    keys_.Add(key.Thumbprint(), key, runtime::KeyUse::kPeople);
    const runtime::TokenSigner signer(key, "bench", "jissho");
    const absl::Time now = SystemCalendar().Now();
    JISSHO_ASSIGN_OR_RETURN(
        token_, signer.Sign({"user:bench", {"secretariat"}, "", "LOCAL"}, now, now + absl::Hours(24)));
    act::ServiceOptions options;
    options.service = "bench";
    options.municipality = "082201";
    options.executor = options_.limits;
    options.executor.lanes = options_.lanes;
    options.executor.batch_max = options_.batch_max;
    JISSHO_ASSIGN_OR_RETURN(auto definitions, module_->definitions());
    JISSHO_ASSIGN_OR_RETURN(
        service_, act::Service::Create(options, std::move(definitions), pool_.get(), &SystemCalendar(),
                                       &SystemMonotonic(), &transport_, &encoder_));
    for (const runtime::MethodRegistry& registry : module_->methods()) {
      JISSHO_RETURN_IF_ERROR(pipeline_.Add(
          registry,
          {[this](act::Act act, act::Done done) { service_->Submit(std::move(act), std::move(done)); },
           pool_.get(), &reads_, [this](bool urgent) { return service_->HasRoom(urgent); }}));
    }
    service_->StartWithoutPump();
    JISSHO_ASSIGN_OR_RETURN(grpc_, runtime::GrpcServer::Start({.listen = "127.0.0.1:0"}, &pipeline_));
    grpc_->SetServing(true);
    return absl::OkStatus();
  }

  ServerOptions options_;
  std::unique_ptr<runtime::Module> module_ = MakeModule();
  runtime::KeyStore keys_;
  runtime::TokenVerifier verifier_;
  runtime::Log log_{runtime::LogLevel::kOff};
  runtime::Metrics metrics_;
  runtime::WorkQueue reads_;
  runtime::Pipeline pipeline_;
  NoTransport transport_;
  runtime::ProtoProgressEncoder encoder_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<act::Service> service_;
  std::unique_ptr<runtime::GrpcServer> grpc_;
  std::string token_;
  int64_t next_request_ = 0;
};

// One open call of the load.
struct Call {
  grpc::ClientContext context;
  grpc::ByteBuffer response;
  grpc::Status status;
  absl::Duration begin;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
};

Sample Server::Measure(int in_flight, absl::Duration duration) {
  grpc::ChannelArguments arguments;
  arguments.SetInt("grpc.use_local_subchannel_pool", 1);
  auto channel = grpc::CreateCustomChannel(grpc_->address(), grpc::InsecureChannelCredentials(), arguments);
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const MonotonicClock& clock = SystemMonotonic();
  const absl::Duration start = clock.Elapsed();
  const absl::Duration end = start + duration;
  std::mt19937_64 random(7);
  const std::string run = RandomIds().NewId();
  const auto send = [&] {
    auto* call = new Call;
    v1::MoveCaseRequest request;
    request.set_id(CaseId(static_cast<int>(random() % options_.cases)));
    request.set_request_id(absl::StrCat(run.substr(0, 13), "-", ++next_request_));
    request.set_amount_yen(1000);
    call->context.AddMetadata("authorization", "Bearer " + token_);
    call->begin = clock.Elapsed();
    call->reader = stub.PrepareUnaryCall(&call->context, kMoveCase, ToBuffer(request), &queue);
    call->reader->StartCall();
    call->reader->Finish(&call->response, &call->status, call);
  };
  for (int i = 0; i < in_flight; ++i) send();
  std::vector<double> latencies;
  int64_t errors = 0;
  int open = in_flight;
  void* tag = nullptr;
  bool ok = false;
  while (open > 0 && queue.Next(&tag, &ok)) {
    std::unique_ptr<Call> call(static_cast<Call*>(tag));
    const absl::Duration now = clock.Elapsed();
    if (call->status.ok()) {
      latencies.push_back(absl::ToDoubleMilliseconds(now - call->begin));
    } else {
      ++errors;
    }
    if (now < end) {
      send();
    } else {
      --open;
    }
  }
  const double seconds = absl::ToDoubleSeconds(clock.Elapsed() - start);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return Summarise(latencies, seconds, errors);
}

}  // namespace

grpc::ByteBuffer ToBuffer(const google::protobuf::Message& message) {
  const std::string bytes = message.SerializeAsString();
  grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

absl::StatusOr<std::unique_ptr<BenchServer>> BenchServer::Start(const ServerOptions& options) {
  auto server = Server::Make(options);
  if (!server.ok()) return server.status();
  return std::unique_ptr<BenchServer>(*std::move(server));
}

absl::Status PrepareDatabase(const std::string& dsn, int cases) {
  JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 2}));
  {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(absl::Seconds(5)));
    JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
    JISSHO_ASSIGN_OR_RETURN(auto own, MakeModule()->migrations());
    migrations.insert(migrations.end(), own.begin(), own.end());
    JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  }
  return CreateCases(*pool, cases);
}

}  // namespace jissho::bench
