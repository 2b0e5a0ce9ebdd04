#include "jissho/review/v1/events.pb.h"
#include "services/programme/domain/sample_call.h"
#include "services/programme/programme_service.h"
#include "services/programme/reasons.h"
#include "services/programme/service_fixture.h"
#include "services/runtime/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::programme {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::ReasonIs;

class CallTest : public ProgrammeFixture {
 protected:
  static v1::CallRules Rules() {
    const CallRules sample = SampleRules();
    v1::CallRules rules;
    rules.set_fiscal_year(sample.fiscal_year);
    rules.set_title(sample.title);
    for (const std::string& section : sample.sections) rules.add_sections(section);
    *rules.mutable_open_time() = ToTimestamp(*sample.open_time);
    *rules.mutable_close_time() = ToTimestamp(*sample.close_time);
    for (const CriterionRule& criterion : sample.criteria) {
      v1::Criterion* added = rules.add_criteria();
      added->set_code(criterion.code);
      added->set_title(criterion.title);
      added->set_weight(criterion.weight);
    }
    for (const int32_t grade : sample.grades) rules.add_grades(grade);
    rules.set_floor_percent(sample.floor_percent);
    rules.set_quorum(sample.quorum);
    rules.set_quota(sample.quota);
    rules.set_grant_budget_yen(sample.grant_budget_yen);
    rules.set_cap_yen(sample.cap_yen);
    rules.set_rate(sample.rate);
    rules.set_rounding_unit_yen(sample.rounding_unit_yen);
    rules.set_first_review_places(sample.first_review_places);
    rules.set_trial_start_date(sample.trial_start_date);
    rules.set_trial_end_date(sample.trial_end_date);
    rules.set_report_due_date(sample.report_due_date);
    rules.set_correction_days(sample.correction_days);
    return rules;
  }

  v1::Call Draft() {
    CreateProgramme();
    v1::CreateCallRequest request;
    request.set_programme_id("093");
    *request.mutable_rules() = Rules();
    auto call = Do<v1::Call>("CreateCall", clerk_, request);
    EXPECT_THAT(call, IsOk());
    return call.value_or(v1::Call());
  }

  absl::StatusOr<v1::Call> PublishAs(const act::Actor& actor, const std::string& id) {
    v1::PublishCallRequest request;
    request.set_id(id);
    return Do<v1::Call>("PublishCall", actor, request);
  }

  v1::Call Published() {
    auto call = PublishAs(manager_, Draft().id());
    EXPECT_THAT(call, IsOk());
    return call.value_or(v1::Call());
  }

  v1::Call Read(const std::string& id) {
    v1::GetCallRequest request;
    request.set_id(id);
    auto call = Ask<v1::Call>("GetCall", clerk_, request);
    EXPECT_THAT(call, IsOk());
    return call.value_or(v1::Call());
  }

  absl::StatusOr<v1::Call> Amend(const std::string& id, absl::Time close) {
    v1::AmendCallRequest request;
    request.set_id(id);
    *request.mutable_close_time() = ToTimestamp(close);
    request.set_reason("訂正公告（見本）");
    return Do<v1::Call>("AmendCall", manager_, request);
  }

