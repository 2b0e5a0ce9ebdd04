// The review from publication to promotion, through the methods and the charts, over SQLite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "jissho/review/v1/review.pb.h"
#include "services/review/reasons.h"
#include "services/review/review_module.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/reasons.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/base/id.h"

namespace jissho::review {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::ReasonIs;
using ::testing::ElementsAre;

// Keeps what was sent, by receiver and type.
class Transport : public act::EventTransport {
 public:
  absl::Status Deliver(const act::Envelope& message) override {
    sent.push_back(message);
    return absl::OkStatus();
  }
  std::vector<act::Envelope> sent;
};

const act::Actor kOffice{"officer", {"secretariat"}, "", "LOCAL"};
const act::Actor kManager{"manager", {"manager"}, "", "LOCAL"};
const act::Actor kMayor{"mayor", {"mayor"}, "", "LOCAL"};
const act::Actor kChair{"chair", {"chair", "reviewer"}, "", "LOCAL"};
const act::Actor kFirst{"r1", {"reviewer"}, "", "LOCAL"};
const act::Actor kSecond{"r2", {"reviewer"}, "", "LOCAL"};

class ReviewServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    module_ = MakeModule({nullptr, "082201", &RandomIds()});
    pool_ = *storage::OpenPool({.dsn = jissho::testing::FreshSqliteDsn()});
    auto lease = *pool_->Acquire(absl::Seconds(5));
    ASSERT_OK_AND_ASSIGN(const auto base, act::Migrations());
    ASSERT_OK(storage::Migrate(*lease, base));
    ASSERT_OK_AND_ASSIGN(const auto own, module_->migrations());
    ASSERT_OK(storage::Migrate(*lease, own));
    ASSERT_OK_AND_ASSIGN(auto definitions, module_->definitions());
    act::ServiceOptions options;
    options.service = "review";
    options.municipality = "082201";
    ASSERT_OK_AND_ASSIGN(service_, act::Service::Create(options, std::move(definitions), pool_.get(),
                                                        &calendar_, &monotonic_, &transport_, nullptr));
    methods_ = module_->methods().front().methods();
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Do(const act::Actor& actor, const std::string& name, const Request& request) {
    runtime::CallContext call;
    call.method = "jissho.review.v1.ReviewService/" + name;
    call.actor = actor;
    call.now = calendar_.Now();
    const runtime::Method& method = methods_.at(name);
    if (method.read) {
      auto lease = *pool_->Acquire(absl::Seconds(5));
      JISSHO_ASSIGN_OR_RETURN(const auto response, method.read(call, request, *lease));
      return static_cast<const Response&>(*response);
    }
    JISSHO_ASSIGN_OR_RETURN(act::Act act, method.plan(call, request));
    act.actor = actor;
    act.command = {actor.id, call.method, absl::StrCat("request-", ++requests_), request.SerializeAsString()};
    JISSHO_ASSIGN_OR_RETURN(const std::string bytes, service_->RunHere(act));
    Response response;
    response.ParseFromString(bytes);
    return response;
  }

  template <class Message>
  absl::Status Tell(const std::string& source, const std::string& stream, const Message& message) {
    absl::Status told;
    service_->Deliver(
        {source, stream, ++sequence_[source + stream], message.GetTypeName(), message.SerializeAsString()},
        [&](absl::StatusOr<std::string> done) { told = done.status(); });
    return told;
  }

