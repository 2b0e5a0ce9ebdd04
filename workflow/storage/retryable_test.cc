#include "workflow/storage/retryable.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "workflow/storage/reasons.h"

namespace jissho::storage {
namespace {

using ::jissho::testing::ReasonIs;

absl::Status Mysql(unsigned code, Phase phase) {
  return StorageError(ClassifyMysql(code), code, "text", phase);
}
absl::Status Sqlite(int code, Phase phase) { return StorageError(ClassifySqlite(code), code, "text", phase); }

TEST(RetryableTest, ConflictsAreToBeRunAgainWhereverTheyStrike) {
  for (unsigned code : {1213, 1205, 1020, 1047}) {
    EXPECT_THAT(Mysql(code, Phase::kStatement), ReasonIs(kStorageRetry)) << code;
    EXPECT_THAT(Mysql(code, Phase::kCommit), ReasonIs(kStorageRetry)) << code;
  }
  for (int code : {5, 6, 261, 517})
    EXPECT_THAT(Sqlite(code, Phase::kCommit), ReasonIs(kStorageRetry)) << code;
}

TEST(RetryableTest, ALostConnectionLeavesACommitUnknown) {
  for (unsigned code : {2006, 2013, 1180, 2002, 2003}) {
    EXPECT_THAT(Mysql(code, Phase::kStatement), ReasonIs(kStorageRetry)) << code;
    EXPECT_THAT(Mysql(code, Phase::kCommit), ReasonIs(kCommitUnknown)) << code;
  }
}

TEST(RetryableTest, AFailedWriteToDiskLeavesACommitUnknown) {
  EXPECT_THAT(Sqlite(1034, Phase::kCommit), ReasonIs(kCommitUnknown));
}

TEST(RetryableTest, AFullDiskIsNobodysFaultAndPasses) {
  for (int code : {1021, 1114}) EXPECT_THAT(Mysql(code, Phase::kStatement), ReasonIs(kStorageFull)) << code;
  EXPECT_THAT(Sqlite(13, Phase::kCommit), ReasonIs(kStorageFull));
}

TEST(RetryableTest, TellsUniqueKeysFromOtherConstraints) {
  EXPECT_THAT(Mysql(1062, Phase::kStatement), ReasonIs(kStorageDuplicate));
  EXPECT_THAT(Mysql(1452, Phase::kStatement), ReasonIs(kStorageConstraint));
  for (int code : {1555, 2067, 2579})
    EXPECT_THAT(Sqlite(code, Phase::kStatement), ReasonIs(kStorageDuplicate)) << code;
  for (int code : {19, 275, 787, 1299, 1811}) {
    EXPECT_THAT(Sqlite(code, Phase::kStatement), ReasonIs(kStorageConstraint)) << code;
  }
}

TEST(RetryableTest, EverythingElseIsAFaultOfOursAndKeepsTheNumber) {
  const absl::Status status = Mysql(1064, Phase::kStatement);
  EXPECT_THAT(status, ReasonIs(kStorageFailed));
  EXPECT_EQ(GetErrorDetail(status)->metadata["db_code"], "1064");
  EXPECT_THAT(Sqlite(1, Phase::kCommit), ReasonIs(kStorageFailed));
}

}  // namespace
}  // namespace jissho::storage