  std::vector<std::string> Receivers(const std::string& type) const {
    std::vector<std::string> out;
    for (const act::Envelope& envelope : transport_.taken) {
      if (envelope.type == type) out.push_back(envelope.receiver);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_P(CallTest, StartsAsADraftThatTakesTheProgrammesBudgetLine) {
  const v1::Call call = Draft();
  EXPECT_EQ(call.state(), v1::CALL_STATE_DRAFT);
  EXPECT_EQ(call.rules().budget_line(), "01-020108-16");
  EXPECT_FALSE(call.id().empty());
}

TEST_P(CallTest, RefusesACallOfAnUnknownProgramme) {
  v1::CreateCallRequest request;
  request.set_programme_id("999");
  *request.mutable_rules() = Rules();
  EXPECT_THAT(Do<v1::Call>("CreateCall", clerk_, request), ReasonIs(kProgrammeNotFound));
}

TEST_P(CallTest, IsAnnouncedToFourServicesWhenItIsPublished) {
  const v1::Call call = Published();
  EXPECT_EQ(call.state(), v1::CALL_STATE_PUBLISHED);
  PumpUntilQuiet();
  EXPECT_THAT(Receivers("jissho.programme.v1.CallPublished"),
              ElementsAre("intake", "review", "subsidy", "trial"));
  v1::CallPublished event;
  ASSERT_TRUE(event.ParseFromString(transport_.taken.front().payload));
  EXPECT_EQ(event.call_id(), call.id());
  EXPECT_EQ(event.programme_no(), "093");
  EXPECT_EQ(event.quota(), 5);
  EXPECT_EQ(event.criteria_size(), 2);
  EXPECT_EQ(event.close_time().seconds(), Rules().close_time().seconds());
}

TEST_P(CallTest, IsNotPublishedByWhoDraftedIt) {
  const v1::Call call = Draft();
  EXPECT_THAT(PublishAs(both_, call.id()), ReasonIs(act::kFourEyes));
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_DRAFT);
  PumpUntilQuiet();
  EXPECT_THAT(transport_.taken, IsEmpty());
}

TEST_P(CallTest, IsNotPublishedByTheSecretariat) {
  const act::Actor other{"user:other", {"secretariat"}, "", "LOCAL"};
  EXPECT_THAT(PublishAs(other, Draft().id()), ReasonIs(act::kRoleRequired));
}

TEST_P(CallTest, IsNotPublishedWhileItIsIncomplete) {
  CreateProgramme();
  v1::CreateCallRequest request;
  request.set_programme_id("093");
  request.mutable_rules()->set_title("途中（見本）");
  ASSERT_OK_AND_ASSIGN(const auto call, Do<v1::Call>("CreateCall", clerk_, request));
  EXPECT_THAT(PublishAs(manager_, call.id()), ReasonIs(kCallIncomplete));
}

TEST_P(CallTest, IsPublishedOnce) {
  EXPECT_THAT(PublishAs(manager_, Published().id()), ReasonIs(act::kStateNotAllowed));
}

TEST_P(CallTest, KeepsItsRulesFromPublicationOn) {
  const v1::Call call = Published();
  v1::UpdateCallRequest request;
  request.set_id(call.id());
  *request.mutable_rules() = Rules();
  request.mutable_rules()->set_quota(9);
  request.set_etag(call.etag());
  EXPECT_THAT(Do<v1::Call>("UpdateCall", clerk_, request), ReasonIs(kCallNotDraft));
  EXPECT_EQ(Read(call.id()).rules().quota(), 5);
}

TEST_P(CallTest, TakesNewRulesWhileItIsADraft) {
  const v1::Call call = Draft();
  v1::UpdateCallRequest request;
  request.set_id(call.id());
  *request.mutable_rules() = Rules();
  request.mutable_rules()->set_quota(9);
  request.set_etag(call.etag());
  ASSERT_OK_AND_ASSIGN(const auto updated, Do<v1::Call>("UpdateCall", clerk_, request));
  EXPECT_EQ(updated.rules().quota(), 9);
  EXPECT_NE(updated.etag(), call.etag());
  EXPECT_THAT(Do<v1::Call>("UpdateCall", clerk_, request), ReasonIs(runtime::kEtagMismatch));
}

TEST_P(CallTest, OpensAndClosesByTheCalendar) {
  const v1::Call call = Published();
  Advance(*SampleRules().open_time - absl::Seconds(1));
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_PUBLISHED);
  Advance(*SampleRules().open_time);
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_OPEN);
  Advance(*SampleRules().close_time - absl::Seconds(1));
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_OPEN);
  EXPECT_THAT(Receivers("jissho.programme.v1.CallClosed"), IsEmpty());
  Advance(*SampleRules().close_time);
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_CLOSED);
  EXPECT_THAT(Receivers("jissho.programme.v1.CallClosed"), ElementsAre("intake", "review"));
}

TEST_P(CallTest, OpensAndClosesOnceHoweverTheClockJumps) {
  const v1::Call call = Published();
  const absl::Time open = *SampleRules().open_time;
  const absl::Time close = *SampleRules().close_time;
  Advance(open + absl::Minutes(30));
  Advance(open - absl::Minutes(30));
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_OPEN);
  Advance(close - absl::Minutes(30));
  Advance(close - absl::Minutes(90));
  Advance(close - absl::Microseconds(1));
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_OPEN);
  Advance(close + absl::Minutes(59));
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_CLOSED);
  Advance(close - absl::Microseconds(1));
  Advance(close);
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_CLOSED);
  EXPECT_THAT(Receivers("jissho.programme.v1.CallClosed"), ElementsAre("intake", "review"));
}

TEST_P(CallTest, IsOpenAtOnceWhenItIsPublishedLate) {
  const v1::Call call = Draft();
  calendar_.Set(*SampleRules().open_time + absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const auto published, PublishAs(manager_, call.id()));
  EXPECT_EQ(published.state(), v1::CALL_STATE_OPEN);
}

