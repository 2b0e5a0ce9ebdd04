#include "services/subsidy/domain/ledger.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/subsidy/domain/book_fixture.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

const Book kBook{"01-020108-16", 2022};
const Scope kGrant{kBook, "programme-1", SubjectKind::kGrant, "case-1"};
const Scope kOther{kBook, "programme-2", SubjectKind::kGrant, "case-2"};

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        book_.Post(Appropriate(kBook, {{Fund::kGeneral, 3'456'000}, {Fund::kNational, 3'000'000}})).ok());
    ASSERT_TRUE(book_.Post(Allot(kBook, "programme-1", 5'000'000)).ok());
  }

  TestBook book_;
};

TEST_F(LedgerTest, AllotsNoMoreThanWasAppropriated) {
  EXPECT_TRUE(HasReason(book_.Post(Allot(kBook, "programme-2", 1'456'001)), kBudgetExceeded));
  EXPECT_TRUE(book_.Post(Allot(kBook, "programme-2", 1'456'000)).ok());
}

TEST_F(LedgerTest, RefusesAReservationAboveTheAllotment) {
  EXPECT_TRUE(HasReason(book_.Post(Reserve(kGrant, 5'000'001)), kBudgetExceeded));
}

TEST_F(LedgerTest, OneProgrammeCannotUseWhatAnotherWasAllotted) {
  EXPECT_TRUE(HasReason(book_.Post(Reserve(kOther, 1)), kBudgetExceeded));
}

TEST_F(LedgerTest, AnAllotmentIsTakenBackOnlyAsFarAsItIsAvailable) {
  ASSERT_TRUE(book_.Post(Reserve(kGrant, 4'000'000)).ok());
  EXPECT_TRUE(HasReason(book_.Post(Allot(kBook, "programme-1", -1'000'001)), kBudgetExceeded));
  EXPECT_TRUE(book_.Post(Allot(kBook, "programme-1", -1'000'000)).ok());
}

TEST_F(LedgerTest, AReducingSupplementaryBudgetNeverTakesAwayWhatIsAllotted) {
  EXPECT_TRUE(HasReason(book_.Post(Appropriate(kBook, {{Fund::kGeneral, -1'456'001}})), kBudgetExceeded));
  EXPECT_TRUE(book_.Post(Appropriate(kBook, {{Fund::kGeneral, -1'456'000}})).ok());
}

TEST_F(LedgerTest, AReductionNeverExceedsWhatThatFundGave) {
  ASSERT_TRUE(book_.Post(Allot(kBook, "programme-1", -5'000'000)).ok());
  EXPECT_TRUE(HasReason(book_.Post(Appropriate(kBook, {{Fund::kNational, -3'000'001}})), kBudgetExceeded));
}

