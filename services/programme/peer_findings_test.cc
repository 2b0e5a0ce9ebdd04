#include "services/programme/peer_findings.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jissho/cases/v1/cases.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/runtime/reasons.h"
#include "tests/support/status_matchers.h"

namespace jissho::programme {
namespace {

using testing::ReasonIs;

// Answers CountCases by year and everything else by method; what it does not know runs nowhere.
class FakePeers : public runtime::Peers {
 public:
  std::map<int, cases::v1::CountCasesResponse> counts;
  std::map<std::string, std::shared_ptr<google::protobuf::Message>> answers;
  absl::Status cases_error;

 protected:
  absl::Status CallMessage(const runtime::CallContext*, const std::string& service, const std::string& method,
                           const google::protobuf::Message& request,
                           google::protobuf::Message* response) override {
    if (service == "cases" && !counts.empty()) {
      if (!cases_error.ok()) return cases_error;
      response->CopyFrom(counts[static_cast<const cases::v1::CountCasesRequest&>(request).fiscal_year()]);
      return absl::OkStatus();
    }
    const auto found = answers.find(method);
    if (found == answers.end()) return MakeError(runtime::kPeerUnknown, {{"service", service}});
    response->CopyFrom(*found->second);
    return absl::OkStatus();
  }
};

const FindingsQuery kQuery{"093", "01-020108-16", 2022};

TEST(PeerFindingsTest, LeavesOutServicesThatAreNoPartOfTheDeployment) {
  FakePeers peers;
  ASSERT_OK_AND_ASSIGN(const Findings findings, PeerFindings(&peers).Gather(kQuery));
  EXPECT_TRUE(findings.counts.empty());
  EXPECT_FALSE(findings.settlement.has_value());
  EXPECT_FALSE(findings.survey.has_value());
}

TEST(PeerFindingsTest, CountsTheYearAndTheThreeBefore) {
  FakePeers peers;
  for (int year = 2019; year <= 2022; ++year) peers.counts[year].set_trials_run(year - 2015);
  peers.counts[2022].set_in_progress(2);
  ASSERT_OK_AND_ASSIGN(const Findings findings, PeerFindings(&peers).Gather(kQuery));
  ASSERT_EQ(findings.counts.size(), 4u);
  EXPECT_EQ(findings.counts.at(2019).trials_run, 4);
  EXPECT_EQ(findings.counts.at(2022).trials_run, 7);
  EXPECT_EQ(findings.counts.at(2022).undecided, 2);
}

TEST(PeerFindingsTest, FailsWhenAServiceOfTheDeploymentCannotBeReached) {
  FakePeers peers;
  peers.counts[2022].set_trials_run(5);
  peers.cases_error = MakeError(runtime::kPeerUnavailable, {{"service", "cases"}});
  EXPECT_THAT(PeerFindings(&peers).Gather(kQuery), ReasonIs(runtime::kPeerUnavailable));
}

TEST(PeerFindingsTest, TakesTheSettlementWithItsAllocation) {
  FakePeers peers;
  auto settlement = std::make_shared<subsidy::v1::Settlement>();
  settlement->set_settled_yen(5'875'412);
  settlement->set_allocated(true);
  settlement->set_settled_thousand_yen(5875);
  settlement->set_state_share_thousand_yen(2937);
  settlement->set_general_funds_thousand_yen(2938);
  settlement->set_books_closed(true);
  peers.answers["jissho.subsidy.v1.SubsidyService/SummarizeSettlement"] = settlement;
  ASSERT_OK_AND_ASSIGN(const Findings findings, PeerFindings(&peers).Gather(kQuery));
  ASSERT_TRUE(findings.settlement.has_value());
  EXPECT_EQ(findings.settlement->settled_yen, 5'875'412);
  EXPECT_EQ(findings.settlement->settled_thousand_yen, 5875);
  EXPECT_EQ(findings.settlement->state_share_thousand_yen, 2937);
  EXPECT_TRUE(findings.settlement->closed);
}

TEST(PeerFindingsTest, AddsUpTheFollowUpCampaignsOfTheYear) {
  FakePeers peers;
  auto list = std::make_shared<survey::v1::ListCampaignsResponse>();
  for (const char* state : {"closed", "collecting", "discarded"}) {
    auto* campaign = list->add_campaigns();
    campaign->set_id(state);
    campaign->set_state(state);
    campaign->set_kind(survey::v1::CAMPAIGN_KIND_FOLLOW_UP);
  }
  list->add_campaigns()->set_kind(survey::v1::CAMPAIGN_KIND_MONITOR);
  peers.answers["jissho.survey.v1.SurveyService/ListCampaigns"] = list;
  auto results = std::make_shared<survey::v1::CampaignResults>();
  results->set_sent(10);
  results->set_answered(7);
  results->set_valid(6);
  results->set_undeliverable(1);
  peers.answers["jissho.survey.v1.SurveyService/GetCampaignResults"] = results;
  ASSERT_OK_AND_ASSIGN(const Findings findings, PeerFindings(&peers).Gather(kQuery));
  ASSERT_TRUE(findings.survey.has_value());
  EXPECT_EQ(findings.survey->sent, 20);
  EXPECT_EQ(findings.survey->answered, 14);
  EXPECT_EQ(findings.survey->valid, 12);
  EXPECT_EQ(findings.survey->undeliverable, 2);
  EXPECT_FALSE(findings.survey->closed);
}

}  // namespace
}  // namespace jissho::programme
