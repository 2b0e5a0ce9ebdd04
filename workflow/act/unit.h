// The working state of a batch and of each act in it.
//
// Batch: the rows that the transaction has read (and locked), with what the finished acts changed in them.
// Unit: what one act has changed on top of that; merged into the batch when the act succeeds, dropped when it
// fails. Rows are kept as cells, ordered by table and key, so that every flush writes in the same order on
// every run. Threading: one thread. Errors: those of storage::Session.
#ifndef JISSHO_WORKFLOW_ACT_UNIT_H_
#define JISSHO_WORKFLOW_ACT_UNIT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workflow/act/act.h"
#include "workflow/act/catalog.h"
#include "workflow/act/rows.h"
#include "workflow/base/working_days.h"

namespace jissho::act {

struct RowKey {
  const storage::TableSpec* table;
  storage::CellRow key;
  friend bool operator<(const RowKey& a, const RowKey& b) {
    if (a.table != b.table) return a.table->name < b.table->name;
    return a.key < b.key;
  }
};

// Empty: there is no such row (any more).
using Cells = std::optional<storage::CellRow>;

// A row as the transaction knows it.
struct RowState {
  Cells cells;
  bool stored = false;         // is in the database
  int64_t stored_version = 0;  // there, before this transaction; of a table with versions
  bool dirty = false;
};

class Batch {
 public:
  Batch(storage::Session* session, absl::Time now) : session_(session), now_(now) {}

  // Reads these rows, one statement a table, in key order.
  absl::Status Prefetch(const std::vector<Read>& reads);
  // The row as of now; reads and locks it if it has not been read.
  absl::StatusOr<const RowState*> Load(const RowKey& key);
  // The row as of now if it has been read or written; else null. Reads nothing.
  const RowState* Known(const RowKey& key) const;
  // Takes over what a successful act changed.
  void Merge(std::map<RowKey, Cells> changes);
  // Writes everything: multi-row statements, table by table, counters last. ABORTED (VERSION_CONFLICT) when a
  // versioned row is not as it was read.
  absl::Status Flush();

  storage::Session& session() { return *session_; }
  absl::Time now() const { return now_; }
  bool dirty() const;
  // Wrote mail, a timer or an outgoing event: the pump has something to look at.
  bool has_messages() const;

 private:
  using Entry = std::pair<const RowKey, RowState>;
  absl::Status FlushTable(const storage::TableSpec& table, const std::vector<const Entry*>& rows);

  storage::Session* session_;
  absl::Time now_;
  std::map<RowKey, RowState> rows_;
};

// What happened to an instance, and how it stands now. The last four say what stands in the rows as JSON.
struct Progress {
  const std::string& service;
  const InstanceRow& instance;
  const JournalRow& entry;
  const std::vector<std::string>& entered;
  const std::vector<std::string>& exited;
  const std::vector<std::string>& configuration;
  const Json& tasks;  // those that are offered: none while an incident suspends the instance
};
// Turns it into the message that goes to the case's history. Thread-safe.
class ProgressEncoder {
 public:
  virtual ~ProgressEncoder() = default;
  virtual std::string type() const = 0;
  virtual std::string Encode(const Progress& progress) const = 0;
};

// What a chart says to an instance of a service: <send type="jissho:service">.
struct ChartEvent {
  std::string instance_id;  // of the receiver
  std::string event;
  std::optional<Json> data;        // absent: undefined
  std::string sender_instance_id;  // of the service that sends
  std::string send_id;             // empty when the chart gave none
};
// Turns it into the message that goes between services, and back. Thread-safe.
class ChartEventCodec {
 public:
  virtual ~ChartEventCodec() = default;
  virtual std::string type() const = 0;
  virtual std::string Encode(const ChartEvent& event) const = 0;
  virtual std::optional<ChartEvent> Decode(const std::string& payload) const = 0;  // nothing: malformed
};

// What all units of a service share. Const while running.
struct Environment {
  std::string service;
  std::string municipality;
  std::string progress_receiver;  // empty: nobody is told
  const Catalog* catalog = nullptr;
  const std::map<std::string, Action>* actions = nullptr;
  const ProgressEncoder* encoder = nullptr;
  const ChartEventCodec* chart_events = nullptr;  // null: there are no other services
  const WorkingDays* working_days = nullptr;      // null: no chart asks for business days
};

class Unit {
 public:
  Unit(const Environment* environment, Batch* batch, const Context* context, bool alone)
      : environment_(environment), batch_(batch), context_(context), alone_(alone) {}

  // The row as of now, until the unit's next change of it; null when there is none.
  absl::StatusOr<const storage::CellRow*> Find(const storage::TableSpec& table, const storage::CellRow& key);
  absl::Status Insert(const storage::TableSpec& table, storage::CellRow cells);
  absl::Status Update(const storage::TableSpec& table, storage::CellRow cells);
  absl::Status Delete(const storage::TableSpec& table, const storage::CellRow& key);
  absl::StatusOr<storage::Session*> RangeSession();

  template <class Row>
  absl::StatusOr<std::optional<Row>> FindRow(const storage::CellRow& key) {
    auto cells = Find(storage::TableOf<Row>(), key);
    if (!cells.ok()) return cells.status();
    if (*cells == nullptr) return std::optional<Row>();
    return std::optional<Row>(storage::FromCells<Row>(**cells));
  }
  template <class Row>
  absl::Status InsertRow(const Row& row) {
    return Insert(storage::TableOf<Row>(), storage::ToCells(row));
  }
  template <class Row>
  absl::Status UpdateRow(const Row& row) {
    return Update(storage::TableOf<Row>(), storage::ToCells(row));
  }

  absl::Status Emit(const OutgoingEvent& event);

  const Environment& environment() const { return *environment_; }
  const Context& context() const { return *context_; }
  Batch& batch() { return *batch_; }
  // Ends the unit: what it has changed. However often it changed a row, the row has moved one version.
  std::map<RowKey, Cells> TakeChanges() { return std::exchange(changes_, {}); }

  // The first error of a call that could not return one (WriteSet::Emit); fails the act.
  absl::Status deferred_error;
  // The instance whose chart refused, for the journal.
  std::string refused_instance;
  std::string refused_event;
  int depth = 0;  // of nested events

 private:
  absl::StatusOr<const Cells*> Look(const RowKey& key);

  const Environment* environment_;
  Batch* batch_;
  const Context* context_;
  bool alone_;
  std::map<RowKey, Cells> changes_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_UNIT_H_
