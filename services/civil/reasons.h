// What the civil rules refuse. Listed in docs/errors.md.
#ifndef JISSHO_SERVICES_CIVIL_REASONS_H_
#define JISSHO_SERVICES_CIVIL_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::civil {

inline constexpr Reason kDateInvalid{
    "DATE_INVALID", absl::StatusCode::kInvalidArgument,
    "「{value}」は日付として読めません。「2022-06-10」の形で、実在する日付を入力してください。",
    "\"{value}\" is not a date; give an existing day as \"2022-06-10\"."};

inline constexpr Reason kInstantInvalid{
    "INSTANT_INVALID", absl::StatusCode::kInvalidArgument,
    "「{value}」は日時として読めません。「2022-06-10T17:15:00+09:00」の形で入力してください。",
    "\"{value}\" is not an instant; give it as \"2022-06-10T17:15:00+09:00\"."};

inline constexpr Reason kWarekiInvalid{"WAREKI_INVALID", absl::StatusCode::kInvalidArgument,
                                       "「{value}」は和暦の日付として読めません。「令和4年6月10日」又は「R4."
                                       "6.10」の形で、実在する日付を入力してください。",
                                       "\"{value}\" is not a date in the Japanese calendar; give an existing "
                                       "day as \"令和4年6月10日\" or \"R4.6.10\"."};

inline constexpr Reason kWarekiOutsideEra{
    "WAREKI_OUTSIDE_ERA", absl::StatusCode::kInvalidArgument,
    "「{value}」は元号「{era}」の期間の外です。その日の元号を確かめてください。",
    "\"{value}\" lies outside the era {era}; check which era the day belongs to."};

inline constexpr Reason kFiscalYearInvalid{
    "FISCAL_YEAR_INVALID", absl::StatusCode::kInvalidArgument,
    "「{value}」は年度として読めません。「令和4年度」又は「R04年度」の形で入力してください。",
    "\"{value}\" is not a fiscal year; give it as \"令和4年度\" or \"R04年度\"."};

inline constexpr Reason kHolidaysUnknown{
    "HOLIDAYS_UNKNOWN", absl::StatusCode::kFailedPrecondition,
    "{year}年の祝日が登録されていません。暦要項で春分日・秋分日を確かめ、祝日データに追加してください。",
    "The holidays of {year} are not on record; add the year's announced equinoxes to the holiday data."};

inline constexpr Reason kRateInvalid{
    "RATE_INVALID", absl::StatusCode::kInvalidArgument,
    "「{value}」は補助率として読めません。0を超え1以下の分数(例 2/3)で入力してください。",
    "\"{value}\" is not a subsidy rate; give a fraction above 0 and up to 1, e.g. 2/3."};

inline constexpr Reason kRoundingUnitInvalid{
    "ROUNDING_UNIT_INVALID", absl::StatusCode::kInvalidArgument,
    "端数処理の単位「{value}」は使えません。1、10、100、1000円から選んでください。",
    "The rounding unit {value} is not allowed; choose 1, 10, 100 or 1000 yen."};

inline constexpr Reason kAmountOutOfRange{
    "AMOUNT_OUT_OF_RANGE", absl::StatusCode::kOutOfRange,
    "「{what_ja}」の値 {value} は計算できる範囲(0から{limit})の外です。入力を確かめてください。",
    "{what} is {value}, outside what can be computed (0 to {limit}); check the input."};

inline constexpr Reason kPeriodReversed{
    "PERIOD_REVERSED", absl::StatusCode::kInvalidArgument,
    "終わりの日 {last} が始まりの日 {first} より前です。日付を確かめてください。",
    "The period ends on {last}, before its first day {first}; check the dates."};

inline constexpr Reason kAllocationMismatch{
    "ALLOCATION_MISMATCH", absl::StatusCode::kFailedPrecondition,
    "{what_ja}の合計 {sum} 円が返還を命じた額 {ordered} 円と合いません。受領と納付の記録を確かめてください。",
    "{what} add up to {sum} yen against {ordered} yen ordered to be returned; check receipts and "
    "repayments."};

inline constexpr const Reason* kReasons[] = {
    &kDateInvalid,       &kInstantInvalid,  &kWarekiInvalid,      &kWarekiOutsideEra,
    &kFiscalYearInvalid, &kHolidaysUnknown, &kRateInvalid,        &kRoundingUnitInvalid,
    &kAmountOutOfRange,  &kPeriodReversed,  &kAllocationMismatch,
};

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_REASONS_H_
