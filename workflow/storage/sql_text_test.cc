#include "workflow/storage/sql_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jissho::storage {
namespace {

using ::testing::ElementsAre;

TEST(SqlTextTest, SplitsAtPlaceholdersOutsideQuotesAndComments) {
  const auto pieces = SplitAtPlaceholders("a=? AND b='?''?' AND \"?\"=`?` -- ?\n AND c=?/* ? */");
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0], "a=");
  EXPECT_EQ(pieces[1], " AND b='?''?' AND \"?\"=`?` -- ?\n AND c=");
  EXPECT_EQ(pieces[2], "/* ? */");
  EXPECT_EQ(CountPlaceholders("a=? AND b='?''?' AND c=?"), 2);
}

TEST(SqlTextTest, SplitsAtASemicolonThatEndsItsLine) {
  EXPECT_THAT(SplitStatements("A 'x;\ny';  \nB; -- note;\nC ; D", "mysql"),
              ElementsAre("A 'x;\ny'", "B", "C ; D"));
}

TEST(SqlTextTest, DropsCommentsAndEmptyStatements) {
  EXPECT_THAT(SplitStatements("-- it's a note: with everything;\n/* ; */\n;\nA;\n", "mysql"),
              ElementsAre("A"));
}

TEST(SqlTextTest, KeepsATriggerTogether) {
  EXPECT_THAT(SplitStatements("CREATE TRIGGER t BEFORE DELETE ON x BEGIN\n  A;\n  B;\nEND;\nC;\n", "sqlite"),
              ElementsAre("CREATE TRIGGER t BEFORE DELETE ON x BEGIN\n  A;\n  B;\nEND", "C"));
}

TEST(SqlTextTest, LeavesStatementsForTheOtherDatabaseOut) {
  const char* sql = "-- only: sqlite\nA;\n-- only: mysql\nB;\nC;\n";
  EXPECT_THAT(SplitStatements(sql, "sqlite"), ElementsAre("A", "C"));
  EXPECT_THAT(SplitStatements(sql, "mysql"), ElementsAre("B", "C"));
}

}  // namespace
}  // namespace jissho::storage
