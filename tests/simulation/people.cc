#include "tests/simulation/people.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

void MustFail(World& world, Identity& identity, Register& book, const act::Actor& actor, const Deed& deed,
              const Message& request, const char* what) {
  const std::unique_ptr<Message> response(deed.response->New());
  const absl::Status status =
      world.Call(identity.TokenOf(actor), deed.method, kPersonWaits, request, response.get());
  if (status.ok()) book.Complain(absl::StrCat(what, ": ", actor.id, " as in ", Describe(deed)));
}

}  // namespace

absl::Status Hand::AdvanceTo(absl::Time) {
  Require(false, "a step moved the calendar");
  return absl::OkStatus();
}

absl::Status Hand::CallUntilAnswered(const season::Actor& actor, const std::string& method,
                                     const Message& request, Message* response) {
  const act::Actor who = ActorOf(actor);
  absl::Status status;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (attempt > 0)
      world_->scheduler().Sleep(kPauseMax * (static_cast<double>(world_->random().Below(1000)) / 1000));
    const std::unique_ptr<Message> sent = Copy(request);
    if (attempt > 0 && RequestId(request) != nullptr && IsPlanted(Bug::kRetryChangesId)) {
      sent->GetReflection()->SetString(
          sent.get(), RequestId(request),
          absl::StrCat(request.GetReflection()->GetString(request, RequestId(request)), "-", attempt));
    }
    status = world_->Call(identity_->TokenOf(who), method, kPersonWaits, *sent, response);
    if (IsUndecided(status)) continue;
    if (status.ok() && RequestId(request) != nullptr)
      register_->Add({who, method, Copy(*sent), Copy(*response)});
    return status;
  }
  return absl::DeadlineExceededError(absl::StrCat("nobody answered ", method, ": ", status.ToString()));
}

void TryMischief(World& world, Identity& identity, Register& book, Random& random) {
  if (book.deeds().empty()) return;
  const Deed deed = book.deeds()[random.Below(book.deeds().size())];
  const std::unique_ptr<Message> request = Copy(*deed.request);
  const auto fresh_id = [&] {
    request->GetReflection()->SetString(request.get(), RequestId(*request),
                                        absl::StrCat("mischief-", random.Next() % 1'000'000'000));
  };
  switch (random.Below(4)) {
    case 0:
      return Repeat(world, identity, book, deed, false);
    case 1:
      if (!Disturb(*request, random)) return;
      return MustFail(world, identity, book, deed.actor, deed, *request, "one request id for two requests");
    case 2:
      fresh_id();
      return MustFail(world, identity, book, {"user:nosy", {"auditor"}, "", "MEMBER"}, deed, *request,
                      "an auditor acts");
    default:
      fresh_id();
      return MustFail(world, identity, book, {"user:stranger", {"applicant"}, "stranger", "MEMBER"}, deed,
                      *request, "a stranger acts for others");
  }
}

void RepeatAll(World& world, Identity& identity, Register& book) {
  const std::vector<Deed> deeds = book.deeds();
  for (const Deed& deed : deeds) Repeat(world, identity, book, deed, true);
}

}  // namespace jissho::simulation
