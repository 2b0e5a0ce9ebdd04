#include "workflow/chart/delay.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
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
  if (delay > kDelayMax) return std::nullopt;
  return delay;
}

std::optional<absl::Time> ParseInstant(absl::string_view text) {
  absl::Time instant;
  std::string error;
  if (absl::StartsWith(text, "infinite")) return std::nullopt;  // which absl takes for an instant
  if (absl::ParseTime(absl::RFC3339_full, text, &instant, &error)) return instant;
  if (absl::ParseTime("%Y-%m-%d", text, Tokyo(), &instant, &error)) return instant;
  return std::nullopt;
}

std::optional<absl::Duration> ParseTimeOfDay(absl::string_view text) {
  const auto digits = [&](size_t at) {
    return absl::ascii_isdigit(text[at]) && absl::ascii_isdigit(text[at + 1])
               ? (text[at] - '0') * 10 + (text[at + 1] - '0')
               : 100;
  };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hour = digits(0), minute = digits(3);
  if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return absl::Hours(hour) + absl::Minutes(minute);
}

std::optional<int> ParseBusinessDays(absl::string_view text) {
  int days = 0;
  if (text.empty() || !absl::c_all_of(text, absl::ascii_isdigit) || !absl::SimpleAtoi(text, &days)) {
    return std::nullopt;
  }
  if (days < 1 || days > kBusinessDaysMax) return std::nullopt;
  return days;
}

}  // namespace jissho::chart
