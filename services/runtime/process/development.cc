#include "services/runtime/process/development.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "jissho/runtime/v1/runtime.pb.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/proto_time.h"

namespace jissho::runtime {
namespace {

namespace proto = ::jissho::runtime::v1;

constexpr char kClock[] = "jissho.runtime.v1.ClockService";
constexpr absl::Duration kRemoteTimeout = absl::Seconds(60);
constexpr absl::Duration kPause = absl::Milliseconds(50);  // while another process holds timers

// Another process, by its own ClockService.
class RemoteProcess : public ClockedProcess {
 public:
  RemoteProcess(ConfiguredPeers* peers, std::string service) : peers_(peers), service_(std::move(service)) {}

  absl::StatusOr<act::Pending> GetPending() override {
    proto::GetPendingResponse response;
    JISSHO_RETURN_IF_ERROR(Call("GetPending", proto::GetPendingRequest(), &response));
    act::Pending pending;
    pending.ready = response.ready();
    pending.held = response.held();
    if (response.has_next_due_time()) pending.next_due = TimeOf(response.next_due_time());
    return pending;
  }

  absl::StatusOr<int64_t> SetTime(absl::Time now) override {
    proto::SetTimeRequest request;
    runtime::SetTime(request.mutable_time(), now);
    proto::SetTimeResponse response;
    JISSHO_RETURN_IF_ERROR(Call("SetTime", request, &response));
    return response.processed();
  }

 private:
  absl::Status Call(const char* method, const google::protobuf::Message& request,
                    google::protobuf::Message* response) {
    return peers_->CallProcess(service_, std::string(kClock) + "/" + method, kRemoteTimeout, request,
                               response);
  }

  ConfiguredPeers* const peers_;
  const std::string service_;
};

template <class Out>
void Post(WorkQueue& queue, std::function<absl::StatusOr<Out>()> work,
          std::function<void(absl::StatusOr<Out>)> respond) {
  if (!queue.Post(Rank::kAct, [work = std::move(work), respond] { respond(work()); })) {
    respond(WithRetryAfter(MakeError(kServerBusy), absl::Seconds(1)));
  }
}

}  // namespace

absl::StatusOr<std::string> DevelopmentIssuer::Issue(const act::Actor& actor) const {
  if (!development_) return MakeError(kDevelopmentOnly);
  for (const std::string& role : actor.roles) {
    const auto& known = KnownRoles();
    if (role == "system" || std::find(known.begin(), known.end(), role) == known.end()) {
      return MakeError(kRoleUnknown, {{"role", role}});
    }
  }
  if (absl::StartsWith(actor.id, "system:")) return MakeError(kRoleUnknown, {{"role", actor.id}});
  return signer_->Sign(actor, calendar_->Now(), Expiry());
}

MethodRegistry DevelopmentMethods(const DevelopmentIssuer* issuer) {
  MethodRegistry registry("jissho.runtime.v1.DevelopmentService");
  registry.Direct<proto::IssueTokenRequest, proto::IssueTokenResponse>(
      "IssueToken",
      [issuer](const CallContext&,
               const proto::IssueTokenRequest& request) -> absl::StatusOr<proto::IssueTokenResponse> {
        act::Actor actor{request.subject(),
                         {request.roles().begin(), request.roles().end()},
                         request.organisation(),
                         request.assurance().empty() ? "LOCAL" : request.assurance()};
        proto::IssueTokenResponse response;
        JISSHO_ASSIGN_OR_RETURN(*response.mutable_token(), issuer->Issue(actor));
        SetTime(response.mutable_expire_time(), issuer->Expiry());
        return response;
      });
  return registry;
}

class ClockMethods::Local : public ClockedProcess {
 public:
  explicit Local(ClockMethods* methods) : methods_(methods) {}
  absl::StatusOr<act::Pending> GetPending() override { return methods_->PendingHere(); }
  absl::StatusOr<int64_t> SetTime(absl::Time now) override { return methods_->SetHere(now); }

