#include "services/runtime/rpc/pipeline.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/serialize.h"
#include "services/runtime/rpc/status_mapping.h"
#include "services/runtime/rpc/validation.h"
#include "workflow/base/hash.h"

namespace jissho::runtime {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(1);
constexpr absl::Duration kTurnedAwayLogged = absl::Seconds(1);  // at most so often

std::string Get(const Metadata& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

bool IsLowerHex(absl::string_view text, size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

// The trace id of a W3C traceparent header (version 00 layout), or "".
std::string TraceId(const std::string& traceparent) {
  const std::vector<std::string> parts = absl::StrSplit(traceparent, '-');
  if (parts.size() < 4 || !IsLowerHex(parts[0], 2) || parts[0] == "ff" || !IsLowerHex(parts[1], 32) ||
      !IsLowerHex(parts[2], 16) || parts[1] == std::string(32, '0')) {
    return "";
  }
  return parts[1];
}

// An id that a caller gave, if it can stand in a log line and in a key.
std::string CleanId(const std::string& id) {
  const bool clean = id.size() <= 64 && std::all_of(id.begin(), id.end(),
                                                    [](unsigned char c) { return absl::ascii_isgraph(c); });
  return clean ? id : "";
}

Rank RankOf(const options::v1::MethodRule& rule) {
  if (rule.priority() == options::v1::PRIORITY_HIGH) return Rank::kHigh;
  if (rule.priority() == options::v1::PRIORITY_LOW || rule.kind() == options::v1::METHOD_KIND_EXPORT)
    return Rank::kLow;
  return rule.kind() == options::v1::METHOD_KIND_ACT ? Rank::kAct : Rank::kRead;
}

// How much of the room a rank may fill: the last places are kept for payments and approvals.
int Limit(Rank rank, int calls_max) {
  static constexpr int kPercent[kRanks] = {100, 90, 80, 50};
  return std::max(1, calls_max * kPercent[static_cast<size_t>(rank)] / 100);
}

}  // namespace

struct Pipeline::Entry {
  Method method;
  Backend backend;
  options::v1::MethodRule rule;
  Rank rank;
  std::unique_ptr<CallMeter> meter;
};

struct Pipeline::Call {
  IncomingCall incoming;
  Answer answer;
  CallContext context;
  const Entry* entry = nullptr;
  std::unique_ptr<google::protobuf::Message> request;
  std::string request_hash;
  absl::Duration started;
  size_t entered = 0;        // steps whose `leave` is due
  bool turned_away = false;  // by admission, which costs as little as can be
  std::atomic<bool> answered = false;
};

struct Pipeline::Step {
  const char* name;
  absl::Status (Pipeline::*enter)(Call&);
  void (Pipeline::*leave)(Call&, absl::StatusOr<std::string>&);
};

// The order is the design: each step stands where it does for the reason beside it. `enter` runs downwards,
// `leave` upwards for the steps that were entered.
const Pipeline::Step Pipeline::kSteps[] = {
    // Outermost, so that nothing that goes wrong further in, the log included, tells an outsider about our
    // insides.
    {"mask", nullptr, &Pipeline::Mask},
    // Before anything can be refused, but for those whom TurnAway refuses unread: every refusal is logged
    // under the call's request and trace id.
    {"context", &Pipeline::Identify, &Pipeline::WriteLog},
    // Before anything is spent on the call: strangers cost one signature at most.
    {"authenticate", &Pipeline::Authenticate, nullptr},
    // Before any waiting, so that everything that waits knows until when.
    {"deadline", &Pipeline::CapDeadline, nullptr},
    // Behind authentication, so that strangers do not move our figures; before admission, so that refusals
    // count.
    {"metrics", &Pipeline::StartTiming, &Pipeline::Measure},
    // Before the work of decoding and checking: a server that has become full refuses cheaply still.
    {"admission", &Pipeline::Admit, &Pipeline::Release},
    // Before validation: who may not call a method learns nothing about what it accepts.
    {"authorise", &Pipeline::Authorise, nullptr},
    // Last, so that a handler sees only requests that hold what their proto says.
    {"validate", &Pipeline::Validate, nullptr},
};

Pipeline::Pipeline(PipelineOptions options, Dependencies dependencies)
    : options_(options),
      dependencies_(dependencies),
      busy_(WithRetryAfter(MakeError(kServerBusy), kRetryAfter)) {
  dependencies_.metrics->AddGauge("calls_in_flight", "Calls admitted and not yet answered.", "",
                                  [this] { return static_cast<double>(in_flight_); });
}

Pipeline::~Pipeline() = default;

std::vector<std::string> Pipeline::StepNames() {
  std::vector<std::string> names;
  for (const Step& step : kSteps) names.push_back(step.name);
  return names;
}

absl::Status Pipeline::Add(const MethodRegistry& registry, Backend backend) {
  services_.push_back(registry.service());
  for (const auto& [name, method] : registry.methods()) {
    const std::string full = absl::StrCat(registry.service(), "/", name);
    const auto& rule = method.descriptor->options().GetExtension(options::v1::method);
    const auto broken = [&](const char* what) {
      return absl::FailedPreconditionError(absl::StrCat(full, ": ", what));
    };
    if (rule.kind() == options::v1::METHOD_KIND_UNSPECIFIED) return broken("its proto states no kind");
    if (rule.roles().empty() && !rule.public_()) return broken("its proto allows nobody to call it");
    const bool act = method.plan != nullptr || method.slow_plan != nullptr;
    if (act && rule.kind() != options::v1::METHOD_KIND_ACT)
      return broken("is an act but its proto says otherwise");
    if (method.read && rule.kind() == options::v1::METHOD_KIND_ACT)
      return broken("is a read but its proto says act");
    if (act && !backend.submit) return broken("is an act but nothing executes it");
    if ((method.read || method.slow_plan) && (!backend.pool || !backend.reads))
      return broken("has no database");
    auto entry = std::make_unique<Entry>(
        Entry{method, backend, rule, RankOf(rule), dependencies_.metrics->MeterOf(full)});
    if (!entries_.emplace(full, std::move(entry)).second) return broken("is registered twice");
  }
  return absl::OkStatus();
}

const Method* Pipeline::Find(const std::string& method) const {
  const auto found = entries_.find(method);
  return found == entries_.end() ? nullptr : &found->second->method;
}

std::vector<std::string> Pipeline::services() const { return services_; }

absl::Status Pipeline::TurnAway(const std::string& method) {
  const auto found = entries_.find(method);
  if (closed_ || found == entries_.end() || HasRoom(*found->second)) return absl::OkStatus();
  found->second->meter->Count(busy_.code());
  LogTurnedAway(dependencies_.monotonic->Elapsed());
  return busy_;
}

void Pipeline::Handle(IncomingCall incoming, Answer answer) {
  auto call = std::make_shared<Call>();
  call->incoming = std::move(incoming);
  call->answer = std::move(answer);
  for (const Step& step : kSteps) {
    if (step.enter) {
      const absl::Status status = (this->*step.enter)(*call);
      // The context step answers for its own refusals too: they must be logged.
      if (!status.ok()) {
        if (step.leave == &Pipeline::WriteLog) ++call->entered;
        return Finish(call, status);
      }
    }
    ++call->entered;
  }
  Dispatch(call);
}

void Pipeline::Finish(const std::shared_ptr<Call>& call, absl::StatusOr<std::string> result) {
  if (call->answered.exchange(true)) return;
  for (size_t i = call->entered; i > 0; --i) {
    const Step& step = kSteps[i - 1];
    if (step.leave) (this->*step.leave)(*call, result);
  }
  call->answer(std::move(result));
}

absl::Status Pipeline::Identify(Call& call) {
  const Metadata& metadata = call.incoming.metadata;
  call.started = dependencies_.monotonic->Elapsed();
  call.context.method = call.incoming.method;
  call.context.locale = LocaleOf(Get(metadata, "accept-language"));
  call.context.now = dependencies_.calendar->Now();
  call.context.request_id = CleanId(Get(metadata, "x-request-id"));
  call.context.trace_id = TraceId(Get(metadata, "traceparent"));
  if (call.context.trace_id.empty()) {
    std::string id = dependencies_.ids->NewId();
    id.erase(std::remove(id.begin(), id.end(), '-'), id.end());
    call.context.trace_id = id;
  }
  const auto found = entries_.find(call.incoming.method);
  if (found == entries_.end()) return MakeError(kMethodUnknown, {{"method", call.incoming.method}});
  call.entry = found->second.get();
  return absl::OkStatus();
}

absl::Status Pipeline::Authenticate(Call& call) {
  const bool is_public = call.entry->rule.public_();
  absl::string_view header = call.incoming.metadata.count("authorization")
                                 ? call.incoming.metadata.at("authorization")
                                 : absl::string_view();
  if (header.empty()) return is_public ? absl::OkStatus() : MakeError(kTokenMissing);
  constexpr absl::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(header, kScheme))
    return is_public ? absl::OkStatus() : MakeError(kTokenInvalid);
  const std::string token(absl::StripAsciiWhitespace(header.substr(kScheme.size())));
  auto actor = dependencies_.tokens->Verify(token);
  // A public method is public to the holder of an old token too: it is how he gets a new one.
  if (!actor.ok()) return is_public ? absl::OkStatus() : actor.status();
  call.context.actor = *std::move(actor);
  call.context.token = token;
  return absl::OkStatus();
}

absl::Status Pipeline::CapDeadline(Call& call) {
  const absl::Duration cap =
      call.entry->rule.development_only() ? options_.deadline_max_development : options_.deadline_max;
  call.context.deadline = call.started + std::min(call.incoming.timeout, cap);
  if (call.incoming.timeout <= absl::ZeroDuration()) return MakeError(kDeadlinePassed);
  return absl::OkStatus();
}

absl::Status Pipeline::StartTiming(Call&) { return absl::OkStatus(); }

absl::Status Pipeline::Admit(Call& call) {
  if (closed_) return WithRetryAfter(MakeError(kShuttingDown), kRetryAfter);
  call.turned_away = !HasRoom(*call.entry) || !TakePlace(*call.entry);
  return call.turned_away ? busy_ : absl::OkStatus();
}

bool Pipeline::HasRoom(const Entry& entry) const {
  if (in_flight_ >= Limit(entry.rank, options_.calls_max)) return false;
  // Acts that the executor would refuse are refused here, before anything is spent on them.
  const Backend& backend = entry.backend;
  return entry.rule.kind() != options::v1::METHOD_KIND_ACT || !backend.has_room ||
         backend.has_room(entry.rank == Rank::kHigh);
}

bool Pipeline::TakePlace(const Entry& entry) {
  const int limit = Limit(entry.rank, options_.calls_max);
  int now = in_flight_;
  do {
    if (now >= limit) return false;
  } while (!in_flight_.compare_exchange_weak(now, now + 1));
  return true;
}

absl::Status Pipeline::Authorise(Call& call) {
  const auto& rule = call.entry->rule;
  if (rule.development_only() && !options_.development) return MakeError(kDevelopmentOnly);
  if (rule.public_()) return absl::OkStatus();
  for (const std::string& role : rule.roles()) {
    if (role == "*" || call.context.actor.HasRole(role)) return absl::OkStatus();
  }
  return MakeError(kRoleNotAllowed, {{"roles", absl::StrJoin(rule.roles(), ", ")}});
}

absl::Status Pipeline::Validate(Call& call) {
  call.request = call.entry->method.new_request();
  if (!call.request->ParseFromString(call.incoming.request)) {
    return MakeError(kRequestMalformed, {{"type", call.request->GetDescriptor()->full_name()}});
  }
  call.incoming.request.clear();
  const auto* field = call.request->GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr && field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    const std::string id = call.request->GetReflection()->GetString(*call.request, field);
    if (id != CleanId(id)) {
      return MakeFieldError({{"request_id", "空白を含まない64文字以内の英数記号にしてください",
                              "must be at most 64 visible ASCII characters"}});
    }
    if (!id.empty()) call.context.request_id = id;
    if (id.empty() && call.entry->rule.kind() == options::v1::METHOD_KIND_ACT) {
      // A caller that cannot repeat a call still gets an act of its own.
      call.context.request_id = dependencies_.ids->NewId();
    }
  }
  if (call.context.request_id.empty()) call.context.request_id = dependencies_.ids->NewId();
  JISSHO_RETURN_IF_ERROR(ValidateRequest(*call.request));
  if (call.entry->rule.kind() == options::v1::METHOD_KIND_ACT) call.request_hash = HashMessage(*call.request);
  return absl::OkStatus();
}

