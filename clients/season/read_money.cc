#include "clients/season/read_money.h"

namespace jissho::season {

Account ReadAccount(MapReader& map) {
  Account account;
  account.bank_code = map.Text("bank");
  account.branch_code = map.Text("branch");
  if (map.Has("type")) account.type = map.OneOf("type", {"ordinary", "current", "savings"});
  account.number = map.Text("number");
  account.holder_kana = map.Text("holder_kana");
  return account;
}

std::vector<CostItem> ReadCosts(MapReader& map, const std::string& key) {
  std::vector<CostItem> out;
  map.Each(key, true, [&](MapReader& item) {
    CostItem cost;
    cost.category = item.Text("category");
    cost.description = item.Text("description", "");
    cost.amount_yen = item.Integer("yen", {1});
    cost.eligible = item.Flag("eligible", true);
    out.push_back(cost);
  });
  return out;
}

PaymentPlan ReadPayment(MapReader& map) {
  PaymentPlan plan;
  plan.order = map.MaybeMoment("order");
  plan.check = map.MaybeMoment("check");
  plan.pay = map.MaybeMoment("pay");
  map.Section("rejection", false, [&](MapReader& part) {
    PaymentPlan::Rejection rejection;
    rejection.at = part.Moment("at");
    rejection.reason = part.Text("reason");
    rejection.corrected_at = part.Moment("corrected");
    part.Section("account", true, [&](MapReader& account) { rejection.account = ReadAccount(account); });
    rejection.check = part.Moment("check");
    rejection.pay = part.Moment("pay");
    plan.rejection = rejection;
  });
  map.Section("reversal", false, [&](MapReader& part) {
    plan.reversal = PaymentPlan::Reversal{part.Moment("at"), part.Text("reason")};
  });
  map.Section("refused", false, [&](MapReader& part) {
    plan.refused = PaymentPlan::Refused{part.Moment("at"), part.Text("reason"), part.Moment("cancel"),
                                        part.Text("cancel_reason")};
  });
  return plan;
}

DirectCost ReadDirectCost(MapReader& map) {
  DirectCost cost;
  cost.key = map.Text("key");
  cost.amount_yen = map.Integer("yen", {1});
  cost.section = map.Text("section");
  cost.description = map.Text("description");
  cost.payee_name = map.Text("payee");
  map.Section("account", true, [&](MapReader& part) { cost.account = ReadAccount(part); });
  cost.book = map.Moment("book");
  cost.accept = map.MaybeMoment("accept");
  map.Section("payment", true, [&](MapReader& part) { cost.payment = ReadPayment(part); });
  return cost;
}

Programme ReadProgramme(MapReader& map, bool main) {
  Programme programme;
  programme.id = map.Text("id");
  programme.no = map.Text("no");
  programme.name = map.Text("name");
  programme.division = map.Text("division");
  programme.section = map.Text("section", "");
  programme.target = map.Text("target", "");
  programme.purpose = map.Text("purpose", "");
  programme.summary = map.Text("summary", "");
  programme.sdgs = map.Integers("sdgs", false);
  programme.outside_funds_end_year = static_cast<int>(map.Integer("outside_funds_end_year", 0));
  programme.allotment_yen = map.Integer("allotment_yen", {1});
  map.Each("indicators", main, [&](MapReader& item) {
    Indicator indicator;
    indicator.no = static_cast<int>(item.Integer("no", {1, 5}));
    indicator.name = item.Text("name");
    indicator.unit = item.Text("unit");
    indicator.kind = item.OneOf("kind", {"output", "outcome"});
    indicator.source =
        item.OneOf("source", {"typed", "trials_run", "received", "adopted", "trials_completed"});
    indicator.description = item.Text("description", "");
    programme.indicators.push_back(indicator);
  });
  map.Each("personnel_rates", main, [&](MapReader& item) {
    PersonnelRate rate;
    rate.fiscal_year = static_cast<int>(item.Integer("fiscal_year", {1990, 2200}));
    rate.yen_per_fte = item.Integer("yen_per_fte");
    rate.yen_per_overtime_hour = item.Integer("yen_per_overtime_hour");
    rate.inferred = item.Flag("inferred", false);
    programme.personnel_rates.push_back(rate);
  });
  map.Each("direct_costs", false,
           [&](MapReader& item) { programme.direct_costs.push_back(ReadDirectCost(item)); });
  return programme;
}

Budget ReadBudget(MapReader& map) {
  Budget budget;
  budget.line = map.Text("line");
  budget.line_name = map.Text("line_name");
  map.Section("funds", true, [&](MapReader& funds) {
    for (const char* source : {"general", "national", "prefectural", "local_bond", "other"}) {
      const int64_t yen = funds.Integer(source, 0);
      if (yen > 0) budget.funds[source] = yen;
    }
  });
  budget.note = map.Text("note");
  budget.draft = map.Moment("draft");
  budget.approve = map.Moment("approve");
  budget.allot = map.Moment("allot");
  budget.revenue_share = map.Rate("revenue_share");
  budget.revenue_source = map.OneOf("revenue_source", {"national", "prefectural", "local_bond", "other"});
  budget.allocate = map.Moment("allocate");
  return budget;
}

namespace {

void ReadReport(MapReader& map, Grant& grant) {
  grant.complete = map.Moment("complete");
  grant.report = map.Moment("report");
  grant.actual_costs = ReadCosts(map, "actual_costs");
  grant.outcome = map.Text("outcome");
  grant.inspect = map.Moment("inspect");
  grant.accepted_eligible_yen = map.Integer("accepted_eligible_yen");
  grant.fix = map.Moment("fix");
  map.Section("return", false, [&](MapReader& part) {
    grant.returned = Grant::Return{part.Moment("at"), part.Integer("yen", {1})};
  });
  grant.invoice = map.MaybeMoment("invoice");
  map.Section("payment", false, [&](MapReader& part) { grant.payment = ReadPayment(part); });
}

}  // namespace

Grant ReadGrant(MapReader& map) {
  Grant grant;
  grant.proposal = map.Text("proposal");
  grant.owning_division = map.Text("owning_division");
  grant.assign = map.Moment("assign");
  map.Section("decline", false, [&](MapReader& part) {
    grant.decline = Decline{part.Moment("at"), part.Text("reason")};
  });
  // Who declines has nothing else to tell.
  if (grant.decline) return grant;
  grant.apply = map.Moment("apply");
  grant.requested_yen = map.Integer("requested_yen", {1});
  grant.costs = ReadCosts(map, "costs");
  grant.own_money_yen = map.Integer("own_money_yen", 0);
  grant.draft = map.Moment("draft");
  grant.decide = map.Moment("decide");
  grant.decided_yen = map.Integer("decided_yen", {1});
  grant.modification_reason = map.Text("modification_reason", "");
  grant.start = map.Moment("start");
  map.Section("advance", false, [&](MapReader& part) {
    Advance advance;
    advance.request = part.Moment("request");
    advance.amount_yen = part.Integer("yen", {1});
    advance.reason = part.Text("reason");
    part.Section("payment", true, [&](MapReader& plan) { advance.payment = ReadPayment(plan); });
    grant.advance = advance;
  });
  map.Section("progress", false, [&](MapReader& part) {
    grant.progress = Progress{part.Moment("at"), static_cast<int>(part.Integer("percent", {0, 100})),
                              part.Integer("spent_yen"), part.Text("text")};
  });
  ReadReport(map, grant);
  return grant;
}

}  // namespace jissho::season
