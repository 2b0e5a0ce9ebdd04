#include "tests/simulation/people.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/simulation/methods.h"
#include "tests/simulation/require.h"
#include "workflow/base/error.h"
#include "workflow/base/test_hooks.h"

namespace jissho::simulation {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::Duration kPersonWaits = absl::Seconds(30);
constexpr absl::Duration kPauseMax = absl::Seconds(5);
constexpr int kAttemptsMax = 500;

std::string ReasonOf(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  return detail ? detail->reason : "";
}

// Nobody knows what became of it, or it can be tried again: a person repeats it.
bool IsUndecided(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return absl::StartsWith(ReasonOf(status), "STORAGE_");
  }
}

act::Actor ActorOf(const season::Actor& actor) {
  return {actor.subject, actor.roles, actor.organisation, "MEMBER"};
}

const FieldDescriptor* RequestId(const Message& message) {
  return message.GetDescriptor()->FindFieldByName("request_id");
}

std::unique_ptr<Message> Copy(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

std::string Describe(const Deed& deed) {
  const auto* const id = RequestId(*deed.request);
  return absl::StrCat(deed.actor.id, " ", deed.method, " ",
                      deed.request->GetReflection()->GetString(*deed.request, id));
}

bool SameBytes(const Message& a, const Message& b) { return a.SerializeAsString() == b.SerializeAsString(); }

// Changes one text or number somewhere in the message; false when there is none.
bool Disturb(Message& message, Random& random) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message.GetDescriptor()->field(i);
    if (field->name() == "request_id" || field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
        (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         message.GetReflection()->HasField(message, field)))
      fields.push_back(field);
  }
  if (fields.empty()) return false;
  const FieldDescriptor* const field = fields[random.Below(fields.size())];
  const auto* const reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->SetString(&message, field, reflection->GetString(message, field) + "x");
      return true;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection->SetInt64(&message, field, reflection->GetInt64(message, field) + 1);
      return true;
    default:
      return Disturb(*reflection->MutableMessage(&message, field), random);
  }
}

// The same request again: what was answered once is answered so for ever.
void Repeat(World& world, Identity& identity, Register& book, const Deed& deed, bool insist) {
  const std::unique_ptr<Message> response(deed.response->New());
  for (int attempt = 0; attempt < (insist ? kAttemptsMax : 1); ++attempt) {
    const absl::Status status =
        world.Call(identity.TokenOf(deed.actor), deed.method, kPersonWaits, *deed.request, response.get());
    if (status.ok() && !SameBytes(*response, *deed.response))
      return book.Complain(absl::StrCat("I3: a repeat got another answer: ", Describe(deed)));
    if (status.ok()) return;
    if (!IsUndecided(status))
      return book.Complain(absl::StrCat("I3: what was acknowledged is refused now: ", Describe(deed), ": ",
                                        status.ToString()));
  }
  if (insist) book.Complain(absl::StrCat("I8: nobody answers the repeat of ", Describe(deed)));
}

// Refused by a chart, and therefore on record.
bool IsOfAChart(const absl::Status& status) {
  static const auto& reasons =
      *new std::set<std::string>{"ROLE_REQUIRED", "STATE_NOT_ALLOWED", "FOUR_EYES", "NOT_OWN_ORGANISATION"};
  return reasons.count(ReasonOf(status)) == 1;
}

// A refused act again: it is refused for ever, and in the same words.
void RepeatRefused(World& world, Identity& identity, Register& book, const Refusal& refusal) {
  const std::string what = absl::StrCat(refusal.actor.id, " ", refusal.method, " ", refusal.request_id());
  const std::unique_ptr<Message> response = NewMessage(MethodOf(refusal.method)->output_type());
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const absl::Status status = world.Call(identity.TokenOf(refusal.actor), refusal.method, kPersonWaits,
                                           *refusal.request, response.get());
    if (IsUndecided(status)) continue;
    if (status.code() != refusal.status.code() || status.message() != refusal.status.message())
      book.Complain(absl::StrCat("I3: what was refused is answered otherwise now: ", what, ": ",
                                 refusal.status.ToString(), ", now ", status.ToString()));
    return;
  }
  book.Complain(absl::StrCat("I8: nobody answers the repeat of the refused ", what));
}

