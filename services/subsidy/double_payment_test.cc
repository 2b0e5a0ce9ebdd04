// Ways in which municipalities did pay twice or to the wrong account, each tried here on both databases.
#include <future>

#include "gmock/gmock.h"
#include "services/runtime/reasons.h"
#include "services/subsidy/domain/payment_rules.h"
#include "services/subsidy/office_fixture.h"
#include "services/subsidy/reasons.h"
#include "services/subsidy/store/rows.h"
#include "workflow/act/reasons.h"
#include "workflow/act/rows.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::subsidy {
namespace {

using jissho::testing::ReasonIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kClerks = 64;

class DoublePaymentTest : public OfficeTest {
 protected:
  void SetUp() override {
    OfficeTest::SetUp();
    OpenYear();
    SetDate("2022-07-29");
  }

  // The office's process dies and another one takes its place.
  void Restart() {
    service_.reset();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({.dsn = dsn_}));
    service_ = MakeService({}, pool_.get());
  }

  // What kClerks people are told who ask for the same thing at the same moment, each under a request id of
  // his own, half of them at each of two services on the one database, in batches of up to 64.
  template <class Request>
  std::vector<absl::Status> AllAtOnce(const std::string& method, const act::Actor& actor,
                                      const Request& request) {
    auto other_pool = storage::OpenPool({.dsn = dsn_});
    EXPECT_OK(other_pool);
    const act::ExecutorOptions executor{.lanes = sqlite() ? 1 : 4, .batch_max = kClerks};
    std::unique_ptr<act::Service> counters[] = {MakeService(executor, pool_.get()),
                                                MakeService(executor, other_pool->get())};
    std::vector<std::future<absl::Status>> answers;
    for (int i = 0; i < kClerks; ++i) {
      runtime::CallContext call;
      call.method = absl::StrCat("jissho.subsidy.v1.SubsidyService/", method);
      call.actor = actor;
      call.request_id = absl::StrCat("clerk-", i);
      auto act = ActOf(call, request);
      EXPECT_OK(act);
      // Without this the lanes would serve one clerk after another, as the partition demands.
      act->partition = absl::StrCat(i);
      auto answer = std::make_shared<std::promise<absl::Status>>();
      answers.push_back(answer->get_future());
      counters[i % 2]->Submit(*std::move(act), [answer](const absl::StatusOr<std::string>& outcome) {
        answer->set_value(outcome.status());
      });
    }
    for (auto& counter : counters) counter->StartWithoutPump();
    std::vector<absl::Status> outcomes;
    for (auto& answer : answers) outcomes.push_back(answer.get());
    for (auto& counter : counters) counter->Stop(absl::Seconds(5));
    return outcomes;
  }

  template <class Matcher>
  void ExpectOneDoneAndTheOthers(const std::vector<absl::Status>& outcomes, const Matcher& refused) {
    int done = 0;
    for (const absl::Status& outcome : outcomes) {
      if (outcome.ok()) {
        ++done;
      } else {
        EXPECT_THAT(outcome, refused);
      }
    }
    EXPECT_EQ(done, 1);
  }

