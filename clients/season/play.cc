#include "clients/season/play.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/civil/date.h"
#include "workflow/base/error.h"

namespace jissho::season {

absl::StatusOr<std::string> Play::Id(const std::string& name) const {
  const auto found = ids_->find(name);
  if (found != ids_->end()) return found->second;
  return absl::FailedPreconditionError(absl::StrCat("an earlier step left no ", name));
}

absl::StatusOr<std::string> Play::CaseOfTitle(const std::string& title) const {
  for (const Proposal& proposal : season_->proposals) {
    if (proposal.title == title) return Id("proposal:" + proposal.key);
  }
  return Id("past:" + title);
}

Actor Play::OfPerson(const std::string& id) const {
  const auto found = season_->people.find(id);
  if (found == season_->people.end()) return {"user:" + id, id, {}, ""};
  return {"user:" + id, found->second.name, found->second.roles, ""};
}

Actor Play::OfDuty(const std::string& duty) const { return OfPerson(season_->duties.at(duty)); }

Actor Play::OfOrganisation(const std::string& organisation) const {
  const Organisation* found = FindOrganisation(*season_, organisation);
  return {"user:" + organisation, found == nullptr ? organisation : found->name, {"applicant"}, organisation};
}

absl::Status Play::Foreseen(const absl::Status& status, absl::string_view reason) {
  if (status.ok()) {
    // A season that goes on gets the first answer, or finds a state that has moved on; never a success.
    return absl::FailedPreconditionError(absl::StrCat("should have been refused with ", reason));
  }
  const auto detail = GetErrorDetail(status);
  const std::string got = detail ? detail->reason : "";
  if (got != reason && !driver_->resumed()) return status;
  ++foreseen_refusals_;
  Note(absl::StrCat("拒否（", got, "）：", detail ? detail->ja : std::string(status.message())));
  return absl::OkStatus();
}

Step& Plan::Add(absl::Time at, const std::string& who, const std::string& ja, const std::string& en,
                std::function<absl::Status(Play&)> run) {
  steps_.push_back({at, who, ja, en, std::move(run), false});
  return steps_.back();
}

std::vector<Step> Plan::Take() {
  std::stable_sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
  return std::move(steps_);
}

std::vector<Step> PlanSeason(const Season& season) {
  Plan plan(&season);
  PlanBudget(plan);
  PlanPastCases(plan);
  PlanCall(plan);
  PlanProposals(plan);
  PlanReview(plan);
  PlanGrants(plan);
  PlanDirectCosts(plan);
  PlanSurveys(plan);
  PlanSheet(plan);
  return plan.Take();
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp out;
  out.set_seconds(absl::ToUnixSeconds(time));
  return out;
}

std::string DateOf(absl::Time time) { return civil::FormatDate(civil::TokyoDate(time)); }

std::string Yen(int64_t yen) {
  std::string digits = absl::StrCat(yen < 0 ? -yen : yen);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, 1, ',');
  return absl::StrCat(yen < 0 ? "-" : "", digits, "円");
}

const Organisation* FindOrganisation(const Season& season, const std::string& id) {
  for (const Organisation& organisation : season.organisations) {
    if (organisation.id == id) return &organisation;
  }
  return nullptr;
}

const Proposal* FindProposal(const Season& season, const std::string& key) {
  for (const Proposal& proposal : season.proposals) {
    if (proposal.key == key) return &proposal;
  }
  return nullptr;
}

}  // namespace jissho::season
