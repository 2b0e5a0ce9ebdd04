#include "services/programme/domain/compute.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/civil/amounts.h"
#include "services/programme/domain/layout.h"
#include "services/programme/domain/warnings.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

struct Source {
  std::string ja;
  std::string en;
};

class Computation {
 public:
  Computation(const SheetInputs& inputs, const Findings& findings) : in_(inputs), findings_(findings) {
    for (const CellSpec& spec : LayoutOf(in_.fiscal_year, in_.indicators)) {
      index_[spec.id] = sheet_.cells.size();
      sheet_.cells.push_back({spec.id,
                              spec.label,
                              spec.fiscal_year,
                              spec.unit,
                              Kind::kNotSet,
                              CellStatus::kNotSet,
                              {},
                              "",
                              "未入力",
                              "Not entered",
                              {}});
      if (spec.typable) Type(sheet_.cells.back());
    }
  }

  absl::StatusOr<Sheet> Run() {
    JISSHO_RETURN_IF_ERROR(Settlement());
    for (int year = in_.fiscal_year - kCostYearsBefore; year <= in_.fiscal_year + kYearsAfter; ++year) {
      GeneralFunds(year);
      JISSHO_RETURN_IF_ERROR(Personnel(year));
    }
    Counts();
    Survey();
    for (const IndicatorSpec& indicator : in_.indicators) IndicatorActuals(indicator);
    CountsSentence();
    AddWarnings(in_, sheet_);
    return std::move(sheet_);
  }

  Sheet TakeTyped() { return std::move(sheet_); }

 private:
  Cell& At(const std::string& id) { return sheet_.cells[index_.at(id)]; }

  void Type(Cell& cell) {
    const auto found = in_.typed.find(cell.id);
    if (found == in_.typed.end()) return;
    const TypedValue& typed = found->second;
    cell.kind = Kind::kTyped;
    cell.status = typed.pending ? CellStatus::kPending : CellStatus::kConfirmed;
    cell.value = typed.value;
    cell.text = typed.text;
    cell.source_ja = typed.source.empty() ? "職員による入力" : absl::StrCat("職員による入力：", typed.source);
    cell.source_en = typed.source.empty() ? "Typed by staff" : absl::StrCat("Typed by staff: ", typed.source);
    if (cell.unit == Unit::kScore) Sentence(cell);
  }

  static void Sentence(Cell& cell) {
    if (!cell.value) {
      cell.text = std::string(LegalDutySentence());
      return;
    }
    const absl::string_view item = absl::string_view(cell.id).substr(absl::string_view("evaluation.").size());
    const absl::string_view fixed = FixedSentence(item, *cell.value);
    if (!fixed.empty()) cell.text = std::string(fixed);
  }

  void Set(Cell& cell, Kind kind, CellStatus status, int64_t value, Source source) {
    cell.kind = kind;
    cell.status = status;
    cell.value = value;
    cell.source_ja = std::move(source.ja);
    cell.source_en = std::move(source.en);
  }

  static void Leave(Cell& cell, Source source) {
    cell.source_ja = std::move(source.ja);
    cell.source_en = std::move(source.en);
  }

  absl::Status Settlement();
  void Allocation(const SettlementSummary& ledger, const Cell& settlement, CellStatus status);
  void GeneralFunds(int year);
  absl::Status Personnel(int year);
  void Counts();
  void Survey();
  void IndicatorActuals(const IndicatorSpec& indicator);
  void CountIndicator(const IndicatorSpec& indicator, int year, Cell& cell);
  void CountsSentence();

  const SheetInputs& in_;
  const Findings& findings_;
  Sheet sheet_;
  std::map<std::string, size_t> index_;
};

// --- costs
// --------------------------------------------------------------------------------------------------------

Source SettlementSource(const SettlementSummary& ledger, bool allocated) {
  Source out;
  out.ja = absl::StrCat(
      "台帳の支出額から戻入額を除いた合計", ledger.settled_yen, "円（うち補助金", ledger.granted_yen,
      "円、市の直接経費", ledger.direct_yen, "円）。",
      allocated ? "合計を一度だけ千円単位に丸めた、台帳での充当の対象額" : "合計を一度だけ千円未満切捨て");
  out.en =
      absl::StrCat("Ledger: payments less returns, ", ledger.settled_yen, " yen (grants ", ledger.granted_yen,
                   ", direct ", ledger.direct_yen, "); ",
                   allocated ? "rounded once to thousand yen as the ledger did when it allocated the funds"
                             : "the total is floored once to thousand yen");
  if (!ledger.closed) {
    absl::StrAppend(&out.ja, "。未精算の支出あり");
    absl::StrAppend(&out.en, "; something of the year is still open");
  }
  return out;
}

