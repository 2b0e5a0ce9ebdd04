#include "workflow/storage/migration.h"

#include <thread>

#include "workflow/storage/database_fixture.h"
#include "workflow/storage/reasons.h"

namespace jissho::storage {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::IsOkAndHolds;
using ::jissho::testing::ReasonIs;
using ::testing::SizeIs;

constexpr char kFirst[] = R"(
-- what: a note's colon and ; do no harm
CREATE TABLE sample_note (id {{id}} NOT NULL PRIMARY KEY, text {{text}} NOT NULL) {{table_options}};
INSERT INTO sample_note (id, text) VALUES ('1', 'a; b: ?');
CREATE INDEX sample_note_id ON sample_note (id);
)";
constexpr char kSecond[] = "ALTER TABLE sample_note ADD COLUMN size {{integer}};\n";

std::vector<Migration> Migrations(const std::vector<std::pair<absl::string_view, absl::string_view>>& files) {
  auto parsed = ParseMigrations("sample", files);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return *std::move(parsed);
}

class MigrationTest : public DatabaseTest {
 protected:
  void SetUp() override { pool_ = Open(FreshDsn(), 8); }
  Pool::Lease Take() { return *pool_->Acquire(absl::Seconds(30)); }

  const std::vector<Migration> one_ = Migrations({{"schema/001_notes.sql", kFirst}});
  const std::vector<Migration> both_ =
      Migrations({{"schema/002_size.sql", kSecond}, {"schema/001_notes.sql", kFirst}});
  std::unique_ptr<Pool> pool_;
};

// Where CREATE TABLE commits by itself.
class StepwiseMigrationTest : public MigrationTest {};

TEST_P(MigrationTest, AppliesWhatIsMissingInOrder) {
  auto session = Take();
  ASSERT_OK(Migrate(*session, both_));
  EXPECT_THAT(session->Query("SELECT id,text,size FROM sample_note", {},
                             {CellType::kText, CellType::kText, CellType::kInteger}),
              IsOkAndHolds(::testing::ElementsAre(CellRow{"1", "a; b: ?", std::monostate{}})));
  EXPECT_THAT(VerifySchema(*session, both_), IsOk());
}

TEST_P(MigrationTest, DoesNothingTheSecondTimeAndGoesOnWithNewOnes) {
  auto session = Take();
  ASSERT_OK(Migrate(*session, one_));
  ASSERT_OK(Migrate(*session, one_));
  ASSERT_OK(Migrate(*session, both_));
  EXPECT_THAT(session->Query("SELECT id FROM sample_note", {}, {CellType::kText}), IsOkAndHolds(SizeIs(1)));
}

TEST_P(MigrationTest, RefusesAnAppliedMigrationWhoseTextChanged) {
  auto session = Take();
  ASSERT_OK(Migrate(*session, one_));
  const auto changed =
      Migrations({{"001_notes.sql", "CREATE TABLE other (id {{id}} NOT NULL PRIMARY KEY);"}});
  EXPECT_THAT(Migrate(*session, changed), ReasonIs(kSchemaMismatch));
  EXPECT_THAT(VerifySchema(*session, changed), ReasonIs(kSchemaMismatch));
}

TEST_P(MigrationTest, VerificationNoticesAMissingAndASurplusMigration) {
  auto session = Take();
  EXPECT_THAT(VerifySchema(*session, one_), ReasonIs(kSchemaMismatch));
  ASSERT_OK(Migrate(*session, one_));
  EXPECT_THAT(VerifySchema(*session, both_), ReasonIs(kSchemaMismatch));
  ASSERT_OK(Migrate(*session, both_));
  EXPECT_THAT(VerifySchema(*session, one_), ReasonIs(kSchemaMismatch));
}

TEST_P(MigrationTest, RunsOnceHoweverManyProcessesStartAtOnce) {
  std::vector<absl::Status> results(4);
  std::vector<std::thread> threads;
  for (absl::Status& result : results) {
    threads.emplace_back([this, &result] { result = Migrate(*Take(), both_); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& result : results) EXPECT_THAT(result, IsOk());
  auto session = Take();
  EXPECT_THAT(session->Query("SELECT id FROM sample_note", {}, {CellType::kText}), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(VerifySchema(*session, both_), IsOk());
}

TEST_P(MigrationTest, SaysWhereItStoppedAndGoesOnFromThereWhenTheCauseIsGone) {
  auto session = Take();
  const std::string table = " (id {{id}} NOT NULL PRIMARY KEY) {{table_options}}";
  ASSERT_OK(session->Execute(session->dialect().ExpandMigration("CREATE TABLE in_the_way" + table), {}));
  const std::string sql = "CREATE TABLE before_it" + table + ";\nCREATE TABLE in_the_way" + table + ";\n";
  const auto migrations = Migrations({{"001_x.sql", sql}});
  EXPECT_THAT(Migrate(*session, migrations), ReasonIs(kMigrationStopped));
  EXPECT_THAT(VerifySchema(*session, migrations), ReasonIs(kSchemaMismatch));
  ASSERT_OK(session->Execute("DROP TABLE in_the_way", {}));
  EXPECT_THAT(Migrate(*session, migrations), IsOk());
  EXPECT_THAT(VerifySchema(*session, migrations), IsOk());
}

TEST_P(StepwiseMigrationTest, TakesAStatementThatWasDoneButNotCountedAsDone) {
  auto session = Take();
  ASSERT_OK(Migrate(*session, one_));
  ASSERT_OK(session->Execute("UPDATE schema_migration SET done=2", {}));  // as if killed after CREATE INDEX
  EXPECT_THAT(Migrate(*session, one_), IsOk());
  EXPECT_THAT(VerifySchema(*session, one_), IsOk());
}

TEST_P(MigrationTest, AppliesTriggersWrittenForEachDatabase) {
  const auto migrations = Migrations({{"001_ledger.sql", R"(
CREATE TABLE sample_entry (id {{id}} NOT NULL PRIMARY KEY) {{table_options}};
-- only: sqlite
CREATE TRIGGER sample_entry_keep BEFORE DELETE ON sample_entry BEGIN
  SELECT RAISE(ABORT, 'append only');
END;
-- only: mysql
CREATE TRIGGER sample_entry_keep BEFORE DELETE ON sample_entry FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'append only';
INSERT INTO sample_entry (id) VALUES ('1');
)"}});
  auto session = Take();
  ASSERT_OK(Migrate(*session, migrations));
  EXPECT_THAT(session->Execute("DELETE FROM sample_entry", {}), ReasonIs(kStorageConstraint));
}

TEST(ParseMigrationsTest, RefusesGapsAndForeignFileNames) {
  EXPECT_THAT(ParseMigrations("sample", {{"002_b.sql", ""}}), ReasonIs(kSchemaMismatch));
  EXPECT_THAT(ParseMigrations("sample", {{"001_a.sql", ""}, {"001_b.sql", ""}}), ReasonIs(kSchemaMismatch));
  EXPECT_THAT(ParseMigrations("sample", {{"first.sql", ""}}), ReasonIs(kSchemaMismatch));
}

INSTANTIATE_TEST_SUITE_P(Databases, MigrationTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

INSTANTIATE_TEST_SUITE_P(Databases, StepwiseMigrationTest, ::testing::Values("mysql"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace jissho::storage
