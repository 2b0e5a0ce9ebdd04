#include "tests/load/load_driver.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bench.pb.h"
#include "clients/cpp/throttle.h"
#include "nlohmann/json.hpp"
#include "tests/load/bench_case.h"
#include "tests/load/cores.h"
#include "tests/load/durable_act.h"
#include "tests/load/measure.h"
#include "workflow/base/clock.h"
#include "workflow/base/id.h"

namespace jissho::bench {
namespace {

constexpr int kChannels = 4;
constexpr auto kNap = std::chrono::microseconds(100);
constexpr absl::Duration kDrain = absl::Seconds(3);

struct Call {
  grpc::ClientContext context;
  grpc::ByteBuffer response;
  grpc::Status status;
  size_t phase;
  size_t channel;
  absl::Duration due;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
};

// What is known of a phase's calls; written by the thread that takes the answers, but for the second line,
// which is of the thread that keeps the appointments. `good` are the answers that came while the phase
// lasted, whenever their calls began.
struct Tally {
  std::vector<double> answered, refused;  // milliseconds
  std::vector<double> lags, kept_back;
  int64_t begun = 0, good = 0, without_retry_info = 0, late = 0, errors = 0;
};

class Driver {
 public:
  explicit Driver(const LoadJob& job) : job_(job), tallies_(job.phases.size()) {
    for (int i = 0; i < kChannels; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt("grpc.use_local_subchannel_pool", 1);
      stubs_.push_back(std::make_unique<grpc::GenericStub>(
          grpc::CreateCustomChannel(job.address, grpc::InsecureChannelCredentials(), arguments)));
    }
  }

  std::vector<LoadResult> Run() {
    std::thread taker([this] { TakeAnswers(); });
    absl::Duration begin = clock_.Elapsed();
    for (size_t phase = 0; phase < job_.phases.size(); ++phase) {
      const absl::Duration end = begin + job_.phases[phase].duration;
      phase_ = phase;
      phase_end_ = absl::ToInt64Nanoseconds(end);
      if (job_.phases[phase].per_second > 0) {
        KeepAppointments(phase, begin, end);
      } else {
        for (int i = 0; i < job_.phases[phase].in_flight; ++i) Begin(phase, clock_.Elapsed());
      }
      while (clock_.Elapsed() < end) std::this_thread::sleep_for(kNap);
      begin = end;
    }
    const absl::Duration last = clock_.Elapsed() + job_.patience + kDrain;
    while (open_ > 0 && clock_.Elapsed() < last) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    queue_.Shutdown();
    taker.join();
    std::vector<LoadResult> results;
    for (size_t phase = 0; phase < tallies_.size(); ++phase)
      results.push_back(ResultOf(tallies_[phase], job_.phases[phase].duration));
    return results;
  }

 private:
  void KeepAppointments(size_t phase, absl::Duration begin, absl::Duration end) {
    std::exponential_distribution<double> seconds_between(job_.phases[phase].per_second);
    absl::Duration due = begin;
    while (true) {
      due += absl::Seconds(seconds_between(random_));
      if (due >= end) return;
      while (clock_.Elapsed() < due) std::this_thread::sleep_for(kNap);
      // A driver that cannot keep up offers less, and says so; it does not run into the next phase.
      if (clock_.Elapsed() >= end) return;
      tallies_[phase].lags.push_back(absl::ToDoubleMilliseconds(clock_.Elapsed() - due));
      Begin(phase, due);
    }
  }

  // In an open phase by the thread that keeps the appointments, in a closed one by both.
  void Begin(size_t phase, absl::Duration due) {
    const int64_t number = next_++;
    const size_t channel = number % kChannels;
    if (job_.throttled && !throttles_[channel].Admits(clock_.Elapsed())) {
      tallies_[phase].kept_back.push_back(absl::ToDoubleMilliseconds(clock_.Elapsed() - due));
      return;
    }
    auto* call = new Call;
    v1::MoveCaseRequest request;
    request.set_id(CaseId(static_cast<int>(number * 7919 % job_.cases)));
    request.set_request_id(absl::StrCat(run_, "-", number));
    request.set_amount_yen(1000);
    call->phase = phase;
    call->channel = channel;
    call->due = due;
    call->context.AddMetadata("authorization", "Bearer " + job_.token);
    call->context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(job_.patience));
    ++open_;
    call->reader = stubs_[channel]->PrepareUnaryCall(&call->context, kMoveCase, ToBuffer(request), &queue_);
    call->reader->StartCall();
    call->reader->Finish(&call->response, &call->status, call);
  }