  template <class Row>
  std::vector<Row> All(const std::string& tail = "", const storage::CellRow& params = {}) {
    auto lease = pool_->Acquire(absl::Seconds(10));
    EXPECT_OK(lease);
    auto rows = storage::Select<Row>(**lease, tail, params);
    EXPECT_OK(rows);
    return *std::move(rows);
  }
  void RunSql(const std::string& sql, const storage::CellRow& params) {
    ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(10)));
    ASSERT_OK(lease->Begin());
    ASSERT_OK(lease->Execute(sql, params));
    ASSERT_OK(lease->Commit());
  }
  // Somebody puts a row back to what it was, as a list restored from yesterday's copy does.
  template <class Row>
  void PutBack(const Row& row) {
    const storage::TableSpec& table = storage::TableOf<Row>();
    const storage::CellRow cells = storage::ToCells(row);
    const storage::Statement removal = storage::DeleteByKeys(table, {storage::KeyCells(table, cells)});
    RunSql(removal.sql, removal.params);
    RunSql(storage::InsertRows(table, 1), cells);
  }

  v1::CheckLedgerResponse CheckLedger() {
    v1::CheckLedgerRequest request;
    request.set_fiscal_year(2022);
    auto report = Call<v1::CheckLedgerResponse>(auditor_, "CheckLedger", request);
    EXPECT_OK(report);
    return report.ok() ? *report : v1::CheckLedgerResponse();
  }

  absl::StatusOr<v1::Payment> CorrectAccount(const std::string& id, const std::string& number) {
    v1::CorrectAccountRequest request;
    request.set_id(id);
    *request.mutable_account() = Account("見本株式会社");
    request.mutable_account()->set_number(number);
    return Call<v1::Payment>(applicant_, "CorrectAccount", request);
  }
};

// --- the list that guards against duplicates was not updated, and payees were paid twice

TEST_P(DoublePaymentTest, OneInvoiceOfAGrantIsTakenHoweverManyComeAtOnce) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  ASSERT_OK(Fix("case-1"));
  v1::InvoiceGrantRequest request;
  request.set_id("case-1");
  *request.mutable_account() = Account("見本株式会社");
  ExpectOneDoneAndTheOthers(AllAtOnce("InvoiceGrant", applicant_, request), ReasonIs(act::kStateNotAllowed));
  EXPECT_THAT(All<PaymentRow>(), SizeIs(1));
}

