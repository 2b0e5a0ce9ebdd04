#include "services/runtime/rpc/validation.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "jissho/options/v1/options.pb.h"
#include "services/runtime/rpc/text_format.h"
#include "workflow/base/error.h"
#include "workflow/base/id.h"

namespace jissho::runtime {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using options::v1::FieldRule;

constexpr size_t kFaultsMax = 100;

struct FormatText {
  options::v1::Format format;
  bool (*matches)(absl::string_view);
  const char* ja;
  const char* en;
};

bool IsUuidText(absl::string_view text) { return IsUuid(text); }

constexpr FormatText kFormats[] = {
    {options::v1::FORMAT_DATE, IsDate, "日付は YYYY-MM-DD の形で、実在する日を入力してください",
     "must be an existing date, YYYY-MM-DD"},
    {options::v1::FORMAT_CORPORATE_NUMBER, IsCorporateNumber,
     "法人番号は検査数字の合う13桁で入力してください",
     "must be a corporate number: 13 digits with a valid check digit"},
    {options::v1::FORMAT_LOCAL_GOVERNMENT_CODE, IsLocalGovernmentCode,
     "団体コードは検査数字の合う6桁で入力してください",
     "must be a local government code: 6 digits with a valid check digit"},
    {options::v1::FORMAT_RATE, IsRate, "割合は 2/3 のような1以下の分数で入力してください",
     "must be a fraction such as 2/3, at most 1"},
    {options::v1::FORMAT_EMAIL, IsEmail, "メールアドレスの形で入力してください", "must be an e-mail address"},
    {options::v1::FORMAT_UUID, IsUuidText, "小文字の UUID を入力してください", "must be a lower-case UUID"},
    {options::v1::FORMAT_BUDGET_LINE, IsBudgetLine, "予算科目は 01-020108-16 の形で入力してください",
     "must be a budget line such as 01-020108-16"},
};

class Validator {
 public:
  void CheckMessage(const Message& message, const std::string& path) {
    const auto* descriptor = message.GetDescriptor();
    if (descriptor->full_name() == "google.protobuf.Timestamp") return CheckTimestamp(message, path);
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor* field = descriptor->field(i);
      CheckField(message, field, path.empty() ? field->name() : absl::StrCat(path, ".", field->name()));
    }
  }

  absl::Status result() const { return faults_.empty() ? absl::OkStatus() : MakeFieldError(faults_); }

 private:
  void Fault(const std::string& path, const std::string& ja, const std::string& en) {
    if (faults_.size() < kFaultsMax) faults_.push_back({path, ja, en});
  }

  void CheckTimestamp(const Message& message, const std::string& path) {
    google::protobuf::Timestamp time;
    time.CopyFrom(message);
    // The range of the well-known type: years 1 to 9999.
    const bool valid = time.seconds() >= -62135596800 && time.seconds() <= 253402300799 &&
                       time.nanos() >= 0 && time.nanos() <= 999999999;
    if (!valid) Fault(path, "日時が範囲外です", "is not a valid time");
  }

  void CheckField(const Message& message, const FieldDescriptor* field, const std::string& path) {
    const FieldRule& rule = field->options().GetExtension(options::v1::field);
    const Reflection* reflection = message.GetReflection();
    if (field->is_repeated()) {
      const int size = reflection->FieldSize(message, field);
      if (rule.required() && size == 0) Fault(path, "必ず入力してください", "is required");
      const int max_items = rule.max_items() > 0 ? rule.max_items() : kDefaultMaxItems;
      if (size > max_items) {
        Fault(path, absl::StrCat(max_items, "件以内にしてください"),
              absl::StrCat("must have at most ", max_items, " entries"));
        return;
      }
      for (int i = 0; i < size; ++i) CheckValue(message, field, i, rule, absl::StrCat(path, "[", i, "]"));
      return;
    }
    const bool message_field = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const bool present = reflection->HasField(message, field);
    if (message_field || field->has_presence()) {
      if (!present) {
        if (rule.required()) Fault(path, "必ず入力してください", "is required");
        return;
      }
    }
    CheckValue(message, field, -1, rule, path);
  }

