#include "tests/simulation/requests.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "jissho/options/v1/options.pb.h"
#include "tests/simulation/fillers.h"
#include "tests/simulation/methods.h"
#include "workflow/base/clock.h"

namespace jissho::simulation {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace op = options::v1;

constexpr absl::Duration kReaderWaits = absl::Seconds(30);
constexpr int64_t kOtherDays = 40;
constexpr uint64_t kSlipOneIn = 10;

const act::Actor& Reader() {
  static const auto& reader = *new act::Actor{
      "user:reader",
      {"secretariat", "manager", "mayor", "division", "accounting", "chair", "auditor", "admin"},
      "",
      "MEMBER"};
  return reader;
}

const op::FieldRule& RuleOf(const FieldDescriptor* field) { return field->options().GetExtension(op::field); }

const FieldDescriptor* TextField(const Message& message, const std::string& name) {
  const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(name);
  const bool is_text =
      field != nullptr && !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text ? field : nullptr;
}

void SetText(Message& message, const std::string& name, const std::string& value) {
  const FieldDescriptor* const field = TextField(message, name);
  if (field != nullptr) message.GetReflection()->SetString(&message, field, value);
}

// A slip of the pen in one field, wherever it stands.
void Slip(Message& message, Random& random) {
  const auto* const reflection = message.GetReflection();
  const Descriptor* const type = message.GetDescriptor();
  const FieldDescriptor* const field =
      type->field(static_cast<int>(random.Below(static_cast<uint64_t>(type->field_count()))));
  if (random.OneIn(6)) return reflection->ClearField(&message, field);
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    if (!field->is_repeated()) return Slip(*reflection->MutableMessage(&message, field), random);
    const int size = reflection->FieldSize(message, field);
    if (size == 0 || random.OneIn(4)) return Slip(*reflection->AddMessage(&message, field), random);
    const int at = static_cast<int>(random.Below(static_cast<uint64_t>(size)));
    return Slip(*reflection->MutableRepeatedMessage(&message, field, at), random);
  }
  if (field->is_repeated()) return;
  static const auto& texts = *new std::vector<std::string>{"",
                                                           " ",
                                                           "x",
                                                           "0",
                                                           "-1",
                                                           "'; --",
                                                           std::string("a\0b", 3),
                                                           "﷽\u202e",
                                                           "9",
                                                           "2022-02-30",
                                                           "9999-12-31",
                                                           "1/0",
                                                           "\"99999999999999999999\"",
                                                           std::string(6000, 'x')};
  constexpr int64_t kNumbers[] = {0, 1, -1, 99, 10'000'000'000'000, INT64_MAX, INT64_MIN};
  const int64_t number = kNumbers[random.Below(std::size(kNumbers))];
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(&message, field, texts[random.Below(texts.size())]);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(&message, field, number);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(&message, field,
                                  static_cast<int32_t>(std::clamp<int64_t>(number, INT32_MIN, INT32_MAX)));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(&message, field, static_cast<int>(random.Below(20)));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(&message, field, random.OneIn(2));
    default:
      return;
  }
}

// The method that shows a thing, and the field that names it there.
struct View {
  const char* method;
  const char* key;
};
const std::map<std::string, View>& Views() {
  static const auto& views = *new std::map<std::string, View>{
      {"call", {"GetCall", "id"}},         {"case", {"GetCase", "id"}},
      {"proposal", {"GetProposal", "id"}}, {"consultation", {"GetConsultation", "id"}},
      {"round", {"GetRound", "call_id"}},  {"grant", {"GetGrant", "id"}},
      {"payment", {"GetPayment", "id"}},   {"campaign", {"GetCampaign", "id"}},
      {"trial", {"GetTrial", "id"}}};
  return views;
}

}  // namespace

