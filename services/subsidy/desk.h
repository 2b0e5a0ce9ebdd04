// The desk at which one act is done: what a handler, an action of a chart or an event of another service
// needs.
#ifndef JISSHO_SERVICES_SUBSIDY_DESK_H_
#define JISSHO_SERVICES_SUBSIDY_DESK_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "services/civil/date.h"
#include "services/runtime/rpc/method_registry.h"
#include "services/subsidy/domain/grant_rules.h"
#include "services/subsidy/domain/ledger.h"
#include "services/subsidy/domain/payment_rules.h"
#include "services/subsidy/store/ledger_store.h"
#include "services/subsidy/store/rows.h"
#include "workflow/act/act.h"

namespace jissho::subsidy {

namespace v1 = ::jissho::subsidy::v1;

Scope ScopeOf(const GrantRow& grant);
// A grant's payment moves the grant's money, a direct cost its own.
Scope ScopeOf(const PaymentRow& payment);
GrantTerms TermsOf(const GrantRow& grant);

// Lives as long as one act; one thread.
class Desk {
 public:
  Desk(const act::Context& context, const act::View& view, act::WriteSet& writes, const std::string& label);

  // The row, when it is the caller's to see (an applicant's own organisation) and has the version of `etag`
  // (empty: any). GRANT_NOT_FOUND, PAYMENT_NOT_FOUND, ETAG_MISMATCH.
  absl::StatusOr<GrantRow> Grant(const std::string& id, const std::string& etag = "");
  absl::StatusOr<PaymentRow> Payment(const std::string& id, const std::string& etag = "");
  absl::StatusOr<BudgetLineRow> BudgetLine(const Book& book);

  // What the caller gets to see of the row as it is now.
  absl::StatusOr<v1::Grant> AnswerGrant(const std::string& id);
  absl::StatusOr<v1::Payment> AnswerPayment(const std::string& id);

  // Opens the payment and requests it as the acting person. It takes the claim in the same transaction; in
  // the place of the cancelled or reversed payment `payment.replaces_id`, where there was one.
  // ALREADY_CLAIMED.
  absl::Status OpenPayment(PaymentRow payment, const ClaimKey& claim);

  // Tells the cases service, in the case's order.
  void Tell(const std::string& case_id, const google::protobuf::Message& event);

  std::string today_text() const { return civil::FormatDate(today); }

  const act::Context& context;
  const act::View& view;
  act::WriteSet& writes;
  LedgerWriter ledger;
  const civil::CivilDate today;  // in Tokyo

 private:
  absl::Status TakeClaim(const PaymentRow& payment, const ClaimKey& claim);
};

// A plan whose act works at a desk. The label tells the ledger entries of one act from those of its
// follow-ups.
template <class ResponseMessage>
runtime::Plan<ResponseMessage> PlanAt(const std::string& partition, std::vector<act::Read> reads,
                                      std::function<absl::StatusOr<ResponseMessage>(Desk&)> work) {
  runtime::Plan<ResponseMessage> plan;
  plan.partition = partition;
  plan.reads = std::move(reads);
  plan.run = [work = std::move(work)](const act::Context& context, const act::View& view,
                                      act::WriteSet& writes) {
    Desk desk(context, view, writes, "act");
    return work(desk);
  };
  return plan;
}

template <class ResponseMessage>
runtime::Plan<ResponseMessage> GrantPlan(const std::string& id,
                                         std::function<absl::StatusOr<ResponseMessage>(Desk&)> work) {
  return PlanAt<ResponseMessage>(id, {act::ReadOf<GrantRow>(id), act::ReadInstance(id)}, std::move(work));
}

template <class ResponseMessage>
runtime::Plan<ResponseMessage> PaymentPlan(const std::string& id,
                                           std::function<absl::StatusOr<ResponseMessage>(Desk&)> work) {
  return PlanAt<ResponseMessage>(id, {act::ReadOf<PaymentRow>(id), act::ReadInstance(id)}, std::move(work));
}

// The methods by resource.
void RegisterBudgetMethods(runtime::MethodRegistry& registry);
void RegisterGrantMethods(runtime::MethodRegistry& registry);        // reading, application to withdrawal
void RegisterPerformanceMethods(runtime::MethodRegistry& registry);  // advance to fixing, invoice and return
void RegisterPaymentMethods(runtime::MethodRegistry& registry);      // direct costs, order to execution
void RegisterPaymentRepairMethods(
    runtime::MethodRegistry& registry);  // cancel, bounce, reject, correct, reverse
void RegisterSettlementMethods(runtime::MethodRegistry& registry);

// <jissho:do> of the charts, and what the programme and cases services tell.
std::map<std::string, act::Action> Actions();
std::map<std::string, act::EventHandler> EventHandlers();

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_DESK_H_