  // `index` is that of a repeated field's entry, or -1.
  void CheckValue(const Message& message, const FieldDescriptor* field, int index, const FieldRule& rule,
                  const std::string& path) {
    const Reflection* r = message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return CheckMessage(
            index < 0 ? r->GetMessage(message, field) : r->GetRepeatedMessage(message, field, index), path);
      case FieldDescriptor::CPPTYPE_STRING:
        return CheckString(
            index < 0 ? r->GetString(message, field) : r->GetRepeatedString(message, field, index),
            field->type() == FieldDescriptor::TYPE_BYTES, rule, path);
      case FieldDescriptor::CPPTYPE_ENUM:
        return CheckEnum(
            index < 0 ? r->GetEnumValue(message, field) : r->GetRepeatedEnumValue(message, field, index),
            field, rule, path);
      case FieldDescriptor::CPPTYPE_INT32:
        return CheckInteger(
            index < 0 ? r->GetInt32(message, field) : r->GetRepeatedInt32(message, field, index), rule, path);
      case FieldDescriptor::CPPTYPE_INT64:
        return CheckInteger(
            index < 0 ? r->GetInt64(message, field) : r->GetRepeatedInt64(message, field, index), rule, path);
      case FieldDescriptor::CPPTYPE_UINT32:
        return CheckInteger(
            index < 0 ? r->GetUInt32(message, field) : r->GetRepeatedUInt32(message, field, index), rule,
            path);
      default:
        return;  // bool, float and 64-bit unsigned fields have no rules
    }
  }

  void CheckEnum(int value, const FieldDescriptor* field, const FieldRule& rule, const std::string& path) {
    if (field->enum_type()->FindValueByNumber(value) == nullptr) {
      return Fault(path, absl::StrCat("知らない値です: ", value),
                   absl::StrCat("has the unknown value ", value));
    }
    if (rule.required() && value == 0) Fault(path, "必ず選んでください", "is required");
  }

  void CheckInteger(int64_t value, const FieldRule& rule, const std::string& path) {
    if (rule.required() && value == 0) return Fault(path, "必ず入力してください", "is required");
    if (rule.has_min() && value < rule.min()) {
      return Fault(path, absl::StrCat(rule.min(), " 以上にしてください"),
                   absl::StrCat("must be at least ", rule.min()));
    }
    if (rule.max() != 0 && value > rule.max()) {
      Fault(path, absl::StrCat(rule.max(), " 以下にしてください"),
            absl::StrCat("must be at most ", rule.max()));
    }
  }

  void CheckString(const std::string& text, bool bytes, const FieldRule& rule, const std::string& path) {
    if (bytes) {
      if (rule.required() && text.empty()) Fault(path, "必ず入力してください", "is required");
      if (rule.max_length() > 0 && static_cast<int64_t>(text.size()) > rule.max_length()) {
        Fault(path, absl::StrCat(rule.max_length(), "バイト以内にしてください"),
              absl::StrCat("must have at most ", rule.max_length(), " bytes"));
      }
      return;
    }
    if (absl::StripAsciiWhitespace(text).empty()) {
      if (rule.required()) return Fault(path, "必ず入力してください", "is required");
      if (text.empty()) return;
    }
    if (HasForbiddenCharacter(text)) {
      Fault(path, "制御文字や文字の向きを変える文字は使えません",
            "must not hold control or direction-changing characters");
    }
    const int max = rule.max_length() > 0 ? rule.max_length() : kDefaultMaxLength;
    if (CodePoints(text) > max) {
      Fault(path, absl::StrCat(max, "文字以内にしてください"),
            absl::StrCat("must have at most ", max, " characters"));
    }
    for (const FormatText& format : kFormats) {
      if (format.format == rule.format() && !format.matches(text)) Fault(path, format.ja, format.en);
    }
  }

  std::vector<FieldFault> faults_;
};

}  // namespace

absl::Status ValidateRequest(const Message& request) {
  Validator validator;
  validator.CheckMessage(request, "");
  return validator.result();
}

}  // namespace jissho::runtime
