#include "workflow/storage/sql_builder.h"

#include "gtest/gtest.h"

namespace jissho::storage {
namespace {

const TableSpec kOne{
    "one", {{"id", CellType::kText}, {"version", CellType::kInteger}, {"x", CellType::kText}}, 1, 1};
const TableSpec kTwo{"two", {{"a", CellType::kText}, {"b", CellType::kInteger}}, 2, -1};

TEST(SqlBuilderTest, SelectsByKeysInKeyOrder) {
  const Statement statement = SelectByKeys(kOne, {{"k"}, {"l"}}, " FOR UPDATE");
  EXPECT_EQ(statement.sql, "SELECT id,version,x FROM one WHERE id IN (?,?) ORDER BY id FOR UPDATE");
  EXPECT_EQ(statement.params, (CellRow{"k", "l"}));
  EXPECT_EQ(SelectByKeys(kOne, {{"k"}}, "").sql, "SELECT id,version,x FROM one WHERE id=? ORDER BY id");
}

TEST(SqlBuilderTest, LooksCompositeKeysUpTogetherThatDifferInTheLastColumnOnly) {
  const Statement statement =
      SelectByKeys(kTwo, {{"k", int64_t{1}}, {"k", int64_t{2}}, {"l", int64_t{1}}}, "");
  EXPECT_EQ(statement.sql, "SELECT a,b FROM two WHERE (a=? AND b IN (?,?)) OR (a=? AND b=?) ORDER BY a,b");
  EXPECT_EQ(statement.params, (CellRow{"k", int64_t{1}, int64_t{2}, "l", int64_t{1}}));
}

TEST(SqlBuilderTest, InsertsSeveralRowsAtOnce) {
  EXPECT_EQ(InsertRows(kTwo, 2), "INSERT INTO two (a,b) VALUES (?,?),(?,?)");
}

TEST(SqlBuilderTest, UpdatesNameTheVersionThatWasRead) {
  EXPECT_EQ(UpdateRow(kOne), "UPDATE one SET version=?,x=? WHERE id=? AND version=?");
  EXPECT_EQ(UpdateParams(kOne, {"k", int64_t{8}, "v"}, 7), (CellRow{int64_t{8}, "v", "k", int64_t{7}}));
}

TEST(SqlBuilderTest, UpsertsInEachDialect) {
  EXPECT_EQ(UpsertRows(kOne, 1, SqliteDialect()),
            "INSERT INTO one (id,version,x) VALUES (?,?,?) ON CONFLICT(id) DO UPDATE SET "
            "version=excluded.version,x=excluded.x");
  EXPECT_EQ(UpsertRows(kOne, 1, MysqlDialect()),
            "INSERT INTO one (id,version,x) VALUES (?,?,?) ON DUPLICATE KEY UPDATE "
            "version=VALUES(version),x=VALUES(x)");
}

TEST(SqlBuilderTest, UpsertsOfBareKeysKeepWhatIsThere) {
  EXPECT_EQ(UpsertRows(kTwo, 1, SqliteDialect()),
            "INSERT INTO two (a,b) VALUES (?,?) ON CONFLICT(a,b) DO NOTHING");
  EXPECT_EQ(UpsertRows(kTwo, 1, MysqlDialect()),
            "INSERT INTO two (a,b) VALUES (?,?) ON DUPLICATE KEY UPDATE a=a");
}

TEST(SqlBuilderTest, DeletesByKeys) {
  const Statement statement = DeleteByKeys(kTwo, {{"k", int64_t{1}}, {"k", int64_t{2}}});
  EXPECT_EQ(statement.sql, "DELETE FROM two WHERE a=? AND b IN (?,?)");
  EXPECT_EQ(statement.params, (CellRow{"k", int64_t{1}, int64_t{2}}));
}

}  // namespace
}  // namespace jissho::storage
