// The tokens in which the two databases differ, and nothing else.
#ifndef JISSHO_WORKFLOW_STORAGE_DIALECT_H_
#define JISSHO_WORKFLOW_STORAGE_DIALECT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::storage {

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual absl::string_view name() const = 0;  // "sqlite" or "mysql"

  // Suffix of a SELECT whose rows the transaction will change: " FOR UPDATE" or "".
  virtual absl::string_view for_update() const = 0;

  // Suffix that turns INSERT into insert-or-overwrite of `columns` when `keys` exist.
  virtual std::string Upsert(const std::vector<std::string>& keys,
                             const std::vector<std::string>& columns) const = 0;

  // Fills the tokens that migrations may use: {{id}} ASCII text of up to 120 characters usable in keys and
  // indexes,
  // {{name}} text of up to 255 characters in any script usable in indexes, {{text}} text of up to 16 MiB,
  // {{integer}} 64-bit integer, {{table_options}} the end of CREATE TABLE. Write NOT NULL on key columns:
  // SQLite's primary keys would take NULL. MariaDB takes at most 6 {{id}} columns into one index, and ignores
  // spaces at a text's end when it compares, SQLite does not: check such input before.
  virtual std::string ExpandMigration(absl::string_view sql) const = 0;
};

const Dialect& SqliteDialect();
const Dialect& MysqlDialect();

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_DIALECT_H_
