// The review: board, declarations of interest, scores, meetings, ranking, decision, release.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/season/play.h"
#include "jissho/review/v1/review.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace rv = review::v1;

std::string Method(const char* name) { return absl::StrCat("jissho.review.v1.ReviewService/", name); }

rv::Relation RelationOf(const std::string& name) {
  static const std::map<std::string, rv::Relation> kRelations = {{"family", rv::RELATION_FAMILY},
                                                                 {"business", rv::RELATION_BUSINESS},
                                                                 {"employment", rv::RELATION_EMPLOYMENT},
                                                                 {"research", rv::RELATION_RESEARCH},
                                                                 {"shareholding", rv::RELATION_SHAREHOLDING},
                                                                 {"competitor", rv::RELATION_COMPETITOR}};
  const auto found = kRelations.find(name);
  return found == kRelations.end() ? rv::RELATION_OTHER : found->second;
}

const Interest* InterestOf(const Review& review, const std::string& reviewer, const std::string& proposal) {
  for (const Interest& interest : review.interests) {
    if (interest.reviewer == reviewer && interest.proposal == proposal) return &interest;
  }
  return nullptr;
}

// Proposals that a stage scores.
std::vector<const Proposal*> Entries(const Season& season, rv::Stage stage) {
  std::vector<const Proposal*> out;
  for (const Proposal& proposal : season.proposals) {
    if (proposal.accept && (stage == rv::STAGE_FIRST ? proposal.first : proposal.second))
      out.push_back(&proposal);
  }
  return out;
}

// A request that names the call.
template <class Request>
absl::StatusOr<Request> OfCall(Play& play) {
  Request request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_call_id(), play.Id("call"));
  return request;
}

absl::Status CreateBoard(Play& play) {
  const Review& review = play.season().review;
  JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::CreateBoardRequest>(play));
  request.set_name(review.board_name);
  for (const std::string& person : review.seats) {
    const Actor actor = play.OfPerson(person);
    rv::Seat* seat = request.add_seats();
    seat->set_subject(actor.subject);
    seat->set_name(actor.name);
    seat->set_kind(person == review.seats.front() ? rv::SEAT_KIND_CHAIR : rv::SEAT_KIND_REVIEWER);
  }
  JISSHO_ASSIGN_OR_RETURN(
      const auto board, play.driver().Act<rv::Board>(play.OfDuty("drafter"), Method("CreateBoard"), request));
  for (const rv::Seat& seat : board.seats()) {
    for (const std::string& person : review.seats) {
      if (seat.subject() == "user:" + person) play.Remember("seat:" + person, seat.id());
    }
  }
  return absl::OkStatus();
}

absl::Status Declare(Play& play, const std::string& reviewer) {
  int related = 0;
  for (const Proposal* proposal : Entries(play.season(), rv::STAGE_FIRST)) {
    JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::DeclareInterestRequest>(play));
    JISSHO_ASSIGN_OR_RETURN(*request.mutable_case_id(), play.Id("proposal:" + proposal->key));
    request.set_kind(rv::INTEREST_KIND_NONE);
    if (const Interest* interest = InterestOf(play.season().review, reviewer, proposal->key)) {
      request.set_kind(rv::INTEREST_KIND_RELATED);
      request.set_relation(RelationOf(interest->relation));
      request.set_note(interest->note);
      ++related;
    }
    JISSHO_RETURN_IF_ERROR(play.driver()
                               .Act<rv::Interest>(play.OfPerson(reviewer), Method("DeclareInterest"), request)
                               .status());
  }
  if (related > 0) play.Note(absl::StrCat("利害関係あり", related, "件（除斥）"));
  return absl::OkStatus();
}

absl::StatusOr<rv::SubmitScoresRequest> ScoresOf(Play& play, const std::string& reviewer,
                                                 const Proposal& proposal, rv::Stage stage) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::SubmitScoresRequest>(play));
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_case_id(), play.Id("proposal:" + proposal.key));
  request.set_stage(stage);
  const std::vector<int>& grades =
      (stage == rv::STAGE_FIRST ? *proposal.first : *proposal.second).Of(reviewer);
  const auto& criteria = play.season().call.criteria;
  for (size_t i = 0; i < criteria.size() && i < grades.size(); ++i) {
    rv::Grade* grade = request.add_grades();
    grade->set_criterion(criteria[i].code);
    grade->set_grade(grades[i]);
  }
  return request;
}

