#include "services/review/domain/participation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/review/reasons.h"

namespace jissho::review {
namespace {

TEST(InterestTest, OnlyWhoDeclaredNoInterestMayScore) {
  EXPECT_TRUE(CheckMayScore("p", InterestKind::kNone, std::nullopt).ok());
  EXPECT_TRUE(CheckMayScore("p", InterestKind::kNone, SheetKind::kScored).ok());
  EXPECT_TRUE(HasReason(CheckMayScore("p", InterestKind::kRelated, std::nullopt), kInterestDeclared));
  EXPECT_TRUE(HasReason(CheckMayScore("p", InterestKind::kUnsure, std::nullopt), kInterestNotDeclared));
  EXPECT_TRUE(HasReason(CheckMayScore("p", std::nullopt, std::nullopt), kInterestNotDeclared));
}

TEST(InterestTest, VoidedScoresCannotBeHandedInAgain) {
  EXPECT_TRUE(HasReason(CheckMayScore("p", InterestKind::kRelated, SheetKind::kVoided), kScoresVoided));
}

TEST(CompletenessTest, AMissingSheetBlocksTheClose) {
  const auto refused = CheckComplete({"p", "q"}, {"A", "B"}, {{"p", "A"}, {"p", "B"}, {"q", "A"}}, {});
  ASSERT_TRUE(HasReason(refused, kScoresMissing));
  EXPECT_EQ(GetErrorDetail(refused)->metadata.at("missing"), "q/B");
}

TEST(CompletenessTest, ARelatedSeatOwesNoSheet) {
  EXPECT_TRUE(CheckComplete({"p"}, {"A", "B"}, {{"p", "A"}}, {{"p", "B"}}).ok());
}

Reader ReviewerOf(const std::string& seat) {
  Reader reader;
  reader.seat_id = seat;
  reader.has_scored = true;
  return reader;
}

TEST(VisibilityTest, AReviewerSeesHisOwnSheetAtAnyTime) {
  EXPECT_TRUE(MaySeeSheet(ReviewerOf("A"), "A", false));
}

TEST(VisibilityTest, OthersSheetsStayHiddenUntilTheStageCloses) {
  EXPECT_FALSE(MaySeeSheet(ReviewerOf("A"), "B", false));
  EXPECT_TRUE(MaySeeSheet(ReviewerOf("A"), "B", true));
}

TEST(VisibilityTest, WhoDidNotScoreNeverSeesOthers) {
  Reader reader = ReviewerOf("A");
  reader.has_scored = false;
  EXPECT_FALSE(MaySeeSheet(reader, "B", true));
}

TEST(VisibilityTest, ARelatedChairNeverSeesOthers) {
  Reader chair = ReviewerOf("A");
  chair.is_chair = true;
  EXPECT_TRUE(MaySeeSheet(chair, "B", false));
  chair.is_related = true;
  EXPECT_FALSE(MaySeeSheet(chair, "B", true));
}

TEST(VisibilityTest, AStrangerToTheBoardSeesNothing) { EXPECT_FALSE(MaySeeSheet(Reader{}, "B", true)); }

TEST(VisibilityTest, TheOfficeSeesAll) {
  Reader office;
  office.is_office = true;
  EXPECT_TRUE(MaySeeSheet(office, "B", false));
}

TEST(MeetingTest, IsValidWithExactlyTheQuorum) {
  EXPECT_TRUE(CheckMeeting({{"A", "B"}, {"C"}, {}}, {"A", "B", "C"}, 2, {}).ok());
  EXPECT_TRUE(HasReason(CheckMeeting({{"A"}, {"B", "C"}, {}}, {"A", "B", "C"}, 2, {}), kQuorumNotMet));
}

TEST(MeetingTest, AttendanceNamesEverySeatOnce) {
  const auto refused = CheckMeeting({{"A", "A", "X"}, {"C"}, {}}, {"A", "B", "C"}, 1, {});
  ASSERT_TRUE(HasReason(refused, kFieldInvalid));
  EXPECT_EQ(GetErrorDetail(refused)->faults.size(), 3u);
}

TEST(MeetingTest, APresentMemberWithAnInterestMustHaveLeft) {
  const std::set<CaseSeat> related = {{"p", "A"}, {"p", "C"}};
  EXPECT_TRUE(HasReason(CheckMeeting({{"A", "B"}, {"C"}, {}}, {"A", "B", "C"}, 2, related), kRecusalMissing));
  EXPECT_TRUE(CheckMeeting({{"A", "B"}, {"C"}, {{"p", "A"}}}, {"A", "B", "C"}, 2, related).ok());
}

}  // namespace
}  // namespace jissho::review
