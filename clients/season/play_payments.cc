// Payments, with what can go wrong with them, and the direct costs of the programmes.
#include "absl/strings/str_cat.h"
#include "clients/season/play.h"
#include "clients/season/play_money.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace sv = subsidy::v1;

std::string Method(const char* name) { return absl::StrCat("jissho.subsidy.v1.SubsidyService/", name); }

template <class Request>
absl::StatusOr<Request> OfPayment(Play& play, const std::string& key) {
  Request request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("payment:" + key));
  return request;
}

absl::StatusOr<sv::Payment> Order(Play& play, const std::string& key) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::OrderPaymentRequest>(play, key));
  return play.driver().Act<sv::Payment>(play.OfDuty("manager"), Method("OrderPayment"), request);
}

absl::Status Check(Play& play, const std::string& key) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::CheckPaymentRequest>(play, key));
  JISSHO_ASSIGN_OR_RETURN(const auto seen, OfPayment<sv::GetPaymentRequest>(play, key));
  JISSHO_ASSIGN_OR_RETURN(const auto payment, play.driver().Read<sv::Payment>(play.OfDuty("checker"),
                                                                              Method("GetPayment"), seen));
  request.set_etag(payment.etag());
  request.set_lawful(true);
  request.set_debt_fixed(true);
  return play.driver().Act<sv::Payment>(play.OfDuty("checker"), Method("CheckPayment"), request).status();
}

absl::Status Pay(Play& play, const std::string& key, absl::Time at) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::ExecutePaymentRequest>(play, key));
  request.set_payment_date(DateOf(at));
  JISSHO_ASSIGN_OR_RETURN(const auto payment, play.driver().Act<sv::Payment>(
                                                  play.OfDuty("payer"), Method("ExecutePayment"), request));
  play.Note(Yen(payment.amount_yen()));
  return absl::OkStatus();
}

absl::Status Reject(Play& play, const std::string& key, const std::string& reason) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::RejectPaymentRequest>(play, key));
  request.set_reason(reason);
  return play.driver().Act<sv::Payment>(play.OfDuty("payer"), Method("RejectPayment"), request).status();
}

absl::Status Correct(Play& play, const std::string& key, const Account& account, const std::string& payee) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::CorrectAccountRequest>(play, key));
  FillAccount(account, payee, request.mutable_account());
  return play.driver().Act<sv::Payment>(play.OfDuty("desk"), Method("CorrectAccount"), request).status();
}

absl::Status Reverse(Play& play, const std::string& key, const std::string& reason) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::ReversePaymentRequest>(play, key));
  request.set_reason(reason);
  return play.driver().Act<sv::Payment>(play.OfDuty("checker"), Method("ReversePayment"), request).status();
}

absl::Status Cancel(Play& play, const std::string& key, const std::string& reason) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfPayment<sv::CancelPaymentRequest>(play, key));
  request.set_reason(reason);
  return play.driver().Act<sv::Payment>(play.OfDuty("desk"), Method("CancelPayment"), request).status();
}

void PlanCheckAndPay(Plan& plan, absl::Time check, absl::Time pay, const std::string& key,
                     const std::string& subject) {
  plan.Add(check, "checker", absl::StrCat(subject, "の支出命令を審査"),
           "The accounting manager checks the order", [key](Play& play) { return Check(play, key); });
  plan.Add(pay, "payer", absl::StrCat(subject, "を支払"), "It is paid by a fourth person",
           [key, pay](Play& play) { return Pay(play, key, pay); });
}

absl::Status Book(Play& play, const Programme& programme, const DirectCost& cost) {
  sv::BookDirectCostRequest request;
  request.set_budget_line(play.season().budget.line);
  request.set_fiscal_year(play.season().fiscal_year);
  request.set_programme_id(programme.id);
  request.set_amount_yen(cost.amount_yen);
  request.set_section(cost.section);
  request.set_description(cost.description);
  request.set_payee_name(cost.payee_name);
  FillAccount(cost.account, cost.payee_name, request.mutable_account());
  request.set_debt_fixed(!cost.accept);
  request.set_document(cost.key);
  JISSHO_ASSIGN_OR_RETURN(const auto payment, play.driver().Act<sv::Payment>(
                                                  play.OfDuty("desk"), Method("BookDirectCost"), request));
  play.Remember("payment:cost:" + cost.key, payment.id());
  return absl::OkStatus();
}

