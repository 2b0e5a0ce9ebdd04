// A season as a list of steps in the order of the calendar, and what they share while they run.
#ifndef JISSHO_CLIENTS_SEASON_PLAY_H_
#define JISSHO_CLIENTS_SEASON_PLAY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/season/driver.h"
#include "clients/season/season.h"
#include "google/protobuf/timestamp.pb.h"

namespace jissho::season {

// What steps leave for later ones. Everything in it comes from answers to mutations, which a repeat gives
// again.
class Play {
 public:
  Play(const Season* season, Driver* driver)
      : season_(season), driver_(driver), ids_(std::make_shared<std::map<std::string, std::string>>()) {}
  // Another hand at the same season: what one remembers, the other knows.
  Play(const Play& other, Driver* driver) : season_(other.season_), driver_(driver), ids_(other.ids_) {}

  const Season& season() const { return *season_; }
  Driver& driver() { return *driver_; }

  // Ids by name: "call", "proposal:<key>", "payment:<key>", "seat:<person>", "campaign:<key>",
  // "past:<title>".
  void Remember(const std::string& name, const std::string& id) { (*ids_)[name] = id; }
  const std::map<std::string, std::string>& ids() const { return *ids_; }
  // FAILED_PRECONDITION when an earlier step did not leave it.
  absl::StatusOr<std::string> Id(const std::string& name) const;
  // Id of the case with this title, past or proposed.
  absl::StatusOr<std::string> CaseOfTitle(const std::string& title) const;

  Actor OfDuty(const std::string& duty) const;
  Actor OfPerson(const std::string& id) const;
  // Whoever acts for an organisation.
  Actor OfOrganisation(const std::string& organisation) const;

  // The step's remark for the story.
  void Note(const std::string& text) { note_ = text; }
  std::string TakeNote() { return std::move(note_); }

  // OK when `status` is the refusal that the season foresees; refusals are part of the story.
  absl::Status Foreseen(const absl::Status& status, absl::string_view reason);
  int foreseen_refusals() const { return foreseen_refusals_; }

 private:
  const Season* const season_;
  Driver* const driver_;
  const std::shared_ptr<std::map<std::string, std::string>> ids_;
  std::string note_;
  int foreseen_refusals_ = 0;
};

struct Step {
  absl::Time at;
  std::string who;
  std::string ja;
  std::string en;
  std::function<absl::Status(Play&)> run;
  // No other service hears of it: nothing to be worked off before the next step.
  bool local = false;
};

class Plan {
 public:
  explicit Plan(const Season* season) : season_(season) {}
  const Season& season() const { return *season_; }
  Step& Add(absl::Time at, const std::string& who, const std::string& ja, const std::string& en,
            std::function<absl::Status(Play&)> run);
  // In the order of time; what is of the same moment keeps the order in which it was added.
  std::vector<Step> Take();

 private:
  const Season* const season_;
  std::vector<Step> steps_;
};

// The parts of a season. Each adds its steps.
void PlanBudget(Plan& plan);
void PlanPastCases(Plan& plan);
void PlanCall(Plan& plan);
void PlanProposals(Plan& plan);
void PlanReview(Plan& plan);
void PlanGrants(Plan& plan);
void PlanDirectCosts(Plan& plan);
void PlanSurveys(Plan& plan);
void PlanSheet(Plan& plan);
std::vector<Step> PlanSeason(const Season& season);

// The steps of one payment. `key` names it among the ids as "payment:<key>"; `subject` stands in the story.
void PlanPayment(Plan& plan, const PaymentPlan& payment, const std::string& key, const std::string& subject,
                 const std::string& payee_name);

// Shared by the parts.
google::protobuf::Timestamp ToProto(absl::Time time);
std::string DateOf(absl::Time time);  // YYYY-MM-DD in Tokyo
std::string Yen(int64_t yen);         // "5,875,412円"
const Organisation* FindOrganisation(const Season& season, const std::string& id);
const Proposal* FindProposal(const Season& season, const std::string& key);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_PLAY_H_
