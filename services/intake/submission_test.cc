#include <set>
#include <thread>

#include "services/intake/intake_fixture.h"
#include "services/runtime/reasons.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/base/hash.h"

namespace jissho::intake {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::ReasonIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Databases, IntakeTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(IntakeTest, GivesAReceiptWithTheTimeOfTheServer) {
  const std::string id = Draft();
  ASSERT_OK(h_->AdvanceTo(Tokyo(5, 10, 10, 30)));
  ASSERT_OK_AND_ASSIGN(const auto receipt, Submit(ann_, id));
  EXPECT_EQ(receipt.receipt_number(), 1);
  EXPECT_EQ(receipt.revision(), 1);
  EXPECT_EQ(FromTimestamp(receipt.received_time()), Tokyo(5, 10, 10, 30));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_SUBMITTED);
}

TEST_P(IntakeTest, RepeatsTheReceiptForARepeatedRequest) {
  const std::string id = Draft();
  ASSERT_OK_AND_ASSIGN(const auto first, Submit(ann_, id, "once"));
  ASSERT_OK(h_->Advance(absl::Hours(1)));
  ASSERT_OK_AND_ASSIGN(const auto second, Submit(ann_, id, "once"));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  ASSERT_OK(h_->Settle());
  EXPECT_THAT(h_->Sent<v1::ProposalSubmitted>(), SizeIs(1));
}

