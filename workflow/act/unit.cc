#include "workflow/act/unit.h"

#include <algorithm>

#include "workflow/act/reasons.h"
#include "workflow/base/test_hooks.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::act {

namespace {

// Rows that many acts want are written last, so that their locks are held for the shortest time.
bool IsHot(const storage::TableSpec& table) { return table.name == storage::TableOf<CounterRow>().name; }

int64_t VersionOf(const storage::TableSpec& table, const storage::CellRow& cells) {
  return std::get<int64_t>(cells[table.version_column]);
}

template <class Item, class Function>
absl::Status InChunks(const std::vector<Item>& items, Function function) {
  if (items.empty()) return absl::OkStatus();
  if (items.size() <= storage::kRowsMax) return function(items);
  for (size_t begin = 0; begin < items.size(); begin += storage::kRowsMax) {
    const size_t end = std::min(items.size(), begin + storage::kRowsMax);
    JISSHO_RETURN_IF_ERROR(function(std::vector<Item>(items.begin() + begin, items.begin() + end)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Batch::Prefetch(const std::vector<Read>& reads) {
  std::map<std::string, std::pair<const storage::TableSpec*, std::vector<storage::CellRow>>> by_table;
  for (const Read& read : reads) {
    if (!rows_.try_emplace({read.table, read.key}).second) continue;
    auto& [table, keys] = by_table[read.table->name];
    table = read.table;
    keys.push_back(read.key);
  }
  for (auto& [name, entry] : by_table) {
    const storage::TableSpec& table = *entry.first;
    std::sort(entry.second.begin(), entry.second.end());
    JISSHO_RETURN_IF_ERROR(
        InChunks(entry.second, [&](const std::vector<storage::CellRow>& chunk) -> absl::Status {
          const storage::Statement select = storage::SelectByKeys(
              table, chunk, IsPlanted(Bug::kReadModifyWrite) ? "" : session_->dialect().for_update());
          JISSHO_ASSIGN_OR_RETURN(auto found,
                                  session_->Query(select.sql, select.params, storage::TypesOf(table)));
          for (storage::CellRow& cells : found) {
            RowState& state = rows_[{&table, storage::KeyCells(table, cells)}];
            if (table.version_column >= 0) state.stored_version = VersionOf(table, cells);
            state.cells = std::move(cells);
            state.stored = true;
          }
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

absl::StatusOr<const RowState*> Batch::Load(const RowKey& key) {
  auto it = rows_.find(key);
  if (it == rows_.end()) {
    JISSHO_RETURN_IF_ERROR(Prefetch({{key.table, key.key}}));
    it = rows_.find(key);
  }
  return &it->second;
}

const RowState* Batch::Known(const RowKey& key) const {
  auto it = rows_.find(key);
  return it == rows_.end() ? nullptr : &it->second;
}

void Batch::Merge(std::map<RowKey, Cells> changes) {
  for (auto& [key, cells] : changes) {
    RowState& state = rows_[key];
    if (state.dirty && IsPlanted(Bug::kSecondWriteLost)) continue;
    state.cells = std::move(cells);
    state.dirty = true;
  }
}

bool Batch::dirty() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const auto& row) { return row.second.dirty; });
}

bool Batch::has_messages() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const auto& row) {
    const storage::TableSpec* table = row.first.table;
    return row.second.dirty && row.second.cells && !row.second.stored &&
           (table == &storage::TableOf<OutboxRow>() || table == &storage::TableOf<MailRow>() ||
            table == &storage::TableOf<TimerRow>());
  });
}

absl::Status Batch::Flush() {
  std::vector<std::pair<const storage::TableSpec*, std::vector<const Entry*>>> tables;
  for (const Entry& row : rows_) {
    if (!row.second.dirty) continue;
    if (tables.empty() || tables.back().first != row.first.table) tables.push_back({row.first.table, {}});
    tables.back().second.push_back(&row);
  }
  std::stable_partition(tables.begin(), tables.end(), [](const auto& table) { return !IsHot(*table.first); });
  for (const auto& [table, rows] : tables) {
    JISSHO_RETURN_IF_ERROR(FlushTable(*table, rows));
    if (!IsPlanted(Bug::kTwoTransactions)) continue;
    JISSHO_RETURN_IF_ERROR(session_->Commit());
    JISSHO_RETURN_IF_ERROR(session_->Begin());
  }
  return absl::OkStatus();
}

absl::Status Batch::FlushTable(const storage::TableSpec& table, const std::vector<const Entry*>& rows) {
  std::vector<const storage::CellRow*> inserts, updates;
  int64_t updated_version = 0;  // of the last one
  std::vector<storage::CellRow> deletes;
  for (const Entry* row : rows) {
    const auto& [key, state] = *row;
    if (state.cells) {
      (state.stored ? updates : inserts).push_back(&*state.cells);
      if (state.stored) updated_version = state.stored_version;
    } else if (state.stored) {
      deletes.push_back(key.key);
    }
  }
  JISSHO_RETURN_IF_ERROR(InChunks(deletes, [&](const std::vector<storage::CellRow>& chunk) -> absl::Status {
    const storage::Statement statement = storage::DeleteByKeys(table, chunk);
    return session_->Execute(statement.sql, statement.params).status();
  }));
  JISSHO_RETURN_IF_ERROR(InChunks(inserts, [&](const std::vector<const storage::CellRow*>& chunk) {
    return IsPlanted(Bug::kKeyNotUnique) ? session_->Upsert(table, chunk) : session_->Insert(table, chunk);
  }));
  if (updates.size() == 1) {
    const storage::CellRow& cells = *updates.front();
    JISSHO_ASSIGN_OR_RETURN(
        int64_t matched,
        session_->Execute(storage::UpdateRow(table), storage::UpdateParams(table, cells, updated_version)));
    if (matched != 1 && !IsPlanted(Bug::kReadModifyWrite)) return MakeError(kVersionConflict);
    return absl::OkStatus();
  }
  // The rows were read and locked by this transaction, so their versions cannot have moved since.
  return InChunks(updates, [&](const std::vector<const storage::CellRow*>& chunk) {
    return session_->Upsert(table, chunk);
  });
}

absl::StatusOr<const Cells*> Unit::Look(const RowKey& key) {
  auto it = changes_.find(key);
  if (it != changes_.end()) return &it->second;
  JISSHO_ASSIGN_OR_RETURN(const RowState* state, batch_->Load(key));
  return &state->cells;
}

absl::StatusOr<const storage::CellRow*> Unit::Find(const storage::TableSpec& table,
                                                   const storage::CellRow& key) {
  JISSHO_ASSIGN_OR_RETURN(const Cells* cells, Look({&table, key}));
  return *cells ? &**cells : nullptr;
}

absl::Status Unit::Insert(const storage::TableSpec& table, storage::CellRow cells) {
  if (table.version_column >= 0) cells[table.version_column] = int64_t{1};
  RowKey key{&table, storage::KeyCells(table, cells)};
  auto it = changes_.find(key);
  // A row that nobody has read is not looked up: the primary key decides when it is flushed.
  const RowState* known = it != changes_.end() ? nullptr : batch_->Known(key);
  const bool taken = it != changes_.end() ? it->second.has_value() : known != nullptr && known->cells;
  if (taken) return MakeError(storage::kStorageDuplicate, {{"detail", table.name}});
  changes_.insert_or_assign(std::move(key), std::move(cells));
  return absl::OkStatus();
}

absl::Status Unit::Update(const storage::TableSpec& table, storage::CellRow cells) {
  RowKey key{&table, storage::KeyCells(table, cells)};
  JISSHO_ASSIGN_OR_RETURN(const Cells* current, Look(key));
  if (!*current) return MakeError(kVersionConflict);
  if (table.version_column >= 0) {
    if (VersionOf(table, **current) != VersionOf(table, cells)) return MakeError(kVersionConflict);
    if (!changes_.contains(key)) cells[table.version_column] = VersionOf(table, cells) + 1;
  }
  changes_.insert_or_assign(std::move(key), std::move(cells));
  return absl::OkStatus();
}

absl::Status Unit::Delete(const storage::TableSpec& table, const storage::CellRow& key) {
  JISSHO_RETURN_IF_ERROR(batch_->Load({&table, key}).status());
  changes_[{&table, key}] = std::nullopt;
  return absl::OkStatus();
}

absl::StatusOr<storage::Session*> Unit::RangeSession() {
  if (!alone_) return MakeError(kRangeReadNotAllowed);
  return &batch_->session();
}

absl::Status Unit::Emit(const OutgoingEvent& event) {
  const storage::CellRow key = storage::KeyOf(event.receiver, event.stream);
  JISSHO_ASSIGN_OR_RETURN(auto head, FindRow<StreamRow>(key));
  StreamRow stream = head.value_or(StreamRow{event.receiver, event.stream, 0});
  ++stream.sequence;
  JISSHO_RETURN_IF_ERROR(head ? UpdateRow(stream) : InsertRow(stream));
  OutboxRow row;
  row.receiver = event.receiver;
  row.stream = event.stream;
  row.sequence = stream.sequence;
  row.type = event.type;
  row.payload = event.payload;
  row.at = batch_->now();
  return InsertRow(row);
}

}  // namespace jissho::act
