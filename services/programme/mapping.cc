#include "services/programme/mapping.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "services/programme/domain/compute.h"
#include "services/programme/domain/export.h"
#include "services/runtime/rpc/etag.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

absl::StatusOr<std::string> Print(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::InternalError(absl::StrCat("not storable: ", std::string(status.message())));
  return json;
}

absl::Status Parse(const std::string& json, google::protobuf::Message* message) {
  // A newer release may have stored fields that this one does not know.
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(json, message, options);
  if (!status.ok())
    return absl::InternalError(
        absl::StrCat("stored content is not readable: ", std::string(status.message())));
  return absl::OkStatus();
}

template <class Enum>
Enum ParseState(const google::protobuf::EnumDescriptor* descriptor, const std::string& prefix,
                const std::string& state) {
  const auto* value = descriptor->FindValueByName(absl::StrCat(prefix, absl::AsciiStrToUpper(state)));
  return value == nullptr ? Enum() : static_cast<Enum>(value->number());
}

v1::SheetWarning ToProto(const Warning& warning) {
  v1::SheetWarning out;
  out.set_code(warning.code);
  out.set_ja(warning.ja);
  out.set_en(warning.en);
  return out;
}

v1::Cell ToProto(const Cell& cell) {
  v1::Cell out;
  out.set_id(cell.id);
  out.set_label(cell.label);
  out.set_fiscal_year(cell.fiscal_year);
  out.set_unit(static_cast<v1::CellUnit>(cell.unit));
  out.set_kind(static_cast<v1::CellKind>(cell.kind));
  out.set_status(static_cast<v1::CellStatus>(cell.status));
  if (cell.value) out.set_value(*cell.value);
  out.set_text(cell.text);
  out.set_source_ja(cell.source_ja);
  out.set_source_en(cell.source_en);
  for (const Warning& warning : cell.warnings) *out.add_warnings() = ToProto(warning);
  return out;
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  google::protobuf::Timestamp out;
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(rest * 1000));
  return out;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

absl::StatusOr<std::string> ProgrammeContent(v1::Programme programme) {
  programme.clear_id();
  programme.clear_etag();
  return Print(programme);
}

absl::StatusOr<v1::Programme> ToProgramme(const ProgrammeRow& row) {
  v1::Programme out;
  JISSHO_RETURN_IF_ERROR(Parse(row.content, &out));
  out.set_id(row.id);
  out.set_etag(runtime::MakeEtag(row.version));
  return out;
}

absl::StatusOr<std::string> CallContent(const v1::CallRules& rules) { return Print(rules); }

absl::StatusOr<v1::CallRules> RulesOf(const CallRow& row) {
  v1::CallRules rules;
  JISSHO_RETURN_IF_ERROR(Parse(row.content, &rules));
  return rules;
}

absl::StatusOr<v1::Call> ToCall(const CallRow& row) {
  v1::Call out;
  out.set_id(row.id);
  out.set_programme_id(row.programme_id);
  JISSHO_ASSIGN_OR_RETURN(*out.mutable_rules(), RulesOf(row));
  out.set_state(ParseState<v1::CallState>(v1::CallState_descriptor(), "CALL_STATE_", row.state));
  if (row.published_at) *out.mutable_published_time() = ToTimestamp(*row.published_at);
  out.set_amendments(static_cast<int32_t>(row.amendments));
  if (row.adopted) out.set_adopted(static_cast<int32_t>(*row.adopted));
  out.set_etag(runtime::MakeEtag(row.version));
  return out;
}

CallRules ToDomain(const v1::CallRules& rules) {
  CallRules out;
  out.fiscal_year = rules.fiscal_year();
  out.title = rules.title();
  out.sections.assign(rules.sections().begin(), rules.sections().end());
  if (rules.has_open_time()) out.open_time = FromTimestamp(rules.open_time());
  if (rules.has_close_time()) out.close_time = FromTimestamp(rules.close_time());
  for (const v1::Criterion& criterion : rules.criteria()) {
    out.criteria.push_back({criterion.code(), criterion.title(), criterion.weight()});
  }
  out.grades.assign(rules.grades().begin(), rules.grades().end());
  out.floor_percent = rules.floor_percent();
  out.quorum = rules.quorum();
  out.quota = rules.quota();
  out.grant_budget_yen = rules.grant_budget_yen();
  out.cap_yen = rules.cap_yen();
  out.rate = rules.rate();
  out.rounding_unit_yen = rules.rounding_unit_yen();
  out.budget_line = rules.budget_line();
  out.first_review_places = rules.first_review_places();
  out.trial_start_date = rules.trial_start_date();
  out.trial_end_date = rules.trial_end_date();
  out.report_due_date = rules.report_due_date();
  out.correction_days = rules.correction_days();
  return out;
}

