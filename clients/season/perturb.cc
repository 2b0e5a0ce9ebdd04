#include "clients/season/perturb.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/season/sha.h"

namespace jissho::season {
namespace {

absl::Status Missing(const char* what) {
  return absl::FailedPreconditionError(absl::StrCat("the season has no ", what, " to go wrong"));
}

absl::Status AcceptLate(Season& season) {
  for (Proposal& proposal : season.proposals) {
    if (!proposal.submit || proposal.submit_refused.empty()) continue;
    proposal.submit = season.call.close - absl::Minutes(1);
    proposal.submit_refused.clear();
    return absl::OkStatus();
  }
  return Missing("late proposal");
}

absl::Status ReceiveTwice(Season& season) {
  for (const Proposal& proposal : season.proposals) {
    if (!proposal.submit_twice) continue;
    Proposal second = proposal;
    second.key += "-again";
    second.title += "（二度目）";
    second.accept.reset();
    second.submit_twice = false;
    second.first.reset();
    second.second.reset();
    season.proposals.push_back(second);
    return absl::OkStatus();
  }
  return Missing("repeated submission");
}

absl::Status DeclineOne(Season& season) {
  for (auto grant = season.grants.rbegin(); grant != season.grants.rend(); ++grant) {
    if (grant->decline || grant->advance) continue;
    grant->decline = Decline{grant->apply, "都合による辞退（見本）"};
    return absl::OkStatus();
  }
  return Missing("adopted proposal");
}

absl::Status RunDeclined(Season& season) {
  for (PastCohort& cohort : season.past) {
    for (PastCase& past : cohort.cases) {
      if (past.outcome != "declined") continue;
      past.outcome = "run";
      return absl::OkStatus();
    }
  }
  return Missing("declined past case");
}

absl::Status ForgetReturn(Season& season) {
  for (Grant& grant : season.grants) {
    if (!grant.returned) continue;
    grant.returned.reset();
    return absl::OkStatus();
  }
  return Missing("return");
}

absl::Status ForgetReversal(Season& season) {
  for (DirectCost& cost : season.programme.direct_costs) {
    if (!cost.payment.reversal) continue;
    cost.payment.reversal.reset();
    return absl::OkStatus();
  }
  return Missing("reversal");
}

absl::Status BookElsewhere(Season& season) {
  if (season.neighbours.empty()) return Missing("neighbour");
  auto& costs = season.programme.direct_costs;
  const auto found = std::find_if(costs.begin(), costs.end(), [](const DirectCost& cost) {
    return !cost.payment.reversal && !cost.payment.refused;
  });
  if (found == costs.end()) return Missing("direct cost");
  season.neighbours.front().direct_costs.push_back(*found);
  costs.erase(found);
  return absl::OkStatus();
}

absl::Status BookNeighboursHere(Season& season) {
  if (season.neighbours.empty() || season.neighbours.front().direct_costs.empty())
    return Missing("neighbour's cost");
  auto& costs = season.neighbours.front().direct_costs;
  season.programme.direct_costs.push_back(costs.back());
  costs.pop_back();
  return absl::OkStatus();
}

absl::Status InspectTooMuch(Season& season) {
  for (Grant& grant : season.grants) {
    if (grant.decline || !grant.payment || grant.accepted_eligible_yen < 20'000) continue;
    grant.accepted_eligible_yen -= 15'000;
    return absl::OkStatus();
  }
  return Missing("inspected grant");
}

absl::Status DoubleShare(Season& season) {
  season.budget.revenue_share = season.budget.revenue_share == "1/3" ? "1/2" : "1/3";
  return absl::OkStatus();
}

absl::Status WrongRate(Season& season) {
  for (PersonnelRate& rate : season.programme.personnel_rates) {
    if (rate.fiscal_year != season.fiscal_year) continue;
    rate.yen_per_fte += 10'000;
    return absl::OkStatus();
  }
  return Missing("personnel rate of its year");
}

struct Change {
  Perturbation named;
  absl::Status (*change)(Season&);
};

const std::vector<Change>& Changes() {
  static const auto* const changes = new std::vector<Change>{
      {{"late-accepted", false, "締切後の提案を受け付ける", "the late proposal is received"}, AcceptLate},
      {{"double-receipt", false, "同じ提出を二度受け付ける",
        "a repeated submission becomes a second proposal"},
       ReceiveTwice},
      {{"adoption-declined", false, "採択が一件辞退される", "one adopted applicant declines"}, DeclineOne},
      {{"declined-imported-as-run", false, "辞退した過年度案件を実施とする",
        "a declined past case is imported as run"},
       RunDeclined},
      {{"return-forgotten", false, "返還金が納付されない", "the excess advance is not returned"},
       ForgetReturn},
      {{"reversal-forgotten", false, "誤った記帳を取り消さない", "the wrong booking is not reversed"},
       ForgetReversal},
      {{"cost-booked-elsewhere", false, "直接経費を他の事業に起票する",
        "a direct cost is booked to the other programme"},
       BookElsewhere},
      {{"neighbour-booked-here", false, "他の事業の経費をこの事業に起票する",
        "the other programme's cost is booked here"},
       BookNeighboursHere},
      {{"inspection-differs", false, "検査で認める対象経費が異なる", "the inspection accepts another cost"},
       InspectTooMuch},
      {{"share-differs", false, "充当率が異なる", "another share is allocated"}, DoubleShare},
      {{"rate-differs", false, "人件費の単価が異なる", "another unit cost of staff"}, WrongRate},
      {{"count-late", true, "遅れた提案も数える", "the late one is counted"}, nullptr},
      {{"count-receipt-twice", true, "再送を二件と数える", "a repeated receipt is counted twice"}, nullptr},
      {{"count-declined", true, "辞退した案件を実施と数える", "a declined case is counted as a trial"},
       nullptr},
      {{"ignore-return", true, "返還を差し引かない", "the return is not deducted"}, nullptr},
      {{"count-reversed", true, "取り消した支払も数える", "the reversal is dropped"}, nullptr},
      {{"count-neighbour", true, "他の事業の支払も数える", "the other programme's payments are included"},
       nullptr},
      {{"count-grants-only", true, "直接経費を数えない", "direct costs are left out"}, nullptr},
      {{"count-rejected-twice", true, "振込不能と再発行を二度数える", "a rejected payment is counted twice"},
       nullptr},
      {{"split-per-payment", true, "支払ごとに充当して切り捨てる",
        "the share is split and floored per payment"},
       nullptr},
      {{"share-of-budget", true, "予算額に充当する", "the share is taken of the budget"}, nullptr},
      {{"floor-personnel", true, "人件費を切り捨てる", "personnel cost is floored"}, nullptr},
  };
  return *changes;
}

}  // namespace

const std::vector<Perturbation>& Perturbations() {
  static const auto* const all = [] {
    auto* out = new std::vector<Perturbation>;
    for (const Change& change : Changes()) out->push_back(change.named);
    return out;
  }();
  return *all;
}

const Perturbation* FindPerturbation(const std::string& name) {
  for (const Perturbation& perturbation : Perturbations()) {
    if (perturbation.name == name) return &perturbation;
  }
  return nullptr;
}

absl::Status Perturb(const std::string& name, Season& season) {
  for (const Change& change : Changes()) {
    if (change.named.name != name || change.change == nullptr) continue;
    absl::Status changed = change.change(season);
    if (!changed.ok()) return changed;
    // Another season: its requests are other requests.
    season.hash8 = Sha256Hex(absl::StrCat(season.hash8, name)).substr(0, 8);
    return changed;
  }
  return absl::OkStatus();
}

}  // namespace jissho::season
