// What the subsidy service refuses. Listed in docs/errors.md.
#ifndef JISSHO_SERVICES_SUBSIDY_REASONS_H_
#define JISSHO_SERVICES_SUBSIDY_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::subsidy {

inline constexpr Reason kBudgetLineNotFound{
    "BUDGET_LINE_NOT_FOUND", absl::StatusCode::kNotFound,
    "予算科目「{line}」({fiscal_year}年度)は登録されていません。科目と年度を確かめてください。",
    "Budget line {line} is not registered for fiscal year {fiscal_year}; check the code and the year."};
inline constexpr Reason kBudgetLineExists{
    "BUDGET_LINE_EXISTS", absl::StatusCode::kAlreadyExists,
    "予算科目「{line}」({fiscal_year}年度)は既に登録されています。登録済みの科目を使ってください。",
    "Budget line {line} is already registered for fiscal year {fiscal_year}; use the registered one."};
inline constexpr Reason kAppropriationNotFound{"APPROPRIATION_NOT_FOUND", absl::StatusCode::kNotFound,
                                               "予算の計上「{id}」は見つかりません。番号を確かめてください。",
                                               "Appropriation {id} does not exist; check the id."};
inline constexpr Reason kGrantNotFound{"GRANT_NOT_FOUND", absl::StatusCode::kNotFound,
                                       "補助金の案件「{id}」は見つかりません。番号を確かめてください。",
                                       "Grant {id} does not exist; check the id."};
inline constexpr Reason kPaymentNotFound{"PAYMENT_NOT_FOUND", absl::StatusCode::kNotFound,
                                         "支払「{id}」は見つかりません。番号を確かめてください。",
                                         "Payment {id} does not exist; check the id."};
inline constexpr Reason kCallRulesUnknown{
    "CALL_RULES_UNKNOWN", absl::StatusCode::kFailedPrecondition,
    "公募「{id}」の条件がまだ届いていません。公募の公表を確かめてから、やり直してください。",
    "The rules of call {id} have not arrived yet; check that the call was published, then retry."};
inline constexpr Reason kBudgetExceeded{"BUDGET_EXCEEDED", absl::StatusCode::kFailedPrecondition,
                                        "予算科目「{line}」({fiscal_year}年度)の残額は{balance}円で、{needed}"
                                        "円に足りません。配当又は補正の後にやり直してください。",
                                        "Budget line {line} of fiscal year {fiscal_year} has {balance} yen "
                                        "left, not the {needed} needed; allot or "
                                        "appropriate more first."};
inline constexpr Reason kLedgerOverdrawn{
    "LEDGER_OVERDRAWN", absl::StatusCode::kFailedPrecondition,
    "勘定「{account}」の残高は{balance}円で、{needed}円を動かせません。案件の金額を確かめてください。",
    "Account {account} holds {balance} yen and cannot give {needed}; check the amounts of the case."};
inline constexpr Reason kBooksClosed{
    "BOOKS_CLOSED", absl::StatusCode::kFailedPrecondition,
    "{fiscal_year}年度の出納は{closing}に閉鎖されました({date}は受け付けません)"
    "。現年度の予算で処理してください。",
    "The books of fiscal year {fiscal_year} closed on {closing} ({date} is too late); use the present year's "
    "budget."};
inline constexpr Reason kBooksNotOpen{
    "BOOKS_NOT_OPEN", absl::StatusCode::kFailedPrecondition,
    "{fiscal_year}年度の会計は4月1日に始まります({date}は早すぎます)。日付か年度を確かめてください。",
    "Fiscal year {fiscal_year} begins on 1 April ({date} is too early); check the date or the year."};
inline constexpr Reason kDateInFuture{
    "DATE_IN_FUTURE", absl::StatusCode::kInvalidArgument,
    "日付「{date}」は今日({today})より後です。今日以前の日付を入力してください。",
    "The date {date} lies after today ({today}); give today or an earlier day."};
inline constexpr Reason kDateBeforeOrder{
    "DATE_BEFORE_ORDER", absl::StatusCode::kInvalidArgument,
    "支払日「{date}」は支出命令の日({order_date})より前です。命令の日以後の日付を入力してください。",
    "The payment date {date} lies before the order ({order_date}); give the day of the order or a later "
    "one."};
