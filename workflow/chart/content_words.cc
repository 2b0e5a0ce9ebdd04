#include "workflow/chart/content_words.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "workflow/chart/condition_words.h"
#include "workflow/chart/labels.h"
#include "workflow/chart/walk.h"

namespace jissho::chart {
namespace {

// A list or text literal without its quotes and brackets: people read names, not syntax.
std::string Bare(const std::string& text) {
  return absl::StrReplaceAll(text, {{"'", ""}, {"\"", ""}, {"[", ""}, {"]", ""}});
}

Wording ShiftOf(DayOff day_off) {
  switch (day_off) {
    case DayOff::kNext:
      return {"、休日なら翌営業日", " (on a day off: the next business day)"};
    case DayOff::kPrevious:
      return {"、休日なら前営業日", " (on a day off: the business day before)"};
    case DayOff::kStays:
      break;
  }
  return {};
}

class Describer {
 public:
  Describer(const Chart& chart, const Vocabulary& vocabulary) : chart_(chart), vocabulary_(vocabulary) {}

  std::vector<Wording> All(const Block& block) const {
    std::vector<Wording> sentences;
    for (const Content& content : block) {
      sentences.push_back(std::visit([this](const auto& what) { return (*this)(what); }, content.what));
    }
    return sentences;
  }

  Wording operator()(const Raise& raise) const { return Happens(EventName(chart_, raise.event)); }

  Wording operator()(const Assign& assign) const {
    const Wording name = DescribeOperand(vocabulary_, assign.location);
    const std::string& text = assign.expr.empty() ? assign.body.text : assign.expr;
    if (absl::StartsWith(text, "_event.data.")) {
      return {absl::StrCat(name.ja, "を届いた値にする"),
              absl::StrCat("takes ", name.en, " from what was given")};
    }
    if (text == "true" || text == "false") {
      const bool holds = text == "true";
      return {absl::StrCat("「", name.ja, holds ? "」とする" : "」でないとする"),
              absl::StrCat(holds ? "notes: " : "notes: not ", name.en)};
    }
    const Wording value = DescribeOperand(vocabulary_, text);
    return {absl::StrCat(name.ja, "を", value.ja, "にする"),
            absl::StrCat("sets ", name.en, " to ", value.en)};
  }

  Wording operator()(const If& choice) const {
    std::vector<std::string> ja, en;
    for (const Branch& branch : choice.branches) {
      const Wording then = Joined(branch.block);
      if (branch.condition.empty()) {
        ja.push_back(absl::StrCat("そうでなければ ", then.ja));
        en.push_back(absl::StrCat("otherwise: ", then.en));
        continue;
      }
      const Wording condition = DescribeCondition(chart_, vocabulary_, branch.condition);
      ja.push_back(absl::StrCat(condition.ja, "場合 ", then.ja));
      en.push_back(absl::StrCat("if ", condition.en, ": ", then.en));
    }
    return {absl::StrJoin(ja, "。"), absl::StrJoin(en, "; ")};
  }

  Wording operator()(const Log& log) const {
    const std::string what = log.label.empty() ? log.expr : log.label;
    return {absl::StrCat("記録「", what, "」を残す"), absl::StrCat("logs '", what, "'")};
  }