TEST_P(IntakeTest, GivesOneReceiptToTenRequestsAtOnce) {
  const std::string id = Draft();
  h_->Start();
  std::vector<std::string> receipts(10);
  std::vector<std::thread> callers;
  for (std::string& receipt : receipts) {
    callers.emplace_back([&] {
      auto answer = Submit(ann_, id, "once");
      receipt = answer.ok() ? answer->SerializeAsString() : answer.status().ToString();
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(std::set<std::string>(receipts.begin(), receipts.end()), SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto proposal, Get(ann_, id));
  EXPECT_EQ(proposal.revision(), 1);
  EXPECT_EQ(proposal.receipt_number(), 1);
}

TEST_P(IntakeTest, NumbersTheProposalsOfACallWithoutGapsWhoeverFails) {
  ASSERT_OK(Submit(ann_, Draft("一")));
  EXPECT_THAT(Submit(ann_, Draft("一")), ReasonIs(kDuplicateProposal));
  ASSERT_OK_AND_ASSIGN(const auto second, Submit(ann_, Draft("二")));
  EXPECT_EQ(second.receipt_number(), 2);
}

TEST_P(IntakeTest, RefusesASubmissionAtTheInstantOfClosingAndRecordsTheAttempt) {
  const std::string id = Draft();
  ASSERT_OK(h_->AdvanceTo(close_));
  EXPECT_THAT(Submit(ann_, id), ReasonIs(kTooLate));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_DRAFT);
  ASSERT_OK_AND_ASSIGN(auto lease, h_->pool().Acquire(absl::Seconds(5)));
  ASSERT_OK_AND_ASSIGN(const auto journal, act::ListJournal(*lease, id, 0, 10));
  ASSERT_FALSE(journal.empty());
  EXPECT_EQ(journal.back().outcome, "refused");
  EXPECT_EQ(journal.back().actor, ann_.id);
  EXPECT_EQ(journal.back().at, close_);
  EXPECT_EQ(act::Json::parse(journal.back().detail)["refusal"], "TOO_LATE");
}

TEST_P(IntakeTest, ReceivesAMicrosecondBeforeTheClosingAndSaysSo) {
  const std::string id = Draft();
  ASSERT_OK(h_->AdvanceTo(close_ - absl::Microseconds(1)));
  ASSERT_OK_AND_ASSIGN(const auto receipt, Submit(ann_, id));
  EXPECT_EQ(FromTimestamp(receipt.received_time()), close_ - absl::Microseconds(1));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_SUBMITTED);
}

TEST_P(IntakeTest, ReceivesUntilTheMinuteOfClosingOnALeapDay) {
  auto call = SampleCall();
  const absl::Time close = civil::TokyoInstant(absl::CivilDay(2024, 2, 29), 17, 15);
  *call.mutable_close_time() = ToTimestamp(close);
  ASSERT_OK(h_->Deliver("programme", "call-1", call));
  const std::string in_time = Draft("一");
  const std::string too_late = Draft("二");
  ASSERT_OK(h_->AdvanceTo(close - absl::Microseconds(1)));
  EXPECT_THAT(Submit(ann_, in_time), IsOk());
  ASSERT_OK(h_->AdvanceTo(close));
  EXPECT_THAT(Submit(ann_, too_late), ReasonIs(kTooLate));
  ASSERT_OK(h_->AdvanceTo(close + absl::Microseconds(1)));
  EXPECT_THAT(Submit(ann_, too_late), ReasonIs(kTooLate));
}

TEST_P(IntakeTest, AClockSetBackOpensNoCallThatWasClosed) {
  const std::string id = Draft();
  ASSERT_OK(h_->AdvanceTo(close_));
  programme::v1::CallClosed closed;
  closed.set_call_id("call-1");
  ASSERT_OK(h_->Deliver("programme", "call-1", closed));
  h_->calendar().Set(close_ - absl::Hours(1));
  EXPECT_THAT(Submit(ann_, id), ReasonIs(kTooLate));
}

TEST_P(IntakeTest, ReceivesLongerWhenTheCallIsExtended) {
  const std::string id = Draft();
  auto extended = SampleCall();
  *extended.mutable_close_time() = ToTimestamp(close_ + absl::Hours(24));
  ASSERT_OK(h_->Deliver("programme", "call-1", extended));
  ASSERT_OK(h_->AdvanceTo(close_));
  EXPECT_THAT(Submit(ann_, id), IsOk());
}

TEST_P(IntakeTest, RefusesASubmissionAfterTheCallWasClosed) {
  const std::string id = Draft();
  programme::v1::CallClosed closed;
  closed.set_call_id("call-1");
  ASSERT_OK(h_->Deliver("programme", "call-1", closed));
  EXPECT_THAT(Submit(ann_, id), ReasonIs(kTooLate));
}

TEST_P(IntakeTest, TellsEverythingThatIsMissingAndStaysADraft) {
  ASSERT_OK_AND_ASSIGN(const auto draft, Create(ann_, {}));
  const auto receipt = Submit(ann_, draft.id());
  EXPECT_THAT(receipt, ReasonIs(kFieldInvalid));
  const auto detail = GetErrorDetail(receipt.status());
  ASSERT_TRUE(detail);
  EXPECT_THAT(detail->faults, SizeIs(12));
  EXPECT_EQ(State(draft.id()), v1::PROPOSAL_STATE_DRAFT);
}

TEST_P(IntakeTest, DoesNotKnowAnotherOrganisationsProposal) {
  const std::string id = Submitted();
  EXPECT_THAT(Get(ben_, id), ReasonIs(kProposalNotFound));
  EXPECT_THAT(Submit(ben_, id), ReasonIs(kProposalNotFound));
  EXPECT_THAT(Act<v1::WithdrawProposalRequest>(ben_, "WithdrawProposal", id, "x"),
              ReasonIs(kProposalNotFound));
  ASSERT_OK_AND_ASSIGN(const auto list, h_->Call<v1::ListProposalsResponse>(ben_, "ListProposals",
                                                                            v1::ListProposalsRequest()));
  EXPECT_THAT(list.proposals(), IsEmpty());
}

TEST_P(IntakeTest, ShowsNoDraftToOtherStaffThanTheSecretariat) {
  const std::string id = Draft();
  EXPECT_THAT(Get(Staff("manager", "sample-manager"), id), ReasonIs(kProposalNotFound));
  EXPECT_THAT(Get(clerk_, id), IsOk());
}

TEST_P(IntakeTest, NeverChangesWhatWasSubmitted) {
  const std::string id = Submitted();
  v1::ListRevisionsRequest list;
  list.set_proposal_id(id);
  ASSERT_OK_AND_ASSIGN(const auto before, h_->Call<v1::ListRevisionsResponse>(ann_, "ListRevisions", list));
  ASSERT_OK_AND_ASSIGN(const auto returned, Return(id));
  v1::UpdateProposalRequest update;
  update.set_id(id);
  update.set_etag(returned.etag());
  *update.mutable_content() = SampleContent("直した件名");
  ASSERT_OK(h_->Call<v1::Proposal>(ann_, "UpdateProposal", update));
  ASSERT_OK(Submit(ann_, id));
  ASSERT_OK_AND_ASSIGN(const auto after, h_->Call<v1::ListRevisionsResponse>(ann_, "ListRevisions", list));
  ASSERT_THAT(after.revisions(), SizeIs(2));
  EXPECT_EQ(after.revisions(0).SerializeAsString(), before.revisions(0).SerializeAsString());
  EXPECT_EQ(after.revisions(0).sha256(), Sha256Hex(after.revisions(0).content_json()));
  EXPECT_NE(after.revisions(1).sha256(), after.revisions(0).sha256());
}

TEST_P(IntakeTest, RefusesToChangeASubmittedProposal) {
  const std::string id = Submitted();
  ASSERT_OK_AND_ASSIGN(const auto proposal, Get(ann_, id));
  v1::UpdateProposalRequest update;
  update.set_id(id);
  update.set_etag(proposal.etag());
  *update.mutable_content() = SampleContent("別の件名");
  EXPECT_THAT(h_->Call<v1::Proposal>(ann_, "UpdateProposal", update), ReasonIs(act::kStateNotAllowed));
}

TEST_P(IntakeTest, RefusesAChangeThatWasMadeFromAnOldVersion) {
  const std::string id = Draft();
  ASSERT_OK_AND_ASSIGN(const auto old, Get(ann_, id));
  v1::UpdateProposalRequest update;
  update.set_id(id);
  update.set_etag(old.etag());
  *update.mutable_content() = SampleContent("改めた件名");
  ASSERT_OK(h_->Call<v1::Proposal>(ann_, "UpdateProposal", update));
  update.mutable_content()->set_title("もう一度");
  EXPECT_THAT(h_->Call<v1::Proposal>(ann_, "UpdateProposal", update), ReasonIs(runtime::kEtagMismatch));
}

TEST_P(IntakeTest, DemandsAReasonOfTheSecretariatThatSubmitsOnBehalf) {
  const std::string id = Draft();
  EXPECT_THAT(Submit(clerk_, id), ReasonIs(act::kReasonRequired));
  v1::SubmitProposalRequest request;
  request.set_id(id);
  request.set_reason("紙で提出");
  EXPECT_THAT(h_->Call<v1::Receipt>(clerk_, "SubmitProposal", request), IsOk());
}

TEST_P(IntakeTest, TellsTheCasesWhatWasSubmitted) {
  const std::string id = Submitted();
  ASSERT_OK(h_->Settle());
  const auto sent = h_->Sent<v1::ProposalSubmitted>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].proposal_id(), id);
  EXPECT_EQ(sent[0].programme_id(), "093");
  EXPECT_EQ(sent[0].organisation_name(), "見本団体 org-a");
  EXPECT_EQ(sent[0].requested_yen(), 600'000);
}

}  // namespace
}  // namespace jissho::intake