inline constexpr Reason kAmountAboveOffer{
    "AMOUNT_ABOVE_OFFER", absl::StatusCode::kInvalidArgument,
    "申請額{requested}円は内示額{offered}円を超えています。内示額以下で申請してください。",
    "{requested} yen exceeds the offered {offered} yen; apply for no more than was offered."};
inline constexpr Reason kAmountAboveRate{
    "AMOUNT_ABOVE_RATE", absl::StatusCode::kInvalidArgument,
    "申請額{requested}円は対象経費{eligible}円から計算した額{computed}"
    "円を超えています。申請額か経費明細を直してください。",
    "{requested} yen exceeds the {computed} yen computed from {eligible} yen of eligible cost; correct the "
    "amount or the "
    "cost table."};
inline constexpr Reason kAmountAboveApplication{
    "AMOUNT_ABOVE_APPLICATION", absl::StatusCode::kInvalidArgument,
    "決定額{amount}円は申請額{requested}円を超えています。申請額以下にしてください。",
    "{amount} yen exceeds the {requested} yen applied for; decide no more than that."};
inline constexpr Reason kAmountAboveReport{
    "AMOUNT_ABOVE_REPORT", absl::StatusCode::kInvalidArgument,
    "検査で認めた対象経費{amount}円は報告された{reported}円を超えています。報告額以下にしてください。",
    "{amount} yen exceeds the {reported} yen reported; accept no more than that."};
inline constexpr Reason kModificationReasonRequired{
    "MODIFICATION_REASON_REQUIRED", absl::StatusCode::kInvalidArgument,
    "申請額と異なる額で決定するときは、修正の理由を入力してください。",
    "Say why the amount differs from the application."};
inline constexpr Reason kChecklistIncomplete{
    "CHECKLIST_INCOMPLETE", absl::StatusCode::kFailedPrecondition,
    "審査項目「{items}」が適正と確認されていません。すべて確認するか、不交付としてください。",
    "The items {items} of the checklist were not found to be in order; clear them or refuse the grant."};
inline constexpr Reason kWithdrawalTooLate{
    "WITHDRAWAL_TOO_LATE", absl::StatusCode::kFailedPrecondition,
    "取下げの期限({due})を過ぎています。中止・廃止の手続について担当課に相談してください。",
    "The last day to withdraw was {due}; ask the division about discontinuing instead."};
inline constexpr Reason kGrantAlreadyPaid{
    "GRANT_ALREADY_PAID", absl::StatusCode::kFailedPrecondition,
    "既に{paid}円が支払われているため、取り下げられません。担当課に相談してください。",
    "{paid} yen have been paid, so the grant cannot be withdrawn; ask the division."};
inline constexpr Reason kGrantAlreadyFixed{
    "GRANT_ALREADY_FIXED", absl::StatusCode::kFailedPrecondition,
    "額の確定の後は、概算払の記帳を取り消せません。返還として処理してください。",
    "An advance cannot be reversed after the amount was fixed; handle it as a return."};
inline constexpr Reason kAdvanceAboveDecided{
    "ADVANCE_ABOVE_DECIDED", absl::StatusCode::kFailedPrecondition,
    "概算払の残りは{left}円です({requested}円は請求できません)。請求額を減らしてください。",
    "{left} yen are left to be advanced, not {requested}; request less."};
inline constexpr Reason kPaymentPending{
    "PAYMENT_PENDING", absl::StatusCode::kFailedPrecondition,
    "支払「{payment}」が処理中です。完了するか取り消した後にやり直してください。",
    "Payment {payment} is under way; finish or cancel it first."};
inline constexpr Reason kAlreadyClaimed{
    "ALREADY_CLAIMED", absl::StatusCode::kAlreadyExists,
    "この請求には支払「{payment}"
    "」が既にあります。二重に支払わないでください。取り消された支払を出し直すときは、"
    "それを置き換える支払として起票してください。",
    "Payment {payment} answers this claim already; do not pay twice. If it was cancelled or reversed, say "
    "that the new "
    "one replaces it."};
inline constexpr Reason kAlreadyPaid{"ALREADY_PAID", absl::StatusCode::kAlreadyExists,
                                     "支払「{payment}」の{attempt}回目は、仕訳「{entry}"
                                     "」で既に支払われています。もう一度支払わず、台帳を確かめてください。",
                                     "Attempt {attempt} of payment {payment} was already made by ledger "
                                     "entry {entry}; do not pay again, check the "
                                     "ledger."};