v1::CallPublished ToAnnouncement(const CallRow& row, const v1::CallRules& rules,
                                 const std::string& programme_no) {
  v1::CallPublished out;
  out.set_call_id(row.id);
  out.set_programme_id(row.programme_id);
  out.set_programme_no(programme_no);
  out.set_fiscal_year(rules.fiscal_year());
  out.set_title(rules.title());
  *out.mutable_sections() = rules.sections();
  *out.mutable_open_time() = rules.open_time();
  *out.mutable_close_time() = rules.close_time();
  out.set_quota(rules.quota());
  out.set_grant_budget_yen(rules.grant_budget_yen());
  out.set_cap_yen(rules.cap_yen());
  out.set_rate(rules.rate());
  out.set_rounding_unit_yen(rules.rounding_unit_yen());
  out.set_budget_line(rules.budget_line());
  out.set_trial_start_date(rules.trial_start_date());
  out.set_trial_end_date(rules.trial_end_date());
  out.set_report_due_date(rules.report_due_date());
  *out.mutable_criteria() = rules.criteria();
  out.set_floor_percent(rules.floor_percent());
  out.set_quorum(rules.quorum());
  *out.mutable_grades() = rules.grades();
  out.set_first_review_places(rules.first_review_places());
  out.set_correction_days(rules.correction_days());
  return out;
}

std::vector<IndicatorSpec> IndicatorsOf(const v1::Programme& programme) {
  std::vector<IndicatorSpec> out;
  for (const v1::Indicator& indicator : programme.indicators()) {
    out.push_back({indicator.no(), indicator.name(), indicator.unit(),
                   static_cast<IndicatorSource>(indicator.source())});
  }
  return out;
}

std::vector<StaffRate> RatesOf(const v1::Programme& programme) {
  std::vector<StaffRate> out;
  for (const v1::PersonnelRate& rate : programme.personnel_rates()) {
    out.push_back({rate.fiscal_year(), rate.yen_per_fte(), rate.yen_per_overtime_hour(), rate.inferred()});
  }
  return out;
}

SheetInputs InputsOf(const v1::Programme& programme, int fiscal_year,
                     std::map<std::string, TypedValue> typed) {
  return {fiscal_year, IndicatorsOf(programme), RatesOf(programme), programme.outside_funds_end_year(),
          std::move(typed)};
}

TypedEntry ToTypedEntry(const v1::TypedValue& value) {
  TypedEntry out;
  out.cell_id = value.cell_id();
  if (value.has_value()) out.value.value = value.value();
  out.value.text = value.text();
  out.value.pending = value.status() == v1::CELL_STATUS_PENDING;
  out.value.source = value.source();
  out.clear = value.status() == v1::CELL_STATUS_NOT_SET;
  return out;
}

absl::StatusOr<Sheet> CellsOf(const SheetRow& row, const v1::Programme& programme) {
  if (!row.computed.empty()) return FromJson(row.computed);
  JISSHO_ASSIGN_OR_RETURN(auto typed, TypedFromJson(row.typed));
  return TypedSheet(InputsOf(programme, static_cast<int>(row.fiscal_year), std::move(typed)));
}

v1::Sheet ToSheet(const SheetRow& row, const Sheet& sheet) {
  v1::Sheet out;
  out.set_id(row.id);
  out.set_programme_id(row.programme_id);
  out.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  out.set_state(ParseState<v1::SheetState>(v1::SheetState_descriptor(), "SHEET_STATE_", row.state));
  for (const Cell& cell : sheet.cells) *out.add_cells() = ToProto(cell);
  for (const Warning& warning : sheet.warnings) *out.add_warnings() = ToProto(warning);
  if (row.computed_at) *out.mutable_computed_time() = ToTimestamp(*row.computed_at);
  out.set_computed_by(row.computed_by);
  out.set_content_hash(row.content_hash);
  out.set_etag(runtime::MakeEtag(row.version));
  return out;
}

std::string SheetId(const std::string& programme_id, int fiscal_year) {
  return absl::StrCat(programme_id, "-", fiscal_year);
}

std::string StateName(v1::CallState state) {
  if (state == v1::CALL_STATE_UNSPECIFIED) return "";
  return absl::AsciiStrToLower(v1::CallState_Name(state).substr(std::string("CALL_STATE_").size()));
}

}  // namespace jissho::programme
