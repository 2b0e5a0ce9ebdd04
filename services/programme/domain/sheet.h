// A management sheet (事務事業マネジメントシート) as plain values: what goes into it and what comes out.
//
// Numbers are integers in the cell's unit: thousand yen, hundredths of a person, of an hour or of an
// indicator's unit, whole things, a score, or hundredths of a percent. A cell without a number has none: it
// is not zero.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_SHEET_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_SHEET_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jissho::programme {

// The values of these enums are those of the proto enums of the same names.
enum class Unit {
  kText = 0,
  kThousandYen = 1,
  kPersonHundredths = 2,
  kHourHundredths = 3,
  kIndicatorHundredths = 4,
  kCount = 5,
  kScore = 6,
  kPercentHundredths = 7
};
enum class Kind { kCounted = 1, kSummed = 2, kDerived = 3, kTyped = 4, kNotSet = 5 };
enum class CellStatus { kConfirmed = 1, kPending = 2, kNotSet = 3 };

struct Warning {
  std::string code;
  std::string ja;
  std::string en;
  friend bool operator==(const Warning&, const Warning&) = default;
};

struct Cell {
  std::string id;
  std::string label;
  int fiscal_year = 0;  // 0: no year of its own
  Unit unit = Unit::kText;
  Kind kind = Kind::kNotSet;
  CellStatus status = CellStatus::kNotSet;
  std::optional<int64_t> value;
  std::string text;
  std::string source_ja;
  std::string source_en;
  std::vector<Warning> warnings;
  friend bool operator==(const Cell&, const Cell&) = default;
};

struct Sheet {
  std::vector<Cell> cells;        // in the form's order
  std::vector<Warning> warnings;  // of the sheet as a whole

  // nullptr when the layout has no such cell.
  const Cell* Find(const std::string& id) const;
};

// What somebody typed into a cell.
struct TypedValue {
  std::optional<int64_t> value;
  std::string text;
  bool pending = false;
  std::string source;  // where he found it
  friend bool operator==(const TypedValue&, const TypedValue&) = default;
};

enum class IndicatorSource { kTyped = 0, kTrialsRun = 1, kReceived = 2, kAdopted = 3, kTrialsCompleted = 4 };

struct IndicatorSpec {
  int no = 1;  // slot on the form, 1..5
  std::string name;
  std::string unit;
  IndicatorSource source = IndicatorSource::kTyped;
};

// Unit costs of regular staff in one fiscal year; `inferred` when worked back from printed sheets.
struct StaffRate {
  int fiscal_year = 0;
  int64_t yen_per_fte = 0;
  int64_t yen_per_overtime_hour = 0;
  bool inferred = false;
};

struct SheetInputs {
  int fiscal_year = 0;  // the evaluated year
  std::vector<IndicatorSpec> indicators;
  std::vector<StaffRate> rates;
  // First fiscal year without the outside funds (交付金) that pay now; 0 when none is known.
  int outside_funds_end_year = 0;
  std::map<std::string, TypedValue> typed;  // by cell id
};

// What the cases say about one year's cohort. Imported cohorts of earlier years count alike.
struct CaseCounts {
  int64_t received = 0;
  int64_t adopted = 0;
  int64_t declined = 0;          // adopted, then declined (辞退)
  int64_t trials_run = 0;        // trials that began
  int64_t trials_completed = 0;  // of them, as planned
  int64_t undecided = 0;         // cases whose outcome may still change these numbers
  bool Empty() const { return received == 0 && adopted == 0 && trials_run == 0; }
};

// What the ledger says about the evaluated year.
struct SettlementSummary {
  int64_t settled_yen = 0;  // granted + direct: paid less returned, of the whole programme
  int64_t granted_yen = 0;  // of it, grants
  int64_t direct_yen = 0;   // of it, what the city spent itself
  bool allocated = false;   // whether the outside funds have been allocated to the settlement
  // The settled total to which they were allocated; it may have been rounded either way.
  int64_t settled_thousand_yen = 0;
  int64_t state_share_thousand_yen = 0;
  int64_t general_funds_thousand_yen = 0;
  bool closed = true;  // whether nothing of the year is open any more
};

// Follow-up surveys held in the evaluated year, all campaigns together.
struct SurveyCounts {
  int64_t sent = 0;
  int64_t answered = 0;
  int64_t undeliverable = 0;  // of the sent
  int64_t valid = 0;          // of the answered: with at least one substantive answer
  bool closed = true;         // whether no answer can come in any more
};

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_SHEET_H_