TEST_P(DoublePaymentTest, OneAdvanceIsTakenHoweverManyAreRequestedAtOnce) {
  Run("case-1");
  v1::RequestAdvanceRequest request;
  request.set_id("case-1");
  request.set_amount_yen(100'000);
  request.set_reason("資金繰りのため");
  *request.mutable_account() = Account("見本株式会社");
  ExpectOneDoneAndTheOthers(AllAtOnce("RequestAdvance", applicant_, request), ReasonIs(kPaymentPending));
  EXPECT_THAT(All<PaymentRow>(), SizeIs(1));
}

TEST_P(DoublePaymentTest, ADocumentIsBookedOnceByHoweverManyClerksAtOnce) {
  ExpectOneDoneAndTheOthers(AllAtOnce("BookDirectCost", secretariat_, DirectCost(50'000, "請求書1")),
                            ReasonIs(kAlreadyClaimed));
  EXPECT_THAT(All<PaymentRow>(), SizeIs(1));
  EXPECT_EQ(Line().balances().reserved_yen(), 50'000);
}

TEST_P(DoublePaymentTest, APaymentIsOrderedOnceAndPaidOnceHoweverManyTryAtOnce) {
  const std::string id = Invoiced().id();
  v1::OrderPaymentRequest order;
  order.set_id(id);
  ExpectOneDoneAndTheOthers(AllAtOnce("OrderPayment", manager_, order), ReasonIs(act::kStateNotAllowed));
  ASSERT_OK(Check(checker_, id));
  v1::ExecutePaymentRequest execute;
  execute.set_id(id);
  execute.set_payment_date("2023-03-20");
  ExpectOneDoneAndTheOthers(AllAtOnce("ExecutePayment", payer_, execute), ReasonIs(act::kStateNotAllowed));
  EXPECT_EQ(Payment(id).order_number(), 1);
  EXPECT_EQ(Line().balances().paid_yen(), 823'000);
  ExpectLedgerHolds();
}

TEST_P(DoublePaymentTest, ADocumentThatWasPaidIsNotBookedAgain) {
  ASSERT_OK_AND_ASSIGN(const auto cost, Book(DirectCost(50'000, "請求書1")));
  ASSERT_OK(Pay(cost.id()));
  Restart();
  EXPECT_THAT(Book(DirectCost(50'000, "請求書1")), ReasonIs(kAlreadyClaimed));
  EXPECT_THAT(Book(DirectCost(60'000, "請求書　1")), ReasonIs(kAlreadyClaimed));
  EXPECT_OK(Book(DirectCost(50'000, "請求書2")));
}

// The chart forbids a second invoice; were it mistaken, the key of the claim would still hold.
TEST_P(DoublePaymentTest, AGrantWhoseStateWasLostIsNotInvoicedAgain) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  ASSERT_OK(Fix("case-1"));
  const auto grant = All<GrantRow>();
  const auto chart = All<act::InstanceRow>("WHERE id='case-1'");
  ASSERT_OK_AND_ASSIGN(const auto first, Invoice("case-1"));
  PutBack(grant.at(0));
  PutBack(chart.at(0));
  // The journal is the chart's, and goes back with it.
  RunSql("DELETE FROM act_journal WHERE instance_id='case-1' AND sequence>?", {chart.at(0).journal_sequence});
  EXPECT_THAT(Invoice("case-1"), ReasonIs(kAlreadyClaimed));
  EXPECT_THAT(All<PaymentRow>(), SizeIs(1));
}

// --- what had been sent was sent again

TEST_P(DoublePaymentTest, APaymentThatWasMadeIsNotMadeAgainByAnybodyNorAfterARestart) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Pay(id));
  Restart();
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  EXPECT_THAT(Execute(Person("accounting-3", "accounting"), id, "2023-03-20"),
              ReasonIs(act::kStateNotAllowed));
  EXPECT_THAT(Order(manager_, id), ReasonIs(act::kStateNotAllowed));
  EXPECT_EQ(Line().balances().paid_yen(), 823'000);
  ExpectLedgerHolds();
}

TEST_P(DoublePaymentTest, TheSameExecutionSentAgainAfterARestartGetsTheFirstAnswerAndBooksNothing) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK(Check(checker_, id));
  v1::ExecutePaymentRequest request;
  request.set_id(id);
  request.set_payment_date("2023-03-20");
  request.set_request_id("transfer-1");
  ASSERT_OK_AND_ASSIGN(const auto first, (Call<v1::Payment>(payer_, "ExecutePayment", request)));
  const size_t entries = All<EntryRow>().size();
  Restart();
  SetDate("2023-04-03");
  ASSERT_OK_AND_ASSIGN(const auto again, (Call<v1::Payment>(payer_, "ExecutePayment", request)));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_THAT(All<EntryRow>(), SizeIs(entries));
}

// Of an advance, because the grant still holds money for a second one.
TEST_P(DoublePaymentTest, APaymentThatWasPutBackToUnpaidIsNotPaidAgain) {
  Run("case-1");
  ASSERT_OK_AND_ASSIGN(const auto advance, Advance("case-1", 100'000));
  const std::string id = advance.id();
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK(Check(checker_, id));
  const auto payment = All<PaymentRow>();
  const auto chart = All<act::InstanceRow>("WHERE id=?", {id});
  ASSERT_OK(Execute(payer_, id, "2022-07-29"));
  PutBack(payment.at(0));
  PutBack(chart.at(0));
  RunSql("DELETE FROM act_journal WHERE instance_id=? AND sequence>?", {id, chart.at(0).journal_sequence});
  EXPECT_EQ(Payment(id).state(), "CHECKED");
  EXPECT_THAT(Execute(payer_, id, "2022-07-29"), ReasonIs(kAlreadyPaid));
  EXPECT_EQ(Line().balances().paid_yen(), 100'000);
  ASSERT_THAT(CheckLedger().violations(), SizeIs(1));
  EXPECT_EQ(CheckLedger().violations(0).rule(), "PAYMENT_MISSING");
}

// --- a paid row was deleted, counted as unpaid, and was paid again

TEST_P(DoublePaymentTest, APaymentWhoseRowIsGoneIsNotPaidAgainAndIsMissed) {
  ASSERT_OK_AND_ASSIGN(const auto cost, Book(DirectCost(50'000, "請求書1")));
  ASSERT_OK(Pay(cost.id()));
  EXPECT_THAT(CheckLedger().violations(), IsEmpty());
  RunSql("DELETE FROM subsidy_payment WHERE id=?", {cost.id()});
  EXPECT_THAT(Book(DirectCost(50'000, "請求書1")), ReasonIs(kAlreadyClaimed));
  ASSERT_THAT(CheckLedger().violations(), SizeIs(1));
  EXPECT_EQ(CheckLedger().violations(0).rule(), "PAYMENT_MISSING");
  EXPECT_EQ(Line().balances().paid_yen(), 50'000);
}

TEST_P(DoublePaymentTest, ACancelledDirectCostIsBookedAgainOnlyInItsOwnPlace) {
  ASSERT_OK_AND_ASSIGN(const auto cost, Book(DirectCost(50'000, "請求書1")));
  ASSERT_OK((WithReason<v1::CancelPaymentRequest>(secretariat_, "CancelPayment", cost.id(), "金額の誤り")));
  auto again = DirectCost(45'000, "請求書1");
  EXPECT_THAT(Book(again), ReasonIs(kAlreadyClaimed));
  again.set_replaces("another");
  EXPECT_THAT(Book(again), ReasonIs(kAlreadyClaimed));
  again.set_replaces(cost.id());
  ASSERT_OK_AND_ASSIGN(const auto reissued, Book(again));
  EXPECT_EQ(reissued.replaces(), cost.id());
  EXPECT_EQ(Payment(cost.id()).state(), "CANCELLED");
  EXPECT_THAT(Book(again), ReasonIs(kAlreadyClaimed));
  ASSERT_OK(Pay(reissued.id()));
  EXPECT_EQ(Line().balances().paid_yen(), 45'000);
  ExpectLedgerHolds();
}

TEST_P(DoublePaymentTest, AFirstPaymentReplacesNothing) {
  auto request = DirectCost(45'000, "請求書1");
  request.set_replaces("another");
  EXPECT_THAT(Book(request), ReasonIs(kPaymentNotFound));
}

TEST_P(DoublePaymentTest, AReversedPaymentIsMadeAgainByANewOneThatNamesIt) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Pay(id));
  ASSERT_OK((WithReason<v1::ReversePaymentRequest>(checker_, "ReversePayment", id, "支払先の誤り")));
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  ASSERT_OK_AND_ASSIGN(const auto again, Invoice("case-1"));
  EXPECT_EQ(again.replaces(), id);
  ASSERT_OK(Pay(again.id()));
  EXPECT_EQ(Payment(id).state(), "REVERSED");
  EXPECT_EQ(Payment(id).last_reason(), "支払先の誤り");
  std::vector<int64_t> kinds;
  for (const EntryRow& entry : All<EntryRow>("WHERE reference IN (?,?) ORDER BY number", {id, again.id()}))
    kinds.push_back(entry.kind);
  EXPECT_THAT(kinds,
              ElementsAre(static_cast<int64_t>(EntryKind::kPay), static_cast<int64_t>(EntryKind::kReverse),
                          static_cast<int64_t>(EntryKind::kPay)));
  EXPECT_EQ(Line().balances().paid_yen(), 823'000);
  ExpectLedgerHolds();
}

TEST_P(DoublePaymentTest, ACancelledAdvanceIsRequestedAgainAsTheSameInstalment) {
  Run("case-1");
  ASSERT_OK_AND_ASSIGN(const auto first, Advance("case-1", 600'000));
  ASSERT_OK((WithReason<v1::CancelPaymentRequest>(secretariat_, "CancelPayment", first.id(), "金額の誤り")));
  ASSERT_OK_AND_ASSIGN(const auto again, Advance("case-1", 500'000));
  EXPECT_EQ(again.replaces(), first.id());
  ASSERT_OK(Pay(again.id()));
  ASSERT_OK_AND_ASSIGN(const auto second, Advance("case-1", 100'000));
  EXPECT_EQ(second.replaces(), "");
  std::vector<std::pair<int64_t, std::string>> claims;
  for (const ClaimRow& claim : All<ClaimRow>("ORDER BY instalment"))
    claims.emplace_back(claim.instalment, claim.payment_id);
  EXPECT_THAT(claims, ElementsAre(std::pair<int64_t, std::string>(1, again.id()),
                                  std::pair<int64_t, std::string>(2, second.id())));
}

// --- the account was last year's, or was changed meanwhile

TEST_P(DoublePaymentTest, AnAccountCorrectedAfterTheCheckGoesBackToTheCheck) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK(Check(checker_, id));
  ASSERT_OK_AND_ASSIGN(const auto corrected, CorrectAccount(id, "7654321"));
  EXPECT_EQ(corrected.state(), "ORDERED");
  EXPECT_EQ(corrected.check_date(), "");
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  ASSERT_OK(Check(checker_, id));
  ASSERT_OK_AND_ASSIGN(const auto paid, Execute(payer_, id, "2023-03-20"));
  EXPECT_EQ(paid.account().number(), "7654321");
  EXPECT_EQ(paid.order_number(), 1);
}

TEST_P(DoublePaymentTest, AnAccountCorrectedUnderTheCheckersEyesIsNotWhatHeChecked) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  v1::CheckPaymentRequest check;
  check.set_id(id);
  check.set_lawful(true);
  check.set_debt_fixed(true);
  check.set_etag(Payment(id).etag());
  ASSERT_OK(CorrectAccount(id, "7654321"));
  EXPECT_THAT((Call<v1::Payment>(checker_, "CheckPayment", check)), ReasonIs(runtime::kEtagMismatch));
}

TEST_P(DoublePaymentTest, WhoCorrectedTheAccountNeitherChecksNorPays) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  act::Actor both = checker_;
  both.roles = {"secretariat", "accounting"};
  v1::CorrectAccountRequest request;
  request.set_id(id);
  *request.mutable_account() = Account("見本株式会社");
  ASSERT_OK((Call<v1::Payment>(both, "CorrectAccount", request)));
  EXPECT_THAT(Check(both, id), ReasonIs(act::kFourEyes));
  ASSERT_OK(Check(payer_, id));
  EXPECT_THAT(Execute(both, id, "2023-03-20"), ReasonIs(act::kFourEyes));
}

TEST_P(DoublePaymentTest, AnAccountChangedBehindTheCheckIsNotPaid) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK(Check(checker_, id));
  RunSql("UPDATE subsidy_payment SET account=REPLACE(account,'1234567','7654321') WHERE id=?", {id});
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(kAccountNotChecked));
  EXPECT_EQ(Line().balances().paid_yen(), 0);
  ASSERT_OK((WithReason<v1::BouncePaymentRequest>(payer_, "BouncePayment", id, "口座の相違")));
  ASSERT_OK(CorrectAccount(id, "1234567"));
  EXPECT_EQ(Payment(id).state(), "REQUESTED");
  EXPECT_OK(Pay(id));
}

TEST_P(DoublePaymentTest, EachPaymentGoesToTheAccountThatWasGivenForIt) {
  Run("case-1");
  ASSERT_OK_AND_ASSIGN(const auto first, Advance("case-1", 100'000));
  ASSERT_OK(Pay(first.id()));
  v1::RequestAdvanceRequest request;
  request.set_id("case-1");
  request.set_amount_yen(100'000);
  request.set_reason("資金繰りのため");
  *request.mutable_account() = Account("見本株式会社");
  request.mutable_account()->set_number("7654321");
  ASSERT_OK_AND_ASSIGN(const auto second, (Call<v1::Payment>(applicant_, "RequestAdvance", request)));
  EXPECT_EQ(Payment(second.id()).account().number(), "7654321");
  EXPECT_EQ(Payment(first.id()).account().number(), "1234567");
}

INSTANTIATE_TEST_SUITE_P(Databases, DoublePaymentTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::subsidy
