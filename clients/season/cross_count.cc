// The second way to every figure: from single cases and payments, by arithmetic of this program's own.
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/season/findings.h"
#include "services/civil/amounts.h"

namespace jissho::season {
namespace {

struct Money {
  int64_t settled = 0;
  int64_t share_thousand = 0;
};

// What a wrong way of counting would have it.
bool Wrong(const std::set<std::string>& faults, const char* name) { return faults.count(name) != 0; }

int64_t ShareThousand(int64_t yen, const std::string& rate) {
  const auto share = civil::ParseRate(rate);
  return share.ok() ? yen * share->num / share->den / 1000 : 0;
}

bool Counts(const Tally::Payment& payment, const Season& season, const std::set<std::string>& faults) {
  const bool mine = payment.programme == season.programme.id ||
                    (Wrong(faults, "count-neighbour") && !payment.programme.empty());
  if (!mine) return false;
  return payment.state == "PAID" || (Wrong(faults, "count-reversed") && payment.state == "REVERSED");
}

Money CountMoney(const Season& season, const Tally& tally, const std::set<std::string>& faults) {
  Money out;
  int64_t split = 0;
  for (const Tally::Payment& payment : tally.payments) {
    if (!Counts(payment, season, faults)) continue;
    const int times = Wrong(faults, "count-rejected-twice") ? payment.attempt : 1;
    if (Wrong(faults, "count-grants-only") && payment.direct) continue;
    out.settled += payment.yen * times;
    split += ShareThousand(payment.yen * times, season.budget.revenue_share);
  }
  if (!Wrong(faults, "ignore-return")) out.settled -= tally.returned_yen;
  const int64_t base = Wrong(faults, "share-of-budget") ? season.programme.allotment_yen : out.settled;
  out.share_thousand =
      Wrong(faults, "split-per-payment") ? split : ShareThousand(base, season.budget.revenue_share);
  return out;
}

struct Cohort {
  int64_t received = 0;
  int64_t adopted = 0;
  int64_t declined = 0;
  int64_t run = 0;
};

std::map<int, Cohort> CountCohorts(const Season& season, const Tally& tally,
                                   const std::set<std::string>& faults) {
  std::map<int, Cohort> out;
  for (const Tally::Case& file : tally.cases) {
    Cohort& cohort = out[file.fiscal_year];
    ++cohort.received;
    cohort.adopted += file.adopted ? 1 : 0;
    cohort.declined += file.declined ? 1 : 0;
    cohort.run += file.run || (Wrong(faults, "count-declined") && file.declined) ? 1 : 0;
  }
  Cohort& own = out[season.fiscal_year];
  if (Wrong(faults, "count-late")) own.received += tally.refused_submissions;
  if (Wrong(faults, "count-receipt-twice")) own.received += tally.receipts_twice;
  return out;
}

int64_t Personnel(const PersonnelRate& rate, int64_t fte, int64_t hours, bool floor) {
  const __int128 yen_hundredths = static_cast<__int128>(rate.yen_per_fte) * fte +
                                  static_cast<__int128>(rate.yen_per_overtime_hour) * hours;
  const __int128 unit = 100 * 1000;
  return static_cast<int64_t>((yen_hundredths + (floor ? 0 : unit - 1)) / unit);
}

void CountPersonnel(const Season& season, const std::set<std::string>& faults,
                    std::map<std::string, int64_t>& out) {
  std::map<std::string, int64_t> typed;
  for (const TypedValue& value : season.sheet.values) {
    if (value.value) typed[value.cell] = *value.value;
  }
  for (const PersonnelRate& rate : season.programme.personnel_rates) {
    const auto fte = typed.find(absl::StrCat("cost.fte.", rate.fiscal_year));
    const auto hours = typed.find(absl::StrCat("cost.overtime.", rate.fiscal_year));
    if (fte == typed.end() || hours == typed.end()) continue;
    out[absl::StrCat("cost.personnel.", rate.fiscal_year)] =
        Personnel(rate, fte->second, hours->second, Wrong(faults, "floor-personnel"));
  }
}

}  // namespace

std::map<std::string, int64_t> CrossCount(const Season& season, const Tally& tally,
                                          const std::set<std::string>& faults) {
  const int year = season.fiscal_year;
  std::map<std::string, int64_t> out;
  const Money money = CountMoney(season, tally, faults);
  // Half up, as the ledger rounds the total once.
  const int64_t settled = (money.settled + 500) / 1000;
  out[absl::StrCat("cost.settlement.", year)] = settled;
  out[absl::StrCat("cost.state_share.", year)] = money.share_thousand;
  out[absl::StrCat("cost.general_funds.", year)] = settled - money.share_thousand;
  CountPersonnel(season, faults, out);
  for (const auto& [cohort_year, cohort] : CountCohorts(season, tally, faults)) {
    for (const Indicator& indicator : season.programme.indicators) {
      const std::string cell = absl::StrCat("indicator.", indicator.no, ".actual.", cohort_year);
      if (indicator.source == "trials_run") out[cell] = cohort.run * 100;
      if (indicator.source == "received") out[cell] = cohort.received * 100;
      if (indicator.source == "adopted") out[cell] = cohort.adopted * 100;
    }
    if (cohort_year != year) continue;
    out[absl::StrCat("count.received.", year)] = cohort.received;
    out[absl::StrCat("count.adopted.", year)] = cohort.adopted;
    out[absl::StrCat("count.declined.", year)] = cohort.declined;
    out[absl::StrCat("count.trials_run.", year)] = cohort.run;
  }
  return out;
}

}  // namespace jissho::season
