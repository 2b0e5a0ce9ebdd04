#include "workflow/engine/content_runner.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/chart/delay.h"
#include "workflow/engine/due.h"
#include "workflow/engine/route.h"

namespace jissho::engine {
namespace {

constexpr char kExecutionError[] = "error.execution";
constexpr char kCommunicationError[] = "error.communication";
constexpr char kInternalTarget[] = "#_internal";

absl::StatusOr<std::string> AsText(const absl::StatusOr<Value>& value, absl::string_view expression) {
  if (!value.ok()) return value.status();
  if (!value->is_json() || !value->json().is_string()) {
    return absl::InvalidArgumentError(absl::StrCat(expression, " is no text"));
  }
  return value->json().get<std::string>();
}

}  // namespace

ContentRunner::Failure ContentRunner::Fail(const absl::Status& status) const {
  return {kExecutionError, std::string(status.message()), at_, ""};
}

void ContentRunner::Raise(const Failure& failure) {
  Event event;
  event.name = failure.event;
  event.type = Event::Type::kPlatform;
  event.send_id = failure.send_id;
  event.data =
      Value(Json{{"message", failure.text}, {"line", failure.at.line}, {"column", failure.at.column}});
  internal_queue_.push_back(std::move(event));
}

void ContentRunner::Run(const chart::Block& block) {
  if (const Outcome failure = RunBlock(block)) Raise(*failure);
}

bool ContentRunner::Condition(absl::string_view text, const chart::Position& at) {
  if (text.empty()) return true;
  const absl::StatusOr<bool> holds = evaluator_.Condition(text);
  if (holds.ok()) return *holds;
  RaiseError(holds.status(), at);
  return false;
}

void ContentRunner::RaiseError(const absl::Status& status, const chart::Position& at) {
  Raise({kExecutionError, std::string(status.message()), at, ""});
}

Value ContentRunner::DoneData(const chart::DoneData& done) {
  at_ = done.position;
  if (done.content) {
    absl::StatusOr<Value> value = PayloadValue(*done.content);
    if (value.ok()) return *std::move(value);
    Raise(Fail(value.status()));
    return Value();
  }
  Json object = Json::object();
  for (const chart::Param& param : done.params) {
    if (const absl::Status status = AddParam(param, object); !status.ok()) Raise(Fail(status));
  }
  return object.empty() ? Value() : Value(std::move(object));
}

void ContentRunner::Declare(const chart::Data& data, const std::optional<Value>& given) {
  at_ = data.position;
  absl::Status declared;
  if (given) {
    declared = evaluator_.Declare(data.id, *given);
  } else if (!data.src.empty()) {
    declared = absl::NotFoundError(absl::StrCat(data.src, " has not been read"));
  } else if (!data.expr.empty()) {
    declared = evaluator_.DeclareFrom(data.id, data.expr);
  } else {
    declared = evaluator_.Declare(data.id, evaluator_.Literal(data.body));
  }
  if (declared.ok()) return;
  Raise(Fail(declared));
  // It exists all the same, without a value (SCXML 5.3); a name that cannot be is reported once.
  evaluator_.Declare(data.id, Value()).IgnoreError();
}

void ContentRunner::RunScript(const chart::Script& script, const chart::Position& at) {
  at_ = at;
  if (const Outcome failure = Execute(script)) Raise(*failure);
}

absl::StatusOr<Effect> ContentRunner::InvokeEffect(const chart::Invoke& invoke, const Invocation& place) {
  Effect effect;
  effect.kind = Effect::Kind::kInvoke;
  effect.line = at_.line;
  JISSHO_ASSIGN_OR_RETURN(effect.type, Text(invoke.type, invoke.type_expr));
  JISSHO_ASSIGN_OR_RETURN(effect.src, Text(invoke.src, invoke.src_expr));
  if (invoke.content) {
    JISSHO_ASSIGN_OR_RETURN(effect.data, PayloadValue(*invoke.content));
  }
  for (const std::string& name : invoke.namelist) {
    JISSHO_ASSIGN_OR_RETURN(effect.values[name], evaluator_.Evaluate(name));
  }
  for (const chart::Param& param : invoke.params) {
    JISSHO_ASSIGN_OR_RETURN(effect.values[param.name],
                            evaluator_.Evaluate(param.expr.empty() ? param.location : param.expr));
  }
  effect.invoke_id = invoke.id.empty() ? absl::StrCat(place.state, ".", next_send_++) : invoke.id;
  if (!invoke.id_location.empty()) {
    JISSHO_RETURN_IF_ERROR(evaluator_.Assign(invoke.id_location, Value(Json(effect.invoke_id))));
  }
  return effect;
}

void ContentRunner::Invoke(const chart::Invoke& invoke, const Invocation& place) {
  at_ = invoke.position;
  absl::StatusOr<Effect> effect = InvokeEffect(invoke, place);
  if (!effect.ok()) return Raise(Fail(effect.status()));
  std::string error = chart::InvokesChart(effect->type) ? "" : kExecutionError;
  if (error.empty() && session_.refuse) error = session_.refuse(*effect);
  if (!error.empty()) {
    return Raise({error, absl::StrCat("cannot be invoked: ", effect->type, " ", effect->src), at_, ""});
  }
  invocations_[effect->invoke_id] = place;
  effects_.push_back(*std::move(effect));
}

void ContentRunner::EndInvocation(const std::string& id) {
  invocations_.erase(id);
  Effect effect;
  effect.kind = Effect::Kind::kUninvoke;
  effect.invoke_id = id;
  effects_.push_back(std::move(effect));
}

void ContentRunner::Finalize(const chart::Invoke& invoke, const Event& answer) {
  if (!invoke.finalize.empty() || !invoke.has_finalize) return Run(invoke.finalize);
  at_ = invoke.position;
  const auto take_over = [&](const std::string& name, const std::string& location) {
    if (!answer.data.is_json() || !answer.data.json().is_object()) return;
    const auto value = answer.data.json().find(name);
    if (value == answer.data.json().end()) return;
    if (const absl::Status status = evaluator_.Assign(location, Value(*value)); !status.ok()) {
      Raise(Fail(status));
    }
  };
  for (const std::string& name : invoke.namelist) take_over(name, name);
  for (const chart::Param& param : invoke.params) {
    if (!param.location.empty()) take_over(param.name, param.location);
  }
}

void ContentRunner::Forward(const std::string& id, const Event& event) {
  Effect effect;
  effect.kind = Effect::Kind::kForward;
  effect.invoke_id = id;
  effect.forwarded = event;
  effects_.push_back(std::move(effect));
}

ContentRunner::Outcome ContentRunner::RunBlock(const chart::Block& block) {
  for (const chart::Content& content : block) {
    if (overrun()) return std::nullopt;  // the step fails as a whole
    if (Outcome failure = Execute(content)) return failure;
  }
  return std::nullopt;
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Content& content) {
  ++executed_;
  at_ = content.position;
  return std::visit([this](const auto& what) { return Execute(what); }, content.what);
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Raise& raise) {
  Event event;
  event.name = raise.event;
  event.type = Event::Type::kInternal;
  internal_queue_.push_back(std::move(event));
  return std::nullopt;
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Assign& assign) {
  const absl::Status assigned = assign.expr.empty()
                                    ? evaluator_.Assign(assign.location, evaluator_.Literal(assign.body))
                                    : evaluator_.AssignFrom(assign.location, assign.expr);
  return assigned.ok() ? Outcome() : Fail(assigned);
}

ContentRunner::Outcome ContentRunner::Execute(const chart::If& choice) {
  for (const chart::Branch& branch : choice.branches) {
    if (Condition(branch.condition, branch.position)) return RunBlock(branch.block);
  }
  return std::nullopt;
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Log& log) {
  Effect effect;
  effect.kind = Effect::Kind::kLog;
  effect.line = at_.line;
  effect.text = log.label;
  if (!log.expr.empty()) {
    const absl::StatusOr<Value> value = evaluator_.Evaluate(log.expr);
    if (!value.ok()) return Fail(value.status());
    const std::string text = value->is_undefined() ? "undefined"
                             : value->is_xml()
                                 ? value->xml()
                                 : value->json().dump(-1, ' ', false, Json::error_handler_t::replace);
    absl::StrAppend(&effect.text, log.label.empty() ? "" : ": ", text);
  }
  effects_.push_back(std::move(effect));
  return std::nullopt;
}

absl::StatusOr<std::string> ContentRunner::Text(const std::string& literal, const std::string& expression) {
  if (expression.empty()) return literal;
  return AsText(evaluator_.Evaluate(expression), expression);
}

absl::StatusOr<absl::Duration> ContentRunner::Delay(const chart::Send& send) {
  JISSHO_ASSIGN_OR_RETURN(const std::string text, Text(send.delay, send.delay_expr));
  if (text.empty()) return absl::ZeroDuration();
  const std::optional<absl::Duration> delay = chart::ParseDelay(text);
  if (!delay) return absl::InvalidArgumentError(absl::StrCat(text, " is no delay"));
  return *delay;
}

absl::StatusOr<int> ContentRunner::BusinessDays(const chart::Send& send) {
  if (send.business_days_expr.empty()) return chart::ParseBusinessDays(send.business_days).value_or(0);
  JISSHO_ASSIGN_OR_RETURN(const Value value, evaluator_.Evaluate(send.business_days_expr));
  const double days = value.is_json() && value.json().is_number() ? value.json().get<double>() : 0;
  if (days < 1 || days > chart::kBusinessDaysMax || days != std::floor(days)) {
    return absl::InvalidArgumentError(
        absl::StrCat(send.business_days_expr, " is no number of business days"));
  }
  return static_cast<int>(days);
}

absl::Status ContentRunner::AddMember(const std::string& name, absl::StatusOr<Value> value, Json& object) {
  if (!value.ok()) return value.status();
  if (value->is_xml()) return absl::InvalidArgumentError(absl::StrCat(name, ": XML cannot be a parameter"));
  if (value->is_json()) object[name] = std::move(value->json());
  return absl::OkStatus();
}

absl::Status ContentRunner::AddParam(const chart::Param& param, Json& object) {
  return AddMember(param.name, evaluator_.Evaluate(param.expr.empty() ? param.location : param.expr), object);
}

absl::StatusOr<Value> ContentRunner::PayloadValue(const chart::Payload& payload) {
  if (!payload.expr.empty()) return evaluator_.Evaluate(payload.expr);
  return evaluator_.Literal(payload);
}

absl::StatusOr<Value> ContentRunner::SendData(const chart::Send& send) {
  if (send.content) return PayloadValue(*send.content);
  if (send.namelist.empty() && send.params.empty()) return Value();
  Json object = Json::object();
  for (const std::string& name : send.namelist) {
    JISSHO_RETURN_IF_ERROR(AddMember(name, evaluator_.Evaluate(name), object));
  }
  for (const chart::Param& param : send.params) JISSHO_RETURN_IF_ERROR(AddParam(param, object));
  return Value(std::move(object));
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Send& send) {
  Effect effect;
  effect.kind = Effect::Kind::kSend;
  effect.line = at_.line;
  effect.send_id = send.id;
  const auto evaluate = [&]() -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(effect.event, Text(send.event, send.event_expr));
    JISSHO_ASSIGN_OR_RETURN(effect.target, Text(send.target, send.target_expr));
    JISSHO_ASSIGN_OR_RETURN(effect.type, Text(send.type, send.type_expr));
    JISSHO_ASSIGN_OR_RETURN(effect.delay, Delay(send));
    JISSHO_ASSIGN_OR_RETURN(effect.at, Text("", send.at));
    JISSHO_ASSIGN_OR_RETURN(effect.business_days, BusinessDays(send));
    effect.time = chart::ParseTimeOfDay(send.time);
    effect.day_off = send.day_off;
    JISSHO_ASSIGN_OR_RETURN(effect.data, SendData(send));
    if (send.id_location.empty()) return absl::OkStatus();
    effect.send_id = absl::StrCat("send.", next_send_++);
    return evaluator_.Assign(send.id_location, Value(Json(effect.send_id)));
  };
  if (const absl::Status status = evaluate(); !status.ok()) {
    Failure failure = Fail(status);
    failure.send_id = effect.send_id;
    return failure;
  }
  return Deliver(std::move(effect));
}

