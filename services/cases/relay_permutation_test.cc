// News of different services overtake each other; of one service they come in order. Whatever the
// interleaving, a case must end the same and tell everybody the same.
#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "services/cases/cases_fixture.h"

namespace jissho::cases {
namespace {

using News = std::function<absl::Status(ServiceHarness&, const std::string& id)>;
using Story = std::map<std::string, std::vector<News>>;  // by source, in order

template <class Make>
News From(const std::string& source, Make make) {
  return [source, make](ServiceHarness& harness, const std::string& id) {
    return harness.Deliver(source, id, make(id));
  };
}

News Accepted() { return From("intake", OfProposal<intake::v1::ProposalAccepted>); }
News Declined() { return From("intake", OfProposal<intake::v1::AdoptionDeclined>); }
News Withdrawn() { return From("intake", OfProposal<intake::v1::ProposalWithdrawn>); }
News Decided(review::v1::Outcome outcome) {
  return From("review", [outcome](const std::string& id) { return Decision(id, outcome); });
}
News Refused() {
  return From("subsidy", [](const std::string& id) {
    subsidy::v1::GrantRefused event;
    event.set_case_id(id);
    return event;
  });
}
News Answered() {
  return From("survey", [](const std::string& id) {
    survey::v1::SurveyAnswered event;
    event.set_case_id(id);
    event.set_status_code("in_use");
    return event;
  });
}
News Cancelled() {
  return From("trial", [](const std::string& id) {
    trial::v1::TrialCancelled event;
    event.set_case_id(id);
    event.set_end_date("2022-12-01");
    return event;
  });
}

struct Ending {
  v1::CaseState state;
  std::vector<std::string> told;  // sorted
  std::string facts;              // what CountCases and the case say
  friend bool operator==(const Ending& a, const Ending& b) {
    return a.state == b.state && a.told == b.told && a.facts == b.facts;
  }
};

std::ostream& operator<<(std::ostream& out, const Ending& ending) {
  return out << v1::CaseState_Name(ending.state) << " {" << ::testing::PrintToString(ending.told) << "} "
             << ending.facts;
}

class RelayPermutationTest : public CasesTest {
 protected:
  // The order of the sources in which the story is told: each source as often as it has news.
  static std::vector<std::string> Sources(const Story& story) {
    std::vector<std::string> order;
    for (const auto& [source, news] : story) order.insert(order.end(), news.size(), source);
    return order;
  }

  Ending Play(const Story& story, const std::vector<std::string>& order, const std::string& id) {
    const size_t before = Told().size();
    Submit(id);
    std::map<std::string, size_t> next;
    for (const std::string& source : order) {
      EXPECT_OK(story.at(source)[next[source]++](*harness_, id)) << source << " " << next[source];
    }
    std::vector<std::string> told = Told();
    told.erase(told.begin(), told.begin() + static_cast<std::ptrdiff_t>(before));
    std::sort(told.begin(), told.end());
    const v1::Case found = Get(id);
    return {found.state(), told,
            absl::StrCat(found.outcome(), " ", found.decided_yen(), " ", found.fixed_yen(), " ",
                         found.settled_yen(), " ", found.trial_run(), " ", found.trial_completed(), " ",
                         found.survey_status_code())};
  }