std::string TextOf(const Message& message, const std::string& name) {
  const FieldDescriptor* const field = TextField(message, name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

std::string DateText(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, Tokyo()); }

Requests::Requests(World* world, Identity* identity, const std::vector<Deed>* season, Random* random)
    : world_(world), identity_(identity), season_(season), random_(random) {
  for (const Deed& deed : *season) played_.insert(deed.method);
}

std::string Requests::Date(int64_t days_from, int64_t days_to) {
  return DateText(world_->calendar().Now() + absl::Hours(24 * random_->Between(days_from, days_to)));
}

std::string Requests::Text() {
  return absl::StrCat("歩き回る人の記入 ", random_->Below(100'000), "-", ++texts_);
}

bool Requests::Ask(const std::string& method, const Message& request, Message* response) {
  return world_->Call(identity_->TokenOf(Reader()), method, kReaderWaits, request, response).ok();
}

// One about the same thing first: it knows what only the season's file knows, such as the grades of a
// proposal.
const Deed* Requests::FindExample(const std::string& method, const Thing& thing) {
  std::vector<const Deed*> all, same;
  const std::string name = FullMethod(thing.service, method);
  for (const Deed& deed : *season_) {
    if (deed.method != name) continue;
    all.push_back(&deed);
    for (const char* const key : {"id", "case_id", "call_id", "proposal_id", "invitation_id"})
      if (!thing.id.empty() && TextOf(*deed.request, key) == thing.id) same.push_back(&deed);
  }
  const std::vector<const Deed*>& from = same.empty() || random_->OneIn(4) ? all : same;
  return from.empty() ? nullptr : from[random_->Below(from.size())];
}

std::unique_ptr<Message> Requests::Look(const Thing& thing) {
  const auto view = Views().find(thing.chart);
  if (view == Views().end()) return nullptr;
  const auto* const method = MethodOf(FullMethod(thing.service, view->second.method));
  const std::unique_ptr<Message> request = NewMessage(method->input_type());
  SetText(*request, view->second.key, thing.id);
  std::unique_ptr<Message> response = NewMessage(method->output_type());
  if (!Ask(FullMethod(thing.service, view->second.method), *request, response.get())) return nullptr;
  return response;
}

void Requests::FillRequired(Message& message) {
  const auto* const reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message.GetDescriptor()->field(i);
    const op::FieldRule& rule = RuleOf(field);
    if (!rule.required() && !random_->OneIn(4)) continue;
    if (field->name() == "request_id") continue;
    if (field->is_repeated()) {
      if (rule.required() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        FillRequired(*reflection->AddMessage(&message, field));
      continue;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (rule.format() == op::FORMAT_DATE) {
          reflection->SetString(&message, field, Date(0, 0));
        } else if (rule.format() == op::FORMAT_UNSPECIFIED && rule.max_length() > 60) {
          reflection->SetString(&message, field, Text());
        }
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int values = field->enum_type()->value_count();
        const int drawn =
            1 + static_cast<int>(random_->Below(static_cast<uint64_t>(std::max(1, values - 1))));
        reflection->SetEnum(&message, field, field->enum_type()->value(std::min(drawn, values - 1)));
        break;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        reflection->SetInt32(&message, field,
                             static_cast<int32_t>(rule.min() + static_cast<int64_t>(random_->Below(5))));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection->SetInt64(&message, field, rule.min() + static_cast<int64_t>(random_->Below(1000)));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(&message, field, random_->OneIn(2));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field->message_type()->full_name() != "google.protobuf.Timestamp")
          FillRequired(*reflection->MutableMessage(&message, field));
        break;
      default:
        break;
    }
  }
}

// What names the thing and its version stands under the same name in what its service shows.
void Requests::FillFromView(Message& message, const Message& view) {
  for (const char* const name : {"etag", "call_id", "programme_id", "budget_line", "organisation_id"}) {
    const std::string value = TextOf(view, name);
    if (!value.empty()) SetText(message, name, value);
  }
  const FieldDescriptor* const to = message.GetDescriptor()->FindFieldByName("fiscal_year");
  const FieldDescriptor* const from = view.GetDescriptor()->FindFieldByName("fiscal_year");
  if (to != nullptr && from != nullptr)
    message.GetReflection()->SetInt32(&message, to, view.GetReflection()->GetInt32(view, from));
}

void Requests::Point(Message& message, const Thing& thing) {
  if (thing.id.empty()) return;
  SetText(message, "id", thing.id);
  if (thing.chart == "round") SetText(message, "call_id", thing.id);
  if (thing.chart == "proposal") SetText(message, "proposal_id", thing.id);
  if (thing.chart == "invitation") SetText(message, "invitation_id", thing.id);
  if (thing.chart == "case" || thing.chart == "entry") SetText(message, "case_id", thing.id);
}

void Requests::Today(Message& message) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message.GetDescriptor()->field(i);
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
        RuleOf(field).format() != op::FORMAT_DATE)
      continue;
    const bool other = random_->OneIn(5);
    message.GetReflection()->SetString(&message, field, other ? Date(-kOtherDays, kOtherDays) : Date(0, 0));
  }
}

std::unique_ptr<Message> Requests::Make(const std::string& method, const Thing& thing) {
  std::unique_ptr<Message> message = NewMessage(MethodOf(FullMethod(thing.service, method))->input_type());
  if (const Deed* const example = FindExample(method, thing)) {
    message->CopyFrom(*example->request);
  } else {
    FillRequired(*message);
  }
  SetText(*message, "etag", "");
  Today(*message);
  Point(*message, thing);
  if (const auto view = Look(thing)) FillFromView(*message, *view);
  const auto special = Fillers().find(method);
  if (special != Fillers().end()) special->second(*this, *message, thing);
  if (random_->OneIn(kSlipOneIn)) Slip(*message, *random_);
  return message;
}

}  // namespace jissho::simulation
