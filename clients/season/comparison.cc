#include "clients/season/comparison.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "clients/season/yaml_reader.h"

namespace jissho::season {
namespace {

constexpr char kFormat[] = "jissho-season-expected/1";

bool IsComputed(const std::string& kind) {
  return kind == "counted" || kind == "summed" || kind == "derived";
}

std::string Show(const std::optional<int64_t>& value) { return value ? absl::StrCat(*value) : "—"; }

void Judge(const SheetCell* cell, const ExpectedCell* expected, ComparedCell& out) {
  if (cell == nullptr) {
    out.fault = "シートにこの欄がない / the sheet has no such cell";
  } else if (!IsComputed(cell->kind)) {
    out.fault = absl::StrCat("計算された欄ではない / not computed but ", cell->kind);
  } else if (expected != nullptr && expected->value && cell->value != expected->value) {
    out.fault = absl::StrCat("公表値 ", Show(expected->value), " に対しシートは ", Show(cell->value));
  } else if (expected != nullptr && !expected->text.empty() && cell->text != expected->text) {
    out.fault = absl::StrCat("公表の文と異なる：", cell->text);
  } else if (out.counted && cell->value != out.counted) {
    out.fault = absl::StrCat("数え直すと ", Show(out.counted), "、シートは ", Show(cell->value));
  }
}

}  // namespace

absl::StatusOr<std::vector<ExpectedCell>> LoadExpected(const std::string& file) {
  if (!std::filesystem::exists(file)) return absl::NotFoundError(file);
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  Faults faults;
  std::vector<ExpectedCell> out;
  try {
    MapReader root(YAML::Load(text.str()), "", &faults);
    if (root.Text("format") != kFormat) root.Fault("format", kFormat, absl::StrCat("must be ", kFormat));
    root.Text("source");
    root.Each("cells", true, [&](MapReader& item) {
      ExpectedCell cell;
      cell.cell = item.Text("cell");
      if (item.Has("value")) cell.value = item.Integer("value", {-1'000'000'000'000, 1'000'000'000'000});
      cell.text = item.Text("text", "");
      item.Text("note", "");
      if (!cell.value && cell.text.empty())
        item.Fault("cell", "value か text が必要です", "needs a value or a text");
      out.push_back(cell);
    });
    root.Finish();
  } catch (const YAML::Exception& error) {
    faults.Add(error.mark.line + 1, "", "YAMLとして読めません", error.msg);
  }
  if (faults.empty()) return out;
  std::string message;
  for (const Fault& fault : faults.Take()) {
    absl::StrAppend(&message, file, ":", fault.line, ": ", fault.path, ": ", fault.ja, " / ", fault.en, "\n");
  }
  return absl::InvalidArgumentError(message);
}

std::vector<ComparedCell> Compare(const Findings& findings, const std::vector<ExpectedCell>& expected,
                                  const std::map<std::string, int64_t>& counted) {
  std::vector<ComparedCell> out;
  std::set<std::string> seen;
  const auto add = [&](const std::string& id, const ExpectedCell* published) {
    if (!seen.insert(id).second) return;
    const SheetCell* cell = findings.Find(id);
    ComparedCell row;
    row.id = id;
    if (cell != nullptr) {
      row.label = cell->label;
      row.kind = cell->kind;
      row.sheet = cell->value;
      row.sheet_text = cell->text;
    }
    if (published != nullptr) {
      row.published = published->value;
      row.published_text = published->text;
    }
    const auto own = counted.find(id);
    if (own != counted.end()) row.counted = own->second;
    Judge(cell, published, row);
    out.push_back(row);
  };
  for (const ExpectedCell& cell : expected) add(cell.cell, &cell);
  for (const auto& [id, value] : counted) {
    const SheetCell* cell = findings.Find(id);
    if (cell != nullptr && IsComputed(cell->kind)) add(id, nullptr);
  }
  return out;
}

}  // namespace jissho::season
