// All SQL of the trial service. Reading only.
#ifndef JISSHO_SERVICES_TRIAL_STORE_QUERIES_H_
#define JISSHO_SERVICES_TRIAL_STORE_QUERIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/trial/store/rows.h"
#include "workflow/act/act.h"
#include "workflow/storage/session.h"

namespace jissho::trial {

absl::StatusOr<std::optional<TrialRow>> FindTrial(storage::Session& session, const std::string& id);

// Empty texts and 0 mean any.
struct TrialFilter {
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string call_id;
  bool open_promises = false;
  std::string organisation_id;
};
// By id, those after `after`.
absl::StatusOr<std::vector<TrialRow>> ListTrials(storage::Session& session, const TrialFilter& filter,
                                                 const std::string& after, int limit);

// Everything that belongs to a trial.
struct Parts {
  std::vector<MilestoneRow> milestones;  // by due date
  std::vector<PromiseRow> promises;      // in the order of their making, as the following
  std::vector<NoteRow> notes;
  std::vector<IncidentRow> incidents;
  std::vector<OutreachRow> outreach;
};
absl::StatusOr<Parts> ListParts(storage::Session& session, const std::string& trial_id);

// The same within an act that runs alone, before its first write.
absl::StatusOr<Parts> ListParts(const act::View& view, const std::string& trial_id);

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_STORE_QUERIES_H_
