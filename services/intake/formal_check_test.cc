#include "services/intake/intake_fixture.h"
#include "services/runtime/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::intake {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::ReasonIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FormalCheckTest : public IntakeTest {};
INSTANTIATE_TEST_SUITE_P(Databases, FormalCheckTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(FormalCheckTest, KeepsTheReceiptNumberThroughACorrection) {
  const std::string id = Submitted();
  ASSERT_OK_AND_ASSIGN(const auto returned, Return(id));
  EXPECT_EQ(returned.state(), v1::PROPOSAL_STATE_RETURNED);
  EXPECT_EQ(FromTimestamp(returned.correction_due_time()), Tokyo(5, 17, 0));
  ASSERT_OK_AND_ASSIGN(const auto receipt, Submit(ann_, id));
  EXPECT_EQ(receipt.receipt_number(), 1);
  EXPECT_EQ(receipt.revision(), 2);
  ASSERT_OK_AND_ASSIGN(const auto accepted, Accept(id));
  EXPECT_EQ(accepted.state(), v1::PROPOSAL_STATE_ACCEPTED);
  ASSERT_OK(h_->Settle());
  EXPECT_THAT(h_->Sent<v1::ProposalReturned>(), SizeIs(1));
  EXPECT_THAT(h_->Sent<v1::ProposalSubmitted>(), SizeIs(2));
  EXPECT_THAT(h_->Sent<v1::ProposalAccepted>(), SizeIs(1));
}

TEST_P(FormalCheckTest, TakesACorrectionAfterTheCallHasClosed) {
  ASSERT_OK(h_->AdvanceTo(close_ - absl::Minutes(1)));
  const std::string id = Submitted();
  ASSERT_OK(Return(id));
  ASSERT_OK(h_->AdvanceTo(close_ + absl::Hours(24)));
  EXPECT_THAT(Submit(ann_, id), IsOk());
}

TEST_P(FormalCheckTest, LapsesWhenNoCorrectionCame) {
  const std::string id = Submitted();
  ASSERT_OK(Return(id));
  ASSERT_OK(h_->AdvanceTo(Tokyo(5, 17, 0) - absl::Seconds(1)));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_RETURNED);
  ASSERT_OK(h_->AdvanceTo(Tokyo(5, 17, 0)));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_INELIGIBLE);
  EXPECT_THAT(h_->Sent<v1::ProposalIneligible>(), SizeIs(1));
}

TEST_P(FormalCheckTest, LapsesOnceHoweverTheClockJumps) {
  const std::string id = Submitted();
  ASSERT_OK(Return(id));
  const absl::Time due = Tokyo(5, 17, 0);
  const auto jump_to = [this](absl::Time time) {
    h_->calendar().Set(time);
    return h_->Settle();
  };
  ASSERT_OK(jump_to(due - absl::Minutes(30)));
  ASSERT_OK(jump_to(due - absl::Minutes(90)));
  ASSERT_OK(jump_to(due - absl::Microseconds(1)));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_RETURNED);
  ASSERT_OK(jump_to(due + absl::Minutes(59)));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_INELIGIBLE);
  ASSERT_OK(jump_to(due - absl::Microseconds(1)));
  ASSERT_OK(jump_to(due));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_INELIGIBLE);
  EXPECT_THAT(h_->Sent<v1::ProposalIneligible>(), SizeIs(1));
}

TEST_P(FormalCheckTest, DoesNotLapseOnceTheCorrectionIsThere) {
  const std::string id = Submitted();
  ASSERT_OK(Return(id));
  ASSERT_OK(Submit(ann_, id));
  ASSERT_OK(h_->AdvanceTo(Tokyo(5, 31)));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_SUBMITTED);
}

TEST_P(FormalCheckTest, RefusesACorrectionAtItsDueTimeEvenBeforeTheTimerFires) {
  const std::string id = Submitted();
  ASSERT_OK(Return(id));
  h_->calendar().Set(Tokyo(5, 17, 0));
  EXPECT_THAT(Submit(ann_, id), ReasonIs(kCorrectionTooLate));
}

TEST_P(FormalCheckTest, LetsNoApplicantAcceptHisOwnProposal) {
  const std::string id = Submitted();
  EXPECT_THAT(Act<v1::AcceptProposalRequest>(ann_, "AcceptProposal", id), ReasonIs(runtime::kRoleNotAllowed));
}

TEST_P(FormalCheckTest, RejectsForAFormalDefect) {
  const std::string id = Submitted();
  ASSERT_OK_AND_ASSIGN(const auto rejected,
                       Act<v1::RejectProposalRequest>(clerk_, "RejectProposal", id, "対象外の団体"));
  EXPECT_EQ(rejected.state(), v1::PROPOSAL_STATE_INELIGIBLE);
  EXPECT_EQ(rejected.remark(), "対象外の団体");
  ASSERT_OK(h_->Settle());
  ASSERT_THAT(h_->Sent<v1::ProposalIneligible>(), SizeIs(1));
  EXPECT_EQ(h_->Sent<v1::ProposalIneligible>()[0].reason(), "対象外の団体");
}

TEST_P(FormalCheckTest, FreesTheTitleOfAWithdrawnProposal) {
  const std::string id = Submitted();
  ASSERT_OK(Act<v1::WithdrawProposalRequest>(ann_, "WithdrawProposal", id, "都合による"));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_WITHDRAWN);
  EXPECT_THAT(Submit(ann_, Draft()), IsOk());
  ASSERT_OK(h_->Settle());
  EXPECT_THAT(h_->Sent<v1::ProposalWithdrawn>(), SizeIs(1));
}

TEST_P(FormalCheckTest, RefusesToWithdrawAfterTheDecision) {
  const std::string id = Submitted();
  ASSERT_OK(Accept(id));
  ASSERT_OK(Decide(id, "REJECTED"));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_NOT_ADOPTED);
  EXPECT_THAT(Act<v1::WithdrawProposalRequest>(ann_, "WithdrawProposal", id, "x"),
              ReasonIs(act::kStateNotAllowed));
}

TEST_P(FormalCheckTest, PromotesARunnerUp) {
  const std::string id = Submitted();
  ASSERT_OK(Accept(id));
  ASSERT_OK(Decide(id, "RESERVE"));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_RESERVE);
  ASSERT_OK(Decide(id, "ADOPTED"));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_ADOPTED);
}

TEST_P(FormalCheckTest, LetsTheApplicantDeclineTheAdoption) {
  const std::string id = Submitted();
  ASSERT_OK(Accept(id));
  ASSERT_OK(Decide(id, "ADOPTED_WITH_CONDITIONS"));
  EXPECT_THAT(Act<v1::DeclineAdoptionRequest>(ann_, "DeclineAdoption", id), ReasonIs(kFieldInvalid));
  ASSERT_OK(Act<v1::DeclineAdoptionRequest>(ann_, "DeclineAdoption", id, "体制が整わない"));
  EXPECT_EQ(State(id), v1::PROPOSAL_STATE_DECLINED);
  ASSERT_OK(h_->Settle());
  EXPECT_THAT(h_->Sent<v1::AdoptionDeclined>(), SizeIs(1));
}

}  // namespace
}  // namespace jissho::intake
