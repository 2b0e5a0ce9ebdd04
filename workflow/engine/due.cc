#include "workflow/engine/due.h"

#include "absl/strings/str_cat.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/chart/delay.h"

namespace jissho::engine {
namespace {

absl::Time StartOf(absl::CivilDay day) { return absl::FromCivil(day, Tokyo()); }

absl::StatusOr<absl::CivilDay> Shifted(absl::CivilDay day, chart::DayOff day_off,
                                       const WorkingDays* working_days) {
  if (day_off == chart::DayOff::kStays) return day;
  if (working_days == nullptr) return absl::InvalidArgumentError("there is no calendar of working days");
  return day_off == chart::DayOff::kNext ? working_days->OnOrAfter(day) : working_days->OnOrBefore(day);
}

}  // namespace

bool Waits(const Effect& send) {
  return send.delay != absl::ZeroDuration() || !send.at.empty() || send.business_days > 0;
}

absl::StatusOr<absl::Time> DueOf(const Effect& send, absl::Time now, const WorkingDays* working_days) {
  if (send.business_days > 0) {
    if (working_days == nullptr) return absl::InvalidArgumentError("there is no calendar of working days");
    JISSHO_ASSIGN_OR_RETURN(const absl::CivilDay day,
                            working_days->NthAfter(absl::ToCivilDay(now, Tokyo()), send.business_days));
    return StartOf(day) + send.time.value_or(absl::Hours(24));
  }
  if (send.at.empty()) return now + send.delay;
  const auto instant = chart::ParseInstant(send.at);
  if (!instant) {
    return absl::InvalidArgumentError(absl::StrCat("'", send.at, "' is neither an instant nor a date"));
  }
  const absl::CivilDay written = absl::ToCivilDay(*instant, Tokyo());
  JISSHO_ASSIGN_OR_RETURN(const absl::CivilDay day, Shifted(written, send.day_off, working_days));
  return StartOf(day) + send.time.value_or(*instant - StartOf(written));
}

}  // namespace jissho::engine