  Wording operator()(const Send& send) const {
    const Wording event =
        send.event.empty() ? Wording{send.event_expr, send.event_expr} : EventName(chart_, send.event);
    if (!send.at.empty()) {
      const Wording due = DescribeOperand(vocabulary_, send.at);
      const Wording shift = ShiftOf(send.day_off);
      const std::string ja = send.time.empty() ? "" : absl::StrCat("、", send.time);
      const std::string en = send.time.empty() ? "" : absl::StrCat(" at ", send.time);
      return {absl::StrCat("「", event.ja, "」を期限（", due.ja, ja, shift.ja, "）に予約する"),
              absl::StrCat("sets '", event.en, "' for ", due.en, en, shift.en)};
    }
    if (!send.business_days.empty() || !send.business_days_expr.empty()) {
      const Wording days = send.business_days.empty() ? DescribeOperand(vocabulary_, send.business_days_expr)
                                                      : Wording{send.business_days, send.business_days};
      const char* en = send.business_days == "1" ? " business day later, at " : " business days later, at ";
      return {absl::StrCat("「", event.ja, "」を", days.ja, "営業日後の", send.time, "に予約する"),
              absl::StrCat("sets '", event.en, "' for ", days.en, en, send.time)};
    }
    const std::string& delay = send.delay.empty() ? send.delay_expr : send.delay;
    if (!delay.empty()) {
      return {absl::StrCat("「", event.ja, "」を", delay, "後に予約する"),
              absl::StrCat("sets '", event.en, "' after ", delay)};
    }
    const std::string& target = send.target.empty() ? send.target_expr : send.target;
    if (target.empty() || target == "#_internal") return Happens(event);
    return {absl::StrCat("「", event.ja, "」を", Bare(target), "へ送る"),
            absl::StrCat("sends '", event.en, "' to ", Bare(target))};
  }

  Wording operator()(const Cancel& cancel) const {
    const Wording event = EventOfSend(cancel.send_id.empty() ? cancel.send_id_expr : cancel.send_id);
    return {absl::StrCat("「", event.ja, "」の予約を取り消す"), absl::StrCat("takes back '", event.en, "'")};
  }

  Wording operator()(const Foreach& loop) const {
    const Wording list = DescribeOperand(vocabulary_, loop.array);
    const Wording each = Joined(loop.block);
    return {absl::StrCat(list.ja, "のそれぞれについて ", each.ja),
            absl::StrCat("for each of ", list.en, ": ", each.en)};
  }

  Wording operator()(const Script& script) const {
    const std::string& text = script.source.empty() ? script.src : script.source;
    return {absl::StrCat("スクリプト ", text), absl::StrCat("script ", text)};
  }

  Wording operator()(const Do& effect) const {
    const Wording action = WordsFor(vocabulary_.actions, effect.action);
    if (effect.params.empty()) return action;
    std::vector<std::string> params;
    for (const Param& param : effect.params) {
      params.push_back(absl::StrCat(param.name, "=", Bare(param.expr.empty() ? param.location : param.expr)));
    }
    return {absl::StrCat(action.ja, "（", absl::StrJoin(params, "、"), "）"),
            absl::StrCat(action.en, " (", absl::StrJoin(params, ", "), ")")};
  }

 private:
  static Wording Happens(const Wording& event) {
    return {absl::StrCat("続けて「", event.ja, "」が起こる"), absl::StrCat("then '", event.en, "' happens")};
  }

  Wording Joined(const Block& block) const {
    const std::vector<Wording> sentences = All(block);
    if (sentences.empty()) return {"何もしない", "nothing"};
    std::vector<std::string> ja, en;
    for (const Wording& sentence : sentences) {
      ja.push_back(sentence.ja);
      en.push_back(sentence.en);
    }
    return {absl::StrJoin(ja, "、"), absl::StrJoin(en, ", ")};
  }

  // What the <send> of this id sends; the id where the chart has no such one (the host set that timer).
  Wording EventOfSend(const std::string& id) const {
    Wording found{id, id};
    ForEachContent(chart_, [&](const Content& content) {
      const auto* send = std::get_if<Send>(&content.what);
      if (send != nullptr && send->id == id && !send->event.empty()) found = EventName(chart_, send->event);
    });
    return found;
  }

  const Chart& chart_;
  const Vocabulary& vocabulary_;
};

}  // namespace

std::vector<Wording> DescribeContent(const Chart& chart, const Vocabulary& vocabulary, const Block& block) {
  return Describer(chart, vocabulary).All(block);
}

}  // namespace jissho::chart