inline constexpr Reason kAccountNotChecked{
    "ACCOUNT_NOT_CHECKED", absl::StatusCode::kFailedPrecondition,
    "支払「{payment}」の口座は、審査した口座と異なります。差し戻して審査をやり直してください。",
    "The account of payment {payment} is not the one that was checked; send the order back and check it "
    "again."};
inline constexpr Reason kNothingDue{"NOTHING_DUE", absl::StatusCode::kFailedPrecondition,
                                    "支払うべき額がありません。確定額と概算払額を確かめてください。",
                                    "Nothing is due; compare the fixed amount with the advances."};
inline constexpr Reason kDebtNotFixed{
    "DEBT_NOT_FIXED", absl::StatusCode::kFailedPrecondition,
    "債務が確定していないため、支出を命令できません。額の確定又は検収を先に行ってください。",
    "The debt is not fixed, so no payment can be ordered; fix the amount or accept the delivery first."};
inline constexpr Reason kCheckIncomplete{
    "CHECK_INCOMPLETE", absl::StatusCode::kFailedPrecondition,
    "法令・予算への適合と債務の確定の両方を確認してください。確認できないときは差し戻してください。",
    "Confirm both lawfulness and that the debt is fixed; send the order back when you cannot."};
inline constexpr Reason kAccountNotOwn{
    "ACCOUNT_NOT_OWN", absl::StatusCode::kInvalidArgument,
    "口座名義が「{payee}」で始まっていません。本人名義の口座を指定してください。",
    "The account holder does not begin with {payee}; give an account in the payee's own name."};
inline constexpr Reason kReturnAboveReceivable{
    "RETURN_ABOVE_RECEIVABLE", absl::StatusCode::kFailedPrecondition,
    "返還の未納額は{receivable}円です({amount}円は記録できません)。納付額を確かめてください。",
    "{receivable} yen are still owed, not {amount}; check the amount that came in."};
inline constexpr Reason kAlreadyAllocated{
    "ALREADY_ALLOCATED", absl::StatusCode::kAlreadyExists,
    "{fiscal_year}年度のこの事業の財源は充当済みです。決算後の変更はできません。",
    "Revenue of this programme for fiscal year {fiscal_year} is already allocated; the settlement stands."};
inline constexpr Reason kSettlementOpen{
    "SETTLEMENT_OPEN", absl::StatusCode::kFailedPrecondition,
    "未精算の額があります(留保{reserved}円、負担行為残{committed}円、返還未納{receivable}円)"
    "。精算の後に充当してください。",
    "Not everything is settled (reserved {reserved}, committed {committed}, owed {receivable} yen); settle "
    "it "
    "first."};
inline constexpr Reason kBooksOpen{
    "BOOKS_OPEN", absl::StatusCode::kFailedPrecondition,
    "{fiscal_year}年度の出納は{closing}まで開いています。閉鎖後に充当してください。",
    "The books of fiscal year {fiscal_year} are open until {closing}; allocate after they close."};

inline constexpr const Reason* kReasons[] = {
    &kBudgetLineNotFound,
    &kBudgetLineExists,
    &kAppropriationNotFound,
    &kGrantNotFound,
    &kPaymentNotFound,
    &kCallRulesUnknown,
    &kBudgetExceeded,
    &kLedgerOverdrawn,
    &kBooksClosed,
    &kBooksNotOpen,
    &kDateInFuture,
    &kDateBeforeOrder,
    &kAmountAboveOffer,
    &kAmountAboveRate,
    &kAmountAboveApplication,
    &kAmountAboveReport,
    &kModificationReasonRequired,
    &kChecklistIncomplete,
    &kWithdrawalTooLate,
    &kGrantAlreadyPaid,
    &kGrantAlreadyFixed,
    &kAdvanceAboveDecided,
    &kPaymentPending,
    &kAlreadyClaimed,
    &kAlreadyPaid,
    &kAccountNotChecked,
    &kNothingDue,
    &kDebtNotFixed,
    &kCheckIncomplete,
    &kAccountNotOwn,
    &kReturnAboveReceivable,
    &kAlreadyAllocated,
    &kSettlementOpen,
    &kBooksOpen,
};

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_REASONS_H_
