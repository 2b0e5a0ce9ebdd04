// Dates, Tokyo instants and fiscal years.
//
// A CivilDate is a day of the Gregorian calendar without a zone; an absl::Time is an instant. The two meet
// only in Asia/Tokyo (fixed +9 hours), because that is where receipts are stamped and deadlines fall. Nothing
// here reads a clock. All functions are pure and thread-safe. Years run from 1868 to 9999; anything else is
// refused.
//
// Law: fiscal year 1 April to 31 March (Local Autonomy Act art. 208); the books of a fiscal year close on 31
// May after it (art. 235-5, 出納閉鎖).
#ifndef JISSHO_SERVICES_CIVIL_DATE_H_
#define JISSHO_SERVICES_CIVIL_DATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace jissho::civil {

using CivilDate = absl::CivilDay;

// Both ends belong to the period.
struct Period {
  CivilDate first;
  CivilDate last;
  bool Contains(CivilDate day) const { return first <= day && day <= last; }
  friend bool operator==(const Period&, const Period&) = default;
};

// Makes a date of its parts; DATE_INVALID when that day does not exist (no carrying over to the next month).
absl::StatusOr<CivilDate> MakeDate(int year, int month, int day);

// "2022-06-10", exactly so. DATE_INVALID otherwise.
absl::StatusOr<CivilDate> ParseDate(absl::string_view text);
std::string FormatDate(CivilDate date);

// "2022-06-10T17:15:00+09:00". Parsing takes any RFC 3339 offset ("Z" too) but demands one: a time of day
// without a zone is ambiguous between systems. Formatting is always in Tokyo, to the second (fractions drop).
// INSTANT_INVALID.
absl::StatusOr<absl::Time> ParseTokyoInstant(absl::string_view text);
std::string FormatTokyoInstant(absl::Time instant);

// The day on the wall calendar in Tokyo at this instant: "today", when given the calendar clock's Now().
CivilDate TokyoDate(absl::Time instant);

// Midnight in Tokyo at which the day begins. A deadline "by 10 June" holds for every instant before
// StartOfDay(10 June + 1).
absl::Time StartOfDay(CivilDate date);
// The instant of a time of day in Tokyo, e.g. 17:15 at which the counter closes.
absl::Time TokyoInstant(CivilDate date, int hour, int minute = 0, int second = 0);

// The fiscal year is named by the year of its 1 April: 2023-03-31 is of 2022.
int FiscalYearOf(CivilDate date);
Period FiscalYearBounds(int fiscal_year);
// 31 May after the fiscal year: the last day on which its payments and receipts are booked (出納閉鎖期日).
CivilDate ClosingOfBooks(int fiscal_year);
// Last day on which books and vouchers of a trial completed on `completion` are kept: `years` (usually 5)
// counted from the fiscal year after the one of completion.
CivilDate RetentionEnd(CivilDate completion, int years);

// Calendar days from `first` to `last` with both counted. Negative or zero when last lies before first.
int DaysInclusive(CivilDate first, CivilDate last);

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_DATE_H_