absl::Status Score(Play& play, const std::string& reviewer, rv::Stage stage) {
  for (const Proposal* proposal : Entries(play.season(), stage)) {
    JISSHO_ASSIGN_OR_RETURN(auto request, ScoresOf(play, reviewer, *proposal, stage));
    const auto sheet =
        play.driver().Act<rv::ScoreSheet>(play.OfPerson(reviewer), Method("SubmitScores"), request);
    if (InterestOf(play.season().review, reviewer, proposal->key) != nullptr) {
      JISSHO_RETURN_IF_ERROR(play.Foreseen(sheet.status(), "INTEREST_DECLARED"));
    } else if (!sheet.ok()) {
      return sheet.status();
    }
  }
  return absl::OkStatus();
}

absl::Status Record(Play& play, const Meeting& meeting, rv::Stage stage) {
  const Review& review = play.season().review;
  JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::RecordMeetingRequest>(play));
  request.set_stage(stage);
  request.set_date(DateOf(meeting.record));
  request.set_place(meeting.place);
  request.set_public_(meeting.is_public);
  request.set_minutes(meeting.minutes);
  for (const std::string& person : review.seats) {
    const bool absent =
        std::find(meeting.absent.begin(), meeting.absent.end(), person) != meeting.absent.end();
    JISSHO_ASSIGN_OR_RETURN(const std::string seat, play.Id("seat:" + person));
    (absent ? request.add_absent_seat_ids() : request.add_present_seat_ids())->assign(seat);
    if (absent) continue;
    for (const Proposal* proposal : Entries(play.season(), stage)) {
      if (InterestOf(review, person, proposal->key) == nullptr) continue;
      rv::Recusal* recusal = request.add_recusals();
      recusal->set_seat_id(seat);
      JISSHO_ASSIGN_OR_RETURN(*recusal->mutable_case_id(), play.Id("proposal:" + proposal->key));
    }
  }
  play.Note(
      absl::StrCat("出席", request.present_seat_ids_size(), "名、定足数", play.season().call.quorum, "名"));
  JISSHO_ASSIGN_OR_RETURN(const auto recorded, play.driver().Act<rv::Meeting>(
                                                   play.OfDuty("desk"), Method("RecordMeeting"), request));
  play.Remember(absl::StrCat("meeting:", static_cast<int>(stage)), recorded.id());
  return absl::OkStatus();
}

absl::Status ApproveMinutes(Play& play, rv::Stage stage) {
  rv::ApproveMinutesRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id(absl::StrCat("meeting:", static_cast<int>(stage))));
  return play.driver()
      .Act<rv::Meeting>(play.OfPerson(play.season().review.seats.front()), Method("ApproveMinutes"), request)
      .status();
}

absl::Status StartFirst(Play& play) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::StartFirstReviewRequest>(play));
  request.set_expected_entries(static_cast<int>(Entries(play.season(), rv::STAGE_FIRST).size()));
  return play.driver().Act<rv::Round>(play.OfDuty("desk"), Method("StartFirstReview"), request).status();
}

absl::Status CloseFirst(Play& play) {
  JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::CloseFirstReviewRequest>(play));
  JISSHO_ASSIGN_OR_RETURN(const auto ranking,
                          play.driver().Act<rv::Ranking>(play.OfPerson(play.season().review.seats.front()),
                                                         Method("CloseFirstReview"), request));
  play.Note(
      absl::StrCat(ranking.results_size(), "件中", play.season().call.first_review_places, "位まで通過"));
  return absl::OkStatus();
}

// StartSecondReview, CloseSecondReview, RankRound and ReleaseDecisions take nothing but the call.
template <class Request, class Response>
std::function<absl::Status(Play&)> Simple(const char* method, const std::string& duty) {
  return [method, duty](Play& play) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<Request>(play));
    const Actor actor =
        duty == "chair" ? play.OfPerson(play.season().review.seats.front()) : play.OfDuty(duty);
    return play.driver().Act<Response>(actor, Method(method), request).status();
  };
}

