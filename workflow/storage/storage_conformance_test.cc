// What both databases must do alike.
#include <limits>
#include <thread>

#include "workflow/storage/database_fixture.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::storage {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::IsOkAndHolds;
using ::jissho::testing::ReasonIs;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

class StorageConformanceTest : public DatabaseTest {
 protected:
  void SetUp() override {
    pool_ = Open(FreshDsn());
    CreateTables(*Take());
  }

  Pool::Lease Take() {
    auto lease = pool_->Acquire(absl::Seconds(5));
    EXPECT_TRUE(lease.ok()) << lease.status();
    return *std::move(lease);
  }

  static absl::StatusOr<int64_t> Insert(Session& session, const ItemRow& row) {
    return session.Execute(InsertRows(TableOf<ItemRow>(), 1), ToCells(row));
  }

  template <class Row>
  static absl::StatusOr<std::vector<CellRow>> FindByKeys(Session& session, const std::vector<CellRow>& keys,
                                                         absl::string_view for_update = "") {
    const Statement statement = SelectByKeys(TableOf<Row>(), keys, for_update);
    return session.Query(statement.sql, statement.params, TypesOf(TableOf<Row>()));
  }

  template <class Row>
  static absl::StatusOr<int64_t> Delete(Session& session, const std::vector<CellRow>& keys) {
    const Statement statement = DeleteByKeys(TableOf<Row>(), keys);
    return session.Execute(statement.sql, statement.params);
  }

  static std::vector<std::string> Ids(Session& session) {
    auto rows = Select<ItemRow>(session, "ORDER BY id");
    EXPECT_TRUE(rows.ok()) << rows.status();
    std::vector<std::string> ids;
    for (const ItemRow& row : *rows) ids.push_back(row.id);
    return ids;
  }

  std::unique_ptr<Pool> pool_;
};

TEST_P(StorageConformanceTest, KeepsWhatWasCommitted) {
  auto writer = Take();
  ASSERT_OK(writer->Begin());
  ASSERT_OK(Insert(*writer, {"a", 1, "t"}));
  ASSERT_OK(writer->Commit());
  auto reader = Take();
  EXPECT_THAT(Ids(*reader), ElementsAre("a"));
}

TEST_P(StorageConformanceTest, ForgetsWhatWasRolledBack) {
  auto session = Take();
  ASSERT_OK(session->Begin());
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  session->Rollback();
  EXPECT_THAT(Ids(*session), IsEmpty());
}

TEST_P(StorageConformanceTest, RollsBackWhenALeaseEndsInsideATransaction) {
  {
    auto session = Take();
    ASSERT_OK(session->Begin());
    ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  }
  auto session = Take();
  EXPECT_THAT(Ids(*session), IsEmpty());
  EXPECT_THAT(session->Begin(), IsOk());
}

TEST_P(StorageConformanceTest, HidesPendingWritesFromOthersAndShowsThemToTheirWriter) {
  auto writer = Take();
  auto reader = Take();
  ASSERT_OK(writer->Begin());
  ASSERT_OK(Insert(*writer, {"a", 1, "t"}));
  EXPECT_THAT(Ids(*writer), ElementsAre("a"));
  EXPECT_THAT(Ids(*reader), IsEmpty());
  ASSERT_OK(writer->Commit());
  EXPECT_THAT(Ids(*reader), ElementsAre("a"));
}

TEST_P(StorageConformanceTest, CommitsAStatementOutsideATransactionByItself) {
  ASSERT_OK(Insert(*Take(), {"a", 1, "t"}));
  EXPECT_THAT(Ids(*Take()), ElementsAre("a"));
}

TEST_P(StorageConformanceTest, RefusesASecondBeginAndACommitWithoutOne) {
  auto session = Take();
  EXPECT_THAT(session->Commit(), ReasonIs(kStorageFailed));
  ASSERT_OK(session->Begin());
  EXPECT_THAT(session->Begin(), ReasonIs(kStorageFailed));
}

