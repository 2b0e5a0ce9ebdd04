#include "clients/cli/request_builder.h"

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "clients/cli/structured_file.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/json_util.h"
#include "workflow/base/clock.h"

namespace jissho::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Bad(const FieldDescriptor& field, const std::string& value, const std::string& wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", FlagName(field.name()), ": '", value, "' is not ", wanted));
}

absl::StatusOr<absl::Time> ParseTime(const std::string& text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  for (const char* format : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, Tokyo(), &time, &error)) return time;
  }
  return absl::InvalidArgumentError("time");
}

absl::Status SetMessage(Message& request, const FieldDescriptor& field, const std::string& value) {
  const auto* reflection = request.GetReflection();
  Message* inner = field.is_repeated() ? reflection->AddMessage(&request, &field)
                                       : reflection->MutableMessage(&request, &field);
  if (field.message_type()->full_name() == "google.protobuf.Timestamp") {
    auto time = ParseTime(value);
    if (!time.ok()) return Bad(field, value, "a time (2022-06-10 17:15 or RFC 3339)");
    google::protobuf::Timestamp stamp;
    stamp.set_seconds(absl::ToUnixSeconds(*time));
    stamp.set_nanos(
        static_cast<int>(absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(stamp.seconds()))));
    inner->ParseFromString(stamp.SerializeAsString());
    return absl::OkStatus();
  }
  std::string json = value;
  if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(value), "{")) {
    auto text = ReadStructuredFile(value);
    if (!text.ok()) return text.status();
    json = *std::move(text);
  }
  const auto status = google::protobuf::util::JsonStringToMessage(json, inner);
  if (!status.ok()) {
    return Bad(field, value,
               absl::StrCat("JSON, or a file with it, of this message: ", std::string(status.message())));
  }
  return absl::OkStatus();
}

absl::Status SetEnum(Message& request, const FieldDescriptor& field, const std::string& value) {
  const std::string upper = absl::AsciiStrToUpper(value);
  std::string known;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const auto* candidate = field.enum_type()->value(i);
    if (candidate->name() == upper || absl::EndsWith(candidate->name(), "_" + upper)) {
      const auto* reflection = request.GetReflection();
      if (field.is_repeated()) {
        reflection->AddEnum(&request, &field, candidate);
      } else {
        reflection->SetEnum(&request, &field, candidate);
      }
      return absl::OkStatus();
    }
    if (i > 0) absl::StrAppend(&known, i > 1 ? ", " : "", candidate->name());
  }
  return Bad(field, value, "one of " + known);
}

absl::StatusOr<std::string> TextOrFile(const FieldDescriptor& field, const std::string& value) {
  if (field.type() != FieldDescriptor::TYPE_BYTES || !absl::StartsWith(value, "@")) return value;
  std::ifstream in(value.substr(1), std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("no file ", value.substr(1)));
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

absl::Status SetOne(Message& request, const FieldDescriptor& field, const std::string& value) {
  const auto* reflection = request.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      auto text = TextOrFile(field, value);
      if (!text.ok()) return text.status();
      many ? reflection->AddString(&request, &field, *text) : reflection->SetString(&request, &field, *text);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number;
      if (!absl::SimpleAtoi(absl::StrReplaceAll(value, {{",", ""}}), &number))
        return Bad(field, value, "a whole number");
      many ? reflection->AddInt64(&request, &field, number) : reflection->SetInt64(&request, &field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number;
      if (!absl::SimpleAtoi(absl::StrReplaceAll(value, {{",", ""}}), &number))
        return Bad(field, value, "a whole number");
      many ? reflection->AddInt32(&request, &field, number) : reflection->SetInt32(&request, &field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool flag = value.empty();  // --flag alone
      if (!value.empty() && !absl::SimpleAtob(value, &flag)) return Bad(field, value, "true or false");
      many ? reflection->AddBool(&request, &field, flag) : reflection->SetBool(&request, &field, flag);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(request, field, value);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SetMessage(request, field, value);
    default:
      return Bad(field, value, "of a supported type");
  }
}

}  // namespace

std::string FlagName(const std::string& field) { return absl::StrReplaceAll(field, {{"_", "-"}}); }

const FieldDescriptor* PositionalField(const google::protobuf::Descriptor& request) {
  if (const auto* id = request.FindFieldByName("id")) return id;
  for (int i = 0; i < request.field_count(); ++i) {
    const auto* field = request.field(i);
    if (field->name() != "request_id" && absl::EndsWith(field->name(), "_id") && !field->is_repeated())
      return field;
  }
  return nullptr;
}

absl::Status SetField(Message& request, const FieldDescriptor& field,
                      const std::vector<std::string>& values) {
  if (!field.is_repeated() && values.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("--", FlagName(field.name()), " may be given once"));
  }
  for (const std::string& value : values) {
    absl::Status status = SetOne(request, field, value);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status MergeJson(Message& request, const std::string& json) {
  const auto status = google::protobuf::util::JsonStringToMessage(json, &request);
  if (!status.ok())
    return absl::InvalidArgumentError(absl::StrCat("request JSON: ", std::string(status.message())));
  return absl::OkStatus();
}

}  // namespace jissho::cli
