// For the tests of the service: one municipality's subsidy office over a database of its own, on a calendar
// that stands still until it is set. Methods are called as the pipeline would call them, on the test's
// thread.
#ifndef JISSHO_SERVICES_SUBSIDY_TEST_OFFICE_H_
#define JISSHO_SERVICES_SUBSIDY_TEST_OFFICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "jissho/subsidy/v1/events.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "services/subsidy/subsidy_module.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/service.h"
#include "workflow/base/hash.h"
#include "workflow/base/id.h"

namespace jissho::subsidy {

namespace v1 = ::jissho::subsidy::v1;

// Keeps what would go to other services.
class SentEvents : public act::EventTransport {
 public:
  absl::Status Deliver(const act::Envelope& envelope) override {
    sent.push_back(envelope);
    return absl::OkStatus();
  }
  std::vector<std::string> Types() const {
    std::vector<std::string> types;
    for (const act::Envelope& envelope : sent)
      types.push_back(envelope.type.substr(envelope.type.rfind('.') + 1));
    return types;
  }
  template <class Message>
  Message Last() const {
    Message message;
    for (const act::Envelope& envelope : sent) {
      if (envelope.type == message.GetTypeName()) message.ParseFromString(envelope.payload);
    }
    return message;
  }

  std::vector<act::Envelope> sent;
};

inline act::Actor Person(const std::string& id, const std::string& role,
                         const std::string& organisation = "") {
  return {absl::StrCat("user:", id), {role}, organisation, "LOCAL"};
}

// The parameter is Dialect::name().
class OfficeTest : public ::testing::TestWithParam<const char*> {
 protected:
  static constexpr char kLine[] = "01-020108-16";
  static constexpr char kProgramme[] = "programme-093";

