#include "services/programme/domain/export.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

namespace jissho::programme {
namespace {

using Json = nlohmann::json;

constexpr std::array<absl::string_view, 8> kUnits = {"text",      "thousand_yen", "person", "hour",
                                                     "indicator", "count",        "score",  "percent"};
constexpr std::array<absl::string_view, 6> kKinds = {"", "counted", "summed", "derived", "typed", "not_set"};
constexpr std::array<absl::string_view, 4> kStatuses = {"", "confirmed", "pending", "not_set"};

template <class Enum, size_t kSize>
std::string NameOf(const std::array<absl::string_view, kSize>& names, Enum value) {
  return std::string(names[static_cast<size_t>(value)]);
}

template <class Enum, size_t kSize>
bool ParseName(const std::array<absl::string_view, kSize>& names, const std::string& name, Enum& value) {
  for (size_t i = 0; i < kSize; ++i) {
    if (!names[i].empty() && names[i] == name) {
      value = static_cast<Enum>(i);
      return true;
    }
  }
  return false;
}

std::string Quote(absl::string_view text) {
  std::string out = "\"";
  const bool formula =
      !text.empty() && absl::string_view("=+-@\t\r").find(text.front()) != absl::string_view::npos;
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  return out;
}

Json WarningsToJson(const std::vector<Warning>& warnings) {
  Json out = Json::array();
  for (const Warning& warning : warnings) {
    out.push_back({{"code", warning.code}, {"ja", warning.ja}, {"en", warning.en}});
  }
  return out;
}

std::vector<Warning> WarningsFromJson(const Json& json) {
  std::vector<Warning> out;
  for (const Json& warning : json) {
    out.push_back({warning.at("code").get<std::string>(), warning.at("ja").get<std::string>(),
                   warning.at("en").get<std::string>()});
  }
  return out;
}

Json CellToJson(const Cell& cell) {
  Json out = {{"id", cell.id},
              {"label", cell.label},
              {"fiscal_year", cell.fiscal_year},
              {"unit", NameOf(kUnits, cell.unit)},
              {"kind", NameOf(kKinds, cell.kind)},
              {"status", NameOf(kStatuses, cell.status)},
              {"value", nullptr},
              {"text", cell.text},
              {"source_ja", cell.source_ja},
              {"source_en", cell.source_en},
              {"warnings", WarningsToJson(cell.warnings)}};
  if (cell.value) out["value"] = *cell.value;
  return out;
}

bool CellFromJson(const Json& json, Cell& cell) {
  cell.id = json.at("id").get<std::string>();
  cell.label = json.at("label").get<std::string>();
  cell.fiscal_year = json.at("fiscal_year").get<int>();
  if (!json.at("value").is_null()) cell.value = json.at("value").get<int64_t>();
  cell.text = json.at("text").get<std::string>();
  cell.source_ja = json.at("source_ja").get<std::string>();
  cell.source_en = json.at("source_en").get<std::string>();
  cell.warnings = WarningsFromJson(json.at("warnings"));
  return ParseName(kUnits, json.at("unit").get<std::string>(), cell.unit) &&
         ParseName(kKinds, json.at("kind").get<std::string>(), cell.kind) &&
         ParseName(kStatuses, json.at("status").get<std::string>(), cell.status);
}

}  // namespace

std::string FormatValue(Unit unit, int64_t value) {
  switch (unit) {
    case Unit::kPersonHundredths:
    case Unit::kHourHundredths:
    case Unit::kIndicatorHundredths:
    case Unit::kPercentHundredths:
      return absl::StrFormat("%s%d.%02d", value < 0 ? "-" : "", std::abs(value / 100), std::abs(value % 100));
    case Unit::kText:
    case Unit::kThousandYen:
    case Unit::kCount:
    case Unit::kScore:
      break;
  }
  return absl::StrCat(value);
}

std::string ToCsv(const Sheet& sheet, bool byte_order_mark) {
  std::string out = byte_order_mark ? "\xEF\xBB\xBF" : "";
  absl::StrAppend(&out, "id,項目,年度,単位,種別,確定,値,文,出所,警告\r\n");
  for (const Cell& cell : sheet.cells) {
    std::string warnings;
    for (const Warning& warning : cell.warnings)
      absl::StrAppend(&warnings, warnings.empty() ? "" : " ", warning.code);
    absl::StrAppend(&out, Quote(cell.id), ",", Quote(cell.label), ",");
    if (cell.fiscal_year != 0) absl::StrAppend(&out, cell.fiscal_year);
    absl::StrAppend(&out, ",", NameOf(kUnits, cell.unit), ",", NameOf(kKinds, cell.kind), ",",
                    NameOf(kStatuses, cell.status), ",");
    if (cell.value) absl::StrAppend(&out, FormatValue(cell.unit, *cell.value));
    absl::StrAppend(&out, ",", Quote(cell.text), ",", Quote(cell.source_ja), ",", Quote(warnings), "\r\n");
  }
  return out;
}

std::string ToJson(const Sheet& sheet, absl::string_view sheet_id, int fiscal_year) {
  Json cells = Json::array();
  for (const Cell& cell : sheet.cells) cells.push_back(CellToJson(cell));
  const Json out = {{"sheet_id", std::string(sheet_id)},
                    {"fiscal_year", fiscal_year},
                    {"cells", std::move(cells)},
                    {"warnings", WarningsToJson(sheet.warnings)}};
  return out.dump();
}

absl::StatusOr<Sheet> FromJson(absl::string_view json) {
  try {
    const Json document = Json::parse(json.begin(), json.end());
    Sheet sheet;
    for (const Json& entry : document.at("cells")) {
      Cell cell;
      if (!CellFromJson(entry, cell))
        return absl::InternalError("a stored sheet names an unknown unit, kind or status");
      sheet.cells.push_back(std::move(cell));
    }
    sheet.warnings = WarningsFromJson(document.at("warnings"));
    return sheet;
  } catch (const Json::exception& error) {
    return absl::InternalError(absl::StrCat("a stored sheet is not readable: ", error.what()));
  }
}

std::string TypedToJson(const std::map<std::string, TypedValue>& typed) {
  Json out = Json::object();
  for (const auto& [id, value] : typed) {
    Json entry = {
        {"value", nullptr}, {"text", value.text}, {"pending", value.pending}, {"source", value.source}};
    if (value.value) entry["value"] = *value.value;
    out[id] = std::move(entry);
  }
  return out.dump();
}

absl::StatusOr<std::map<std::string, TypedValue>> TypedFromJson(absl::string_view json) {
  try {
    std::map<std::string, TypedValue> typed;
    const Json document = Json::parse(json.begin(), json.end());
    for (const auto& [id, entry] : document.items()) {
      TypedValue value;
      if (!entry.at("value").is_null()) value.value = entry.at("value").get<int64_t>();
      value.text = entry.at("text").get<std::string>();
      value.pending = entry.at("pending").get<bool>();
      value.source = entry.at("source").get<std::string>();
      typed[id] = std::move(value);
    }
    return typed;
  } catch (const Json::exception& error) {
    return absl::InternalError(absl::StrCat("stored typed values are not readable: ", error.what()));
  }
}

}  // namespace jissho::programme
