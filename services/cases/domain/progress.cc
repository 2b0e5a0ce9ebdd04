#include "services/cases/domain/progress.h"

namespace jissho::cases {

namespace {

// After the adoption the trial leads until it has ended; then the money does.
std::string AdoptedStateOf(const std::set<std::string>& active) {
  const auto in = [&](const char* state) { return active.contains(state); };
  if (in("running")) return "TRIAL_RUNNING";
  if (in("refused")) return "REFUSED";
  if (in("settled")) return "FOLLOW_UP";
  if (in("fixed")) return "FIXED";
  if (in("cancelled")) return "CANCELLED";
  if (in("completed")) return "TRIAL_ENDED";
  return in("granted") ? "GRANTED" : "ADOPTED";
}

}  // namespace

std::string StateOf(const std::set<std::string>& active) {
  const auto in = [&](const char* state) { return active.contains(state); };
  if (in("file_closed") || in("imported_closed")) return "CLOSED";
  if (in("imported")) return "IMPORTED";
  if (in("ineligible")) return "INELIGIBLE";
  if (in("withdrawn")) return "WITHDRAWN";
  if (in("declined")) return "DECLINED";
  if (in("adopted")) return AdoptedStateOf(active);
  if (in("reserve")) return "RESERVE";
  if (in("not_adopted")) return "NOT_ADOPTED";
  if (in("returned")) return "RETURNED";
  return in("accepted") ? "IN_REVIEW" : "RECEIVED";
}

bool AdoptedIn(const std::set<std::string>& active) {
  return (active.contains("adopted") || active.contains("void")) && !active.contains("withdrawn");
}

bool DeclinedIn(const std::set<std::string>& active) {
  return AdoptedIn(active) && active.contains("declined");
}

void Add(Counts& counts, const Countable& one, int64_t cases) {
  static const auto& open =
      *new std::set<std::string>{"RECEIVED", "RETURNED",      "IN_REVIEW",   "RESERVE", "ADOPTED",
                                 "GRANTED",  "TRIAL_RUNNING", "TRIAL_ENDED", "FIXED"};
  counts.received += cases;
  if (one.adopted) counts.adopted += cases;
  if (one.declined) counts.declined += cases;
  if (one.trial_run) counts.trials_run += cases;
  if (one.trial_completed) counts.trials_completed += cases;
  if (one.state == "INELIGIBLE") counts.ineligible += cases;
  if (one.state == "WITHDRAWN") counts.withdrawn += cases;
  if (open.contains(one.state)) counts.in_progress += cases;
}

std::vector<Contradiction> ContradictionsOf(PastOutcome outcome, bool trial_run, int64_t settled_yen) {
  std::vector<Contradiction> out;
  const bool was_adopted = outcome == PastOutcome::kAdopted || outcome == PastOutcome::kDeclined;
  if (trial_run && !was_adopted) {
    out.push_back({"採択されていない案件は実証を実施できません", "a trial cannot run without an adoption"});
  }
  if (settled_yen > 0 && !trial_run) {
    out.push_back({"実証を実施していない案件に精算額があります", "there is an amount without a trial"});
  }
  return out;
}

}  // namespace jissho::cases
