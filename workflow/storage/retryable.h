// The one list of database errors: what each number of MariaDB/MySQL and of SQLite means for a transaction.
#ifndef JISSHO_WORKFLOW_STORAGE_RETRYABLE_H_
#define JISSHO_WORKFLOW_STORAGE_RETRYABLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace jissho::storage {

enum class ErrorKind {
  kRetry,              // the server undid the transaction or the statement; run the whole transaction again
  kRetryUnlessCommit,  // likewise, but while committing the outcome is unknown; the connection lives
  kLost,               // the connection is gone; likewise
  kDuplicate,          // a unique key
  kConstraint,         // any other constraint: foreign key, check, not null, trigger
  kFull,               // no room: nothing was written, and nothing will be until somebody makes some
  kFailed,             // everything else: a fault of ours or of the installation
};

// `code`: the client or server error number (mysql_errno).
ErrorKind ClassifyMysql(unsigned code);

// `code`: an extended result code (sqlite3_extended_errcode).
ErrorKind ClassifySqlite(int code);

enum class Phase { kStatement, kCommit };

// The Status for it. Metadata: "db_code" (the number in decimal), "detail" (the database's own text, which
// may quote a key's value: for the log, masked at the edge).
absl::Status StorageError(ErrorKind kind, int code, absl::string_view text, Phase phase);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_RETRYABLE_H_