absl::Status Computation::Settlement() {
  Cell& settlement = At(CostId("settlement", in_.fiscal_year));
  Cell& state = At(CostId("state_share", in_.fiscal_year));
  if (!findings_.settlement) {
    Leave(settlement, {"台帳から未取得", "Not asked of the ledger yet"});
    Leave(state, {"台帳から未取得", "Not asked of the ledger yet"});
    return absl::OkStatus();
  }
  const SettlementSummary& ledger = *findings_.settlement;
  JISSHO_ASSIGN_OR_RETURN(const int64_t floored,
                          civil::ToThousandYen(ledger.settled_yen, civil::Rounding::kFloor));
  // Rounded down or up, the allocated total is that of these yen; anything else was allocated before the last
  // posting.
  const bool current = ledger.allocated &&
                       (ledger.settled_thousand_yen == floored || ledger.settled_thousand_yen == floored + 1);
  Set(settlement, Kind::kSummed, ledger.closed ? CellStatus::kConfirmed : CellStatus::kPending,
      current ? ledger.settled_thousand_yen : floored, SettlementSource(ledger, current));
  if (!ledger.allocated) {
    Leave(state, {"特定財源の充当が未了", "Outside funds not allocated yet"});
    return absl::OkStatus();
  }
  Allocation(ledger, settlement, current && ledger.closed ? CellStatus::kConfirmed : CellStatus::kPending);
  if (!current) settlement.warnings.push_back(AllocationStale(ledger.settled_thousand_yen, floored));
  return absl::OkStatus();
}

void Computation::Allocation(const SettlementSummary& ledger, const Cell& settlement, CellStatus status) {
  Set(At(CostId("state_share", in_.fiscal_year)), Kind::kDerived, status, ledger.state_share_thousand_yen,
      {"台帳の充当記録：確定した決算総額に対して一度だけ配分（端数は一般財源）",
       "Ledger's allocation: shared out once on the settled total; the odd thousand falls to general funds"});
  Cell& other = At(CostId("other_funds", in_.fiscal_year));
  const int64_t rest =
      *settlement.value - ledger.state_share_thousand_yen - ledger.general_funds_thousand_yen;
  if (other.kind == Kind::kNotSet) {
    Set(other, Kind::kDerived, status, rest,
        {"決算額 − 国庫、県支出金、地方債 − 台帳の一般財源",
         "Settlement − State share − the ledger's general funds"});
  }
  if (rest != *other.value || rest < 0) {
    other.warnings.push_back(FundSplitMismatch(rest, *other.value));
  }
}

void Computation::GeneralFunds(int year) {
  const Cell& settlement = At(CostId("settlement", year));
  const Cell& state = At(CostId("state_share", year));
  const Cell& other = At(CostId("other_funds", year));
  Cell& general = At(CostId("general_funds", year));
  if (!settlement.value || !state.value || !other.value) {
    Leave(general, {"決算額または特定財源が未確定のため計算できない",
                    "Not computable: settlement or outside funds are not set"});
    return;
  }
  const bool firm = settlement.status == CellStatus::kConfirmed && state.status == CellStatus::kConfirmed &&
                    other.status == CellStatus::kConfirmed;
  Set(general, Kind::kDerived, firm ? CellStatus::kConfirmed : CellStatus::kPending,
      *settlement.value - *state.value - *other.value,
      {"決算額 − 国庫、県支出金、地方債 − その他", "Settlement − State share − other funds"});
}

absl::Status Computation::Personnel(int year) {
  const Cell& fte = At(CostId("fte", year));
  const Cell& hours = At(CostId("overtime", year));
  Cell& cell = At(CostId("personnel", year));
  // The year's own rate; for a coming year without one, the newest that is known.
  const StaffRate* rate = nullptr;
  for (const StaffRate& candidate : in_.rates) {
    const bool usable =
        candidate.fiscal_year == year || (year > in_.fiscal_year && candidate.fiscal_year < year);
    if (usable && (rate == nullptr || candidate.fiscal_year > rate->fiscal_year)) rate = &candidate;
  }
  if (rate == nullptr || !fte.value || !hours.value) {
    if (cell.kind == Kind::kNotSet) {
      Leave(cell, {"単価、従事割合または時間外勤務が未入力", "Rate, share of staff or overtime is not set"});
    }
    return absl::OkStatus();
  }
  JISSHO_ASSIGN_OR_RETURN(const int64_t cost, civil::PersonnelCost({rate->fiscal_year, rate->yen_per_fte,
                                                                    rate->yen_per_overtime_hour},
                                                                   *fte.value, *hours.value));
  if (cell.kind == Kind::kTyped && cell.value && *cell.value != cost) {
    cell.warnings.push_back(TypedDiffers(*cell.value, cost));
  }
  const bool firm = rate->fiscal_year == year && fte.status == CellStatus::kConfirmed &&
                    hours.status == CellStatus::kConfirmed;
  Set(cell, Kind::kDerived, firm ? CellStatus::kConfirmed : CellStatus::kPending, cost,
      {absl::StrCat(rate->yen_per_fte, "円×従事割合＋", rate->yen_per_overtime_hour, "円×時間外勤務（",
                    rate->fiscal_year, "年度単価）、千円未満切上げ"),
       absl::StrCat(rate->yen_per_fte, " yen × FTE + ", rate->yen_per_overtime_hour,
                    " yen × overtime (rates of ", rate->fiscal_year, "), rounded up to thousand yen")});
  if (rate->inferred) cell.warnings.push_back(RateInferred(rate->fiscal_year));
  return absl::OkStatus();
}