TEST_P(CallTest, StaysOpenUntilTheExtendedClosingTime) {
  const v1::Call call = Published();
  Advance(*SampleRules().open_time);
  const absl::Time later = *SampleRules().close_time + absl::Hours(24);
  ASSERT_OK_AND_ASSIGN(const auto amended, Amend(call.id(), later));
  EXPECT_EQ(amended.amendments(), 1);
  Advance(*SampleRules().close_time);
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_OPEN);
  Advance(later);
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_CLOSED);
  EXPECT_EQ(Receivers("jissho.programme.v1.CallPublished").size(), 8u);
}

TEST_P(CallTest, IsNotExtendedAfterItHasClosed) {
  const v1::Call call = Published();
  Advance(*SampleRules().close_time);
  EXPECT_THAT(Amend(call.id(), *SampleRules().close_time + absl::Hours(24)), ReasonIs(act::kStateNotAllowed));
}

TEST_P(CallTest, IsNotShortened) {
  EXPECT_THAT(Amend(Published().id(), *SampleRules().close_time - absl::Hours(1)),
              ReasonIs(kCallExtensionInvalid));
}

TEST_P(CallTest, IsDecidedWhenTheReviewReleasesItsRound) {
  const v1::Call call = Published();
  Advance(*SampleRules().close_time);
  review::v1::RoundReleased released;
  released.set_call_id(call.id());
  released.set_adopted(5);
  ASSERT_THAT(Deliver("review", call.id(), 1, released), IsOk());
  EXPECT_EQ(Read(call.id()).state(), v1::CALL_STATE_DECIDED);
  EXPECT_EQ(Read(call.id()).adopted(), 5);
  released.set_adopted(6);
  ASSERT_THAT(Deliver("review", call.id(), 2, released), IsOk());
  EXPECT_EQ(Read(call.id()).adopted(), 6);
}

TEST_P(CallTest, HidesDraftsFromApplicants) {
  const v1::Call call = Draft();
  v1::GetCallRequest request;
  request.set_id(call.id());
  EXPECT_THAT(Ask<v1::Call>("GetCall", applicant_, request), ReasonIs(kCallNotFound));
  ASSERT_OK_AND_ASSIGN(const auto hidden,
                       Ask<v1::ListCallsResponse>("ListCalls", applicant_, v1::ListCallsRequest()));
  EXPECT_EQ(hidden.calls_size(), 0);
  ASSERT_THAT(PublishAs(manager_, call.id()), IsOk());
  EXPECT_THAT(Ask<v1::Call>("GetCall", applicant_, request), IsOk());
}

TEST_P(CallTest, ListsByStateAndInPages) {
  const v1::Call first = Draft();
  v1::CreateCallRequest again;
  again.set_programme_id("093");
  *again.mutable_rules() = Rules();
  ASSERT_THAT(Do<v1::Call>("CreateCall", clerk_, again), IsOk());
  ASSERT_THAT(PublishAs(manager_, first.id()), IsOk());
  v1::ListCallsRequest request;
  request.set_state(v1::CALL_STATE_PUBLISHED);
  ASSERT_OK_AND_ASSIGN(const auto published, Ask<v1::ListCallsResponse>("ListCalls", clerk_, request));
  ASSERT_EQ(published.calls_size(), 1);
  EXPECT_EQ(published.calls(0).id(), first.id());
  request.clear_state();
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(const auto page, Ask<v1::ListCallsResponse>("ListCalls", clerk_, request));
  ASSERT_EQ(page.calls_size(), 1);
  request.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto rest, Ask<v1::ListCallsResponse>("ListCalls", clerk_, request));
  ASSERT_EQ(rest.calls_size(), 1);
  EXPECT_NE(rest.calls(0).id(), page.calls(0).id());
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_P(CallTest, KeepsOneProgrammeOfAnId) {
  CreateProgramme();
  v1::CreateProgrammeRequest request;
  *request.mutable_programme() = SampleProgramme();
  EXPECT_THAT(Do<v1::Programme>("CreateProgramme", clerk_, request), ReasonIs(kProgrammeExists));
}

TEST_P(CallTest, ChangesAProgrammeOnlyFromTheVersionThatWasRead) {
  CreateProgramme();
  v1::GetProgrammeRequest get;
  get.set_id("093");
  ASSERT_OK_AND_ASSIGN(const auto read, Ask<v1::Programme>("GetProgramme", applicant_, get));
  v1::UpdateProgrammeRequest request;
  *request.mutable_programme() = read;
  request.mutable_programme()->set_purpose("目的（見本）");
  ASSERT_OK_AND_ASSIGN(const auto updated, Do<v1::Programme>("UpdateProgramme", clerk_, request));
  EXPECT_EQ(updated.purpose(), "目的（見本）");
  EXPECT_THAT(Do<v1::Programme>("UpdateProgramme", clerk_, request), ReasonIs(runtime::kEtagMismatch));
}

INSTANTIATE_TEST_SUITE_P(Databases, CallTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::programme