  // Two criteria of weights 3 and 2, full marks 25, floor 15; quorum 2; two places for money of 1,500,000
  // yen.
  void Publish() {
    programme::v1::CallPublished call;
    call.set_call_id("call");
    call.set_title("見本の公募");
    for (const auto& [code, weight] : {std::pair("novelty", 3), std::pair("benefit", 2)}) {
      auto* criterion = call.add_criteria();
      criterion->set_code(code);
      criterion->set_weight(weight);
    }
    for (const int grade : {5, 4, 3, 1, 0}) call.add_grades(grade);
    call.set_floor_percent(60);
    call.set_quorum(2);
    call.set_quota(2);
    call.set_first_review_places(3);
    call.set_grant_budget_yen(1'500'000);
    call.set_cap_yen(1'000'000);
    call.set_rounding_unit_yen(1'000);
    ASSERT_OK(Tell("programme", "call", call));
  }

  void Accept(const std::string& id, int64_t number, int64_t requested = 700'500) {
    cases::v1::CaseAccepted accepted;
    accepted.set_case_id(id);
    accepted.set_call_id("call");
    accepted.set_title("見本の提案");
    accepted.set_requested_yen(requested);
    accepted.set_receipt_number(number);
    ASSERT_OK(Tell("cases", id, accepted));
  }

  void CloseCall() {
    programme::v1::CallClosed closed;
    closed.set_call_id("call");
    ASSERT_OK(Tell("programme", "call", closed));
  }

  void SeatBoard() {
    v1::CreateBoardRequest request;
    request.set_call_id("call");
    request.set_name("見本の審査会");
    for (const act::Actor& actor : {kChair, kFirst, kSecond}) {
      v1::Seat* seat = request.add_seats();
      seat->set_subject(actor.id);
      seat->set_name("見本 " + actor.id);
      seat->set_kind(actor.HasRole("chair") ? v1::SEAT_KIND_CHAIR : v1::SEAT_KIND_REVIEWER);
    }
    ASSERT_OK_AND_ASSIGN(const auto board, Do<v1::Board>(kOffice, "CreateBoard", request));
    for (const v1::Seat& seat : board.seats()) seats_[seat.subject()] = seat.id();
  }

  // Four proposals; the call is closed and the board sits.
  void Prepare() {
    Publish();
    for (int i = 0; i < 4; ++i) Accept(std::string(1, static_cast<char>('a' + i)), i + 1);
    SeatBoard();
    CloseCall();
  }

  absl::Status StartFirst(int expected = 4) {
    v1::StartFirstReviewRequest request;
    request.set_call_id("call");
    request.set_expected_entries(expected);
    return Do<v1::Round>(kOffice, "StartFirstReview", request).status();
  }

  absl::Status Declare(const act::Actor& actor, const std::string& id,
                       v1::InterestKind kind = v1::INTEREST_KIND_NONE) {
    v1::DeclareInterestRequest request;
    request.set_call_id("call");
    request.set_case_id(id);
    request.set_kind(kind);
    if (kind == v1::INTEREST_KIND_RELATED) request.set_relation(v1::RELATION_RESEARCH);
    return Do<v1::Interest>(actor, "DeclareInterest", request).status();
  }

  absl::Status Score(const act::Actor& actor, const std::string& id, v1::Stage stage, int novelty,
                     int benefit) {
    v1::SubmitScoresRequest request;
    request.set_call_id("call");
    request.set_case_id(id);
    request.set_stage(stage);
    for (const auto& [code, value] : {std::pair("novelty", novelty), std::pair("benefit", benefit)}) {
      v1::Grade* grade = request.add_grades();
      grade->set_criterion(code);
      grade->set_grade(value);
    }
    return Do<v1::ScoreSheet>(actor, "SubmitScores", request).status();
  }

  template <class Response, class Request>
  absl::StatusOr<Response> OfCall(const act::Actor& actor, const std::string& method) {
    Request request;
    request.set_call_id("call");
    return Do<Response>(actor, method, request);
  }
  absl::StatusOr<v1::Ranking> CloseFirst(const act::Actor& actor = kChair) {
    return OfCall<v1::Ranking, v1::CloseFirstReviewRequest>(actor, "CloseFirstReview");
  }
  absl::StatusOr<v1::Ranking> Rank() {
    return OfCall<v1::Ranking, v1::RankRoundRequest>(kChair, "RankRound");
  }

  // a 25, b 20, c 15 (exactly the floor), d below it.
  void ScoreAll(v1::Stage stage, const std::vector<std::string>& ids) {
    const std::map<std::string, int> grades = {{"a", 5}, {"b", 4}, {"c", 3}, {"d", 1}};
    for (const std::string& id : ids) {
      for (const act::Actor& actor : {kChair, kFirst, kSecond}) {
        if (stage == v1::STAGE_FIRST) {
          ASSERT_OK(Declare(actor, id));
        }
        ASSERT_OK(Score(actor, id, stage, grades.at(id), grades.at(id)));
      }
    }
  }

  void RunToFirstClosed() {
    Prepare();
    ASSERT_OK(StartFirst());
    ScoreAll(v1::STAGE_FIRST, {"a", "b", "c", "d"});
    ASSERT_OK(CloseFirst());
  }

  absl::StatusOr<v1::Meeting> Meet(std::vector<act::Actor> present) {
    v1::RecordMeetingRequest request;
    request.set_call_id("call");
    request.set_stage(v1::STAGE_SECOND);
    request.set_date("2022-07-01");
    request.set_place("見本の会議室");
    request.set_minutes("見本の議事録");
    for (const act::Actor& actor : {kChair, kFirst, kSecond}) {
      const bool here =
          std::any_of(present.begin(), present.end(), [&](const auto& p) { return p.id == actor.id; });
      (here ? request.add_present_seat_ids() : request.add_absent_seat_ids())->assign(seats_[actor.id]);
    }
    return Do<v1::Meeting>(kOffice, "RecordMeeting", request);
  }

  void RunToRanked() {
    RunToFirstClosed();
    ASSERT_OK((OfCall<v1::Round, v1::StartSecondReviewRequest>(kOffice, "StartSecondReview")));
    ScoreAll(v1::STAGE_SECOND, {"a", "b", "c"});
    ASSERT_OK((OfCall<v1::Round, v1::CloseSecondReviewRequest>(kChair, "CloseSecondReview")));
    ASSERT_OK(Rank());
  }

  absl::StatusOr<v1::Decision> Draft() {
    v1::DraftDecisionRequest request;
    request.set_call_id("call");
    request.set_decision_date("2022-07-05");
    request.set_release_date("2022-07-08");
    request.set_reserve_expiry_date("2022-09-30");
    return Do<v1::Decision>(kOffice, "DraftDecision", request);
  }

  void ApproveMinutesOf(const v1::Meeting& meeting) {
    v1::ApproveMinutesRequest request;
    request.set_id(meeting.id());
    ASSERT_OK(Do<v1::Meeting>(kChair, "ApproveMinutes", request));
  }

  void RunToReleased() {
    RunToRanked();
    ASSERT_OK_AND_ASSIGN(const auto meeting, Meet({kChair, kFirst}));
    ApproveMinutesOf(meeting);
    ASSERT_OK(Draft());
    ASSERT_OK((OfCall<v1::Decision, v1::ApproveDecisionRequest>(kMayor, "ApproveDecision")));
    SetDate(2022, 7, 8);
    ASSERT_OK((OfCall<v1::Decision, v1::ReleaseDecisionsRequest>(kOffice, "ReleaseDecisions")));
  }

  void SetDate(int year, int month, int day) {
    calendar_.Set(absl::FromCivil(absl::CivilHour(year, month, day, 9), Tokyo()));
  }

  std::vector<v1::DecisionReleased> Released() {
    transport_.sent.clear();
    EXPECT_OK(service_->Pump(true));
    std::vector<v1::DecisionReleased> out;
    for (const auto& message : transport_.sent) {
      if (message.type != "jissho.review.v1.DecisionReleased") continue;
      EXPECT_EQ(message.receiver, "cases");
      out.emplace_back().ParseFromString(message.payload);
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.case_id() < b.case_id(); });
    return out;
  }