// --- cases and survey
// ---------------------------------------------------------------------------------------------

Source CasesSource(int year, absl::string_view what_ja, absl::string_view what_en) {
  return {absl::StrCat("案件から集計：", year, "年度の公募の", what_ja),
          absl::StrCat("Counted from the cases of the cohort ", year, ": ", what_en)};
}

void Computation::Counts() {
  const int year = in_.fiscal_year;
  const auto found = findings_.counts.find(year);
  if (found == findings_.counts.end()) {
    for (absl::string_view what :
         {"received", "adopted", "declined", "trials_run", "trials_completed", "adoption_rate"}) {
      Leave(At(CountId(what, year)), {"案件から未取得", "Not asked of the cases yet"});
    }
    return;
  }
  const CaseCounts& c = found->second;
  const CellStatus status = c.undecided == 0 ? CellStatus::kConfirmed : CellStatus::kPending;
  const auto set = [&](absl::string_view what, int64_t value, absl::string_view ja, absl::string_view en) {
    Set(At(CountId(what, year)), Kind::kCounted, status, value, CasesSource(year, ja, en));
  };
  set("received", c.received, "受け付けた提案", "proposals received");
  set("adopted", c.adopted, "採択した提案（後に辞退したものを含む）",
      "proposals adopted, later declines included");
  set("declined", c.declined, "採択後に辞退した提案", "adoptions declined");
  set("trials_run", c.trials_run, "開始した実証実験", "trials that began");
  set("trials_completed", c.trials_completed, "計画どおり完了した実証実験", "trials completed as planned");
  Cell& rate = At(CountId("adoption_rate", year));
  if (c.received == 0) {
    Leave(rate, {"提案がないため計算できない", "Not computable: no proposals"});
  } else {
    Set(rate, Kind::kDerived, status, (c.adopted * 20000 + c.received) / (2 * c.received),
        {"採択件数 ÷ 提案件数（四捨五入）", "Adopted ÷ received, rounded half up"});
  }
}

void Computation::Survey() {
  const int year = in_.fiscal_year;
  Cell& rate = At(SurveyId("response_rate", year));
  Cell& sentence = At("result.survey_sentence");
  if (!findings_.survey) {
    const Source source{"調査から未取得", "Not asked of the surveys yet"};
    for (Cell* cell : {&At(SurveyId("sent", year)), &At(SurveyId("answered", year)), &rate, &sentence}) {
      Leave(*cell, source);
    }
    return;
  }
  const SurveyCounts& s = *findings_.survey;
  const CellStatus status = s.closed ? CellStatus::kConfirmed : CellStatus::kPending;
  Set(At(SurveyId("sent", year)), Kind::kCounted, status, s.sent,
      {"当該年度に送付したフォローアップ調査", "Follow-up surveys sent in the year"});
  Set(At(SurveyId("answered", year)), Kind::kCounted, status, s.answered,
      {"そのうち回答のあったもの", "Of them, answered"});
  const int64_t reached = s.sent - s.undeliverable;
  if (reached <= 0) {
    Leave(rate, {"届いた調査がないため計算できない", "Not computable: none reached anybody"});
    Leave(sentence, {"届いた調査がないため文なし", "No sentence: none reached anybody"});
    return;
  }
  Set(rate, Kind::kDerived, status, (s.valid * 20000 + reached) / (2 * reached),
      {"有効回答件数 ÷（送付件数 − 不達件数）、四捨五入",
       "Valid answers ÷ (sent − undeliverable), rounded half up"});
  const int64_t tenths = (s.valid * 2000 + reached) / (2 * reached);
  sentence.kind = Kind::kDerived;
  sentence.status = status;
  sentence.text = absl::StrFormat("フォローアップ調査を%d件に送付し、%d件の回答を得た（回収率%d.%d％）。",
                                  s.sent, s.answered, tenths / 10, tenths % 10);
  Leave(sentence, {"送付件数と回答件数から作成", "Made from the numbers sent and answered"});
}