void Pipeline::Mask(Call& call, absl::StatusOr<std::string>& result) {
  if (result.ok() || call.turned_away || !NeedsMask(result.status())) return;
  result = MaskInternal(result.status(), Sha256Hex(std::string(result.status().message())).substr(0, 12));
}

void Pipeline::WriteLog(Call& call, absl::StatusOr<std::string>& result) {
  if (call.turned_away) return LogTurnedAway(call.started);
  const bool ours = !result.ok() && NeedsMask(result.status());
  const LogLevel level = ours ? LogLevel::kError : LogLevel::kInfo;
  if (!dependencies_.log->Writes(level)) return;
  const absl::Duration took = dependencies_.monotonic->Elapsed() - call.started;
  nlohmann::json fields{{"method", call.context.method},
                        {"request_id", call.context.request_id},
                        {"trace_id", call.context.trace_id},
                        {"actor", call.context.actor.id},
                        {"code", absl::StatusCodeToString(result.status().code())},
                        {"ms", absl::ToDoubleMilliseconds(took)}};
  if (!result.ok()) {
    if (const auto detail = GetErrorDetail(result.status())) fields["reason"] = detail->reason;
    if (ours) {
      const std::string text(result.status().message());
      fields["error"] = text;
      fields["reference"] = Sha256Hex(text).substr(0, 12);
    }
  }
  dependencies_.log->Write(level, "call", fields);
}