  absl::StatusOr<v1::EntryDecision> PromoteNext() {
    v1::PromoteReserveRequest request;
    request.set_call_id("call");
    request.set_decision_date("2022-08-01");
    request.set_reason("見本：辞退による");
    return Do<v1::EntryDecision>(kManager, "PromoteReserve", request);
  }

  void Decline(const std::string& id) {
    cases::v1::CaseDeclined declined;
    declined.set_case_id(id);
    declined.set_call_id("call");
    declined.set_reason("見本");
    ASSERT_OK(Tell("cases", id, declined));
  }

  int64_t VisibleScores(const act::Actor& actor) {
    const auto scores = OfCall<v1::ListScoresResponse, v1::ListScoresRequest>(actor, "ListScores");
    return scores.ok() ? scores->scores_size() : -1;
  }

  VirtualCalendar calendar_{absl::FromCivil(absl::CivilDay(2022, 7, 1), Tokyo())};
  ManualMonotonicClock monotonic_;
  Transport transport_;
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<act::Service> service_;
  std::map<std::string, runtime::Method> methods_;
  std::map<std::string, std::string> seats_;
  std::map<std::string, int64_t> sequence_;
  int requests_ = 0;
};

TEST_F(ReviewServiceTest, StartsOnlyAfterTheCallHasClosed) {
  Publish();
  Accept("a", 1);
  SeatBoard();
  EXPECT_THAT(StartFirst(1), ReasonIs(kCallNotClosed));
  CloseCall();
  EXPECT_THAT(StartFirst(1), IsOk());
}