TEST_P(StorageConformanceTest, ReturnsTextByteForByte) {
  const std::string texts[] = {
      "",      "𠮷野家 😀 e\xCC\x81", "it's \"quoted\" `so`",  "back\\slash \\' \\n",  "a:b ?c :p0 ??",
      "100%_", "line\nbreak\r\ttab", "-- no comment /* */ ;", std::string(70000, 'x')};
  auto session = Take();
  for (const std::string& text : texts) {
    ASSERT_OK(Insert(*session, {"a", 1, text, text}));
    ASSERT_OK_AND_ASSIGN(auto rows, Select<ItemRow>(*session, "WHERE id=?", KeyOf("a")));
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_EQ(rows[0].title, text);
    EXPECT_THAT(rows[0].note, Optional(text));
    ASSERT_OK(Delete<ItemRow>(*session, {KeyOf("a")}));
  }
}

TEST_P(StorageConformanceTest, KeepsNulBytesInText) {
  const std::string text("a\0b\0", 4);
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, text}));
  ASSERT_OK_AND_ASSIGN(auto rows, Select<ItemRow>(*session, "WHERE title=?", {text}));
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].title, text);
}

TEST_P(StorageConformanceTest, KeepsTheExtremesOfIntegers) {
  auto session = Take();
  for (int64_t value :
       {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0}, std::numeric_limits<int64_t>::max()}) {
    ASSERT_OK(session->Execute(UpsertRows(TableOf<ItemRow>(), 1, session->dialect()),
                               ToCells(ItemRow{"a", 1, "t", std::nullopt, value})));
    ASSERT_OK_AND_ASSIGN(auto rows, Select<ItemRow>(*session, "WHERE amount=?", {value}));
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_THAT(rows[0].amount, Optional(value));
  }
}

TEST_P(StorageConformanceTest, TellsNullFromEmptyAndFromZero) {
  auto session = Take();
  ASSERT_OK(Insert(*session, {"null", 1, "t"}));
  ASSERT_OK(Insert(*session, {"zero", 1, "t", "", 0}));
  ASSERT_OK_AND_ASSIGN(auto rows, Select<ItemRow>(*session, "ORDER BY id"));
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].note, std::nullopt);
  EXPECT_EQ(rows[0].amount, std::nullopt);
  EXPECT_THAT(rows[1].note, Optional(Eq("")));
  EXPECT_THAT(rows[1].amount, Optional(0));
}

// One SQL text, cached, with a parameter whose type changes from call to call.
TEST_P(StorageConformanceTest, BindsEveryTypeToTheSameStatement) {
  auto session = Take();
  const auto amount_after = [&](const Cell& cell) -> Cell {
    EXPECT_OK(session->Execute("UPDATE item SET amount=? WHERE id=?", {cell, "a"}));
    auto rows = session->Query("SELECT amount FROM item", {}, {CellType::kInteger});
    return rows.ok() && rows->size() == 1 ? (*rows)[0][0] : Cell("none");
  };
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  EXPECT_EQ(amount_after(std::monostate{}), Cell(std::monostate{}));
  EXPECT_EQ(amount_after(int64_t{7}), Cell(int64_t{7}));
  EXPECT_EQ(amount_after(std::monostate{}), Cell(std::monostate{}));
  EXPECT_EQ(amount_after("8"), Cell(int64_t{8}));
}

TEST_P(StorageConformanceTest, LeavesPlaceholdersInsideLiteralsAlone) {
  auto session = Take();
  EXPECT_THAT(session->Query("SELECT 'a:b ?', '''?', ? ", {"x:y?"},
                             {CellType::kText, CellType::kText, CellType::kText}),
              IsOkAndHolds(ElementsAre(CellRow{"a:b ?", "'?", "x:y?"})));
}

TEST_P(StorageConformanceTest, RefusesTheWrongNumberOfParametersOrColumns) {
  auto session = Take();
  EXPECT_THAT(session->Execute("UPDATE item SET amount=? WHERE id=?", {"a"}), ReasonIs(kStorageFailed));
  EXPECT_THAT(session->Query("SELECT id FROM item", {}, {CellType::kText, CellType::kText}),
              ReasonIs(kStorageFailed));
  EXPECT_THAT(session->Query("SELECT id FROM item", {}, {CellType::kText}), IsOk());
}

TEST_P(StorageConformanceTest, NamesADuplicateOfThePrimaryKeyAndOfAUniqueIndex) {
  auto session = Take();
  ASSERT_OK(session->Execute("CREATE UNIQUE INDEX item_amount ON item (amount)", {}));
  ASSERT_OK(Insert(*session, {"a", 1, "t", std::nullopt, 5}));
  EXPECT_THAT(Insert(*session, {"a", 1, "t"}), ReasonIs(kStorageDuplicate));
  EXPECT_THAT(Insert(*session, {"b", 1, "t", std::nullopt, 5}), ReasonIs(kStorageDuplicate));
}