ContentRunner::Outcome ContentRunner::Deliver(Effect effect) {
  // By SCXML's own processor alone; to any other it is an address that it cannot know.
  const Route route = RouteOf(effect);
  const bool internal = effect.target == kInternalTarget && route.kind == Route::Kind::kChild;
  if (!internal) {
    std::string error;
    if (route.kind == Route::Kind::kInvalid) error = kExecutionError;
    if (route.kind == Route::Kind::kChild && invocations_.count(route.id) == 0) error = kCommunicationError;
    if (error.empty() && session_.refuse) error = session_.refuse(effect);
    if (!error.empty()) return Failure{error, absl::StrCat("refused: ", effect.target), at_, effect.send_id};
    effects_.push_back(std::move(effect));
    return std::nullopt;
  }
  if (Waits(effect)) {
    return Failure{kExecutionError, "a send to the internal queue cannot wait", at_, effect.send_id};
  }
  Event event;
  event.name = std::move(effect.event);
  event.type = Event::Type::kInternal;
  event.send_id = std::move(effect.send_id);
  event.data = std::move(effect.data);
  internal_queue_.push_back(std::move(event));
  return std::nullopt;
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Cancel& cancel) {
  const absl::StatusOr<std::string> id = Text(cancel.send_id, cancel.send_id_expr);
  if (!id.ok()) return Fail(id.status());
  Effect effect;
  effect.kind = Effect::Kind::kCancel;
  effect.send_id = *id;
  effect.line = at_.line;
  effects_.push_back(std::move(effect));
  return std::nullopt;
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Foreach& loop) {
  const absl::StatusOr<Value> array = evaluator_.Evaluate(loop.array);
  if (!array.ok()) return Fail(array.status());
  if (!array->is_json() || !array->json().is_array()) {
    return Fail(absl::InvalidArgumentError(absl::StrCat(loop.array, " is no list")));
  }
  const chart::Position at = at_;
  for (size_t i = 0; i < array->json().size() && !overrun(); ++i) {
    ++executed_;
    at_ = at;
    absl::Status declared = evaluator_.Declare(loop.item, Value(array->json()[i]));
    if (declared.ok() && !loop.index.empty()) declared = evaluator_.Declare(loop.index, Value(Json(i)));
    if (!declared.ok()) return Fail(declared);
    if (Outcome failure = RunBlock(loop.block)) return failure;
  }
  return std::nullopt;
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Script& script) {
  if (!script.src.empty())
    return Fail(absl::UnimplementedError("scripts are not read from outside the chart"));
  const absl::Status status = evaluator_.Run(script.source);
  return status.ok() ? Outcome() : Fail(status);
}

ContentRunner::Outcome ContentRunner::Execute(const chart::Do& what) {
  Effect effect;
  effect.kind = Effect::Kind::kDo;
  effect.action = what.action;
  effect.line = at_.line;
  effect.params = Json::object();
  for (const chart::Param& param : what.params) {
    if (const absl::Status status = AddParam(param, effect.params); !status.ok()) return Fail(status);
  }
  effects_.push_back(std::move(effect));
  return std::nullopt;
}

}  // namespace jissho::engine
