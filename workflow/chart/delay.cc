#include "workflow/chart/delay.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/base/clock.h"

namespace jissho::chart {

std::optional<absl::Duration> ParseDelay(absl::string_view text) {
  if (text.empty() || text[0] == '-' || text[0] == '+') return std::nullopt;
  absl::string_view number = text;
  const bool days = absl::ConsumeSuffix(&number, "d");
  absl::Duration delay;
  if (!absl::ParseDuration(days ? absl::StrCat(number, "h") : std::string(text), &delay)) return std::nullopt;
  if (days) delay *= 24;
  if (delay == absl::InfiniteDuration()) return std::nullopt;
  return delay;
}

std::optional<absl::Time> ParseInstant(absl::string_view text) {
  absl::Time instant;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &instant, &error)) return instant;
  if (absl::ParseTime("%Y-%m-%d", text, Tokyo(), &instant, &error)) return instant;
  return std::nullopt;
}

}  // namespace jissho::chart
