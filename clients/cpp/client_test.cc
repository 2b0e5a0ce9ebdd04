#include "clients/cpp/client.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/empty.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "workflow/base/error.h"

namespace jissho::client {
namespace {

constexpr char kPay[] = "test.Office/Pay";
constexpr char kList[] = "test.Office/List";

// Refuses every call in the way of a full server, but for those of `kPay`.
class FullServer : public grpc::CallbackGenericService {
 public:
  FullServer() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
  }

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    ++asked;
    class Reactor : public grpc::ServerGenericBidiReactor {
     public:
      void OnDone() override { delete this; }
    };
    auto* reactor = new Reactor;
    reactor->Finish(context->method() == absl::StrCat("/", kPay) ? NotFound() : Refusal());
    return reactor;
  }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

  std::atomic<int> asked = 0;

 private:
  static grpc::Status Answer(grpc::StatusCode code, const std::string& reason, int retry_seconds) {
    google::rpc::Status status;
    google::rpc::ErrorInfo info;
    info.set_reason(reason);
    status.add_details()->PackFrom(info);
    if (retry_seconds > 0) {
      google::rpc::RetryInfo retry;
      retry.mutable_retry_delay()->set_seconds(retry_seconds);
      status.add_details()->PackFrom(retry);
    }
    status.set_code(code);
    return grpc::Status(code, "no", status.SerializeAsString());
  }
  static grpc::Status Refusal() { return Answer(grpc::StatusCode::RESOURCE_EXHAUSTED, "SERVER_BUSY", 1); }
  static grpc::Status NotFound() { return Answer(grpc::StatusCode::NOT_FOUND, "PAYEE_UNKNOWN", 0); }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

class ClientTest : public ::testing::Test {
 protected:
  absl::Status Call(const std::string& method) {
    google::protobuf::Empty request, response;
    return client_.CallMessage(method, request, &response);
  }
  int AskedBy(int calls, const std::string& method) {
    const int before = server_.asked;
    for (int i = 0; i < calls; ++i) Call(method).IgnoreError();
    return server_.asked - before;
  }

  FullServer server_;
  ManualMonotonicClock clock_;
  Client client_{server_.address(), &clock_};
};

TEST_F(ClientTest, AsksAFullServerLittle) {
  EXPECT_EQ(AskedBy(20, kList), 20);
  clock_.Advance(absl::Milliseconds(200));
  EXPECT_LE(AskedBy(20, kList), 1);
}

TEST_F(ClientTest, RefusesInTheServersWordsAndSaysWhenToRetry) {
  const absl::Status said = Call(kList);
  clock_.Advance(absl::Milliseconds(200));
  AskedBy(20, kList);
  const int asked = server_.asked;
  const absl::Status refusal = Call(kList);
  EXPECT_EQ(server_.asked, asked);
  EXPECT_EQ(refusal, said);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kResourceExhausted);
  const auto detail = GetErrorDetail(refusal);
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->reason, "SERVER_BUSY");
  EXPECT_EQ(detail->retry_after, absl::Seconds(1));
}

TEST_F(ClientTest, HoldsBackNoMethodThatTheServerStillTakes) {
  AskedBy(20, kList);
  clock_.Advance(absl::Milliseconds(200));
  EXPECT_EQ(AskedBy(20, kPay), 20);
}

TEST_F(ClientTest, AsksFreelyAgainTwoSecondsAfterTheLastRefusal) {
  AskedBy(20, kList);
  clock_.Advance(absl::Milliseconds(2300));
  EXPECT_EQ(AskedBy(20, kList), 20);
}

}  // namespace
}  // namespace jissho::client