void PlanCost(Plan& plan, const Programme& programme, const DirectCost& cost) {
  const std::string subject = absl::StrCat("直接経費「", cost.description, "」(", programme.no, ")");
  plan.Add(cost.book, "desk", absl::StrCat(subject, " ", Yen(cost.amount_yen), "を起票"),
           "A direct cost is booked",
           [&programme, &cost](Play& play) { return Book(play, programme, cost); });
  if (cost.accept) {
    plan.Add(*cost.accept, "drafter", absl::StrCat(subject, "の検収"), "Its delivery is accepted",
             [&cost](Play& play) -> absl::Status {
               JISSHO_ASSIGN_OR_RETURN(auto request,
                                       OfPayment<sv::AcceptDeliveryRequest>(play, "cost:" + cost.key));
               return play.driver()
                   .Act<sv::Payment>(play.OfDuty("drafter"), Method("AcceptDelivery"), request)
                   .status();
             });
  }
  PlanPayment(plan, cost.payment, "cost:" + cost.key, subject, cost.payee_name);
}

}  // namespace

void FillAccount(const Account& account, const std::string& holder, subsidy::v1::BankAccount* out) {
  out->set_bank_code(account.bank_code);
  out->set_branch_code(account.branch_code);
  out->set_type(account.type == "current"   ? sv::ACCOUNT_TYPE_CURRENT
                : account.type == "savings" ? sv::ACCOUNT_TYPE_SAVINGS
                                            : sv::ACCOUNT_TYPE_ORDINARY);
  out->set_number(account.number);
  out->set_holder_name(holder);
  out->set_holder_kana(account.holder_kana);
}

void PlanPayment(Plan& plan, const PaymentPlan& payment, const std::string& key, const std::string& subject,
                 const std::string& payee_name) {
  if (payment.refused) {
    const PaymentPlan::Refused& refused = *payment.refused;
    plan.Add(refused.at, "manager", absl::StrCat(subject, "の支出命令を試みる"),
             "An order comes too late and is refused", [key, &refused](Play& play) {
               return play.Foreseen(Order(play, key).status(), refused.reason);
             });
    plan.Add(refused.cancel_at, "desk", absl::StrCat(subject, "の起票を取り消す"), "The draft is cancelled",
             [key, &refused](Play& play) { return Cancel(play, key, refused.cancel_reason); });
    return;
  }
  plan.Add(*payment.order, "manager", absl::StrCat(subject, "の支出命令"), "The payment is ordered",
           [key](Play& play) { return Order(play, key).status(); });
  PlanCheckAndPay(plan, *payment.check, *payment.pay, key, subject);
  if (payment.rejection) {
    const PaymentPlan::Rejection& rejection = *payment.rejection;
    plan.Add(rejection.at, "payer", absl::StrCat(subject, "の振込が戻る：", rejection.reason),
             "The bank sends it back",
             [key, &rejection](Play& play) { return Reject(play, key, rejection.reason); });
    plan.Add(rejection.corrected_at, "desk", absl::StrCat(subject, "の口座を訂正"),
             "The account is corrected", [key, payee_name, &rejection](Play& play) {
               return Correct(play, key, rejection.account, payee_name);
             });
    PlanCheckAndPay(plan, rejection.check, rejection.pay, key, absl::StrCat(subject, "（再発行）"));
  }
  if (payment.reversal) {
    const PaymentPlan::Reversal& reversal = *payment.reversal;
    plan.Add(reversal.at, "checker", absl::StrCat(subject, "の記帳を取り消す：", reversal.reason),
             "A wrong booking is reversed",
             [key, &reversal](Play& play) { return Reverse(play, key, reversal.reason); });
  }
}

void PlanDirectCosts(Plan& plan) {
  const auto plan_all = [&](const Programme& programme) {
    for (const DirectCost& cost : programme.direct_costs) PlanCost(plan, programme, cost);
  };
  plan_all(plan.season().programme);
  for (const Programme& neighbour : plan.season().neighbours) plan_all(neighbour);
}

}  // namespace jissho::season