TEST_F(ReviewServiceTest, StartsOnlyWithEveryAcceptedProposal) {
  Prepare();
  EXPECT_THAT(StartFirst(5), ReasonIs(kEntriesIncomplete));
}

TEST_F(ReviewServiceTest, AnEntryWaitsForThePublicationOfItsCall) {
  cases::v1::CaseAccepted accepted;
  accepted.set_case_id("a");
  accepted.set_call_id("call");
  EXPECT_THAT(Tell("cases", "a", accepted), ReasonIs(kRoundNotFound));
}

TEST_F(ReviewServiceTest, TheBoardIsFixedOnceTheReviewHasStarted) {
  Prepare();
  ASSERT_OK(StartFirst());
  v1::AddSeatRequest request;
  request.set_call_id("call");
  request.mutable_seat()->set_subject("late");
  request.mutable_seat()->set_name("見本");
  request.mutable_seat()->set_kind(v1::SEAT_KIND_REVIEWER);
  EXPECT_THAT(Do<v1::Board>(kOffice, "AddSeat", request), ReasonIs(act::kStateNotAllowed));
}

TEST_F(ReviewServiceTest, NobodyWithAnInterestScores) {
  Prepare();
  ASSERT_OK(StartFirst());
  EXPECT_THAT(Score(kFirst, "a", v1::STAGE_FIRST, 5, 5), ReasonIs(kInterestNotDeclared));
  ASSERT_OK(Declare(kFirst, "a", v1::INTEREST_KIND_RELATED));
  EXPECT_THAT(Score(kFirst, "a", v1::STAGE_FIRST, 5, 5), ReasonIs(kInterestDeclared));
}

TEST_F(ReviewServiceTest, OnlyMembersOfThisBoardScore) {
  Prepare();
  ASSERT_OK(StartFirst());
  const act::Actor stranger{"stranger", {"reviewer"}, "", "LOCAL"};
  EXPECT_THAT(Score(stranger, "a", v1::STAGE_FIRST, 5, 5), ReasonIs(kNoSeat));
}

TEST_F(ReviewServiceTest, ScoresMayBeRevisedUntilTheStageCloses) {
  RunToFirstClosed();
  EXPECT_THAT(Score(kFirst, "a", v1::STAGE_FIRST, 3, 3), ReasonIs(kStageNotOpen));
  EXPECT_THAT(Score(kFirst, "a", v1::STAGE_SECOND, 3, 3), ReasonIs(kStageNotOpen));
}

TEST_F(ReviewServiceTest, AMissingSheetBlocksTheClose) {
  Prepare();
  ASSERT_OK(StartFirst());
  ScoreAll(v1::STAGE_FIRST, {"a", "b", "c"});
  EXPECT_THAT(CloseFirst(), ReasonIs(kScoresMissing));
}

TEST_F(ReviewServiceTest, OnlyTheChairOfThisBoardCloses) {
  Prepare();
  ASSERT_OK(StartFirst());
  const act::Actor other{"other", {"chair"}, "", "LOCAL"};
  EXPECT_THAT(CloseFirst(other), ReasonIs(kNotChair));
}

TEST_F(ReviewServiceTest, ARecusedSeatLeavesTheDenominator) {
  Prepare();
  ASSERT_OK(StartFirst());
  ScoreAll(v1::STAGE_FIRST, {"b", "c", "d"});
  for (const act::Actor& actor : {kChair, kFirst}) {
    ASSERT_OK(Declare(actor, "a"));
    ASSERT_OK(Score(actor, "a", v1::STAGE_FIRST, 5, 5));
  }
  ASSERT_OK(Declare(kSecond, "a", v1::INTEREST_KIND_RELATED));
  ASSERT_OK_AND_ASSIGN(const auto ranking, CloseFirst());
  EXPECT_EQ(ranking.results(0).case_id(), "a");
  EXPECT_EQ(ranking.results(0).score(), "25");
  EXPECT_EQ(ranking.results(0).scorers(), 2);
  EXPECT_EQ(ranking.results(0).recused(), 1);
}