  void TakeAnswers() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
      const std::unique_ptr<Call> call(static_cast<Call*>(tag));
      const absl::Duration now = clock_.Elapsed();
      Count(*call, absl::ToDoubleMilliseconds(now - call->due), tallies_[call->phase]);
      const grpc::StatusCode code = call->status.error_code();
      if (code == grpc::StatusCode::OK || code == grpc::StatusCode::RESOURCE_EXHAUSTED)
        throttles_[call->channel].Note(now, code == grpc::StatusCode::RESOURCE_EXHAUSTED);
      const size_t phase = phase_;
      if (call->status.ok() && absl::ToInt64Nanoseconds(now) < phase_end_) ++tallies_[phase].good;
      if (call->phase == phase && job_.phases[phase].per_second == 0 &&
          absl::ToInt64Nanoseconds(now) < phase_end_) {
        Begin(phase, now);
      }
      --open_;
    }
  }

  static void Count(const Call& call, double ms, Tally& tally) {
    ++tally.begun;
    switch (call.status.error_code()) {
      case grpc::StatusCode::OK:
        tally.answered.push_back(ms);
        return;
      case grpc::StatusCode::RESOURCE_EXHAUSTED:
        tally.refused.push_back(ms);
        if (!absl::StrContains(call.status.error_details(), "google.rpc.RetryInfo"))
          ++tally.without_retry_info;
        return;
      case grpc::StatusCode::DEADLINE_EXCEEDED:
        ++tally.late;
        return;
      default:
        ++tally.errors;
    }
  }

  static LoadResult ResultOf(const Tally& tally, absl::Duration duration) {
    const double seconds = absl::ToDoubleSeconds(duration);
    LoadResult result;
    const double all = static_cast<double>(tally.begun + tally.kept_back.size());
    std::vector<double> refusals = tally.refused;
    refusals.insert(refusals.end(), tally.kept_back.begin(), tally.kept_back.end());
    result.offered = all / seconds;
    result.asked = tally.begun / seconds;
    result.goodput = tally.good / seconds;
    result.p50_ms = Quantile(tally.answered, 0.5);
    result.p99_ms = Quantile(tally.answered, 0.99);
    result.refused_share = all == 0 ? 0 : refusals.size() / all;
    result.refusal_p99_ms = Quantile(refusals, 0.99);
    result.without_retry_info = tally.without_retry_info;
    result.late = tally.late;
    result.errors = tally.errors;
    result.lag_p99_ms = Quantile(tally.lags, 0.99);
    return result;
  }

  const LoadJob& job_;
  const MonotonicClock& clock_ = SystemMonotonic();
  const std::string run_ = RandomIds().NewId();
  std::mt19937_64 random_{7};  // of appointments
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::array<client::Throttle, kChannels> throttles_;
  grpc::CompletionQueue queue_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<int64_t> open_ = 0;
  std::atomic<size_t> phase_ = 0;
  std::atomic<int64_t> phase_end_ = 0;
  std::vector<Tally> tallies_;
};

nlohmann::json ToJson(const LoadJob& job) {
  nlohmann::json out{{"address", job.address},     {"token", job.token},
                     {"cases", job.cases},         {"patience", absl::ToDoubleSeconds(job.patience)},
                     {"throttled", job.throttled}, {"phases", nlohmann::json::array()}};
  for (const LoadPhase& phase : job.phases)
    out["phases"].push_back({phase.per_second, phase.in_flight, absl::ToDoubleSeconds(phase.duration)});
  return out;
}

LoadJob JobOf(const nlohmann::json& in) {
  LoadJob job;
  job.address = in["address"].get<std::string>();
  job.token = in["token"].get<std::string>();
  job.cases = in["cases"].get<int>();
  job.patience = absl::Seconds(in["patience"].get<double>());
  job.throttled = in["throttled"].get<bool>();
  for (const auto& phase : in["phases"])
    job.phases.push_back(
        {phase[0].get<double>(), phase[1].get<int>(), absl::Seconds(phase[2].get<double>())});
  return job;
}

}  // namespace

std::string Drive(const std::string& job_text) {
  MoveToLastCore();
  const LoadJob job = JobOf(nlohmann::json::parse(job_text));
  nlohmann::json out = nlohmann::json::array();
  for (const LoadResult& r : Driver(job).Run()) {
    out.push_back({r.offered, r.goodput, r.p50_ms, r.p99_ms, r.refused_share, r.asked, r.refusal_p99_ms,
                   r.without_retry_info, r.late, r.errors, r.lag_p99_ms});
  }
  return out.dump();
}

absl::StatusOr<std::vector<LoadResult>> DriveFromOutside(const LoadJob& job) {
  // Neither a token nor an address holds a quote.
  const std::string command = absl::StrCat(std::filesystem::read_symlink("/proc/self/exe").string(),
                                           " --drive '", ToJson(job).dump(), "'");
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return absl::InternalError("cannot start the driver");
  std::string text;
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) text.append(buffer, size);
  const int status = pclose(pipe);
  const nlohmann::json in = nlohmann::json::parse(text, nullptr, false);
  if (status != 0 || !in.is_array() || in.size() != job.phases.size())
    return absl::InternalError(absl::StrCat("the driver failed (", status, "): ", text.substr(0, 200)));
  std::vector<LoadResult> results;
  for (const auto& r : in) {
    results.push_back({r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10]});
  }
  return results;
}

}  // namespace jissho::bench