 private:
  ClockMethods* const methods_;
};

ClockMethods::ClockMethods(const CalendarClock* calendar, CalendarFile* calendar_file,
                           const MonotonicClock* monotonic, const LocalServices* services,
                           ConfiguredPeers* peers, Threads* threads)
    : calendar_(calendar),
      calendar_file_(calendar_file),
      monotonic_(monotonic),
      services_(services),
      peers_(peers),
      stopped_(threads->MakeCondition()),
      advancing_(1, 8, threads),
      answering_(1, 64, threads) {}

ClockMethods::~ClockMethods() { Stop(); }

void ClockMethods::Stop() {
  {
    std::lock_guard lock(stopping_mutex_);
    stopping_ = true;
    stopped_->NotifyAll();
  }
  advancing_.Stop();
  answering_.Stop();
}

absl::StatusOr<act::Pending> ClockMethods::PendingHere() {
  act::Pending sum;
  for (const auto& [name, local] : *services_) {
    JISSHO_ASSIGN_OR_RETURN(act::Pending pending, local.service->GetPending());
    sum.ready += pending.ready;
    sum.held += pending.held;
    if (pending.next_due && (!sum.next_due || *pending.next_due < *sum.next_due))
      sum.next_due = pending.next_due;
  }
  return sum;
}

absl::StatusOr<int64_t> ClockMethods::SetHere(absl::Time now) {
  if (calendar_file_ == nullptr) return MakeError(kClockNotVirtual);
  if (now != calendar_->Now()) JISSHO_RETURN_IF_ERROR(calendar_file_->Set(now));
  int64_t sum = 0;
  for (const auto& [name, local] : *services_) {
    JISSHO_ASSIGN_OR_RETURN(int64_t done, local.service->Pump(true));
    sum += done;
  }
  return sum;
}

absl::StatusOr<int64_t> ClockMethods::AdvanceAll(absl::Time target, absl::Duration deadline) {
  if (calendar_file_ == nullptr) return MakeError(kClockNotVirtual);
  const absl::Time now = calendar_->Now();
  if (target < now) {
    return MakeError(kClockBackwards, {{"now", absl::FormatTime(absl::RFC3339_sec, now, Tokyo())}});
  }
  // The others first: their tokens are judged by their own calendars, which must not run ahead of a token's.
  std::vector<std::unique_ptr<ClockedProcess>> owned;
  for (const std::string& service : peers_->RemoteProcesses()) {
    owned.push_back(std::make_unique<RemoteProcess>(peers_, service));
  }
  owned.push_back(std::make_unique<Local>(this));
  std::vector<ClockedProcess*> processes;
  for (const auto& process : owned) processes.push_back(process.get());
  return Advance(
      processes, now, target, [this, deadline] { return stopping_ || monotonic_->Elapsed() >= deadline; },
      [this] {
        std::unique_lock lock(stopping_mutex_);
        stopped_->Wait(lock, kPause, [this] { return stopping_.load(); });
      });
}

MethodRegistry ClockMethods::Methods() {
  MethodRegistry registry(kClock);
  registry.Direct<proto::GetTimeRequest, proto::GetTimeResponse>(
      "GetTime",
      [this](const CallContext&, const proto::GetTimeRequest&) -> absl::StatusOr<proto::GetTimeResponse> {
        proto::GetTimeResponse response;
        SetTime(response.mutable_time(), calendar_->Now());
        return response;
      });
  registry.Async<proto::AdvanceTimeRequest, proto::AdvanceTimeResponse>(
      "AdvanceTime", [this](const CallContext& call, const proto::AdvanceTimeRequest& request,
                            std::function<void(absl::StatusOr<proto::AdvanceTimeResponse>)> respond) {
        Post<proto::AdvanceTimeResponse>(
            advancing_,
            [this, target = TimeOf(request.target()),
             deadline = call.deadline]() -> absl::StatusOr<proto::AdvanceTimeResponse> {
              JISSHO_ASSIGN_OR_RETURN(int64_t processed, AdvanceAll(target, deadline));
              proto::AdvanceTimeResponse response;
              SetTime(response.mutable_time(), calendar_->Now());
              response.set_processed(processed);
              return response;
            },
            std::move(respond));
      });
  registry.Async<proto::GetPendingRequest, proto::GetPendingResponse>(
      "GetPending", [this](const CallContext&, const proto::GetPendingRequest&,
                           std::function<void(absl::StatusOr<proto::GetPendingResponse>)> respond) {
        Post<proto::GetPendingResponse>(
            answering_,
            [this]() -> absl::StatusOr<proto::GetPendingResponse> {
              JISSHO_ASSIGN_OR_RETURN(act::Pending pending, PendingHere());
              proto::GetPendingResponse response;
              response.set_ready(pending.ready);
              response.set_held(pending.held);
              if (pending.next_due) SetTime(response.mutable_next_due_time(), *pending.next_due);
              return response;
            },
            std::move(respond));
      });
  registry.Async<proto::SetTimeRequest, proto::SetTimeResponse>(
      "SetTime", [this](const CallContext&, const proto::SetTimeRequest& request,
                        std::function<void(absl::StatusOr<proto::SetTimeResponse>)> respond) {
        Post<proto::SetTimeResponse>(
            answering_,
            [this, time = TimeOf(request.time())]() -> absl::StatusOr<proto::SetTimeResponse> {
              JISSHO_ASSIGN_OR_RETURN(int64_t processed, SetHere(time));
              proto::SetTimeResponse response;
              response.set_processed(processed);
              return response;
            },
            std::move(respond));
      });
  return registry;
}

}  // namespace jissho::runtime