  void SetUp() override {
    dsn_ = sqlite() ? jissho::testing::FreshSqliteDsn() : jissho::testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({.dsn = dsn_}));
    module_ = MakeModule({nullptr, "082201", &RandomIds()});
    {
      ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(10)));
      ASSERT_OK_AND_ASSIGN(auto migrations, act::Migrations());
      ASSERT_OK_AND_ASSIGN(const auto own, module_->migrations());
      migrations.insert(migrations.end(), own.begin(), own.end());
      ASSERT_OK(storage::Migrate(*lease, migrations));
    }
    service_ = MakeService({}, pool_.get());
    registry_ = std::make_unique<runtime::MethodRegistry>(module_->methods().front());
  }

  bool sqlite() const { return std::string(GetParam()) == "sqlite"; }

  std::unique_ptr<act::Service> MakeService(const act::ExecutorOptions& executor, storage::Pool* pool) {
    auto definitions = module_->definitions();
    EXPECT_OK(definitions);
    auto service = act::Service::Create(
        {.service = "subsidy", .municipality = "082201", .progress_receiver = "", .executor = executor},
        *std::move(definitions), pool, &calendar_, &monotonic_, &events_, nullptr);
    EXPECT_OK(service);
    return *std::move(service);
  }

  // The answer of a method; the request id is given afresh unless the request has one.
  template <class Answer, class Request>
  absl::StatusOr<Answer> Call(const act::Actor& actor, const std::string& method, const Request& request) {
    const runtime::Method& found = registry_->methods().at(method);
    runtime::CallContext call;
    call.method = absl::StrCat("jissho.subsidy.v1.SubsidyService/", method);
    call.actor = actor;
    call.now = calendar_.Now();
    call.request_id = RequestId(request);
    if (found.read) {
      auto lease = pool_->Acquire(absl::Seconds(10));
      if (!lease.ok()) return lease.status();
      auto response = found.read(call, request, **lease);
      if (!response.ok()) return response.status();
      return static_cast<const Answer&>(**response);
    }
    auto act = ActOf(call, request);
    if (!act.ok()) return act.status();
    auto bytes = service_->RunHere(*act);
    if (!bytes.ok()) return bytes.status();
    Answer answer;
    EXPECT_TRUE(answer.ParseFromString(*bytes));
    return answer;
  }

  // The command that the call is, for whatever executes it.
  template <class Request>
  absl::StatusOr<act::Act> ActOf(const runtime::CallContext& call, const Request& request) {
    auto act = registry_->methods().at(call.method.substr(call.method.find('/') + 1)).plan(call, request);
    if (!act.ok()) return act.status();
    act->actor = call.actor;
    act->command = {call.actor.id, call.method, call.request_id, Sha256Hex(request.SerializeAsString())};
    return act;
  }

  // What another service tells; works off everything that follows.
  template <class Event>
  absl::Status Tell(const std::string& source, const std::string& stream, const Event& event) {
    absl::Status outcome = absl::InternalError("no answer");
    service_->Deliver(
        {source, stream, ++sequences_[source + stream], event.GetTypeName(), event.SerializeAsString()},
        [&](const absl::StatusOr<std::string>& done) { outcome = done.status(); });
    Settle();
    return outcome;
  }

  void Settle() {
    for (int64_t done = 1; done > 0;) {
      auto round = service_->Pump(true);
      ASSERT_OK(round);
      done = *round;
    }
  }

  void SetDate(const std::string& date) {
    absl::Time time;
    std::string error;
    ASSERT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", date + " 10:00", Tokyo(), &time, &error)) << error;
    SetTime(time);
  }
  // Forward or back.
  void SetTime(absl::Time time) {
    calendar_.Set(time);
    Settle();
  }

  // A line with 6,456 thousand yen, all allotted to the programme, and a published call over two thirds.
  void OpenYear() {
    SetDate("2022-04-01");
    v1::CreateBudgetLineRequest line;
    line.set_code(kLine);
    line.set_fiscal_year(2022);
    line.set_title("実証実験支援事業(見本)");
    ASSERT_OK((Call<v1::BudgetLine>(secretariat_, "CreateBudgetLine", line)));
    v1::DraftAppropriationRequest draft;
    draft.set_budget_line(kLine);
    draft.set_fiscal_year(2022);
    draft.add_funds()->set_source(v1::FUND_SOURCE_GENERAL);
    draft.mutable_funds(0)->set_amount_yen(6'456'000);
    ASSERT_OK_AND_ASSIGN(const auto appropriation,
                         (Call<v1::Appropriation>(secretariat_, "DraftAppropriation", draft)));
    v1::ApproveAppropriationRequest approve;
    approve.set_id(appropriation.id());
    ASSERT_OK((Call<v1::Appropriation>(manager_, "ApproveAppropriation", approve)));
    ASSERT_OK(Allot(6'456'000));
    ASSERT_OK(PublishCall("call-1", "2023-03-31"));
  }

  absl::Status PublishCall(const std::string& call_id, const std::string& report_due_date) {
    programme::v1::CallPublished call;
    call.set_call_id(call_id);
    call.set_programme_id(kProgramme);
    call.set_fiscal_year(2022);
    call.set_budget_line(kLine);
    call.set_rate("2/3");
    call.set_cap_yen(1'000'000);
    call.set_rounding_unit_yen(1000);
    call.set_report_due_date(report_due_date);
    return Tell("programme", call_id, call);
  }

  absl::Status Allot(int64_t amount) {
    v1::AllotBudgetRequest allot;
    allot.set_budget_line(kLine);
    allot.set_fiscal_year(2022);
    allot.set_programme_id(kProgramme);
    allot.set_amount_yen(amount);
    return Call<v1::BudgetLine>(manager_, "AllotBudget", allot).status();
  }

  absl::Status Adopt(const std::string& case_id, int64_t offered, const std::string& call_id = "call-1") {
    cases::v1::CaseDecided decided;
    decided.set_case_id(case_id);
    decided.set_call_id(call_id);
    decided.set_decision_id("decision-" + case_id);
    decided.set_adopted(true);
    decided.set_offered_yen(offered);
    decided.set_organisation_id("org-1");
    decided.set_organisation_name("見本株式会社");
    decided.set_title("見本の実証");
    return Tell("cases", case_id, decided);
  }

  absl::StatusOr<v1::Grant> Apply(const std::string& id, int64_t requested, int64_t eligible) {
    v1::ApplyForGrantRequest request;
    request.set_id(id);
    request.set_requested_yen(requested);
    *request.add_costs() = Cost(eligible);
    return Call<v1::Grant>(applicant_, "ApplyForGrant", request);
  }

  absl::StatusOr<v1::Grant> Draft(const std::string& id, int64_t amount) {
    v1::DraftGrantDecisionRequest request;
    request.set_id(id);
    request.set_amount_yen(amount);
    for (int item = 1; item <= 4; ++item) {
      v1::ChecklistAnswer* answer = request.add_checklist();
      answer->set_item(static_cast<v1::ChecklistItem>(item));
      answer->set_passed(true);
    }
    return Call<v1::Grant>(secretariat_, "DraftGrantDecision", request);
  }

  absl::StatusOr<v1::Grant> Decide(const act::Actor& actor, const std::string& id) {
    v1::DecideGrantRequest request;
    request.set_id(id);
    return Call<v1::Grant>(actor, "DecideGrant", request);
  }

  // Adopted, applied, drafted, decided, and the trial begun.
  void Run(const std::string& id) {
    ASSERT_OK(Adopt(id, 1'000'000));
    ASSERT_OK(Apply(id, 1'000'000, 1'600'000));
    ASSERT_OK(Draft(id, 1'000'000));
    ASSERT_OK(Decide(manager_, id));
    cases::v1::CaseTrialStarted started;
    started.set_case_id(id);
    started.set_start_date("2022-08-01");
    ASSERT_OK(Tell("cases", id, started));
  }

  // The trial has ended, and the report says what was spent.
  absl::StatusOr<v1::Grant> Report(const std::string& id, int64_t eligible) {
    cases::v1::CaseTrialEnded ended;
    ended.set_case_id(id);
    ended.set_completed(true);
    ended.set_end_date("2023-03-15");
    JISSHO_RETURN_IF_ERROR(Tell("cases", id, ended));
    v1::SubmitPerformanceReportRequest request;
    request.set_id(id);
    request.set_completion_date("2023-03-15");
    *request.add_costs() = Cost(eligible);
    request.set_outcome("見本");
    return Call<v1::Grant>(applicant_, "SubmitPerformanceReport", request);
  }

  absl::StatusOr<v1::Grant> Inspect(const std::string& id, int64_t accepted) {
    v1::InspectGrantRequest request;
    request.set_id(id);
    request.set_inspection_date("2023-03-20");
    request.set_place("書面");
    request.set_findings("適合");
    request.set_accepted_eligible_yen(accepted);
    return Call<v1::Grant>(secretariat_, "InspectGrant", request);
  }

  absl::StatusOr<v1::Grant> Fix(const std::string& id) {
    v1::FixGrantRequest request;
    request.set_id(id);
    return Call<v1::Grant>(manager_, "FixGrant", request);
  }

  absl::StatusOr<v1::Payment> Advance(const std::string& id, int64_t amount) {
    v1::RequestAdvanceRequest request;
    request.set_id(id);
    request.set_amount_yen(amount);
    request.set_reason("資金繰りのため");
    *request.mutable_account() = Account("見本株式会社");
    return Call<v1::Payment>(applicant_, "RequestAdvance", request);
  }

  absl::StatusOr<v1::Payment> Invoice(const std::string& id) {
    v1::InvoiceGrantRequest request;
    request.set_id(id);
    *request.mutable_account() = Account("見本株式会社");
    return Call<v1::Payment>(applicant_, "InvoiceGrant", request);
  }

  // A grant fixed at 823,000 yen and invoiced on 20 March 2023.
  v1::Payment Invoiced(const std::string& id = "case-1") {
    Run(id);
    SetDate("2023-03-20");
    EXPECT_OK(Report(id, 1'234'567));
    EXPECT_OK(Inspect(id, 1'234'567));
    EXPECT_OK(Fix(id));
    auto payment = Invoice(id);
    EXPECT_OK(payment);
    return payment.ok() ? *payment : v1::Payment();
  }

  v1::BookDirectCostRequest DirectCost(int64_t amount, const std::string& document) {
    v1::BookDirectCostRequest request;
    request.set_budget_line(kLine);
    request.set_fiscal_year(2022);
    request.set_programme_id(kProgramme);
    request.set_amount_yen(amount);
    request.set_section("報償費");
    request.set_description("審査委員謝礼(見本)");
    request.set_payee_name("見本委員");
    *request.mutable_account() = Account("見本委員");
    request.set_debt_fixed(true);
    request.set_document(document);
    return request;
  }
  absl::StatusOr<v1::Payment> Book(const v1::BookDirectCostRequest& request) {
    return Call<v1::Payment>(secretariat_, "BookDirectCost", request);
  }

  v1::Payment Payment(const std::string& id) {
    v1::GetPaymentRequest request;
    request.set_id(id);
    auto payment = Call<v1::Payment>(checker_, "GetPayment", request);
    EXPECT_OK(payment);
    return payment.ok() ? *payment : v1::Payment();
  }

  absl::StatusOr<v1::Payment> Order(const act::Actor& actor, const std::string& id) {
    v1::OrderPaymentRequest request;
    request.set_id(id);
    return Call<v1::Payment>(actor, "OrderPayment", request);
  }
  absl::StatusOr<v1::Payment> Check(const act::Actor& actor, const std::string& id) {
    v1::CheckPaymentRequest request;
    request.set_id(id);
    request.set_lawful(true);
    request.set_debt_fixed(true);
    request.set_etag(Payment(id).etag());
    return Call<v1::Payment>(actor, "CheckPayment", request);
  }
  absl::StatusOr<v1::Payment> Execute(const act::Actor& actor, const std::string& id,
                                      const std::string& date) {
    v1::ExecutePaymentRequest request;
    request.set_id(id);
    request.set_payment_date(date);
    return Call<v1::Payment>(actor, "ExecutePayment", request);
  }
  // Ordered, checked and paid today.
  // 900,000 yen are advanced and paid, the report allows less: the rest is to be returned by 9 April 2023.
  absl::StatusOr<v1::Grant> FixBelowTheAdvance(const std::string& id) {
    Run(id);
    JISSHO_ASSIGN_OR_RETURN(const v1::Payment advance, Advance(id, 900'000));
    JISSHO_RETURN_IF_ERROR(Pay(advance.id()).status());
    SetDate("2023-03-20");
    JISSHO_RETURN_IF_ERROR(Report(id, 1'234'567).status());
    JISSHO_RETURN_IF_ERROR(Inspect(id, 1'234'567).status());
    return Fix(id);
  }

  absl::StatusOr<v1::Payment> Pay(const std::string& id) {
    JISSHO_RETURN_IF_ERROR(Order(manager_, id).status());
    JISSHO_RETURN_IF_ERROR(Check(checker_, id).status());
    return Execute(payer_, id, absl::FormatTime("%Y-%m-%d", calendar_.Now(), Tokyo()));
  }

  // A request that names only the resource and a reason.
  template <class Request, class Answer = v1::Payment>
  absl::StatusOr<Answer> WithReason(const act::Actor& actor, const std::string& method, const std::string& id,
                                    const std::string& reason) {
    Request request;
    request.set_id(id);
    request.set_reason(reason);
    return Call<Answer>(actor, method, request);
  }

  v1::Grant Grant(const std::string& id) {
    v1::GetGrantRequest request;
    request.set_id(id);
    auto grant = Call<v1::Grant>(manager_, "GetGrant", request);
    EXPECT_OK(grant);
    return grant.ok() ? *grant : v1::Grant();
  }

  v1::BudgetLine Line() {
    v1::GetBudgetLineRequest request;
    request.set_code(kLine);
    request.set_fiscal_year(2022);
    auto line = Call<v1::BudgetLine>(manager_, "GetBudgetLine", request);
    EXPECT_OK(line);
    return line.ok() ? *line : v1::BudgetLine();
  }

  v1::Settlement Settlement() {
    v1::SummarizeSettlementRequest request;
    request.set_programme_id(kProgramme);
    request.set_budget_line(kLine);
    request.set_fiscal_year(2022);
    auto settlement = Call<v1::Settlement>(auditor_, "SummarizeSettlement", request);
    EXPECT_OK(settlement);
    return settlement.ok() ? *settlement : v1::Settlement();
  }

  void ExpectLedgerHolds() {
    v1::CheckLedgerRequest request;
    request.set_fiscal_year(2022);
    ASSERT_OK_AND_ASSIGN(const auto report,
                         (Call<v1::CheckLedgerResponse>(auditor_, "CheckLedger", request)));
    EXPECT_EQ(report.violations_size(), 0) << report.DebugString();
    EXPECT_GT(report.entries(), 0);
  }

  static v1::CostItem Cost(int64_t eligible) {
    v1::CostItem cost;
    cost.set_category("報償費");
    cost.set_amount_yen(eligible);
    cost.set_eligible_yen(eligible);
    return cost;
  }

  static v1::BankAccount Account(const std::string& holder) {
    v1::BankAccount account;
    account.set_bank_code("9999");
    account.set_branch_code("999");
    account.set_type(v1::ACCOUNT_TYPE_ORDINARY);
    account.set_number("1234567");
    account.set_holder_name(holder);
    account.set_holder_kana("ミホン(カ");
    return account;
  }

  const act::Actor applicant_ = Person("applicant-1", "applicant", "org-1");
  const act::Actor stranger_ = Person("applicant-2", "applicant", "org-2");
  const act::Actor secretariat_ = Person("secretariat-1", "secretariat");
  const act::Actor manager_ = Person("manager-1", "manager");
  const act::Actor checker_ = Person("accounting-1", "accounting");
  const act::Actor payer_ = Person("accounting-2", "accounting");
  const act::Actor auditor_ = Person("auditor-1", "auditor");

  std::string dsn_;
  VirtualCalendar calendar_{absl::UnixEpoch()};
  ManualMonotonicClock monotonic_;
  SentEvents events_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<act::Service> service_;
  std::unique_ptr<runtime::MethodRegistry> registry_;

 private:
  template <class Request>
  std::string RequestId(const Request& request) {
    if constexpr (requires { request.request_id(); }) {
      if (!request.request_id().empty()) return request.request_id();
    }
    return absl::StrCat("request-", ++requests_);
  }

  int requests_ = 0;
  std::map<std::string, int64_t> sequences_;
};

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_TEST_OFFICE_H_
