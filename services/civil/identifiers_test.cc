#include "services/civil/identifiers.h"

#include <gtest/gtest.h>

namespace jissho::civil {
namespace {

TEST(CorporateNumberTest, AcceptsNumbersWhoseCheckDigitFits) {
  for (const char* number :
       {"7123456789012", "7000012050002", "8000020130001", "8000020082201", "9000020432164", "2000020232190",
        "5050005005266", "4011001098993", "2120901007402"}) {
    const CheckedIdentifier checked = CheckCorporateNumber("organisation.corporate_number", number);
    EXPECT_FALSE(checked.fault.has_value()) << number;
    EXPECT_EQ(checked.value, number);
  }
}

TEST(CorporateNumberTest, NormalisesFullWidthDigits) {
  const CheckedIdentifier checked = CheckCorporateNumber("n", "７１２３４５６７８９０１２");
  EXPECT_EQ(checked.problem, IdentifierProblem::kNone);
  EXPECT_EQ(checked.value, "7123456789012");
}

TEST(CorporateNumberTest, TellsEachProblemApart) {
  const std::pair<const char*, IdentifierProblem> cases[] = {
      {"8123456789012", IdentifierProblem::kCheckDigit},
      {"0123456789012", IdentifierProblem::kCheckDigit},
      {"8000020082210", IdentifierProblem::kCheckDigit},
      {"712345678901", IdentifierProblem::kLength},
      {"71234567890123", IdentifierProblem::kLength},
      {"7123456-789012", IdentifierProblem::kNotDigits},
      {"", IdentifierProblem::kEmpty},
  };
  for (const auto& [number, problem] : cases) {
    const CheckedIdentifier checked = CheckCorporateNumber("organisation.corporate_number", number);
    EXPECT_EQ(checked.problem, problem) << number;
    EXPECT_EQ(checked.value, "") << number;
    ASSERT_TRUE(checked.fault.has_value()) << number;
    EXPECT_EQ(checked.fault->field, "organisation.corporate_number");
    EXPECT_FALSE(checked.fault->ja.empty() || checked.fault->en.empty()) << number;
  }
}

TEST(CorporateNumberTest, CannotNoticeNineInThePlaceOfZero) {
  EXPECT_EQ(CheckCorporateNumber("n", "8900020082201").problem, IdentifierProblem::kNone);
}

TEST(LocalGovernmentCodeTest, AcceptsCodesWhoseCheckDigitFits) {
  for (const char* code : {"082201", "432164", "232190", "080004", "430005", "230006", "010006", "131041",
                           "131130", "141003", "281000", "401307", "041009", "231002", "082210"}) {
    const CheckedIdentifier checked = CheckLocalGovernmentCode("municipality_code", code);
    EXPECT_FALSE(checked.fault.has_value()) << code;
    EXPECT_EQ(checked.value, code);
  }
}

TEST(LocalGovernmentCodeTest, TellsEachProblemApart) {
  const std::pair<const char*, IdentifierProblem> cases[] = {
      {"082202", IdentifierProblem::kCheckDigit}, {"080220", IdentifierProblem::kCheckDigit},
      {"08220", IdentifierProblem::kLength},      {"82201", IdentifierProblem::kLength},
      {"43216X", IdentifierProblem::kNotDigits},  {"", IdentifierProblem::kEmpty},
  };
  for (const auto& [code, problem] : cases) {
    const CheckedIdentifier checked = CheckLocalGovernmentCode("municipality_code", code);
    EXPECT_EQ(checked.problem, problem) << code;
    EXPECT_TRUE(checked.fault.has_value()) << code;
  }
}

}  // namespace
}  // namespace jissho::civil
