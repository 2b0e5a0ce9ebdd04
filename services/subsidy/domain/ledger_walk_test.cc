// Random walks: whatever is asked of the ledger, in whatever order, what must hold holds after every step.
//
// The seed is printed with every failure; JISSHO_SEED repeats a walk.
#include <cstdlib>
#include <random>
#include <vector>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/subsidy/domain/book_fixture.h"
#include "services/subsidy/domain/grant_rules.h"

namespace jissho::subsidy {
namespace {

const Book kBook{"01-020108-16", 2022};
const GrantTerms kTerms{"2/3", 1'000'000, 1000};

// A grant as a careless clerk would treat it: amounts out of the hat, acts in any order.
struct Walker {
  Scope scope;
  int64_t decided = 0;
  int64_t fixed = -1;
  std::vector<std::pair<std::string, Entry>> payments;
};

class LedgerWalkTest : public testing::TestWithParam<uint32_t> {
 protected:
  void SetUp() override {
    uint32_t seed = GetParam();
    if (const char* text = std::getenv("JISSHO_SEED")) (void)absl::SimpleAtoi(text, &seed);
    random_.seed(seed);
    RecordProperty("seed", static_cast<int>(seed));
    seed_ = seed;
    for (int i = 0; i < 6; ++i) {
      const std::string programme = i < 3 ? "programme-1" : "programme-2";
      grants_.push_back({{kBook, programme, SubjectKind::kGrant, absl::StrCat("case-", i)}, 0, -1, {}});
    }
  }

  int64_t Pick(int64_t below) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(below)); }
  int64_t Amount() { return Pick(12) * 100'000 + Pick(3); }

  void Step() {
    Walker& grant = grants_[Pick(static_cast<int64_t>(grants_.size()))];
    switch (Pick(10)) {
      case 0:
        (void)book_.Post(
            Appropriate(kBook, {{Pick(2) ? Fund::kGeneral : Fund::kNational, Amount() - 300'000}}));
        break;
      case 1:
        (void)book_.Post(Allot(kBook, grant.scope.programme_id, Amount() - 300'000));
        break;
      case 2:
        (void)book_.Post(Reserve(grant.scope, Amount()));
        break;
      case 3:
        (void)book_.Post(Release(grant.scope, Amount()));
        break;
      case 4:
        Decide(grant);
        break;
      case 5:
      case 6:
        PaySome(grant);
        break;
      case 7:
        ReverseOne(grant);
        break;
      case 8:
        FixIt(grant);
        break;
      default:
        (void)book_.Post(Return(grant.scope, Amount(), Pick(2) == 0));
    }
  }

  void Decide(Walker& grant) {
    const int64_t reserved = book_.Of(grant.scope).reserved;
    if (grant.decided != 0 || reserved == 0) return;
    const int64_t decided = 1 + Pick(reserved);
    if (book_.Post(Commit(grant.scope, reserved, decided)).ok()) grant.decided = decided;
  }

  void PaySome(Walker& grant) {
    const Entry entry = Pay(grant.scope, Amount());
    if (book_.Post(entry).ok()) grant.payments.emplace_back(book_.last_id(), entry);
  }

  void ReverseOne(Walker& grant) {
    // After the fixing what was paid above it is a receivable: a booking is reversed only before.
    if (grant.payments.empty() || grant.fixed >= 0) return;
    const auto [id, entry] = grant.payments.back();
    if (book_.Post(Reverse(entry), id).ok()) grant.payments.pop_back();
  }

  void FixIt(Walker& grant) {
    if (grant.decided == 0 || grant.fixed >= 0) return;
    const auto fixing = Fix(kTerms, grant.decided, book_.Of(grant.scope).paid, Amount());
    ASSERT_TRUE(fixing.ok()) << fixing.status();
    for (const Entry& entry : EntriesOf(grant.scope, *fixing)) {
      const absl::Status posted = book_.Post(entry);
      ASSERT_TRUE(posted.ok()) << posted;
    }
    grant.fixed = fixing->fixed;
  }

  void CheckBook() {
    for (const auto& [id, balance] : book_.balances()) {
      const bool credit =
          id.find("appropriation") != std::string::npos || id.find("returned") != std::string::npos ||
          id.find("claims") != std::string::npos || id.find("returned_late") != std::string::npos;
      ASSERT_TRUE(credit ? balance <= 0 : balance >= 0) << id << " = " << balance;
    }
    for (const Walker& grant : grants_) {
      const Position at = book_.Of(grant.scope);
      const int64_t net = at.paid - at.returned_total();
      ASSERT_GE(net, 0);
      if (grant.decided > 0) {
        ASSERT_LE(net, grant.decided);
      }
      if (grant.fixed >= 0) {
        ASSERT_LE(grant.fixed, grant.decided);
        ASSERT_EQ(net - at.receivable + at.committed, grant.fixed) << "what exceeds the fixed amount is owed";
      }
    }
    for (const std::string programme : {"programme-1", "programme-2"}) CheckProgramme(programme);
  }

  // reserved + committed + paid − returned never exceeds what was allotted.
  void CheckProgramme(const std::string& programme) {
    const auto balance = [&](Account account) {
      return book_.Balance({kBook, programme, account, Fund::kNone, ""});
    };
    int64_t of_grants = 0;
    for (const Walker& grant : grants_) {
      if (grant.scope.programme_id != programme) continue;
      const Position at = book_.Of(grant.scope);
      of_grants += at.reserved + at.committed + at.paid - at.returned;
    }
    const int64_t used = balance(Account::kReserved) + balance(Account::kCommitted) +
                         balance(Account::kPaid) + balance(Account::kReturned);
    ASSERT_EQ(used, of_grants);
    ASSERT_GE(balance(Account::kAvailable), 0);
  }

  uint32_t seed_ = 0;
  std::mt19937 random_;
  TestBook book_;
  std::vector<Walker> grants_;
};

TEST_P(LedgerWalkTest, NeverOverspendsWhateverIsAsked) {
  SCOPED_TRACE(testing::Message() << "JISSHO_SEED=" << seed_);
  ASSERT_TRUE(book_.Post(Appropriate(kBook, {{Fund::kGeneral, 6'456'000}})).ok());
  ASSERT_TRUE(book_.Post(Allot(kBook, "programme-1", 3'000'000)).ok());
  for (int step = 0; step < 400; ++step) {
    Step();
    if (HasFatalFailure()) return;
    CheckBook();
    if (HasFatalFailure()) return;
  }
  const std::vector<Violation> violations = book_.Check();
  for (const Violation& violation : violations) {
    ADD_FAILURE() << violation.entry_id << " " << violation.rule << ": " << violation.detail;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LedgerWalkTest, testing::Range(1u, 41u));

}  // namespace
}  // namespace jissho::subsidy