  void ExpectOneEnding(const Story& story, int rounds) {
    const unsigned seed = 20220610;
    std::mt19937 random(seed);
    std::vector<std::string> order = Sources(story);
    const Ending expected = Play(story, order, "case-0");
    for (int round = 1; round <= rounds; ++round) {
      for (size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
      EXPECT_EQ(Play(story, order, absl::StrCat("case-", round)), expected)
          << "seed " << seed << ", round " << round << ", order " << ::testing::PrintToString(order);
    }
  }
};

TEST_P(RelayPermutationTest, ACompletedTrialEndsTheSameInEveryOrder) {
  ExpectOneEnding(
      {{"intake", {Accepted()}},
       {"review", {Decided(review::v1::OUTCOME_RESERVE), Decided(review::v1::OUTCOME_ADOPTED)}},
       {"subsidy",
        {From("subsidy", GrantDecided), From("subsidy", GrantFixed), From("subsidy", GrantSettled)}},
       {"survey", {Answered()}},
       {"trial", {From("trial", TrialStarted), From("trial", TrialCompleted)}}},
      60);
}

TEST_P(RelayPermutationTest, ATrialBrokenOffEndsTheSameInEveryOrder) {
  ExpectOneEnding(
      {{"intake", {Accepted()}},
       {"review", {Decided(review::v1::OUTCOME_ADOPTED)}},
       {"subsidy",
        {From("subsidy", GrantDecided), From("subsidy", GrantFixed), From("subsidy", GrantSettled)}},
       {"trial", {From("trial", TrialStarted), Cancelled()}}},
      40);
}

TEST_P(RelayPermutationTest, ARevokedGrantEndsTheSameInEveryOrder) {
  ExpectOneEnding({{"intake", {Accepted()}},
                   {"review", {Decided(review::v1::OUTCOME_ADOPTED)}},
                   {"subsidy", {From("subsidy", GrantDecided), Refused()}},
                   {"trial", {From("trial", TrialStarted), Cancelled()}}},
                  40);
}

// A decline can cross the grant's and the trial's news, but not the adoption that it declines.
TEST_P(RelayPermutationTest, ADeclinedAdoptionEndsTheSameInEveryOrder) {
  const Story after = {{"intake", {Declined()}},
                       {"subsidy", {From("subsidy", GrantDecided), Refused()}},
                       {"trial", {Cancelled()}}};
  const unsigned seed = 7;
  std::mt19937 random(seed);
  std::vector<std::string> order = Sources(after);
  std::vector<Ending> endings;
  for (int round = 0; round < 30; ++round) {
    const std::string id = absl::StrCat("case-", round);
    for (size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
    Story story = after;
    story["intake"].insert(story["intake"].begin(), Accepted());
    story["review"] = {Decided(review::v1::OUTCOME_ADOPTED)};
    std::vector<std::string> whole = {"intake", "review"};
    whole.insert(whole.end(), order.begin(), order.end());
    endings.push_back(Play(story, whole, id));
    EXPECT_EQ(endings.back(), endings.front())
        << "seed " << seed << ", round " << round << ", order " << ::testing::PrintToString(whole);
  }
  EXPECT_EQ(endings.front().state, v1::CASE_STATE_DECLINED);
}

// Here the relays differ by right: an adoption that came first has opened what the withdrawal must undo. The
// case and the counts must not differ, and whatever was opened must be undone.
TEST_P(RelayPermutationTest, AWithdrawalCrossingTheAdoptionEndsWithdrawnAndLeavesNothingOpen) {
  const Story story = {{"intake", {Accepted(), Withdrawn()}},
                       {"review", {Decided(review::v1::OUTCOME_ADOPTED)}}};
  const std::vector<std::vector<std::string>> orders = {
      {"intake", "intake", "review"}, {"intake", "review", "intake"}, {"review", "intake", "intake"}};
  for (size_t i = 0; i < orders.size(); ++i) {
    const Ending ending = Play(story, orders[i], absl::StrCat("case-", i));
    EXPECT_EQ(ending.state, v1::CASE_STATE_WITHDRAWN);
    const auto times = [&](const std::string& what) {
      return std::count(ending.told.begin(), ending.told.end(), what);
    };
    EXPECT_EQ(times("subsidy CaseDecided"), times("subsidy CaseDeclined"));
    EXPECT_EQ(times("trial CaseDecided"), times("trial CaseDeclined"));
  }
  v1::CountCasesRequest request;
  request.set_programme_id("prog-1");
  request.set_fiscal_year(2022);
  ASSERT_OK_AND_ASSIGN(const auto counts, harness_->Call<v1::CountCasesResponse>(
                                              Staff("secretariat", "user:s"), "CountCases", request));
  EXPECT_EQ(counts.withdrawn(), 3);
  EXPECT_EQ(counts.adopted(), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, RelayPermutationTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::cases