// A line a call would cost a full server more than the refusal itself.
void Pipeline::LogTurnedAway(absl::Duration now) {
  int64_t count = 0;
  {
    std::lock_guard lock(turned_away_mutex_);
    ++turned_away_;
    if (turned_away_logged_ && now - *turned_away_logged_ < kTurnedAwayLogged) return;
    turned_away_logged_ = now;
    count = std::exchange(turned_away_, 0);
  }
  dependencies_.log->Write(LogLevel::kWarning, "busy", {{"turned_away", count}});
}

void Pipeline::Measure(Call& call, absl::StatusOr<std::string>& result) {
  call.entry->meter->Record(result.status().code(), dependencies_.monotonic->Elapsed() - call.started);
}

void Pipeline::Release(Call&, absl::StatusOr<std::string>&) { --in_flight_; }

void Pipeline::Dispatch(const std::shared_ptr<Call>& call) {
  const Method& method = call->entry->method;
  const auto finish = [this, call](absl::StatusOr<Response> response) {
    if (!response.ok()) return Finish(call, response.status());
    Finish(call, (*response)->SerializeAsString());
  };
  if (method.read || method.slow_plan) {
    if (!call->entry->backend.reads->Post(call->entry->rank, [this, call] { OnReadThread(call); })) {
      Finish(call, WithRetryAfter(MakeError(closed_ ? kShuttingDown : kServerBusy), kRetryAfter));
    }
    return;
  }
  try {
    if (method.plan) return Submit(call, method.plan(call->context, *call->request));
    if (method.direct) return finish(method.direct(call->context, *call->request));
    method.async(call->context, *call->request, finish);
  } catch (const std::exception& error) {
    Finish(call, absl::InternalError(absl::StrCat("exception: ", error.what())));
  }
}

