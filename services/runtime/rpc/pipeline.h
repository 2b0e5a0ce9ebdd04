// What happens around every handler, whatever transport brought the call: one literal list of steps
// (pipeline.cc).
//
// gRPC, the HTTP gateway, calls within the process and the simulator all hand a call to Pipeline::Handle and
// get the answer's bytes or an error that is fit for outsiders. Handle never blocks: it may run in a gRPC
// reaction.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_PIPELINE_H_
#define JISSHO_SERVICES_RUNTIME_RPC_PIPELINE_H_

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "jissho/options/v1/options.pb.h"
#include "services/runtime/auth/token.h"
#include "services/runtime/log/log.h"
#include "services/runtime/metrics/metrics.h"
#include "services/runtime/rpc/call.h"
#include "services/runtime/rpc/method_registry.h"
#include "services/runtime/rpc/work_queue.h"
#include "workflow/base/clock.h"
#include "workflow/base/id.h"
#include "workflow/storage/session.h"

namespace jissho::runtime {

struct PipelineOptions {
  bool development = false;
  absl::Duration deadline_max = absl::Seconds(30);  // of a call; nobody waits for ever
  absl::Duration deadline_max_development =
      absl::Seconds(600);  // of methods that only development servers have
  int calls_max = 1024;    // admitted and not yet answered
};

// What stands behind a service's methods.
struct Backend {
  std::function<void(act::Act, act::Done)> submit;  // of acts; never blocks
  storage::Pool* pool = nullptr;                    // of sessions for reads
  WorkQueue* reads = nullptr;                       // the threads that reads run on
  std::function<bool(bool urgent)> has_room = {};   // for another act; empty: always
};

// A call as a transport hands it over.
struct IncomingCall {
  std::string method;  // "jissho.intake.v1.IntakeService/SubmitProposal"
  Metadata metadata;
  absl::Duration timeout = absl::InfiniteDuration();  // what the caller will still wait
  std::string request;                                // serialised
};

// The serialised answer, or the error. Called exactly once, on any thread.
using Answer = std::function<void(absl::StatusOr<std::string>)>;

class Pipeline {
 public:
  // Everything outlives the pipeline.
  struct Dependencies {
    TokenVerifier* tokens;
    const CalendarClock* calendar;
    const MonotonicClock* monotonic;
    IdSource* ids;
    Log* log;
    Metrics* metrics;
  };

  Pipeline(PipelineOptions options, Dependencies dependencies);
  ~Pipeline();

  // Before the first call. FAILED_PRECONDITION when a method lacks a kind or says nobody may call it, or when
  // its registered form does not fit its kind; the server must not start then.
  absl::Status Add(const MethodRegistry& registry, Backend backend);

  // What any call of the method would be told now because the server is full; OK when there is room. It costs
  // so little that a transport asks before it reads a call: at several times the capacity most calls end
  // here. Whoever is told so is counted, whoever he is, and is not handed to Handle.
  absl::Status TurnAway(const std::string& method);

  void Handle(IncomingCall call, Answer answer);

  // From now on calls are refused with UNAVAILABLE (SHUTTING_DOWN); those that are admitted go on.
  void Close() { closed_ = true; }
  // Admitted and not yet answered.
  int in_flight() const { return in_flight_; }

  // nullptr when there is none; for transports that need the message types.
  const Method* Find(const std::string& method) const;
  // Full names of the RPC services.
  std::vector<std::string> services() const;
  // The steps' names in order, for the test that holds the order.
  static std::vector<std::string> StepNames();

 private:
  struct Entry;
  struct Call;
  struct Step;
  static const Step kSteps[];

  absl::Status Identify(Call& call);
  absl::Status Authenticate(Call& call);
  absl::Status CapDeadline(Call& call);
  absl::Status StartTiming(Call& call);
  absl::Status Admit(Call& call);
  bool HasRoom(const Entry& entry) const;
  bool TakePlace(const Entry& entry);
  absl::Status Authorise(Call& call);
  absl::Status Validate(Call& call);
  void Mask(Call& call, absl::StatusOr<std::string>& result);
  void WriteLog(Call& call, absl::StatusOr<std::string>& result);
  void LogTurnedAway(absl::Duration now);
  void Measure(Call& call, absl::StatusOr<std::string>& result);
  void Release(Call& call, absl::StatusOr<std::string>& result);

  void Dispatch(const std::shared_ptr<Call>& call);
  void OnReadThread(const std::shared_ptr<Call>& call);
  void Submit(const std::shared_ptr<Call>& call, absl::StatusOr<act::Act> act);
  void Finish(const std::shared_ptr<Call>& call, absl::StatusOr<std::string> result);

  const PipelineOptions options_;
  const Dependencies dependencies_;
  const absl::Status busy_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::vector<std::string> services_;
  std::atomic<bool> closed_ = false;
  std::atomic<int> in_flight_ = 0;
  std::mutex turned_away_mutex_;
  int64_t turned_away_ = 0;  // since the last line in the log
  std::optional<absl::Duration> turned_away_logged_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_PIPELINE_H_