TEST_P(StorageConformanceTest, GoesOnInTheTransactionAfterADuplicate) {
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  ASSERT_OK(session->Begin());
  ASSERT_OK(Insert(*session, {"b", 1, "t"}));
  EXPECT_THAT(Insert(*session, {"a", 1, "t"}), ReasonIs(kStorageDuplicate));
  ASSERT_OK(session->Commit());
  EXPECT_THAT(Ids(*session), ElementsAre("a", "b"));
}

TEST_P(StorageConformanceTest, NamesABrokenNotNull) {
  EXPECT_THAT(Take()->Execute("INSERT INTO item (id,version,title) VALUES ('a',1,NULL)", {}),
              ReasonIs(kStorageConstraint));
}

TEST_P(StorageConformanceTest, NamesABrokenCheckAndForeignKey) {
  auto session = Take();
  ASSERT_OK(session->Execute(session->dialect().ExpandMigration(
                                 "CREATE TABLE part (id {{id}} NOT NULL PRIMARY KEY, item {{id}} NOT NULL, "
                                 "amount {{integer}} NOT NULL, CHECK (amount >= 0), "
                                 "FOREIGN KEY (item) REFERENCES item (id)) {{table_options}}"),
                             {}));
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  const std::string sql = "INSERT INTO part (id,item,amount) VALUES (?,?,?)";
  EXPECT_THAT(session->Execute(sql, {"1", "a", int64_t{-1}}), ReasonIs(kStorageConstraint));
  EXPECT_THAT(session->Execute(sql, {"1", "nobody", int64_t{1}}), ReasonIs(kStorageConstraint));
  EXPECT_THAT(session->Execute(sql, {"1", "a", int64_t{1}}), IsOkAndHolds(1));
}

TEST_P(StorageConformanceTest, CallsASyntaxErrorAFaultOfOurs) {
  EXPECT_THAT(Take()->Execute("SELEKT 1", {}), ReasonIs(kStorageFailed));
}

TEST_P(StorageConformanceTest, CountsRowsThatMatchedEvenWhenNothingChanged) {
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  const std::string sql = "UPDATE item SET title='t' WHERE id=?";
  EXPECT_THAT(session->Execute(sql, {"a"}), IsOkAndHolds(1));
  EXPECT_THAT(session->Execute(sql, {"b"}), IsOkAndHolds(0));
}

TEST_P(StorageConformanceTest, CountsNoRowsForAStatementThatTouchesNone) {
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  EXPECT_THAT(session->Execute("CREATE INDEX item_version ON item (version)", {}), IsOkAndHolds(0));
}

TEST_P(StorageConformanceTest, ReadsRowsByTheirKeysInKeyOrder) {
  auto session = Take();
  CellRow rows;
  for (const char* id : {"c", "a", "b"}) AppendCells(rows, ToCells(ItemRow{id, 1, "t"}));
  EXPECT_THAT(session->Execute(InsertRows(TableOf<ItemRow>(), 3), rows), IsOkAndHolds(3));
  ASSERT_OK(session->Begin());
  EXPECT_THAT(FindByKeys<ItemRow>(*session, {{"c"}, {"b"}, {"x"}}, session->dialect().for_update()),
              IsOkAndHolds(ElementsAre(ToCells(ItemRow{"b", 1, "t"}), ToCells(ItemRow{"c", 1, "t"}))));
}

TEST_P(StorageConformanceTest, ReadsAndDeletesRowsByCompositeKeys) {
  auto session = Take();
  CellRow rows;
  for (int64_t number : {1, 2, 3}) AppendCells(rows, ToCells(LineRow{"a", number, "t"}));
  AppendCells(rows, ToCells(LineRow{"b", 1, "t"}));
  ASSERT_OK(session->Execute(InsertRows(TableOf<LineRow>(), 4), rows));
  EXPECT_THAT(Delete<LineRow>(*session, {KeyOf("a", 2), KeyOf("b", 9)}), IsOkAndHolds(1));
  EXPECT_THAT(FindByKeys<LineRow>(*session, {KeyOf("b", 1), KeyOf("a", 3)}),
              IsOkAndHolds(ElementsAre(ToCells(LineRow{"a", 3, "t"}), ToCells(LineRow{"b", 1, "t"}))));
}

