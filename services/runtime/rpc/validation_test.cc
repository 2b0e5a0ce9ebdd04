#include "services/runtime/rpc/validation.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/rpc/text_format.h"
#include "services/runtime/testing/sample.pb.h"
#include "workflow/base/error.h"

namespace jissho::runtime {
namespace {

using sample::v1::Thing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> FaultyFields(const Thing& thing) {
  const absl::Status status = ValidateRequest(thing);
  std::vector<std::string> fields;
  if (status.ok()) return fields;
  EXPECT_TRUE(HasReason(status, kFieldInvalid));
  const std::vector<FieldFault> faults = GetErrorDetail(status)->faults;
  for (const FieldFault& fault : faults) fields.push_back(fault.field);
  return fields;
}

TEST(ValidationTest, AcceptsAnEmptyRequestWithoutRequiredFields) {
  EXPECT_THAT(FaultyFields(Thing()), IsEmpty());
}

TEST(ValidationTest, CountsLengthInCharactersNotBytes) {
  Thing thing;
  thing.set_name("実証支援課");
  EXPECT_THAT(FaultyFields(thing), IsEmpty());
  thing.set_name("実証支援課長");
  EXPECT_THAT(FaultyFields(thing), ElementsAre("name"));
}

TEST(ValidationTest, ReportsAllFaultsAtOnceWithTheirPaths) {
  Thing thing;
  thing.set_date("2022-02-30");
  thing.set_amount(-1);
  thing.add_parts()->set_colour(sample::v1::COLOUR_RED);
  EXPECT_THAT(FaultyFields(thing), ElementsAre("date", "amount", "parts[0].title"));
}

TEST(ValidationTest, RefusesAValueAboveTheMaximum) {
  Thing thing;
  thing.set_amount(1001);
  EXPECT_THAT(FaultyFields(thing), ElementsAre("amount"));
}

TEST(ValidationTest, RefusesMoreEntriesThanAllowed) {
  Thing thing;
  for (int i = 0; i < 3; ++i) thing.add_parts();
  EXPECT_THAT(FaultyFields(thing), ElementsAre("parts"));
}

TEST(ValidationTest, RefusesAnEnumValueThatItDoesNotKnow) {
  Thing thing;
  thing.set_colour(static_cast<sample::v1::Colour>(9));
  EXPECT_THAT(FaultyFields(thing), ElementsAre("colour"));
}

TEST(ValidationTest, RefusesARequiredTextOfBlanksAndARequiredEnumThatIsUnset) {
  Thing thing;
  thing.add_parts()->set_title("  ");
  EXPECT_THAT(FaultyFields(thing), ElementsAre("parts[0].title", "parts[0].colour"));
}

TEST(ValidationTest, RefusesATimeOutsideTheCalendar) {
  Thing thing;
  thing.mutable_time()->set_seconds(999999999999);
  EXPECT_THAT(FaultyFields(thing), ElementsAre("time"));
}

TEST(ValidationTest, MeasuresBytesFieldsInBytes) {
  Thing thing;
  thing.set_content(std::string("\0\1\2", 3));
  EXPECT_THAT(FaultyFields(thing), IsEmpty());
  thing.set_content("abcd");
  EXPECT_THAT(FaultyFields(thing), ElementsAre("content"));
}

TEST(TextFormatTest, RefusesNulControlAndDirectionCharacters) {
  EXPECT_TRUE(HasForbiddenCharacter(absl::string_view("a\0b", 3)));
  EXPECT_TRUE(HasForbiddenCharacter("\x1b[31m"));
  EXPECT_TRUE(HasForbiddenCharacter("\xC2\x85"));  // a C1 control
  EXPECT_TRUE(
      HasForbiddenCharacter("abc\xE2\x80\xAE"
                            "cba"));  // right-to-left override
  EXPECT_FALSE(HasForbiddenCharacter("一行目\n二行目\t終わり"));
}

TEST(TextFormatTest, KnowsTheDaysOfTheCalendar) {
  EXPECT_TRUE(IsDate("2024-02-29"));
  EXPECT_FALSE(IsDate("2023-02-29"));
  EXPECT_FALSE(IsDate("2023-2-28"));
  EXPECT_FALSE(IsDate("2023-13-01"));
}

TEST(TextFormatTest, ChecksTheDigitOfACorporateNumber) {
  EXPECT_TRUE(IsCorporateNumber("7000012050002"));  // 国税庁, as the agency publishes it
  EXPECT_FALSE(IsCorporateNumber("8000012050002"));
  EXPECT_FALSE(IsCorporateNumber("700001205000"));
}

TEST(TextFormatTest, ChecksTheDigitOfALocalGovernmentCode) {
  EXPECT_TRUE(IsLocalGovernmentCode("082201"));  // つくば市
  EXPECT_TRUE(IsLocalGovernmentCode("131016"));  // 千代田区
  EXPECT_FALSE(IsLocalGovernmentCode("082202"));
}

TEST(TextFormatTest, TakesFractionsUpToOne) {
  EXPECT_TRUE(IsRate("2/3"));
  EXPECT_TRUE(IsRate("1/1"));
  EXPECT_FALSE(IsRate("3/2"));
  EXPECT_FALSE(IsRate("0/2"));
  EXPECT_FALSE(IsRate("0.5"));
}

TEST(TextFormatTest, TakesOneAtAndADomainWithADot) {
  EXPECT_TRUE(IsEmail("info@example.jp"));
  EXPECT_FALSE(IsEmail("info@example"));
  EXPECT_FALSE(IsEmail("a@b@example.jp"));
  EXPECT_FALSE(IsEmail("a b@example.jp"));
}

TEST(TextFormatTest, TakesBudgetLinesInTheirPrintedForm) {
  EXPECT_TRUE(IsBudgetLine("01-020108-16"));
  EXPECT_FALSE(IsBudgetLine("1-020108-16"));
}

}  // namespace
}  // namespace jissho::runtime
