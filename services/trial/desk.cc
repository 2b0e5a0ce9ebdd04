#include "services/trial/desk.h"

#include <algorithm>

#include "services/trial/mapping.h"
#include "services/trial/reasons.h"
#include "workflow/act/queries.h"
#include "workflow/act/rows.h"

namespace jissho::trial {

namespace {

absl::Status SetDay(const std::string& text, std::optional<civil::CivilDate>& out) {
  if (text.empty()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(out, civil::ParseDate(text));
  return absl::OkStatus();
}

absl::StatusOr<v1::Trial> Answer(const Work& work) {
  JISSHO_ASSIGN_OR_RETURN(TrialRow row, work.view.Get<TrialRow>(work.row.id, kTrialNotFound));
  JISSHO_ASSIGN_OR_RETURN(auto instance, work.view.Find<act::InstanceRow>(row.id));
  v1::Trial out = ToProto(row, instance ? act::ActiveStatesOf(*instance) : std::vector<std::string>());
  AddParts(work.parts, out);
  return out;
}

}  // namespace

std::optional<std::string> OnlyOrganisation(const act::Actor& actor) {
  const bool only_applicant = std::all_of(actor.roles.begin(), actor.roles.end(),
                                          [](const std::string& role) { return role == "applicant"; });
  if (!only_applicant) return std::nullopt;
  return actor.organisation;
}

bool MaySee(const act::Actor& actor, const TrialRow& row) {
  const auto organisation = OnlyOrganisation(actor);
  return !organisation || (!organisation->empty() && *organisation == row.organisation_id);
}

absl::StatusOr<TrialDates> Work::Dates() const {
  TrialDates dates;
  JISSHO_ASSIGN_OR_RETURN(dates.window.first, civil::ParseDate(row.window_start));
  JISSHO_ASSIGN_OR_RETURN(dates.window.last, civil::ParseDate(row.window_end));
  JISSHO_RETURN_IF_ERROR(SetDay(row.grant_decision_date, dates.grant_decision));
  JISSHO_RETURN_IF_ERROR(SetDay(row.start_date, dates.start));
  return dates;
}

absl::StatusOr<civil::CivilDate> DateOr(const std::string& text, civil::CivilDate otherwise) {
  if (text.empty()) return otherwise;
  return civil::ParseDate(text);
}

runtime::Plan<v1::Trial> PlanOn(const std::string& id, std::optional<std::string> etag,
                                std::function<absl::Status(Work&)> run) {
  runtime::Plan<v1::Trial> plan;
  plan.partition = id;
  plan.alone = true;
  plan.reads = {act::ReadOf<TrialRow>(id), act::ReadInstance(id)};
  plan.run = [id, etag = std::move(etag), run = std::move(run)](
                 const act::Context& context, const act::View& view,
                 act::WriteSet& writes) -> absl::StatusOr<v1::Trial> {
    JISSHO_ASSIGN_OR_RETURN(TrialRow row, view.Get<TrialRow>(id, kTrialNotFound));
    if (!MaySee(context.actor(), row)) return MakeError(kTrialNotFound, {{"id", id}});
    if (etag) JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(*etag, row.version));
    JISSHO_ASSIGN_OR_RETURN(Parts parts, ListParts(view, id));
    Work work{context, view, writes, std::move(row), std::move(parts)};
    JISSHO_RETURN_IF_ERROR(run(work));
    return Answer(work);
  };
  return plan;
}

}  // namespace jissho::trial
