#include "workflow/charts/product_charts.h"

namespace jissho::charts {
namespace {

chart::Vocabulary::Words Roles() {
  return {
      {"accounting", {"会計担当", "accounting"}},
      {"admin", {"管理者", "administrator"}},
      {"applicant", {"申請者", "applicant"}},
      {"auditor", {"監査担当", "auditor"}},
      {"chair", {"審査会長", "chair of the board"}},
      {"division", {"担当課", "division"}},
      {"manager", {"課長（決裁者）", "manager"}},
      {"mayor", {"市長", "mayor"}},
      {"reviewer", {"審査委員", "reviewer"}},
      {"secretariat", {"事務局", "secretariat"}},
      {"system", {"システム", "system"}},
  };
}

chart::Vocabulary::Words Actions() {
  return {
      {"appropriation.state", {"予算計上の状態を記す", "notes where the appropriation stands"}},
      {"cases.record", {"案件の履歴に記す", "records it in the case's history"}},
      {"cases.tell", {"関係する業務へ知らせる", "tells the services concerned"}},
      {"grant.release", {"確保した予算を戻す", "gives the reserved money back"}},
      {"grant.settle", {"精算を案件に知らせる", "tells the case that the grant is settled"}},
      {"grant.state", {"交付の状態を記す", "notes where the grant stands"}},
      {"grant.tell_fixed", {"額の確定を案件に知らせる", "tells the case the fixed amount"}},
      {"grant.tell_refused", {"不交付を案件に知らせる", "tells the case that there is no grant"}},
      {"grant.watch_report", {"実績報告の期限を見張る", "watches the due date of the report"}},
      {"grant.watch_return", {"返還の期限を見張る", "watches the due date of the return"}},
      {"intake.accepted", {"受理を案件に知らせる", "tells the case of the acceptance"}},
      {"intake.consultation_state", {"相談の状態を記す", "notes where the consultation stands"}},
      {"intake.declined", {"辞退を案件に知らせる", "tells the case of the refusal of the adoption"}},
      {"intake.ineligible", {"不受理を案件に知らせる", "tells the case that it is not accepted"}},
      {"intake.proposal_state", {"提案の状態を記す", "notes where the proposal stands"}},
      {"intake.returned", {"補正依頼を案件に知らせる", "tells the case of the return for correction"}},
      {"intake.withdrawn", {"取下げを案件に知らせる", "tells the case of the withdrawal"}},
      {"payment.state", {"支出の状態を記す", "notes where the payment stands"}},
      {"programme.call_announced",
       {"公募を知らせ、開始と締切を予約する", "announces the call, sets its opening and closing"}},
      {"programme.call_closed", {"受付の終了を知らせる", "tells that the call has closed"}},
      {"programme.call_state", {"公募の状態を記す", "notes where the call stands"}},
      {"programme.sheet_state", {"シートの状態を記す", "notes where the sheet stands"}},
      {"review.tell_lapsed", {"補欠の失効を案件に知らせる", "tells the case that the reserve place lapsed"}},
      {"survey.begin", {"対象者への依頼を始める", "starts to invite those asked"}},
      {"survey.campaign_state", {"調査の状態を記す", "notes where the campaign stands"}},
      {"survey.invitation_state", {"依頼の状態を記す", "notes where the invitation stands"}},
      {"survey.reminded", {"督促を送る", "sends a reminder"}},
      {"survey.sent", {"依頼を送る", "sends the invitation"}},
      {"trial.cancelled", {"実証の中止を記す", "notes the end of the trial"}},
      {"trial.tell", {"案件に知らせる", "tells the case"}},
  };
}

chart::Vocabulary::Words Data() {
  return {
      {"accepted", {"検収済み", "delivery accepted"}},
      {"adopted", {"採択", "adopted"}},
      {"begin", {"すぐに開始", "begins at once"}},
      {"close_at", {"終了日時", "the closing time"}},
      {"closed", {"受付終了", "the call has closed"}},
      {"correction_due", {"補正の期限", "the due date of the correction"}},
      {"correction_reason", {"是正の理由", "the reason of the correction"}},
      {"due", {"期限", "the due date"}},
      {"due_at", {"回答期限", "the due time of the answers"}},
      {"imported", {"過年度案件", "imported from past years"}},
      {"milestone_due", {"節目の期限", "the due date of the milestone"}},
      {"open", {"残りの件数", "the number still open"}},
      {"open_at", {"開始日時", "the opening time"}},
      {"outcome", {"審査結果", "the outcome"}},
      {"owed", {"未納の返還額", "the amount still owed"}},
      {"places", {"一次審査の通過枠", "the places of the first review"}},
      {"reason", {"理由", "the reason"}},
      {"reminded", {"督促した回数", "the number of reminders sent"}},
      {"reminder_at", {"督促日時", "the time of the reminder"}},
      {"reminders", {"督促の予定", "planned reminders"}},
      {"report_due_date", {"実績報告の期限", "the due date of the report"}},
      {"report_late", {"実績報告の遅れ", "the lateness of the report"}},
      {"return_due_date", {"返還の期限", "the due date of the return"}},
      {"stage", {"審査の段階", "the stage of the review"}},
      {"support_due", {"支援の期限", "the due date of the support"}},
      {"to_pay", {"支払う額", "the amount to pay"}},
      {"to_return", {"返還させる額", "the amount to be returned"}},
      {"window_end", {"実施期間の末日", "the end of the trial's period"}},
  };
}

chart::Vocabulary::Words Values() {
  return {
      {"FIRST", {"一次審査", "first review"}},
      {"RESERVE", {"補欠", "runner-up"}},
      {"SECOND", {"二次審査", "second review"}},
  };
}

}  // namespace

const chart::Vocabulary& ProductVocabulary() {
  static const auto* const vocabulary = new chart::Vocabulary{Roles(), Actions(), Data(), Values()};
  return *vocabulary;
}

}  // namespace jissho::charts
