#include "services/intake/domain/proposal.h"

namespace jissho::intake {

namespace {

using nlohmann::json;

std::string Text(const json& from, const char* key) { return from.value(key, std::string()); }
int64_t Number(const json& from, const char* key) { return from.value(key, int64_t{0}); }
bool Flag(const json& from, const char* key) { return from.value(key, false); }

}  // namespace

json ToJson(const ProposalContent& content) {
  json schedule = json::array();
  for (const ScheduleItem& item : content.schedule) {
    schedule.push_back({{"start_date", item.start_date}, {"end_date", item.end_date}, {"title", item.title}});
  }
  json budget = json::array();
  for (const BudgetItem& item : content.budget) {
    budget.push_back({{"category", item.category},
                      {"description", item.description},
                      {"amount_yen", item.amount_yen},
                      {"eligible", item.eligible}});
  }
  const SupportWished& support = content.support;
  return {{"title", content.title},
          {"section", content.section},
          {"summary", content.summary},
          {"problem", content.problem},
          {"technology", content.technology},
          {"novelty", content.novelty},
          {"plan", content.plan},
          {"place", content.place},
          {"start_date", content.start_date},
          {"end_date", content.end_date},
          {"schedule", schedule},
          {"team", content.team},
          {"support",
           {{"cost", support.cost},
            {"field", support.field},
            {"monitors", support.monitors},
            {"deregulation", support.deregulation},
            {"matching", support.matching},
            {"publicity", support.publicity}}},
          {"monitors_wished", content.monitors_wished},
          {"requested_yen", content.requested_yen},
          {"budget", budget},
          {"own_money_yen", content.own_money_yen},
          {"other_income_yen", content.other_income_yen},
          {"expected_effect", content.expected_effect},
          {"indicator", content.indicator},
          {"risks", content.risks},
          {"implementation_plan", content.implementation_plan},
          {"other_grants", content.other_grants},
          {"pledge", content.pledge}};
}

ProposalContent ContentFromJson(const json& from) {
  ProposalContent content;
  content.title = Text(from, "title");
  content.section = Text(from, "section");
  content.summary = Text(from, "summary");
  content.problem = Text(from, "problem");
  content.technology = Text(from, "technology");
  content.novelty = Text(from, "novelty");
  content.plan = Text(from, "plan");
  content.place = Text(from, "place");
  content.start_date = Text(from, "start_date");
  content.end_date = Text(from, "end_date");
  for (const json& item : from.value("schedule", json::array())) {
    content.schedule.push_back({Text(item, "start_date"), Text(item, "end_date"), Text(item, "title")});
  }
  content.team = Text(from, "team");
  const json support = from.value("support", json::object());
  content.support = {Flag(support, "cost"),         Flag(support, "field"),    Flag(support, "monitors"),
                     Flag(support, "deregulation"), Flag(support, "matching"), Flag(support, "publicity")};
  content.monitors_wished = Number(from, "monitors_wished");
  content.requested_yen = Number(from, "requested_yen");
  for (const json& item : from.value("budget", json::array())) {
    content.budget.push_back({Text(item, "category"), Text(item, "description"), Number(item, "amount_yen"),
                              Flag(item, "eligible")});
  }
  content.own_money_yen = Number(from, "own_money_yen");
  content.other_income_yen = Number(from, "other_income_yen");
  content.expected_effect = Text(from, "expected_effect");
  content.indicator = Text(from, "indicator");
  content.risks = Text(from, "risks");
  content.implementation_plan = Text(from, "implementation_plan");
  content.other_grants = Text(from, "other_grants");
  content.pledge = Flag(from, "pledge");
  return content;
}

json ToJson(const AttachmentInfo& attachment) {
  return {{"id", attachment.id},
          {"file_name", attachment.file_name},
          {"media_type", attachment.media_type},
          {"size_bytes", attachment.size_bytes},
          {"sha256", attachment.sha256},
          {"created_at_micros", absl::ToUnixMicros(attachment.created_at)}};
}

AttachmentInfo AttachmentFromJson(const json& from) {
  return {Text(from, "id"),         Text(from, "file_name"),
          Text(from, "media_type"), Number(from, "size_bytes"),
          Text(from, "sha256"),     absl::FromUnixMicros(Number(from, "created_at_micros"))};
}

}  // namespace jissho::intake