void MustFail(World& world, Identity& identity, Register& book, const act::Actor& actor, const Deed& deed,
              const Message& request, const char* what) {
  const std::unique_ptr<Message> response(deed.response->New());
  const absl::Status status =
      world.Call(identity.TokenOf(actor), deed.method, kPersonWaits, request, response.get());
  if (status.ok()) return book.Complain(absl::StrCat(what, ": ", actor.id, " as in ", Describe(deed)));
  if (IsOfAChart(status)) book.Add(Refusal{actor, deed.method, Copy(request), status});
}

// The act of an earlier person that this one must not be done by (the charts' not-same-actor-as); "" when
// anybody may.
std::string DoneByAnother(const std::string& method) {
  static const auto& pairs = *new std::map<std::string, std::string>{
      {"PublishCall", "CreateCall"},         {"ApproveAppropriation", "DraftAppropriation"},
      {"ApproveMinutes", "RecordMeeting"},   {"ApproveDecision", "DraftDecision"},
      {"DecideGrant", "DraftGrantDecision"}, {"CheckPayment", "OrderPayment"},
      {"ExecutePayment", "CheckPayment"},    {"FixGrant", "InspectGrant"},
      {"OpenCampaign", "CreateCampaign"},    {"ApproveSheet", "ComputeSheet"}};
  const size_t slash = method.find('/') + 1;
  const auto found = pairs.find(method.substr(slash));
  return found == pairs.end() ? "" : method.substr(0, slash) + found->second;
}

// What the message is about.
std::string IdOf(const Message& message) {
  for (const char* name : {"id", "call_id"}) {
    const auto* const field = message.GetDescriptor()->FindFieldByName(name);
    if (field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING)
      return message.GetReflection()->GetString(message, field);
  }
  return "";
}

