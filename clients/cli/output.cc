#include "clients/cli/output.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/json_util.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/chart/wrap.h"

namespace jissho::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kRuleMax = 60;

std::string Pad(const std::string& text, int width) {
  return text + std::string(std::max(0, width - DisplayWidth(text)), ' ');
}

std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const auto* reflection = message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return many ? reflection->GetRepeatedStringReference(message, &field, index, &scratch)
                  : reflection->GetStringReference(message, &field, &scratch);
    }
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(many ? reflection->GetRepeatedInt64(message, &field, index)
                               : reflection->GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(many ? reflection->GetRepeatedInt32(message, &field, index)
                               : reflection->GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (many ? reflection->GetRepeatedBool(message, &field, index)
                   : reflection->GetBool(message, &field))
                 ? "はい"
                 : "いいえ";
    case FieldDescriptor::CPPTYPE_ENUM:
      return (many ? reflection->GetRepeatedEnum(message, &field, index)
                   : reflection->GetEnum(message, &field))
          ->name();
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& inner = many ? reflection->GetRepeatedMessage(message, &field, index)
                                  : reflection->GetMessage(message, &field);
      if (inner.GetDescriptor()->full_name() != "google.protobuf.Timestamp") return ToJson(inner);
      google::protobuf::Timestamp time;
      time.ParseFromString(inner.SerializeAsString());
      return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()), Tokyo());
    }
    default:
      return "?";
  }
}

// "old=new, …", ordered by name.
std::string MapText(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  std::vector<std::string> texts;
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, &field, i);
    const auto& type = *field.message_type();
    texts.push_back(
        absl::StrCat(ScalarText(entry, *type.map_key(), -1), "=", ScalarText(entry, *type.map_value(), -1)));
  }
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, ", ");
}

std::string FieldText(const Message& message, const FieldDescriptor& field) {
  if (field.is_map()) return MapText(message, field);
  const auto* reflection = message.GetReflection();
  if (!field.is_repeated()) {
    if (field.has_presence() && !reflection->HasField(message, &field)) return "-";
    return ScalarText(message, field, -1);
  }
  std::vector<std::string> texts;
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i)
    texts.push_back(ScalarText(message, field, i));
  return absl::StrJoin(texts, ", ");
}

const FieldDescriptor* ListField(const google::protobuf::Descriptor& type) {
  if (type.FindFieldByName("next_page_token") == nullptr) return nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->is_repeated() && type.field(i)->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
      return type.field(i);
  }
  return nullptr;
}

}  // namespace

int DisplayWidth(const std::string& text) {
  int width = 0;
  for (int32_t i = 0; i < static_cast<int32_t>(text.size());) {
    UChar32 c;
    U8_NEXT(text.data(), i, static_cast<int32_t>(text.size()), c);
    if (c < 0) c = 0xFFFD;
    const auto category = u_charType(c);
    if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) continue;
    const int east_asian = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    width += east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
  }
  return width;
}

std::string Table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<int> widths;
  for (const std::string& heading : headings) widths.push_back(DisplayWidth(heading));
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string out;
    for (size_t i = 0; i < cells.size(); ++i) {
      absl::StrAppend(&out, i == 0 ? "" : "  ", i + 1 == cells.size() ? cells[i] : Pad(cells[i], widths[i]));
    }
    return absl::StrCat(absl::StripTrailingAsciiWhitespace(out), "\n");
  };
  std::vector<std::string> rules;
  // The last column may hold whole sentences: its rule need not be as long.
  for (int width : widths) rules.push_back(std::string(std::min(width, kRuleMax), '-'));
  for (size_t i = 0; i + 1 < rules.size(); ++i) rules[i].resize(widths[i], '-');
  std::string out = line(headings) + line(rules);
  for (const auto& row : rows) out += line(row);
  return out;
}

std::string WrappedTable(const std::vector<std::string>& headings,
                         const std::vector<std::vector<std::string>>& rows, const std::vector<int>& limits) {
  std::vector<std::vector<std::string>> lines;
  for (const auto& row : rows) {
    std::vector<std::vector<std::string>> cells;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(chart::WrapText(row[i], limits[i]));
      height = std::max(height, cells.back().size());
    }
    if (!lines.empty()) lines.emplace_back(row.size());
    for (size_t at = 0; at < height; ++at) {
      lines.emplace_back();
      for (const auto& cell : cells) lines.back().push_back(at < cell.size() ? cell[at] : "");
    }
  }
  return Table(headings, lines);
}

