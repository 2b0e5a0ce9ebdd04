#include "services/intake/domain/proposal.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/civil/date.h"
#include "services/civil/text.h"
#include "services/intake/reasons.h"
#include "workflow/base/test_hooks.h"

namespace jissho::intake {

namespace {

int64_t Characters(const std::string& text) {
  // Continuation bytes of UTF-8 begin no character.
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

class Faults {
 public:
  void Add(const std::string& field, const std::string& ja, const std::string& en) {
    faults_.push_back({"content." + field, ja, en});
  }
  void Require(const std::string& field, const std::string& text, const std::string& ja) {
    if (absl::StripAsciiWhitespace(text).empty()) {
      Add(field, ja + "を記入してください。", absl::StrCat("Fill in ", field, "."));
    }
  }
  std::vector<FieldFault> Take() { return std::move(faults_); }

 private:
  std::vector<FieldFault> faults_;
};

void CheckTexts(const ProposalContent& content, const CallTerms& call, Faults& faults) {
  faults.Require("title", content.title, "件名");
  faults.Require("section", content.section, "部門");
  faults.Require("summary", content.summary, "概要");
  faults.Require("problem", content.problem, "課題");
  faults.Require("technology", content.technology, "技術の内容");
  faults.Require("plan", content.plan, "実証内容");
  faults.Require("place", content.place, "実施場所");
  faults.Require("expected_effect", content.expected_effect, "期待される効果");
  if (Characters(content.summary) > kSummaryMax) {
    faults.Add("summary", absl::StrCat("概要は", kSummaryMax, "字以内で記入してください。"),
               absl::StrCat("Keep the summary within ", kSummaryMax, " characters."));
  }
  const bool known =
      std::find(call.sections.begin(), call.sections.end(), content.section) != call.sections.end();
  if (!content.section.empty() && !call.sections.empty() && !known) {
    const std::string sections = absl::StrJoin(call.sections, "、");
    faults.Add("section", absl::StrCat("この公募の部門から選んでください：", sections, "。"),
               absl::StrCat("Choose one of the call's sections: ", sections, "."));
  }
  if (!content.pledge) {
    faults.Add("pledge", "暴力団排除に関する誓約が必要です。", "The pledge is required.");
  }
}

void CheckPeriod(const ProposalContent& content, const CallTerms& call, Faults& faults) {
  faults.Require("start_date", content.start_date, "実証の開始日");
  faults.Require("end_date", content.end_date, "実証の終了日");
  bool readable = true;
  for (const auto& [field, text] :
       {std::pair("start_date", content.start_date), {"end_date", content.end_date}}) {
    if (text.empty() || civil::ParseDate(text).ok()) continue;
    readable = false;
    faults.Add(field, "「2022-06-10」の形で、実在する日付を記入してください。",
               "Give an existing day as \"2022-06-10\".");
  }
  if (content.start_date.empty() || content.end_date.empty() || !readable) return;
  // The form YYYY-MM-DD sorts as the days do.
  if (content.end_date < content.start_date) {
    faults.Add("end_date", "終了日は開始日以後にしてください。", "The end must not lie before the start.");
  }
  if (!call.trial_start_date.empty() && content.start_date < call.trial_start_date) {
    faults.Add("start_date", absl::StrCat("実証は", call.trial_start_date, "以後に始めてください。"),
               absl::StrCat("A trial may start on ", call.trial_start_date, " or later."));
  }
  if (!call.trial_end_date.empty() && content.end_date > call.trial_end_date) {
    faults.Add("end_date", absl::StrCat("実証は", call.trial_end_date, "までに終えてください。"),
               absl::StrCat("A trial must end by ", call.trial_end_date, "."));
  }
}

void CheckMoney(const ProposalContent& content, const CallTerms& call, Faults& faults) {
  for (const auto& [field, yen] : {std::pair("requested_yen", content.requested_yen),
                                   {"own_money_yen", content.own_money_yen},
                                   {"other_income_yen", content.other_income_yen}}) {
    if (yen < 0) faults.Add(field, "0以上の金額を記入してください。", "The amount must not be negative.");
  }
  int64_t total = 0;
  int64_t eligible = 0;
  for (size_t i = 0; i < content.budget.size(); ++i) {
    const BudgetItem& item = content.budget[i];
    if (item.amount_yen < 0) {
      faults.Add(absl::StrCat("budget[", i, "].amount_yen"), "0以上の金額を記入してください。",
                 "The amount must not be negative.");
    }
    faults.Require(absl::StrCat("budget[", i, "].category"), item.category, "経費区分");
    total += item.amount_yen;
    if (item.eligible) eligible += item.amount_yen;
  }
  if (call.cap_yen > 0 && content.requested_yen > call.cap_yen) {
    faults.Add("requested_yen", absl::StrCat("上限額（", call.cap_yen, "円）以下にしてください。"),
               absl::StrCat("At most ", call.cap_yen, " yen can be requested."));
  }
  if (content.requested_yen > 0 && content.budget.empty()) {
    faults.Add("budget", "支出の内訳を記入してください。", "Fill in the budget.");
    return;
  }
  if (content.requested_yen > eligible) {
    faults.Add("requested_yen", absl::StrCat("補助対象経費の合計（", eligible, "円）以下にしてください。"),
               absl::StrCat("At most the eligible part of the budget, ", eligible, " yen."));
  }
  const int64_t income = content.requested_yen + content.own_money_yen + content.other_income_yen;
  if (total != income) {
    faults.Add(
        "budget",
        absl::StrCat("支出の合計（", total, "円）を収入の合計（", income, "円）と一致させてください。"),
        absl::StrCat("Expenses add up to ", total, " yen, income to ", income, " yen; they must be equal."));
  }
}

void CheckSupport(const ProposalContent& content, Faults& faults) {
  if (!content.support.Any()) {
    faults.Add("support", "希望する支援を1つ以上選んでください。", "Choose at least one kind of support.");
  }
  if (content.requested_yen > 0 && !content.support.cost) {
    faults.Add("support.cost", "金額を希望する場合は、費用の支援を選んでください。",
               "Choose the support of costs when money is requested.");
  }
  if (content.support.monitors && content.monitors_wished <= 0) {
    faults.Add("monitors_wished", "希望するモニターの人数を記入してください。",
               "Say how many test users are wished.");
  }
  if (!content.support.monitors && content.monitors_wished > 0) {
    faults.Add("support.monitors", "モニターを希望する場合は、その支援を選んでください。",
               "Choose the support by test users when some are wished.");
  }
}

}  // namespace

absl::Status CheckWindow(const CallTerms& call, absl::Time now) {
  if (now < call.open_at)
    return MakeError(kNotYetOpen, {{"open_time", civil::FormatTokyoInstant(call.open_at)}});
  if ((call.closed || now >= call.close_at) && !IsPlanted(Bug::kDeadlineNotChecked)) {
    return MakeError(kTooLate, {{"close_time", civil::FormatTokyoInstant(call.close_at)}});
  }
  return absl::OkStatus();
}

std::vector<FieldFault> FindFaults(const ProposalContent& content, const CallTerms& call) {
  Faults faults;
  CheckTexts(content, call, faults);
  CheckPeriod(content, call, faults);
  CheckSupport(content, faults);
  CheckMoney(content, call, faults);
  return faults.Take();
}

absl::Time CorrectionDue(absl::Time now, int64_t correction_days) {
  const int64_t days = correction_days > 0 ? correction_days : kCorrectionDaysDefault;
  return civil::StartOfDay(civil::TokyoDate(now) + days + 1);
}

std::string NormaliseTitle(const std::string& title) {
  return absl::AsciiStrToLower(civil::RemoveSpaces(civil::NarrowAscii(title)));
}

}  // namespace jissho::intake
