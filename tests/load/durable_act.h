// The product's way: the same unit of work through gRPC, pipeline, chart, executor and SOCI.
#ifndef JISSHO_TESTS_LOAD_DURABLE_ACT_H_
#define JISSHO_TESTS_LOAD_DURABLE_ACT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"
#include "tests/load/measure.h"
#include "workflow/act/executor.h"

namespace jissho::bench {

inline constexpr char kMoveCase[] = "/jissho.bench.v1.BenchService/MoveCase";

struct ServerOptions {
  std::string dsn;
  int lanes = 1;
  int batch_max = 1;
  int cases = 1000;
  act::ExecutorOptions limits = {};  // how much may wait; the product's
};

grpc::ByteBuffer ToBuffer(const google::protobuf::Message& message);

// A server in this process with the benchmark's module, behind real gRPC on loopback.
class BenchServer {
 public:
  static absl::StatusOr<std::unique_ptr<BenchServer>> Start(const ServerOptions& options);
  virtual ~BenchServer() = default;
  // Calls MoveCase with `in_flight` calls open all the time, from one client thread.
  virtual Sample Measure(int in_flight, absl::Duration duration) = 0;
  // For a client of another process.
  virtual const std::string& address() const = 0;
  virtual const std::string& token() const = 0;
};

// Makes the tables and cases of a benchmark database.
absl::Status PrepareDatabase(const std::string& dsn, int cases);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_DURABLE_ACT_H_
