#include "tests/simulation/disk/stored_file.h"

#include <random>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jissho::simulation {
namespace {

constexpr int kSeeds = 2000;

std::string Sectors(int count, char fill) { return std::string(count * kSectorBytes, fill); }

TEST(StoredFileTest, KeepsWhatWasSyncedThroughAPowerLoss) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file;
    file.Write(0, Sectors(4, 'a'));
    file.Sync();
    file.LosePower(random, false);
    ASSERT_EQ(file.live(), Sectors(4, 'a')) << "seed " << seed;
  }
}

TEST(StoredFileTest, LeavesEachSectorOfAnUnsyncedWriteOldOrNew) {
  int old = 0, whole = 0, torn = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file(Sectors(4, 'a'));
    file.Write(0, Sectors(4, 'b'));
    file.LosePower(random, false);
    int written = 0;
    for (int i = 0; i < 4; ++i) {
      const std::string sector = file.live().substr(i * kSectorBytes, kSectorBytes);
      ASSERT_TRUE(sector == Sectors(1, 'a') || sector == Sectors(1, 'b')) << "seed " << seed;
      written += sector == Sectors(1, 'b');
    }
    ++(written == 0 ? old : written == 4 ? whole : torn);
  }
  EXPECT_GT(old, kSeeds / 10);
  EXPECT_GT(whole, kSeeds / 10);
  EXPECT_GT(torn, kSeeds / 10);
}

TEST(StoredFileTest, MayLeaveALaterWriteAndLoseAnEarlierOne) {
  int reordered = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file(Sectors(2, 'a'));
    file.Write(0, Sectors(1, 'b'));
    file.Write(kSectorBytes, Sectors(1, 'b'));
    file.LosePower(random, false);
    reordered += file.live() == Sectors(1, 'a') + Sectors(1, 'b');
  }
  EXPECT_GT(reordered, 0);
}

TEST(StoredFileTest, NeverMixesTwoWritesWithinASector) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file(Sectors(1, 'a'));
    file.Write(0, "b");
    file.Write(1, "c");
    file.LosePower(random, true);
    const std::string begin = file.live().substr(0, 2);
    ASSERT_TRUE(begin == "aa" || begin == "ba" || begin == "bc") << "seed " << seed;
  }
}

TEST(StoredFileTest, SpoilsSyncedBytesBesideAWriteUnlessOverwritesAreSafe) {
  for (const bool powersafe : {false, true}) {
    int spoiled = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      std::mt19937_64 random(seed);
      StoredFile file(Sectors(2, 'a'));
      file.Write(100, "b");
      const StoredFile::Losses losses = file.LosePower(random, powersafe);
      ASSERT_EQ(file.live().substr(kSectorBytes), Sectors(1, 'a')) << "seed " << seed;
      const bool harmed = file.live().substr(0, 100) != std::string(100, 'a');
      ASSERT_EQ(harmed, losses.spoiled > 0);
      spoiled += harmed;
    }
    EXPECT_EQ(spoiled > 0, !powersafe);
  }
}

TEST(StoredFileTest, LeavesAnUnsyncedTruncationOrNot) {
  int truncated = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file(Sectors(2, 'a'));
    file.Truncate(0);
    file.LosePower(random, false);
    ASSERT_TRUE(file.live().empty() || file.live() == Sectors(2, 'a'));
    truncated += file.live().empty();
  }
  EXPECT_GT(truncated, 0);
  EXPECT_LT(truncated, kSeeds);
}

TEST(StoredFileTest, HoldsZerosOrNoiseWhereAFileGrewWithoutItsBytes) {
  int zeros = 0, noise = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file;
    file.Write(0, Sectors(1, 'b'));
    file.Write(kSectorBytes, Sectors(1, 'b'));
    file.LosePower(random, false);
    if (file.size() < 2 * kSectorBytes) continue;
    const std::string first = file.live().substr(0, kSectorBytes);
    if (first == Sectors(1, 'b')) continue;
    ++(first == Sectors(1, '\0') ? zeros : noise);
  }
  EXPECT_GT(zeros, 0);
  EXPECT_GT(noise, 0);
}

TEST(StoredFileTest, MayForgetAfterAFailedSyncWhatProcessesStillSee) {
  int forgotten = 0, kept = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    StoredFile file(Sectors(1, 'a'));
    file.Write(0, Sectors(1, 'b'));
    file.FailSync(random);
    ASSERT_EQ(file.live(), Sectors(1, 'b'));
    file.Sync();
    ++(file.durable() == Sectors(1, 'a') ? forgotten : kept);
  }
  EXPECT_GT(forgotten, kSeeds / 10);
  EXPECT_GT(kept, kSeeds / 10);
}

}  // namespace
}  // namespace jissho::simulation
