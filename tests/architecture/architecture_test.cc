// The project itself keeps its rules.
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "tests/architecture/rules.h"

namespace jissho::architecture {
namespace {

const Tree& Project() {
  static const auto& tree = *new Tree(ReadSourceTree(std::getenv("JISSHO_SOURCE_DIR")));
  return tree;
}

std::string Listed(const std::vector<Violation>& violations) {
  std::ostringstream out;
  for (const Violation& violation : violations) out << violation << "\n";
  return out.str();
}

TEST(ArchitectureTest, TheSourcesWereFound) {
  // Guards the tests below against an empty tree that breaks no rule.
  ASSERT_NE(std::getenv("JISSHO_SOURCE_DIR"), nullptr);
  EXPECT_GT(Project().size(), 50u);
}

TEST(ArchitectureTest, IncludesGoOneWay) { EXPECT_EQ(Listed(CheckProjectIncludes(Project())), ""); }

TEST(ArchitectureTest, PureCodeKnowsNoTransportAndNoDatabase) {
  EXPECT_EQ(Listed(CheckLibraryIncludes(Project())), "");
}

TEST(ArchitectureTest, SqlStandsInTheStores) { EXPECT_EQ(Listed(CheckSqlPlaces(Project())), ""); }

TEST(ArchitectureTest, MoneyIsNeverDeleted) { EXPECT_EQ(Listed(CheckMoneyIsKept(Project())), ""); }

TEST(ArchitectureTest, TimeAndRandomnessAreInjected) {
  EXPECT_EQ(Listed(CheckClocksAndRandomness(Project())), "");
}

TEST(ArchitectureTest, ThreadsAreInjected) { EXPECT_EQ(Listed(CheckThreads(Project())), ""); }

TEST(ArchitectureTest, NothingIsLeftUnfinished) { EXPECT_EQ(Listed(CheckMarkers(Project())), ""); }

TEST(ArchitectureTest, EveryProtoElementIsExplained) { EXPECT_EQ(Listed(CheckProtoComments(Project())), ""); }

TEST(ArchitectureTest, EveryReasonIsOnTheErrorsPage) { EXPECT_EQ(Listed(CheckReasons(Project())), ""); }

}  // namespace
}  // namespace jissho::architecture
