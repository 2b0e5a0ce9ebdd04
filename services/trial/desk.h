// What the acts on a trial have in common: who may know of it, its parts, and the answer.
#ifndef JISSHO_SERVICES_TRIAL_DESK_H_
#define JISSHO_SERVICES_TRIAL_DESK_H_

#include <functional>
#include <optional>
#include <string>

#include "jissho/trial/v1/trial.pb.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/method_registry.h"
#include "services/trial/domain/rules.h"
#include "services/trial/store/queries.h"

namespace jissho::trial {

// True when the actor may know of the trial: applicants know their own organisation's only.
bool MaySee(const act::Actor& actor, const TrialRow& row);
// The organisation whose trials alone the actor may see; nullopt when all.
std::optional<std::string> OnlyOrganisation(const act::Actor& actor);

// One act at work: the trial as it was read. The act changes `row` and `parts` and writes what it changed;
// the answer is made of them.
struct Work {
  const act::Context& context;
  const act::View& view;
  act::WriteSet& writes;
  TrialRow row;
  Parts parts;

  civil::CivilDate today() const { return civil::TokyoDate(context.now()); }
  absl::StatusOr<TrialDates> Dates() const;
};

// A date that the pipeline has checked already; today when empty.
absl::StatusOr<civil::CivilDate> DateOr(const std::string& text, civil::CivilDate otherwise);

// An act on a trial. `etag` is checked when given. TRIAL_NOT_FOUND also for what the actor may not know of.
runtime::Plan<v1::Trial> PlanOn(const std::string& id, std::optional<std::string> etag,
                                std::function<absl::Status(Work&)> run);

// The methods, by subject.
void AddReads(runtime::MethodRegistry& registry);
void AddConduct(runtime::MethodRegistry& registry);
void AddSupport(runtime::MethodRegistry& registry);

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_DESK_H_