TEST_F(ReviewServiceTest, OthersScoresStayHiddenUntilTheClose) {
  Prepare();
  ASSERT_OK(StartFirst());
  ScoreAll(v1::STAGE_FIRST, {"a", "b", "c", "d"});
  EXPECT_EQ(VisibleScores(kFirst), 4);
  EXPECT_EQ(VisibleScores(kOffice), 12);
  ASSERT_OK(CloseFirst());
  EXPECT_EQ(VisibleScores(kFirst), 12);
}

TEST_F(ReviewServiceTest, AVoidedScoreIsScreenedAnewWithoutItsSeat) {
  RunToFirstClosed();
  v1::VoidScoresRequest request;
  request.set_call_id("call");
  request.set_case_id("c");
  request.set_stage(v1::STAGE_FIRST);
  request.set_seat_id(seats_["r1"]);
  request.set_relation(v1::RELATION_EMPLOYMENT);
  request.set_reason("見本：後日判明");
  ASSERT_OK_AND_ASSIGN(const auto sheet, Do<v1::ScoreSheet>(kManager, "VoidScores", request));
  EXPECT_TRUE(sheet.voided());
  v1::GetRankingRequest get;
  get.set_call_id("call");
  get.set_stage(v1::STAGE_FIRST);
  ASSERT_OK_AND_ASSIGN(const auto ranking, Do<v1::Ranking>(kOffice, "GetRanking", get));
  EXPECT_EQ(ranking.results(2).case_id(), "c");
  EXPECT_EQ(ranking.results(2).scorers(), 2);
  EXPECT_EQ(ranking.results(2).recused(), 1);
}

TEST_F(ReviewServiceTest, AMeetingBelowTheQuorumIsNotValid) {
  RunToRanked();
  EXPECT_THAT(Meet({kChair}), ReasonIs(kQuorumNotMet));
}

TEST_F(ReviewServiceTest, WhoWroteTheMinutesDoesNotApproveThem) {
  RunToRanked();
  const act::Actor both{"chair", {"chair", "secretariat"}, "", "LOCAL"};
  ASSERT_OK_AND_ASSIGN(const auto meeting, Meet({kChair, kFirst}));
  v1::UpdateMinutesRequest update;
  update.set_id(meeting.id());
  update.set_minutes("見本：訂正");
  ASSERT_OK(Do<v1::Meeting>(both, "UpdateMinutes", update));
  v1::ApproveMinutesRequest approve;
  approve.set_id(meeting.id());
  EXPECT_THAT(Do<v1::Meeting>(both, "ApproveMinutes", approve), ReasonIs(act::kFourEyes));
}

TEST_F(ReviewServiceTest, NoDecisionWithoutApprovedMinutes) {
  RunToRanked();
  EXPECT_THAT(Draft(), ReasonIs(kMinutesNotApproved));
  ASSERT_OK(Meet({kChair, kFirst}));
  EXPECT_THAT(Draft(), ReasonIs(kMinutesNotApproved));
}

TEST_F(ReviewServiceTest, TheDrafterDoesNotApproveTheDecision) {
  RunToRanked();
  ASSERT_OK_AND_ASSIGN(const auto meeting, Meet({kChair, kFirst}));
  ApproveMinutesOf(meeting);
  ASSERT_OK(Draft());
  const act::Actor both{"officer", {"secretariat", "manager"}, "", "LOCAL"};
  EXPECT_THAT((OfCall<v1::Decision, v1::ApproveDecisionRequest>(both, "ApproveDecision")),
              ReasonIs(act::kFourEyes));
}

TEST_F(ReviewServiceTest, NothingIsReleasedBeforeItsDate) {
  RunToRanked();
  ASSERT_OK_AND_ASSIGN(const auto meeting, Meet({kChair, kFirst}));
  ApproveMinutesOf(meeting);
  ASSERT_OK(Draft());
  ASSERT_OK((OfCall<v1::Decision, v1::ApproveDecisionRequest>(kMayor, "ApproveDecision")));
  EXPECT_THAT((OfCall<v1::Decision, v1::ReleaseDecisionsRequest>(kOffice, "ReleaseDecisions")),
              ReasonIs(kReleaseTooEarly));
}