void NewRequestId(Message& request, Random& random) {
  request.GetReflection()->SetString(&request, RequestId(request),
                                     absl::StrCat("mischief-", random.Next() % 1'000'000'000));
}

// It leaves out for whom: then it is for whoever sends it, and anybody may.
bool IsForTheSender(const Message& request) {
  const auto* const field = request.GetDescriptor()->FindFieldByName("organisation_id");
  return field != nullptr && request.GetReflection()->GetString(request, field).empty();
}

}  // namespace

std::string Refusal::service() const { return std::vector<std::string>(absl::StrSplit(method, '.'))[1]; }

std::string Refusal::request_id() const {
  return request->GetReflection()->GetString(*request, RequestId(*request));
}

absl::Status Hand::AdvanceTo(absl::Time) {
  Require(false, "a step moved the calendar");
  return absl::OkStatus();
}

void Hand::TryBothHands(const std::string& method, const Message& request, const Message& response) {
  const std::string earlier = DoneByAnother(method), id = IdOf(request);
  if (earlier.empty() || id.empty()) return;
  const auto& deeds = register_->deeds();
  const auto last = std::find_if(deeds.rbegin(), deeds.rend(), [&](const Deed& deed) {
    return deed.method == earlier && (IdOf(*deed.request) == id || IdOf(*deed.response) == id);
  });
  if (last == deeds.rend() || !world_->random().OneIn(2)) return;
  act::Actor both = last->actor;
  both.roles = {"secretariat", "manager", "mayor", "division", "reviewer", "chair", "accounting"};
  const std::unique_ptr<Message> sent = Copy(request);
  NewRequestId(*sent, world_->random());
  MustFail(*world_, *identity_, *register_, both, {both, method, Copy(request), Copy(response)}, *sent,
           "one person does both acts");
}

absl::Status Hand::CallUntilAnswered(const season::Actor& actor, const std::string& method,
                                     const Message& request, Message* response) {
  TryBothHands(method, request, *response);
  return AskUntilAnswered(*world_, *identity_, *register_, {ActorOf(actor), method, Copy(request)},
                          kAttemptsMax, response);
}

absl::Status AskUntilAnswered(World& world, Identity& identity, Register& book, const Wish& wish,
                              int attempts, Message* response) {
  const Message& request = *wish.request;
  absl::Status status;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (attempt > 0)
      world.scheduler().Sleep(kPauseMax * (static_cast<double>(world.random().Below(1000)) / 1000));
    const std::unique_ptr<Message> sent = Copy(request);
    if (attempt > 0 && RequestId(request) != nullptr && IsPlanted(Bug::kRetryChangesId)) {
      sent->GetReflection()->SetString(
          sent.get(), RequestId(request),
          absl::StrCat(request.GetReflection()->GetString(request, RequestId(request)), "-", attempt));
    }
    const bool calm = world.calm();
    status = world.Call(identity.TokenOf(wish.actor), wish.method, kPersonWaits, *sent, response);
    if (calm && (absl::IsInternal(status) || absl::IsUnknown(status))) {
      book.Complain(absl::StrCat("an internal error in calm weather: ", wish.method, " of ",
                                 sent->ShortDebugString(), ": ", status.ToString()));
      return status;
    }
    if (IsUndecided(status)) continue;
    if (RequestId(request) == nullptr) return status;
    if (status.ok()) book.Add(Deed{wish.actor, wish.method, Copy(*sent), Copy(*response)});
    if (IsOfAChart(status)) book.Add(Refusal{wish.actor, wish.method, Copy(*sent), status});
    return status;
  }
  return absl::DeadlineExceededError(absl::StrCat("nobody answered ", wish.method, ": ", status.ToString()));
}

void TryMischief(World& world, Identity& identity, Register& book, Random& random) {
  if (book.deeds().empty()) return;
  const Deed deed = book.deeds()[random.Below(book.deeds().size())];
  const std::unique_ptr<Message> request = Copy(*deed.request);
  const act::Actor stranger{"user:stranger", {"applicant"}, "stranger", "MEMBER"};
  switch (random.Below(5)) {
    case 0:
      return Repeat(world, identity, book, deed, false);
    case 1:
      if (!Disturb(*request, random)) return;
      return MustFail(world, identity, book, deed.actor, deed, *request, "one request id for two requests");
    case 2:
      NewRequestId(*request, random);
      return MustFail(world, identity, book, {"user:nosy", {"auditor"}, "", "MEMBER"}, deed, *request,
                      "an auditor acts");
    case 3:
      if (IsForTheSender(*request)) return;
      return MustFail(world, identity, book, stranger, deed, *request, "somebody else's request id");
    default:
      if (IsForTheSender(*request)) return;
      NewRequestId(*request, random);
      return MustFail(world, identity, book, stranger, deed, *request, "a stranger acts for others");
  }
}

void RepeatAll(World& world, Identity& identity, Register& book) {
  for (const Wish& wish : book.TakeWishes()) {
    const std::unique_ptr<Message> response = NewMessage(MethodOf(wish.method)->output_type());
    const absl::Status status = AskUntilAnswered(world, identity, book, wish, kAttemptsMax, response.get());
    if (absl::IsDeadlineExceeded(status)) book.Complain(absl::StrCat("I8: ", status.message()));
  }
  const std::vector<Deed> deeds = book.deeds();
  for (const Deed& deed : deeds) Repeat(world, identity, book, deed, true);
  const std::vector<Refusal> refusals = book.refusals();
  for (const Refusal& refusal : refusals) RepeatRefused(world, identity, book, refusal);
}

}  // namespace jissho::simulation
