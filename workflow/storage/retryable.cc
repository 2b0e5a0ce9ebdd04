#include "workflow/storage/retryable.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "workflow/storage/reasons.h"

namespace jissho::storage {
namespace {

struct Entry {
  unsigned code;
  ErrorKind kind;
};

// Numbers above 2000 are the client library's; the others the server's.
constexpr Entry kMysql[] = {
    {1213, ErrorKind::kRetry},              // deadlock, Galera certification conflict
    {1205, ErrorKind::kRetry},              // lock wait timeout
    {1020, ErrorKind::kRetry},              // record changed since the snapshot
    {1047, ErrorKind::kRetry},              // Galera node not ready
    {1317, ErrorKind::kRetry},              // statement killed
    {1969, ErrorKind::kRetry},              // statement exceeded max_statement_time
    {1040, ErrorKind::kRetry},              // too many connections
    {1180, ErrorKind::kRetryUnlessCommit},  // error during COMMIT
    {1053, ErrorKind::kLost},               // server is shutting down
    {1158, ErrorKind::kLost},               // communication packet could not be read
    {1159, ErrorKind::kLost},               // read timeout
    {1160, ErrorKind::kLost},               // communication packet could not be written
    {1161, ErrorKind::kLost},               // write timeout
    {1927, ErrorKind::kLost},               // connection was killed
    {4031, ErrorKind::kLost},               // MySQL 8: disconnected for inactivity
    {2002, ErrorKind::kLost},               // cannot connect (socket)
    {2003, ErrorKind::kLost},               // cannot connect (TCP)
    {2006, ErrorKind::kLost},               // server has gone away
    {2013, ErrorKind::kLost},               // lost connection during a query
    {2055, ErrorKind::kLost},               // lost connection, with the system's reason
    {1021, ErrorKind::kFull},               // disk full
    {1114, ErrorKind::kFull},               // the table is full, as is every table on a full disk
    {1062, ErrorKind::kDuplicate},          // duplicate entry
    {1586, ErrorKind::kDuplicate},          // duplicate entry, with the key's name
    {1048, ErrorKind::kConstraint},         // NOT NULL
    {1364, ErrorKind::kConstraint},         // no value and no default
    {1216, ErrorKind::kConstraint},         // foreign key
    {1217, ErrorKind::kConstraint},         // foreign key
    {1451, ErrorKind::kConstraint},         // foreign key, with its name
    {1452, ErrorKind::kConstraint},         // foreign key, with its name
    {1644, ErrorKind::kConstraint},         // SIGNAL in a trigger
    {3819, ErrorKind::kConstraint},         // CHECK (MySQL)
    {4025, ErrorKind::kConstraint},         // CHECK (MariaDB)
};

// SQLite's numbers, written out because only one file of this folder may see sqlite3.h (see soci_session.cc).
constexpr int kSqliteBusy = 5;
constexpr int kSqliteLocked = 6;
constexpr int kSqliteIoError = 10;
constexpr int kSqliteFull = 13;
constexpr int kSqliteConstraint = 19;
constexpr int kSqliteConstraintPrimaryKey = 1555;
constexpr int kSqliteConstraintUnique = 2067;
constexpr int kSqliteConstraintRowid = 2579;

const Reason& ReasonOf(ErrorKind kind, Phase phase) {
  switch (kind) {
    case ErrorKind::kRetry:
      return kStorageRetry;
    case ErrorKind::kRetryUnlessCommit:
    case ErrorKind::kLost:
      return phase == Phase::kCommit ? kCommitUnknown : kStorageRetry;
    case ErrorKind::kDuplicate:
      return kStorageDuplicate;
    case ErrorKind::kConstraint:
      return kStorageConstraint;
    case ErrorKind::kFull:
      return kStorageFull;
    case ErrorKind::kFailed:
      break;
  }
  return kStorageFailed;
}

}  // namespace

ErrorKind ClassifyMysql(unsigned code) {
  for (const Entry& entry : kMysql) {
    if (entry.code == code) return entry.kind;
  }
  return ErrorKind::kFailed;
}

ErrorKind ClassifySqlite(int code) {
  switch (code) {
    case kSqliteConstraintPrimaryKey:
    case kSqliteConstraintUnique:
    case kSqliteConstraintRowid:
      return ErrorKind::kDuplicate;
  }
  switch (code & 0xff) {
    case kSqliteBusy:
    case kSqliteLocked:
      return ErrorKind::kRetry;
    case kSqliteIoError:
      // After a failed fsync nobody knows what reached the disk.
      return ErrorKind::kRetryUnlessCommit;
    case kSqliteFull:
      return ErrorKind::kFull;
    case kSqliteConstraint:
      return ErrorKind::kConstraint;
  }
  return ErrorKind::kFailed;
}

absl::Status StorageError(ErrorKind kind, int code, absl::string_view text, Phase phase) {
  return MakeError(ReasonOf(kind, phase),
                   {{"db_code", absl::StrCat(code)}, {"detail", absl::StrCat(text, " (", code, ")")}});
}

}  // namespace jissho::storage
