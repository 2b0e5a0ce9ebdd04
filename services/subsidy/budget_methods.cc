// Budget lines, appropriations and allotments.
#include <set>

#include "absl/strings/str_cat.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/paging.h"
#include "services/subsidy/desk.h"
#include "services/subsidy/mapping.h"
#include "services/subsidy/reasons.h"
#include "services/subsidy/store/lists.h"

namespace jissho::subsidy {
namespace {

using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<v1::Appropriation> AppropriationMessage(const AppropriationRow& row) {
  v1::Appropriation out;
  out.set_id(row.id);
  out.set_budget_line(row.line);
  out.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  out.set_note(row.note);
  out.set_state(row.state);
  out.set_etag(runtime::MakeEtag(row.version));
  int64_t total = 0;
  for (const act::Json& part : act::Json::parse(row.funds)) {
    v1::FundAmount* fund = out.add_funds();
    fund->set_source(static_cast<v1::FundSource>(part[0].get<int>()));
    fund->set_amount_yen(part[1].get<int64_t>());
    total += fund->amount_yen();
  }
  out.set_total_yen(total);
  return out;
}

// Each fund source once: two rows of one source would hide a sum.
absl::Status CheckFunds(const v1::DraftAppropriationRequest& request) {
  std::vector<FieldFault> faults;
  std::set<int> seen;
  for (int i = 0; i < request.funds_size(); ++i) {
    if (!seen.insert(request.funds(i).source()).second) {
      faults.push_back({absl::StrCat("funds[", i, "].source"),
                        "同じ財源が二度あります。一行にまとめてください。",
                        "This fund source stands twice; merge the rows."});
    }
  }
  return faults.empty() ? absl::OkStatus() : MakeFieldError(faults);
}

absl::StatusOr<Plan<v1::BudgetLine>> CreateBudgetLine(const CallContext&,
                                                      const v1::CreateBudgetLineRequest& request) {
  const Book book{request.code(), request.fiscal_year()};
  return PlanAt<v1::BudgetLine>(
      BudgetLineId(book), {act::ReadOf<BudgetLineRow>(BudgetLineId(book))},
      [book, request](Desk& desk) -> absl::StatusOr<v1::BudgetLine> {
        JISSHO_ASSIGN_OR_RETURN(const auto existing, desk.view.Find<BudgetLineRow>(BudgetLineId(book)));
        if (existing) {
          return MakeError(kBudgetLineExists,
                           {{"line", book.line}, {"fiscal_year", absl::StrCat(book.fiscal_year)}});
        }
        const BudgetLineRow row{BudgetLineId(book), 1, book.line, book.fiscal_year, request.title()};
        JISSHO_RETURN_IF_ERROR(desk.writes.Insert(row));
        return BudgetLineMessage(row, {});
      });
}

absl::StatusOr<Plan<v1::Appropriation>> DraftAppropriation(const CallContext&,
                                                           const v1::DraftAppropriationRequest& request) {
  JISSHO_RETURN_IF_ERROR(CheckFunds(request));
  const Book book{request.budget_line(), request.fiscal_year()};
  return PlanAt<v1::Appropriation>(
      BudgetLineId(book), {act::ReadOf<BudgetLineRow>(BudgetLineId(book))},
      [book, request](Desk& desk) -> absl::StatusOr<v1::Appropriation> {
        JISSHO_RETURN_IF_ERROR(desk.BudgetLine(book).status());
        act::Json funds = act::Json::array();
        for (const v1::FundAmount& fund : request.funds()) {
          funds.push_back({static_cast<int>(fund.source()), fund.amount_yen()});
        }
        const std::string id = desk.context.NewId("appropriation");
        JISSHO_RETURN_IF_ERROR(desk.writes.Insert(
            AppropriationRow{id, 0, book.line, book.fiscal_year, funds.dump(), request.note(), ""}));
        JISSHO_RETURN_IF_ERROR(desk.writes.Start("appropriation", id, "", "", act::Json::object()));
        JISSHO_RETURN_IF_ERROR(desk.writes.Fire(id, "appropriation.draft"));
        JISSHO_ASSIGN_OR_RETURN(const auto row, desk.view.Get<AppropriationRow>(id, kAppropriationNotFound));
        return AppropriationMessage(row);
      });
}

absl::StatusOr<Plan<v1::Appropriation>> ApproveAppropriation(const CallContext&,
                                                             const v1::ApproveAppropriationRequest& request) {
  return PlanAt<v1::Appropriation>(
      request.id(), {act::ReadOf<AppropriationRow>(request.id()), act::ReadInstance(request.id())},
      [request](Desk& desk) -> absl::StatusOr<v1::Appropriation> {
        JISSHO_ASSIGN_OR_RETURN(auto row,
                                desk.view.Get<AppropriationRow>(request.id(), kAppropriationNotFound));
        if (!request.etag().empty()) JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
        JISSHO_RETURN_IF_ERROR(desk.writes.Fire(row.id, "appropriation.approve"));
        std::vector<std::pair<Fund, int64_t>> funds;
        for (const act::Json& part : act::Json::parse(row.funds)) {
          funds.emplace_back(static_cast<Fund>(part[0].get<int>()), part[1].get<int64_t>());
        }
        const Book book{row.line, static_cast<int>(row.fiscal_year)};
        JISSHO_RETURN_IF_ERROR(
            desk.ledger.Post(Appropriate(book, funds), {row.id, desk.today_text(), ""}).status());
        JISSHO_ASSIGN_OR_RETURN(row, desk.view.Get<AppropriationRow>(row.id, kAppropriationNotFound));
        return AppropriationMessage(row);
      });
}

absl::StatusOr<Plan<v1::BudgetLine>> AllotBudget(const CallContext&, const v1::AllotBudgetRequest& request) {
  const Book book{request.budget_line(), request.fiscal_year()};
  auto plan = PlanAt<v1::BudgetLine>(
      BudgetLineId(book), {act::ReadOf<BudgetLineRow>(BudgetLineId(book))},
      [book, request](Desk& desk) -> absl::StatusOr<v1::BudgetLine> {
        JISSHO_ASSIGN_OR_RETURN(const BudgetLineRow line, desk.BudgetLine(book));
        // Which balances there are is read before the entry is posted, what they hold afterwards.
        JISSHO_ASSIGN_OR_RETURN(const auto before,
                                desk.view.Select<BalanceRow>(kBookBalances, BookBalancesParams(book)));
        JISSHO_RETURN_IF_ERROR(desk.ledger
                                   .Post(Allot(book, request.programme_id(), request.amount_yen()),
                                         {line.id, desk.today_text(), ""})
                                   .status());
        std::set<std::string> ids = {
            BalanceKey{book, request.programme_id(), Account::kAvailable, Fund::kNone, ""}.Id()};
        for (const BalanceRow& row : before) ids.insert(row.id);
        std::vector<BalanceRow> after;
        for (const std::string& id : ids) {
          JISSHO_ASSIGN_OR_RETURN(const auto row, desk.view.Find<BalanceRow>(id));
          if (row) after.push_back(*row);
        }
        return BudgetLineMessage(line, after);
      });
  plan.alone = true;
  return plan;
}

absl::StatusOr<v1::BudgetLine> GetBudgetLine(const CallContext&, const v1::GetBudgetLineRequest& request,
                                             storage::Session& session) {
  const Book book{request.code(), request.fiscal_year()};
  JISSHO_ASSIGN_OR_RETURN(const auto row, ReadRow<BudgetLineRow>(session, BudgetLineId(book)));
  if (!row) {
    return MakeError(kBudgetLineNotFound,
                     {{"line", book.line}, {"fiscal_year", absl::StrCat(book.fiscal_year)}});
  }
  JISSHO_ASSIGN_OR_RETURN(const auto balances, ReadBookBalances(session, book));
  return BudgetLineMessage(*row, balances);
}

absl::StatusOr<v1::ListBudgetLinesResponse> ListBudgetLines(const CallContext&,
                                                            const v1::ListBudgetLinesRequest& request,
                                                            storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListBudgetLineRows(session, request.fiscal_year(), page.after.empty() ? "" : page.after[0],
                                    page.size + 1));
  v1::ListBudgetLinesResponse response;
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const BudgetLineRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(const auto balances,
                            ReadBookBalances(session, {row.line, static_cast<int>(row.fiscal_year)}));
    *response.add_budget_lines() = BudgetLineMessage(row, balances);
  }
  return response;
}

}  // namespace

void RegisterBudgetMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::CreateBudgetLineRequest, v1::BudgetLine>("CreateBudgetLine", CreateBudgetLine);
  registry.Act<v1::DraftAppropriationRequest, v1::Appropriation>("DraftAppropriation", DraftAppropriation);
  registry.Act<v1::ApproveAppropriationRequest, v1::Appropriation>("ApproveAppropriation",
                                                                   ApproveAppropriation);
  registry.Act<v1::AllotBudgetRequest, v1::BudgetLine>("AllotBudget", AllotBudget);
  registry.Read<v1::GetBudgetLineRequest, v1::BudgetLine>("GetBudgetLine", GetBudgetLine);
  registry.Read<v1::ListBudgetLinesRequest, v1::ListBudgetLinesResponse>("ListBudgetLines", ListBudgetLines);
}

}  // namespace jissho::subsidy