TEST_P(StorageConformanceTest, ReadsAndDeletesRowsWhoseKeysBeginAlike) {
  auto session = Take();
  std::vector<CellRow> rows;
  for (const char* item : {"a", "b"}) {
    for (int64_t number : {1, 2, 3}) rows.push_back(ToCells(LineRow{item, number, "t"}));
  }
  ASSERT_OK(session->Insert(TableOf<LineRow>(), Addresses(rows)));
  EXPECT_THAT(FindByKeys<LineRow>(*session, {KeyOf("a", 1), KeyOf("a", 3), KeyOf("b", 2), KeyOf("b", 9)}),
              IsOkAndHolds(ElementsAre(rows[0], rows[2], rows[4])));
  EXPECT_THAT(Delete<LineRow>(*session, {KeyOf("a", 1), KeyOf("a", 2), KeyOf("b", 3)}), IsOkAndHolds(3));
}

TEST_P(StorageConformanceTest, UpdatesOnlyTheVersionThatWasRead) {
  const TableSpec& table = TableOf<ItemRow>();
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, "old"}));
  const CellRow next = ToCells(ItemRow{"a", 2, "new"});
  EXPECT_THAT(session->Execute(UpdateRow(table), UpdateParams(table, next, 1)), IsOkAndHolds(1));
  EXPECT_THAT(session->Execute(UpdateRow(table), UpdateParams(table, next, 1)), IsOkAndHolds(0));
  ASSERT_OK_AND_ASSIGN(auto rows, Select<ItemRow>(*session, ""));
  EXPECT_EQ(rows[0].title, "new");
  EXPECT_EQ(rows[0].version, 2);
}

TEST_P(StorageConformanceTest, UpdatesARowWithoutAVersionByItsKey) {
  const TableSpec& table = TableOf<LineRow>();
  auto session = Take();
  ASSERT_OK(session->Execute(InsertRows(table, 1), ToCells(LineRow{"a", 1, "old"})));
  EXPECT_THAT(session->Execute(UpdateRow(table), UpdateParams(table, ToCells(LineRow{"a", 1, "new"}), 0)),
              IsOkAndHolds(1));
  ASSERT_OK_AND_ASSIGN(auto rows, Select<LineRow>(*session, ""));
  EXPECT_EQ(rows[0].text, "new");
}

TEST_P(StorageConformanceTest, UpsertsInsertWhatIsNewAndOverwriteWhatIsThere) {
  auto session = Take();
  ASSERT_OK(session->Execute(InsertRows(TableOf<LineRow>(), 1), ToCells(LineRow{"a", 1, "old"})));
  CellRow rows = ToCells(LineRow{"a", 1, "new"});
  AppendCells(rows, ToCells(LineRow{"a", 2, "second"}));
  ASSERT_OK(session->Execute(UpsertRows(TableOf<LineRow>(), 2, session->dialect()), rows));
  ASSERT_OK_AND_ASSIGN(auto stored, Select<LineRow>(*session, "ORDER BY number"));
  ASSERT_THAT(stored, SizeIs(2));
  EXPECT_EQ(stored[0].text, "new");
  EXPECT_EQ(stored[1].text, "second");
}

// How a session writes several rows depends on the server: in its own way, or as one text.
class WritingRowsTest : public StorageConformanceTest {
 protected:
  void SetUp() override {
    StorageConformanceTest::SetUp();
    session_ = std::make_unique<Pool::Lease>(Take());
  }

  absl::Status InsertItems(const std::vector<CellRow>& rows) {
    return (*session_)->Insert(TableOf<ItemRow>(), Addresses(rows));
  }
  absl::Status InsertItemsAsText(const std::vector<CellRow>& rows) {
    return (*session_)->Session::Insert(TableOf<ItemRow>(), Addresses(rows));
  }
  absl::Status UpsertItems(const std::vector<CellRow>& rows) {
    return (*session_)->Upsert(TableOf<ItemRow>(), Addresses(rows));
  }