TEST_F(ReviewServiceTest, ReleasesEveryDecisionScreenedOutOnesIncluded) {
  RunToReleased();
  const auto released = Released();
  ASSERT_EQ(released.size(), 4u);
  std::vector<v1::Outcome> outcomes;
  for (const auto& decision : released) outcomes.push_back(decision.outcome());
  // Two times 700,000 fit into 1,500,000; the third has no place.
  EXPECT_THAT(outcomes, ElementsAre(v1::OUTCOME_ADOPTED, v1::OUTCOME_ADOPTED, v1::OUTCOME_RESERVE,
                                    v1::OUTCOME_SCREENED_OUT));
  EXPECT_EQ(released[0].offered_yen(), 700'000);
  EXPECT_EQ(released[2].reserve_order(), 1);
}

TEST_F(ReviewServiceTest, ARunnerUpIsPromotedAfterADecline) {
  RunToReleased();
  Released();
  EXPECT_THAT(PromoteNext(), ReasonIs(kNoVacancy));
  Decline("b");
  ASSERT_OK(PromoteNext());
  const auto released = Released();
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(released[0].case_id(), "c");
  EXPECT_EQ(released[0].outcome(), v1::OUTCOME_ADOPTED);
  EXPECT_EQ(released[0].offered_yen(), 700'000);
  EXPECT_THAT(PromoteNext(), ReasonIs(kNoVacancy));
}

TEST_F(ReviewServiceTest, RunnersUpLapseAfterTheExpiryDate) {
  RunToReleased();
  Decline("b");
  SetDate(2022, 10, 1);
  EXPECT_THAT(PromoteNext(), ReasonIs(kReserveExpired));
  ASSERT_OK(service_->Pump(true));
  v1::ListEntriesRequest request;
  request.set_call_id("call");
  request.set_state(v1::ENTRY_STATE_RESERVE);
  ASSERT_OK_AND_ASSIGN(const auto waiting, Do<v1::ListEntriesResponse>(kOffice, "ListEntries", request));
  EXPECT_EQ(waiting.entries_size(), 0);
}

TEST_F(ReviewServiceTest, AWithdrawalOfAnAdoptedOneTakesTheDraftBack) {
  RunToRanked();
  ASSERT_OK_AND_ASSIGN(const auto meeting, Meet({kChair, kFirst}));
  ApproveMinutesOf(meeting);
  ASSERT_OK(Draft());
  cases::v1::CaseWithdrawn withdrawn;
  withdrawn.set_case_id("a");
  ASSERT_OK(Tell("cases", "a", withdrawn));
  EXPECT_THAT((OfCall<v1::Decision, v1::ApproveDecisionRequest>(kMayor, "ApproveDecision")),
              ReasonIs(act::kStateNotAllowed));
  ASSERT_OK_AND_ASSIGN(const auto draft, Draft());
  EXPECT_EQ(draft.entries(0).case_id(), "b");
  EXPECT_EQ(draft.entries(1).outcome(), v1::OUTCOME_ADOPTED);
}

TEST_F(ReviewServiceTest, AVoidedSecondScoreTakesTheRankingBack) {
  RunToRanked();
  v1::VoidScoresRequest request;
  request.set_call_id("call");
  request.set_case_id("a");
  request.set_stage(v1::STAGE_SECOND);
  request.set_seat_id(seats_["r2"]);
  request.set_relation(v1::RELATION_FAMILY);
  request.set_reason("見本：後日判明");
  ASSERT_OK(Do<v1::ScoreSheet>(kManager, "VoidScores", request));
  v1::GetRankingRequest get;
  get.set_call_id("call");
  get.set_stage(v1::STAGE_SECOND);
  EXPECT_THAT(Do<v1::Ranking>(kOffice, "GetRanking", get), ReasonIs(kNotRanked));
  ASSERT_OK_AND_ASSIGN(const auto ranking, Rank());
  EXPECT_EQ(ranking.results(0).scorers(), 2);
}

TEST_F(ReviewServiceTest, AStrangerToTheBoardDoesNotLearnOfTheRound) {
  Prepare();
  const act::Actor stranger{"stranger", {"reviewer"}, "", "LOCAL"};
  EXPECT_THAT((OfCall<v1::Round, v1::GetRoundRequest>(stranger, "GetRound")), ReasonIs(kRoundNotFound));
}

}  // namespace
}  // namespace jissho::review