void Pipeline::OnReadThread(const std::shared_ptr<Call>& call) {
  const Method& method = call->entry->method;
  const absl::Duration left = call->context.deadline - dependencies_.monotonic->Elapsed();
  if (left <= absl::ZeroDuration()) return Finish(call, MakeError(kDeadlinePassed));
  absl::StatusOr<Response> response = absl::UnknownError("");
  absl::StatusOr<act::Act> act = absl::UnknownError("");
  {
    auto session = call->entry->backend.pool->Acquire(left);
    if (!session.ok()) return Finish(call, session.status());
    try {
      if (method.read) {
        response = method.read(call->context, *call->request, **session);
      } else {
        act = method.slow_plan(call->context, *call->request, **session);
      }
    } catch (const std::exception& error) {
      return Finish(call, absl::InternalError(absl::StrCat("exception: ", error.what())));
    }
  }
  // The session is back in its pool before anybody is answered or queued.
  if (method.slow_plan) return Submit(call, std::move(act));
  if (!response.ok()) return Finish(call, response.status());
  Finish(call, (*response)->SerializeAsString());
}

void Pipeline::Submit(const std::shared_ptr<Call>& call, absl::StatusOr<act::Act> act) {
  if (!act.ok()) return Finish(call, act.status());
  act->command = {call->context.actor.id, call->context.method, call->context.request_id, call->request_hash};
  act->actor = call->context.actor;
  act->expires = call->context.deadline;
  act->urgent = call->entry->rank == Rank::kHigh;
  // The callback holds the call, and with it the request that the act may refer to, until the act has ended.
  call->entry->backend.submit(
      *std::move(act), [this, call](absl::StatusOr<std::string> result) { Finish(call, std::move(result)); });
}

}  // namespace jissho::runtime