  std::vector<CellRow> Items() {
    std::vector<CellRow> out;
    auto rows = Select<ItemRow>(**session_, "ORDER BY id");
    EXPECT_OK(rows);
    if (rows.ok()) {
      for (const ItemRow& row : *rows) out.push_back(ToCells(row));
    }
    return out;
  }

  std::unique_ptr<Pool::Lease> session_;
};

// Awkward in every column: quotes, backslashes, other scripts, NUL bytes, absent and extreme values, and
// texts of very different lengths in one array.
std::vector<CellRow> AwkwardItems() {
  return {
      ToCells(ItemRow{"a", 1, "it's \\ \"so\" ?", std::nullopt, std::nullopt}),
      ToCells(ItemRow{"b", 2, "", "", 0}),
      ToCells(ItemRow{"c", 3, std::string(70000, 'x'), "𠮷野家 😀", std::numeric_limits<int64_t>::min()}),
      ToCells(ItemRow{"d", 4, std::string("n\0l\0", 4), "line\nbreak", std::numeric_limits<int64_t>::max()})};
}

TEST_P(WritingRowsTest, KeepsEveryCellOfEveryRow) {
  ASSERT_OK(InsertItems(AwkwardItems()));
  EXPECT_EQ(Items(), AwkwardItems());
}

TEST_P(WritingRowsTest, KeepsEveryCellOfEveryRowThatIsWrittenAsText) {
  ASSERT_OK(InsertItemsAsText(AwkwardItems()));
  EXPECT_EQ(Items(), AwkwardItems());
}

