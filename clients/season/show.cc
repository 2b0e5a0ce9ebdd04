#include "clients/season/show.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "workflow/base/clock.h"

namespace jissho::season {
namespace {

struct Word {
  const char* kind;
  const char* ja;
};
constexpr Word kKinds[] = {
    {"counted", "計数"}, {"summed", "合計"}, {"derived", "算出"}, {"typed", "入力"}, {"not_set", "未設定"}};

std::string KindWord(const std::string& kind) {
  for (const Word& word : kKinds) {
    if (kind == word.kind) return word.ja;
  }
  return kind;
}

std::string ValueText(const SheetCell& cell) {
  if (!cell.value) return cell.text.empty() ? "（未設定）" : cell.text;
  const auto hundredths = [&] { return absl::StrFormat("%d.%02d", *cell.value / 100, *cell.value % 100); };
  if (cell.unit == "thousand_yen") {
    const std::string yen = Yen(*cell.value);
    return absl::StrCat(yen.substr(0, yen.size() - std::string("円").size()), "千円");
  }
  if (cell.unit == "person_hundredths") return hundredths() + "人";
  if (cell.unit == "hour_hundredths") return hundredths() + "時間";
  if (cell.unit == "percent_hundredths") return hundredths() + "％";
  if (cell.unit == "indicator_hundredths")
    return absl::StrFormat("%d.%d", *cell.value / 100, *cell.value % 100 / 10);
  if (cell.unit == "count") return absl::StrCat(*cell.value, "件");
  return absl::StrCat(*cell.value, cell.text.empty() ? "" : " ", cell.text);
}

}  // namespace

int Outcome::Differing() const {
  return static_cast<int>(std::count_if(compared.begin(), compared.end(),
                                        [](const ComparedCell& cell) { return cell.differs(); }));
}

std::string StepLine(const Step& step, int number, int total, const std::string& who,
                     const std::string& note) {
  return absl::StrCat("[", number, "/", total, "] ", absl::FormatTime("%Y-%m-%d %H:%M", step.at, Tokyo()),
                      " ", step.ja, who.empty() ? "" : absl::StrCat(" — ", who),
                      note.empty() ? "" : absl::StrCat("  ⇒ ", note));
}

void ShowSheet(const Findings& findings, Story& story) {
  story.Line("");
  story.Line("事務事業マネジメントシート / management sheet");
  for (const SheetCell& cell : findings.cells) {
    story.Line(absl::StrCat("  〔", KindWord(cell.kind), "〕 ", cell.label, " [", cell.id, "] ",
                            ValueText(cell), cell.status == "pending" ? "（未確定）" : ""));
  }
}

void ShowComparison(const Outcome& outcome, Story& story) {
  story.Line("");
  story.Line(outcome.published ? "公表値との比較 / compared with the published figures"
                               : "数え直しとの比較（公表値なし） / compared with the cross-count only");
  for (const ComparedCell& cell : outcome.compared) {
    const auto& cells = outcome.findings.cells;
    const auto on_sheet =
        std::find_if(cells.begin(), cells.end(), [&](const SheetCell& c) { return c.id == cell.id; });
    const std::string raw = cell.sheet ? absl::StrCat(*cell.sheet) : cell.sheet_text;
    const std::string shown = on_sheet == cells.end() ? raw : ValueText(*on_sheet);
    story.Line(absl::StrCat(cell.differs() ? "  ✗ " : "  ✓ ", cell.id, " 〔", KindWord(cell.kind), "〕 ",
                            cell.label, " ", shown, cell.differs() ? absl::StrCat("  ← ", cell.fault) : ""));
  }
  for (const std::string& failed : outcome.failed_steps) story.Line("  ✗ " + failed);
  const Findings& f = outcome.findings;
  story.Line(absl::StrCat("比較した欄 ", outcome.compared.size(), "、異なる欄 ", outcome.Differing(),
                          "。決算額 ", Yen(f.settled_yen), "（補助金 ", Yen(f.granted_yen), "、直接経費 ",
                          Yen(f.direct_yen), "）。"));
  story.Line(absl::StrCat("台帳 ", f.ledger_entries, "仕訳、違反 ", f.ledger_violations, "。案件の履歴 ",
                          f.cases_verified, "件、不整合 ", f.cases_broken, "。調査 ", f.surveys_sent,
                          "件送付、", f.survey_responses, "件回答（うち期限後 ", f.survey_late, "件）、督促 ",
                          f.reminders, "回。"));
  story.Line(absl::StrFormat("暦の上で%d日、実際には%.1f秒。%d手順、%d回の呼出し、途中の再起動%d回。",
                             outcome.virtual_days, outcome.wall_seconds, outcome.steps, outcome.calls,
                             outcome.restarts));
}

namespace {

nlohmann::ordered_json CellJson(const ComparedCell& cell) {
  nlohmann::ordered_json out;
  out["cell"] = cell.id;
  out["label"] = cell.label;
  out["kind"] = cell.kind;
  if (cell.sheet) out["sheet"] = *cell.sheet;
  if (!cell.sheet_text.empty()) out["text"] = cell.sheet_text;
  if (cell.published) out["published"] = *cell.published;
  if (!cell.published_text.empty()) out["published_text"] = cell.published_text;
  if (cell.counted) out["counted"] = *cell.counted;
  out["differs"] = cell.differs();
  if (cell.differs()) out["fault"] = cell.fault;
  return out;
}

// Absent stays null: unknown is not zero.
nlohmann::ordered_json Figure(const Findings& findings, const std::string& cell) {
  const SheetCell* found = findings.Find(cell);
  if (found == nullptr || !found->value) return nullptr;
  return *found->value;
}

}  // namespace

nlohmann::ordered_json ToJson(const Outcome& outcome, const Season& season) {
  const Findings& f = outcome.findings;
  const int year = season.fiscal_year;
  nlohmann::ordered_json out;
  out["season"] = outcome.title;
  out["fiscal_year"] = year;
  out["database"] = outcome.database;
  out["proposals"] = Figure(f, absl::StrCat("count.received.", year));
  out["adopted"] = Figure(f, absl::StrCat("count.adopted.", year));
  out["trials"] = Figure(f, absl::StrCat("count.trials_run.", year));
  out["settled_yen"] = f.settled_yen;
  out["granted_yen"] = f.granted_yen;
  out["direct_yen"] = f.direct_yen;
  out["settled_thousand_yen"] = Figure(f, absl::StrCat("cost.settlement.", year));
  out["state_share_thousand_yen"] = Figure(f, absl::StrCat("cost.state_share.", year));
  out["general_funds_thousand_yen"] = Figure(f, absl::StrCat("cost.general_funds.", year));
  out["personnel_thousand_yen"] = Figure(f, absl::StrCat("cost.personnel.", year));
  out["surveys_sent"] = f.surveys_sent;
  out["survey_responses"] = f.survey_responses;
  out["survey_late"] = f.survey_late;
  out["survey_reminders"] = f.reminders;
  out["cells_compared"] = outcome.compared.size();
  out["cells_differing"] = outcome.Differing();
  out["differing"] = nlohmann::ordered_json::array();
  out["cells"] = nlohmann::ordered_json::array();
  for (const ComparedCell& cell : outcome.compared) {
    if (cell.differs()) out["differing"].push_back(cell.id);
    out["cells"].push_back(CellJson(cell));
  }
  out["published"] = outcome.published;
  out["ledger_entries"] = f.ledger_entries;
  out["ledger_violations"] = f.ledger_violations;
  out["cases_verified"] = f.cases_verified;
  out["cases_broken"] = f.cases_broken;
  out["steps"] = outcome.steps;
  out["failed_steps"] = outcome.failed_steps;
  out["foreseen_refusals"] = outcome.foreseen_refusals;
  out["resumed"] = outcome.resumed;
  out["restarts"] = outcome.restarts;
  out["calls"] = outcome.calls;
  out["lost_calls"] = outcome.lost_calls;
  out["perturbation"] = outcome.perturbation;
  out["virtual_days"] = outcome.virtual_days;
  out["wall_seconds"] = outcome.wall_seconds;
  return out;
}

}  // namespace jissho::season