absl::Status DraftDecision(Play& play) {
  const Review& review = play.season().review;
  JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::DraftDecisionRequest>(play));
  request.set_misfit_rule(rv::MISFIT_RULE_STOP_AT_FIRST_MISFIT);
  request.set_decision_date(review.decision_date);
  request.set_release_date(review.release_date);
  request.set_reserve_expiry_date(review.reserve_expiry_date);
  JISSHO_ASSIGN_OR_RETURN(const auto decision, play.driver().Act<rv::Decision>(
                                                   play.OfDuty("drafter"), Method("DraftDecision"), request));
  int adopted = 0, reserve = 0;
  for (const rv::EntryDecision& entry : decision.entries()) {
    adopted +=
        entry.outcome() == rv::OUTCOME_ADOPTED || entry.outcome() == rv::OUTCOME_ADOPTED_WITH_CONDITIONS;
    reserve += entry.outcome() == rv::OUTCOME_RESERVE;
  }
  play.Note(absl::StrCat("採択", adopted, "件、補欠", reserve, "件、内示額の合計",
                         Yen(decision.offered_total_yen())));
  return absl::OkStatus();
}

void PlanStage(Plan& plan, rv::Stage stage, absl::Time score, const Meeting& meeting) {
  const std::string name = stage == rv::STAGE_FIRST ? "一次審査" : "二次審査";
  for (const std::string& reviewer : plan.season().review.seats) {
    plan.Add(score, reviewer, absl::StrCat(name, "の採点"), "Scores are submitted",
             [reviewer, stage](Play& play) { return Score(play, reviewer, stage); })
        .local = true;
  }
  plan.Add(meeting.record, "desk",
           absl::StrCat(name, "の審査会（", meeting.is_public ? "公開プレゼンテーション" : "書面",
                        "）の議事録を記録"),
           "The meeting's minutes are recorded",
           [&meeting, stage](Play& play) { return Record(play, meeting, stage); });
  plan.Add(meeting.approve, "chair", absl::StrCat(name, "の議事録を承認"), "The chair approves the minutes",
           [stage](Play& play) { return ApproveMinutes(play, stage); });
}

}  // namespace

void PlanReview(Plan& plan) {
  const Review& review = plan.season().review;
  plan.Add(review.create_board, "drafter", absl::StrCat("「", review.board_name, "」を設置"),
           "The board is set up", CreateBoard);
  for (const std::string& reviewer : review.seats) {
    plan.Add(review.declare, reviewer, "利害関係の有無を申告", "Interests are declared",
             [reviewer](Play& play) { return Declare(play, reviewer); })
        .local = true;
  }
  plan.Add(review.first_start, "desk", "一次審査（書面）を開始", "The first review starts", StartFirst);
  PlanStage(plan, rv::STAGE_FIRST, review.first_score, review.first_meeting);
  plan.Add(review.first_close, "chair", "一次審査を締める", "The first review closes", CloseFirst);
  plan.Add(review.second_start, "desk", "二次審査を開始", "The second review starts",
           Simple<rv::StartSecondReviewRequest, rv::Round>("StartSecondReview", "desk"));
  PlanStage(plan, rv::STAGE_SECOND, review.second_score, review.second_meeting);
  plan.Add(review.second_close, "chair", "二次審査を締める（採点の確定）", "The second review closes",
           Simple<rv::CloseSecondReviewRequest, rv::Round>("CloseSecondReview", "chair"));
  plan.Add(review.rank, "chair", "順位を確定", "The ranking is made", [](Play& play) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(auto request, OfCall<rv::RankRoundRequest>(play));
    return play.driver()
        .Act<rv::Ranking>(play.OfPerson(play.season().review.seats.front()), Method("RankRound"), request)
        .status();
  });
  plan.Add(review.draft, "drafter", "採択案を起案", "The decision is drafted", DraftDecision);
  plan.Add(review.approve, "mayor", "採択案を決裁（起案者以外）", "The mayor approves it",
           Simple<rv::ApproveDecisionRequest, rv::Decision>("ApproveDecision", "mayor"));
  plan.Add(review.release, "desk", "審査結果を一斉に通知", "The decisions are released",
           Simple<rv::ReleaseDecisionsRequest, rv::Decision>("ReleaseDecisions", "desk"));
}

}  // namespace jissho::season
