// How long a <send> waits.
#ifndef JISSHO_WORKFLOW_CHART_DELAY_H_
#define JISSHO_WORKFLOW_CHART_DELAY_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace jissho::chart {

// A thousand years; no wait is longer, so that due times stay instants.
inline constexpr absl::Duration kDelayMax = absl::Hours(24 * 365 * 1000);

// "2s", "500ms", ".5s" as in CSS2 (SCXML 6.2.2), and, since a city waits longer than a dialogue, "90m",
// "36h", "14d" (of 24 hours). nullopt for anything else, negative delays
// and those beyond kDelayMax included.
std::optional<absl::Duration> ParseDelay(absl::string_view text);

// What jissho:at may say: an RFC 3339 instant, or a date that means its first moment in Tokyo.
std::optional<absl::Time> ParseInstant(absl::string_view text);

// "17:15", counted from midnight; from "00:00" to "24:00", two digits each.
std::optional<absl::Duration> ParseTimeOfDay(absl::string_view text);

inline constexpr int kBusinessDaysMax = 2500;

// A whole number from 1 to kBusinessDaysMax.
std::optional<int> ParseBusinessDays(absl::string_view text);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_DELAY_H_