TEST_F(LedgerTest, ACommitmentFreesWhatWasReservedAboveIt) {
  ASSERT_TRUE(book_.Post(Reserve(kGrant, 1'000'000)).ok());
  ASSERT_TRUE(book_.Post(Commit(kGrant, 1'000'000, 823'000)).ok());
  EXPECT_EQ(book_.Of(kGrant).reserved, 0);
  EXPECT_EQ(book_.Of(kGrant).committed, 823'000);
  EXPECT_EQ(book_.Available(kGrant), 5'000'000 - 823'000);
}

TEST_F(LedgerTest, PaysNoMoreThanWasCommittedToTheGrantEvenWhenTheProgrammeHasMore) {
  const Scope second{kBook, "programme-1", SubjectKind::kGrant, "case-3"};
  for (const Scope& scope : {kGrant, second}) {
    ASSERT_TRUE(book_.Post(Reserve(scope, 1'000'000)).ok());
    ASSERT_TRUE(book_.Post(Commit(scope, 1'000'000, 1'000'000)).ok());
  }
  EXPECT_TRUE(HasReason(book_.Post(Pay(kGrant, 1'000'001)), kLedgerOverdrawn));
  EXPECT_TRUE(book_.Post(Pay(kGrant, 1'000'000)).ok());
  EXPECT_TRUE(HasReason(book_.Post(Pay(kGrant, 1)), kLedgerOverdrawn));
}

TEST_F(LedgerTest, AWithdrawalLeavesNoCommitment) {
  ASSERT_TRUE(book_.Post(Reserve(kGrant, 1'000'000)).ok());
  ASSERT_TRUE(book_.Post(Commit(kGrant, 1'000'000, 900'000)).ok());
  ASSERT_TRUE(book_.Post(Decommit(kGrant, 900'000)).ok());
  EXPECT_EQ(book_.Of(kGrant).committed, 0);
  EXPECT_EQ(book_.Available(kGrant), 5'000'000);
}

class AdvancedGrantTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    ASSERT_TRUE(book_.Post(Reserve(kGrant, 1'000'000)).ok());
    ASSERT_TRUE(book_.Post(Commit(kGrant, 1'000'000, 1'000'000)).ok());
    ASSERT_TRUE(book_.Post(Pay(kGrant, 900'000)).ok());
  }
};

TEST_F(AdvancedGrantTest, AReturnWithinTheBooksIsAvailableAgain) {
  ASSERT_TRUE(book_.Post(Claim(kGrant, 77'000)).ok());
  ASSERT_TRUE(book_.Post(Return(kGrant, 77'000, /*late=*/false)).ok());
  EXPECT_EQ(book_.Of(kGrant).receivable, 0);
  EXPECT_EQ(book_.Of(kGrant).returned, 77'000);
  EXPECT_EQ(book_.Available(kGrant), 4'000'000 + 77'000);
}

TEST_F(AdvancedGrantTest, AReturnAfterTheBooksClosedIsIncomeOfAnotherYear) {
  ASSERT_TRUE(book_.Post(Claim(kGrant, 77'000)).ok());
  ASSERT_TRUE(book_.Post(Return(kGrant, 77'000, /*late=*/true)).ok());
  EXPECT_EQ(book_.Of(kGrant).returned, 0);
  EXPECT_EQ(book_.Of(kGrant).returned_late, 77'000);
  EXPECT_EQ(book_.Available(kGrant), 4'000'000);
}

TEST_F(AdvancedGrantTest, NothingIsReturnedThatIsNotOwed) {
  ASSERT_TRUE(book_.Post(Claim(kGrant, 77'000)).ok());
  EXPECT_TRUE(HasReason(book_.Post(Return(kGrant, 77'001, false)), kLedgerOverdrawn));
}

TEST_F(AdvancedGrantTest, AReversalRestoresEveryBalance) {
  const auto before = book_.balances();
  const Entry pay = Pay(kGrant, 100'000);
  ASSERT_TRUE(book_.Post(pay).ok());
  ASSERT_TRUE(book_.Post(Reverse(pay), book_.last_id()).ok());
  EXPECT_EQ(book_.balances(), before);
  EXPECT_THAT(book_.Check(), testing::IsEmpty());
}

TEST_F(AdvancedGrantTest, ARefusedEntryChangesNothing) {
  const auto before = book_.balances();
  EXPECT_FALSE(book_.Post(Pay(kGrant, 100'001)).ok());
  EXPECT_EQ(book_.balances(), before);
}

TEST_F(LedgerTest, RefusesAnEntryThatDoesNotBalance) {
  Entry entry = Reserve(kGrant, 10);
  entry.postings[0].amount = -9;
  EXPECT_EQ(book_.Post(entry).code(), absl::StatusCode::kInternal);
}

TEST_F(LedgerTest, RefusesAnEmptyEntry) {
  EXPECT_EQ(book_.Post({EntryKind::kPay, kGrant, {}}).code(), absl::StatusCode::kInternal);
}

TEST_F(LedgerTest, AllocatedRevenueAddsUpToTheSettledTotal) {
  const Scope programme{kBook, "programme-1", SubjectKind::kNone, ""};
  ASSERT_TRUE(book_.Post(Allocate(programme, 5'875'000, 2'937'000, Fund::kNational)).ok());
  EXPECT_EQ(book_.Balance({kBook, "programme-1", Account::kBorne, Fund::kNational, ""}), 2'937'000);
  EXPECT_EQ(book_.Balance({kBook, "programme-1", Account::kBorne, Fund::kGeneral, ""}), 2'938'000);
}

TEST(AccountNameTest, EveryAccountIsFoundByItsName) {
  std::set<absl::string_view> names;
  for (int i = 1; i <= static_cast<int>(Account::kSettled); ++i) {
    const Account account = static_cast<Account>(i);
    names.insert(AccountName(account));
    EXPECT_EQ(*AccountNamed(AccountName(account)), account);
  }
  EXPECT_EQ(names.size(), 13);
  EXPECT_FALSE(AccountNamed("purse").ok());
}

std::vector<std::string> RulesOf(const std::vector<Violation>& violations) {
  std::vector<std::string> rules;
  for (const Violation& violation : violations) rules.push_back(violation.rule);
  return rules;
}

class LedgerCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    check_.Add("e1", Appropriate(kBook, {{Fund::kGeneral, 100}}), "");
    check_.Add("e2", Allot(kBook, "programme-1", 100), "");
    check_.Add("e3", Reserve(kGrant, 60), "");
    check_.Add("e4", Commit(kGrant, 60, 50), "");
  }
  // The rules that later entries break, without the balances, which nobody compares here.
  std::vector<std::string> Rules() {
    std::vector<std::string> rules;
    for (const Violation& violation : check_.Finish()) {
      if (violation.rule != "BALANCE_DIFFERS") rules.push_back(violation.rule);
    }
    return rules;
  }

  LedgerCheck check_;
};

TEST_F(LedgerCheckTest, FindsAnOverdraft) {
  check_.Add("e5", Reserve(kGrant, 51), "");
  EXPECT_THAT(Rules(), testing::ElementsAre("ACCOUNT_OVERDRAWN"));
}

TEST_F(LedgerCheckTest, FindsAnUnbalancedEntry) {
  Entry entry = Reserve(kGrant, 10);
  entry.postings[0].amount = -9;
  check_.Add("e5", entry, "");
  EXPECT_THAT(Rules(), testing::ElementsAre("ENTRY_UNBALANCED"));
}

TEST_F(LedgerCheckTest, FindsAPaymentAboveTheCommitment) {
  check_.Add("e5", Pay(kGrant, 51), "");
  EXPECT_THAT(Rules(), testing::Contains("PAID_ABOVE_ENTITLED"));
}

TEST_F(LedgerCheckTest, FindsAPaymentThatDoesNotComeOutOfTheCommitment) {
  check_.Add("e5", Pay(kGrant, 50), "");
  check_.Add(
      "e6",
      {EntryKind::kPay, kGrant, {{Account::kAvailable, Fund::kNone, -1}, {Account::kPaid, Fund::kNone, 1}}},
      "");
  EXPECT_THAT(Rules(), testing::ElementsAre("PAID_ABOVE_ENTITLED"));
}

TEST_F(LedgerCheckTest, FindsAReversalThatIsNoMirror) {
  check_.Add("e5", Pay(kGrant, 50), "");
  check_.Add("e6", Reverse(Pay(kGrant, 49)), "e5");
  EXPECT_THAT(Rules(), testing::ElementsAre("REVERSAL_DIFFERS"));
}

TEST_F(LedgerCheckTest, FindsASecondReversalOfTheSameEntry) {
  check_.Add("e5", Pay(kGrant, 20), "");
  check_.Add("e6", Pay(kGrant, 20), "");
  check_.Add("e7", Reverse(Pay(kGrant, 20)), "e5");
  check_.Add("e8", Reverse(Pay(kGrant, 20)), "e5");
  EXPECT_THAT(Rules(), testing::ElementsAre("REVERSAL_DIFFERS"));
}

TEST_F(LedgerCheckTest, FindsAReversalOfNothing) {
  check_.Add("e5", Pay(kGrant, 20), "");
  check_.Add("e6", Reverse(Pay(kGrant, 20)), "e99");
  EXPECT_THAT(Rules(), testing::ElementsAre("REVERSAL_DIFFERS"));
}

TEST_F(LedgerCheckTest, TakesPaymentsThatStandBesideTheirEntries) {
  check_.Add("e5", Pay(kGrant, 20), "");
  check_.Add("e6", Pay(kGrant, 20), "");
  check_.Add("e7", Reverse(Pay(kGrant, 20)), "e6");
  check_.ComparePayments({{"p1", "e5"}});
  EXPECT_THAT(Rules(), testing::IsEmpty());
}

TEST_F(LedgerCheckTest, MissesAPaymentThatOnlyTheLedgerKnows) {
  check_.Add("e5", Pay(kGrant, 20), "");
  check_.ComparePayments({});
  EXPECT_THAT(Rules(), testing::ElementsAre("PAYMENT_MISSING"));
}

TEST_F(LedgerCheckTest, FindsAPaymentThatTheLedgerDoesNotKnowOrKnowsReversedOrOnce) {
  check_.Add("e5", Pay(kGrant, 20), "");
  check_.Add("e6", Pay(kGrant, 20), "");
  check_.Add("e7", Reverse(Pay(kGrant, 20)), "e6");
  check_.ComparePayments({{"p1", "e5"}, {"p2", "e5"}, {"p3", "e6"}, {"p4", "e4"}, {"p5", "e99"}});
  EXPECT_THAT(Rules(), testing::ElementsAre("PAYMENT_NOT_BOOKED", "PAYMENT_NOT_BOOKED", "PAYMENT_NOT_BOOKED",
                                            "PAYMENT_NOT_BOOKED"));
}

TEST(LedgerCheckBalancesTest, FindsABalanceThatIsNotTheSum) {
  LedgerCheck check;
  check.Add("e1", Appropriate(kBook, {{Fund::kGeneral, 100}}), "");
  check.Compare(BalanceKey{kBook, "", Account::kAppropriation, Fund::kGeneral, ""}.Id(), -100);
  check.Compare(BalanceKey{kBook, "", Account::kUnallotted, Fund::kNone, ""}.Id(), 99);
  EXPECT_THAT(RulesOf(check.Finish()), testing::ElementsAre("BALANCE_DIFFERS"));
}

TEST(LedgerCheckBalancesTest, FindsABalanceThatIsNotStored) {
  LedgerCheck check;
  check.Add("e1", Appropriate(kBook, {{Fund::kGeneral, 100}}), "");
  check.Compare(BalanceKey{kBook, "", Account::kUnallotted, Fund::kNone, ""}.Id(), 100);
  EXPECT_THAT(RulesOf(check.Finish()), testing::ElementsAre("BALANCE_DIFFERS"));
}

TEST(LedgerCheckBalancesTest, FindsABalanceOfNoEntry) {
  LedgerCheck check;
  check.Compare("s/case-9/paid", 1);
  EXPECT_THAT(RulesOf(check.Finish()), testing::ElementsAre("BALANCE_DIFFERS"));
}

}  // namespace
}  // namespace jissho::subsidy
