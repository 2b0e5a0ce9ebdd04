// The fixture of the tests that run on both databases.
#ifndef JISSHO_WORKFLOW_STORAGE_DATABASE_FIXTURE_H_
#define JISSHO_WORKFLOW_STORAGE_DATABASE_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/storage/session.h"

namespace jissho::storage {

struct ItemRow {
  std::string id;
  int64_t version = 0;
  std::string title;
  std::optional<std::string> note = std::nullopt;
  std::optional<int64_t> amount = std::nullopt;
};

// A composite key, and no version.
struct LineRow {
  std::string item;
  int64_t number = 0;
  std::string text;
};

template <>
struct RowTraits<ItemRow> {
  static constexpr char kTable[] = "item";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &ItemRow::id), Column("version", &ItemRow::version), Column("title", &ItemRow::title),
      Column("note", &ItemRow::note), Column("amount", &ItemRow::amount));
};

template <>
struct RowTraits<LineRow> {
  static constexpr char kTable[] = "line";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("item", &LineRow::item), Column("number", &LineRow::number), Column("text", &LineRow::text));
};

// Rows as Session::Insert and Upsert take them. `cells` must outlive the result.
inline std::vector<const CellRow*> Addresses(const std::vector<CellRow>& cells) {
  std::vector<const CellRow*> addresses;
  for (const CellRow& row : cells) addresses.push_back(&row);
  return addresses;
}

// The parameter is Dialect::name().
class DatabaseTest : public ::testing::TestWithParam<const char*> {
 protected:
  bool sqlite() const { return std::string(GetParam()) == "sqlite"; }

  std::unique_ptr<Pool> Open(const std::string& dsn, int sessions = 4,
                             absl::Duration lock = absl::Seconds(10)) {
    auto pool = OpenPool({.dsn = dsn, .sessions_max = sessions, .lock_timeout = lock});
    EXPECT_TRUE(pool.ok()) << pool.status();
    return *std::move(pool);
  }

  std::string FreshDsn() { return sqlite() ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn(); }

  void CreateTables(Session& session) {
    for (const char* sql :
         {"CREATE TABLE item (id {{id}} NOT NULL PRIMARY KEY, version {{integer}} NOT NULL, title {{text}} "
          "NOT NULL, "
          "note {{text}}, amount {{integer}}) {{table_options}}",
          "CREATE TABLE line (item {{id}} NOT NULL, number {{integer}} NOT NULL, text {{name}} NOT NULL, "
          "PRIMARY KEY (item, number)) {{table_options}}"}) {
      ASSERT_OK(session.Execute(session.dialect().ExpandMigration(sql), {}));
    }
  }
};

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_DATABASE_FIXTURE_H_