namespace {

bool IsTable(const FieldDescriptor& field) {
  return field.is_repeated() && !field.is_map() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->full_name() != "google.protobuf.Timestamp";
}

bool IsNested(const FieldDescriptor& field) {
  return !field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->full_name() != "google.protobuf.Timestamp";
}

// A column of a table: the way from an entry to the field, through nested messages.
struct ColumnPath {
  std::vector<const FieldDescriptor*> path;
  std::string heading;
};

void CollectColumns(const Catalogue& catalogue, const google::protobuf::Descriptor& type,
                    std::vector<const FieldDescriptor*> prefix, std::vector<ColumnPath>& columns) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    auto path = prefix;
    path.push_back(field);
    const std::string heading = catalogue.Heading(*field);
    if (IsNested(*field) && prefix.empty()) {
      CollectColumns(catalogue, *field->message_type(), path, columns);
    } else if (!heading.empty() && !IsTable(*field) && !IsNested(*field)) {
      columns.push_back({path, heading});
    }
  }
}

std::string CellText(const Message& entry, const std::vector<const FieldDescriptor*>& path) {
  const Message* message = &entry;
  for (size_t i = 0; i + 1 < path.size(); ++i)
    message = &message->GetReflection()->GetMessage(*message, path[i]);
  return FieldText(*message, *path.back());
}

std::string EntriesTable(const Catalogue& catalogue, const Message& message, const FieldDescriptor& list) {
  std::vector<ColumnPath> columns;
  CollectColumns(catalogue, *list.message_type(), {}, columns);
  std::vector<std::string> headings;
  for (const ColumnPath& column : columns) headings.push_back(column.heading);
  if (headings.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < reflection->FieldSize(message, &list); ++i) {
    rows.emplace_back();
    for (const ColumnPath& column : columns) {
      rows.back().push_back(CellText(reflection->GetRepeatedMessage(message, &list, i), column.path));
    }
  }
  return Table(headings, rows);
}

std::string Label(const Catalogue& catalogue, const FieldDescriptor& field) {
  const std::string heading = catalogue.Heading(field);
  return heading.empty() ? field.name() : absl::StrCat(heading, " (", field.name(), ")");
}

// One line a field; what is a list of its own follows as a table.
void CollectFields(const Catalogue& catalogue, const Message& message, const std::string& prefix,
                   std::vector<std::vector<std::string>>& rows, std::string& tables) {
  const auto& type = *message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (IsTable(*field)) {
      if (reflection->FieldSize(message, field) > 0) {
        absl::StrAppend(&tables, "\n", Label(catalogue, *field), "\n",
                        EntriesTable(catalogue, message, *field));
      }
    } else if (IsNested(*field)) {
      if (reflection->HasField(message, field)) {
        CollectFields(catalogue, reflection->GetMessage(message, field), prefix + field->name() + ".", rows,
                      tables);
      }
    } else if (const std::string text = FieldText(message, *field); !text.empty()) {
      rows.push_back({prefix + Label(catalogue, *field), text});
    }
  }
}

}  // namespace

std::string ToTable(const Catalogue& catalogue, const Message& message) {
  if (const FieldDescriptor* list = ListField(*message.GetDescriptor())) {
    return EntriesTable(catalogue, message, *list);
  }
  std::vector<std::vector<std::string>> rows;
  std::string tables;
  CollectFields(catalogue, message, "", rows, tables);
  if (rows.empty() && tables.empty()) return "OK\n";
  return (rows.empty() ? "" : Table({"項目", "値"}, rows)) + tables;
}

std::string ToJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string out;
  if (!google::protobuf::util::MessageToJsonString(message, &out, options).ok()) return "{}";
  return out;
}

std::string DescribeError(const absl::Status& status) {
  std::string out;
  const auto detail = GetErrorDetail(status);
  if (!detail) {
    absl::StrAppend(&out, "エラー / error: ", absl::StatusCodeToString(status.code()), ": ",
                    std::string(status.message()), "\n");
    return out;
  }
  absl::StrAppend(&out, "エラー: ", detail->ja, "\n");
  if (detail->en != detail->ja) absl::StrAppend(&out, "error: ", detail->en, "\n");
  for (const FieldFault& fault : detail->faults)
    absl::StrAppend(&out, "  ", fault.field, ": ", fault.ja, "\n");
  absl::StrAppend(&out, "[", absl::StatusCodeToString(status.code()), " ", detail->reason, "]\n");
  if (detail->retry_after)
    absl::StrAppend(&out, "再試行 / retry after: ", absl::FormatDuration(*detail->retry_after), "\n");
  return out;
}

int ExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return 2;
    case absl::StatusCode::kNotFound:
      return 3;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return 4;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return 5;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return 6;
    default:
      return 1;
  }
}

}  // namespace jissho::cli