int64_t Pick(const CaseCounts& c, IndicatorSource source) {
  switch (source) {
    case IndicatorSource::kTrialsRun:
      return c.trials_run;
    case IndicatorSource::kReceived:
      return c.received;
    case IndicatorSource::kAdopted:
      return c.adopted;
    case IndicatorSource::kTrialsCompleted:
      return c.trials_completed;
    case IndicatorSource::kTyped:
      break;
  }
  return 0;
}

void Computation::IndicatorActuals(const IndicatorSpec& indicator) {
  for (int year = in_.fiscal_year - kIndicatorYearsBefore; year <= in_.fiscal_year + kYearsAfter; ++year) {
    Cell& cell = At(IndicatorId(indicator.no, "actual", year));
    if (year > in_.fiscal_year) {
      Leave(cell, {"将来の年度（未設定であり0ではない）", "A coming year: not set, which is not zero"});
    } else if (indicator.source != IndicatorSource::kTyped) {
      CountIndicator(indicator, year, cell);
    }
  }
}

void Computation::CountIndicator(const IndicatorSpec& indicator, int year, Cell& cell) {
  const auto found = findings_.counts.find(year);
  // An earlier year without a single case was never imported: that says nothing about what happened then.
  const bool counted = found != findings_.counts.end() && (year == in_.fiscal_year || !found->second.Empty());
  if (!counted) {
    if (cell.kind == Kind::kNotSet) {
      Leave(cell, {"案件の記録がなく、入力もない", "No cases on record and nothing typed"});
    }
    return;
  }
  const int64_t value = Pick(found->second, indicator.source) * 100;
  if (cell.kind == Kind::kTyped && cell.value && *cell.value != value) {
    cell.warnings.push_back(TypedDiffers(*cell.value, value));
  }
  const bool imported = year < in_.fiscal_year;
  Source source = CasesSource(year, absl::StrCat(value / 100, "件"), absl::StrCat(value / 100, " cases"));
  if (imported) {
    absl::StrAppend(&source.ja, "（過年度の案件記録）");
    absl::StrAppend(&source.en, " (records of an earlier year)");
  }
  Set(cell, Kind::kCounted, found->second.undecided == 0 ? CellStatus::kConfirmed : CellStatus::kPending,
      value, std::move(source));
}

void Computation::CountsSentence() {
  Cell& cell = At("result.counts_sentence");
  const auto found = findings_.counts.find(in_.fiscal_year);
  if (found == findings_.counts.end() || found->second.received == 0) {
    Leave(cell, {"案件がないため文なし", "No sentence: no cases"});
    return;
  }
  const CaseCounts& c = found->second;
  cell.kind = Kind::kDerived;
  cell.status = c.undecided == 0 ? CellStatus::kConfirmed : CellStatus::kPending;
  if (c.adopted == c.trials_run) {
    cell.text = absl::StrFormat("提案%d件のうち%d件の実証実験を採択及び支援した。", c.received, c.adopted);
  } else {
    cell.text = absl::StrFormat("提案%d件のうち%d件を採択し、%d件の実証実験を支援した（辞退%d件）。",
                                c.received, c.adopted, c.trials_run, c.declined);
  }
  Leave(cell, {"提案、採択、辞退、実施の各件数から作成",
               "Made from the numbers received, adopted, declined and run"});
}

}  // namespace

absl::StatusOr<Sheet> ComputeSheet(const SheetInputs& inputs, const Findings& findings) {
  return Computation(inputs, findings).Run();
}

Sheet TypedSheet(const SheetInputs& inputs) {
  const Findings none;
  return Computation(inputs, none).TakeTyped();
}

std::vector<std::string> OpenCells(const Sheet& sheet, const SheetInputs& inputs) {
  std::vector<std::string> needed;
  for (absl::string_view row :
       {"budget", "settlement", "general_funds", "state_share", "other_funds", "personnel"}) {
    needed.push_back(CostId(row, inputs.fiscal_year));
  }
  for (const IndicatorSpec& indicator : inputs.indicators) {
    needed.push_back(IndicatorId(indicator.no, "actual", inputs.fiscal_year));
  }
  for (absl::string_view id : {"evaluation.citizen_needs", "evaluation.progress",
                               "evaluation.city_involvement", "evaluation.priority", "direction.value"}) {
    needed.push_back(std::string(id));
  }
  std::vector<std::string> open;
  for (const std::string& id : needed) {
    const Cell* cell = sheet.Find(id);
    if (cell == nullptr || cell->status != CellStatus::kConfirmed) open.push_back(id);
  }
  return open;
}

}  // namespace jissho::programme