TEST_P(WritingRowsTest, TakesFewerAndMoreRowsThanTheLastTime) {
  std::vector<CellRow> all;
  for (int count : {3, 1, 5, 2}) {
    std::vector<CellRow> rows;
    for (int i = 0; i < count; ++i) {
      const std::string id = std::string(1, static_cast<char>('a' + all.size() + i));
      rows.push_back(ToCells(ItemRow{id, count, std::string(count * i, 't'), std::nullopt, i}));
    }
    ASSERT_OK(InsertItems(rows));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  EXPECT_EQ(Items(), all);
}

TEST_P(WritingRowsTest, OverwritesRowsThatAreThereAndInsertsTheOthers) {
  ASSERT_OK(InsertItems({ToCells(ItemRow{"a", 1, "old", "note", 7}), ToCells(ItemRow{"b", 1, "kept"})}));
  ASSERT_OK(UpsertItems({ToCells(ItemRow{"a", 2, "new"}), ToCells(ItemRow{"c", 1, "third", "note", 9})}));
  EXPECT_THAT(Items(), ElementsAre(ToCells(ItemRow{"a", 2, "new"}), ToCells(ItemRow{"b", 1, "kept"}),
                                   ToCells(ItemRow{"c", 1, "third", "note", 9})));
}

TEST_P(WritingRowsTest, WritesNoneOfTheRowsWhenOneIsADuplicateAndGoesOn) {
  ASSERT_OK(InsertItems({ToCells(ItemRow{"b", 1, "first"})}));
  ASSERT_OK((*session_)->Begin());
  EXPECT_THAT(InsertItems({ToCells(ItemRow{"a", 1, "t"}), ToCells(ItemRow{"b", 1, "second"}),
                           ToCells(ItemRow{"c", 1, "t"})}),
              ReasonIs(kStorageDuplicate));
  ASSERT_OK(InsertItems({ToCells(ItemRow{"d", 1, "t"})}));
  ASSERT_OK((*session_)->Commit());
  EXPECT_THAT(Items(), ElementsAre(ToCells(ItemRow{"b", 1, "first"}), ToCells(ItemRow{"d", 1, "t"})));
}

TEST_P(WritingRowsTest, NamesABrokenNotNullOfOneRow) {
  CellRow without_title = ToCells(ItemRow{"b", 1, "t"});
  without_title[2] = std::monostate{};
  EXPECT_THAT(InsertItems({ToCells(ItemRow{"a", 1, "t"}), without_title}), ReasonIs(kStorageConstraint));
  EXPECT_THAT(Items(), IsEmpty());
}

TEST_P(WritingRowsTest, GoesOnAfterTheTableHasGotAColumn) {
  ASSERT_OK(InsertItems({ToCells(ItemRow{"a", 1, "t"})}));
  ASSERT_OK(Take()->Execute("ALTER TABLE item ADD COLUMN extra INTEGER DEFAULT 5", {}));
  ASSERT_OK(InsertItems({ToCells(ItemRow{"b", 1, "t"}), ToCells(ItemRow{"c", 1, "t"})}));
  ASSERT_OK(UpsertItems({ToCells(ItemRow{"a", 2, "t"})}));
  EXPECT_THAT((*session_)->Query("SELECT COUNT(*), SUM(extra) FROM item", {},
                                 {CellType::kInteger, CellType::kInteger}),
              IsOkAndHolds(ElementsAre(CellRow{int64_t{3}, int64_t{15}})));
}

TEST_P(WritingRowsTest, SendsOneStatementForAllRows) {
  const int64_t before = (*session_)->statements();
  ASSERT_OK(InsertItems(AwkwardItems()));
  EXPECT_EQ((*session_)->statements() - before, 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, WritingRowsTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(StorageConformanceTest, TakesTheLargestMultiRowStatement) {
  auto session = Take();
  for (const bool alike : {true, false}) {
    std::vector<CellRow> rows;
    std::vector<CellRow> keys;
    for (int64_t i = 0; i < kRowsMax; ++i) {
      keys.push_back(KeyOf(alike ? "a" : "b" + std::to_string(i), i));
      rows.push_back(keys.back());
      rows.back().push_back("t");
    }
    ASSERT_OK(session->Insert(TableOf<LineRow>(), Addresses(rows)));
    EXPECT_THAT(FindByKeys<LineRow>(*session, keys), IsOkAndHolds(SizeIs(kRowsMax)));
    EXPECT_THAT(Delete<LineRow>(*session, keys), IsOkAndHolds(kRowsMax));
    ASSERT_OK(session->Session::Insert(TableOf<LineRow>(), Addresses(rows)));
  }
}

TEST_P(StorageConformanceTest, SortsAndComparesTextByItsBytes) {
  auto session = Take();
  for (const char* id : {"b", "A", "a", "B"}) ASSERT_OK(Insert(*session, {id, 1, id}));
  EXPECT_THAT(Ids(*session), ElementsAre("A", "B", "a", "b"));
  EXPECT_THAT(Select<ItemRow>(*session, "WHERE title=?", {"a"}), IsOkAndHolds(SizeIs(1)));
}

TEST_P(StorageConformanceTest, FindsNothingByAKeyOutsideAscii) {
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  EXPECT_THAT(FindByKeys<ItemRow>(*session, {{"あ"}, {"a"}}), IsOkAndHolds(SizeIs(1)));
}

TEST_P(StorageConformanceTest, TakesTextOfSeveralMegabytes) {
  const std::string text(6 << 20, '\'');
  auto session = Take();
  ASSERT_OK(Insert(*session, {"a", 1, text}));
  ASSERT_OK_AND_ASSIGN(auto rows, Select<ItemRow>(*session, "WHERE id='a'"));
  EXPECT_EQ(rows[0].title, text);
}

TEST_P(StorageConformanceTest, OpensAFreshDatabaseFromManyThreadsAtOnce) {
  for (int round = 0; round < 10; ++round) {
    auto pool = Open(FreshDsn(), 8);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&pool] {
        auto session = pool->Acquire(absl::Seconds(30));
        ASSERT_OK(session);
        EXPECT_THAT((*session)->Execute("CREATE TABLE IF NOT EXISTS t (id INTEGER)", {}), IsOk());
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_P(StorageConformanceTest, CountsTheStatementsItSends) {
  auto session = Take();
  const int64_t before = session->statements();
  ASSERT_OK(session->Begin());
  ASSERT_OK(Insert(*session, {"a", 1, "t"}));
  ASSERT_OK(session->Commit());
  EXPECT_EQ(session->statements() - before, 3);
}

TEST_P(StorageConformanceTest, OutlivesMoreStatementTextsThanItKeepsPrepared) {
  auto session = Take();
  for (int round = 0; round < 2; ++round) {
    for (int64_t i = 0; i < 300; ++i) {
      EXPECT_THAT(session->Query("SELECT " + std::to_string(i) + "+?", {int64_t{1}}, {CellType::kInteger}),
                  IsOkAndHolds(ElementsAre(CellRow{i + 1})));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, StorageConformanceTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace jissho::storage
