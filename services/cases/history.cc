#include "services/cases/history.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "jissho/engine/v1/engine.pb.h"
#include "services/cases/store/queries.h"
#include "workflow/act/journal.h"
#include "workflow/act/rows.h"

namespace jissho::cases {

namespace {

using google::protobuf::util::TimeUtil;
namespace engine_v1 = ::jissho::engine::v1;

constexpr int kVerifyPage = 500;

HistoryRow RowOf(const engine_v1::InstanceProgressed& progress) {
  const engine_v1::JournalEntry& entry = progress.entry();
  HistoryRow row;
  row.case_id = progress.case_id();
  row.service = progress.service();
  row.chart = progress.chart();
  row.instance_id = progress.instance_id();
  row.sequence = entry.sequence();
  row.at = absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(entry.time()));
  row.actor = entry.actor();
  row.event = entry.event();
  row.outcome = entry.outcome();
  row.entered = act::Json(std::vector<std::string>(entry.entered().begin(), entry.entered().end())).dump();
  row.exited = act::Json(std::vector<std::string>(entry.exited().begin(), entry.exited().end())).dump();
  row.detail = entry.detail_json();
  row.chart_hash = entry.chart_hash();
  row.previous_hash = entry.previous_hash();
  row.hash = entry.hash();
  return row;
}

bool Continues(const HistoryRow& row, int64_t last_sequence, const std::string& last_hash) {
  return row.sequence == last_sequence + 1 && row.previous_hash == last_hash && HashHolds(row);
}

absl::Status Append(HistoryRow row, const act::View& view, act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto chain, view.Find<ChainRow>(storage::KeyOf(row.service, row.instance_id)));
  ChainRow next = chain.value_or(ChainRow{row.service, row.instance_id, 0, row.case_id, 0, ""});
  row.broken = !Continues(row, next.sequence, next.hash);
  next.sequence = row.sequence;
  next.hash = row.hash;
  JISSHO_RETURN_IF_ERROR(chain ? writes.Update(next) : writes.Insert(next));
  JISSHO_ASSIGN_OR_RETURN(auto head, view.Find<HeadRow>(row.case_id));
  HeadRow head_row = head.value_or(HeadRow{row.case_id, 0, 0, false});
  row.position = ++head_row.entries;
  head_row.broken = head_row.broken || row.broken;
  JISSHO_RETURN_IF_ERROR(head ? writes.Update(head_row) : writes.Insert(head_row));
  return writes.Insert(row);
}

std::vector<TaskRow> TasksIn(const engine_v1::InstanceProgressed& progress,
                             const std::string& case_organisation) {
  std::vector<TaskRow> tasks;
  for (const engine_v1::Task& task : progress.tasks()) {
    if (task.label_ja().empty()) continue;
    TaskRow row;
    row.service = progress.service();
    row.instance_id = progress.instance_id();
    row.number = static_cast<int64_t>(tasks.size()) + 1;
    row.event = task.event();
    row.case_id = progress.case_id();
    row.roles = absl::StrCat(" ", absl::StrJoin(task.roles(), " "), " ");
    row.label_ja = task.label_ja();
    row.label_en = task.label_en();
    row.due = task.has_due_time() ? TimeUtil::TimestampToMicroseconds(task.due_time()) : kNoDue;
    // The organisation also says which applicants may see the task.
    row.organisation = task.organisation().empty() ? case_organisation : task.organisation();
    tasks.push_back(std::move(row));
  }
  return tasks;
}

absl::Status ReplaceTasks(const engine_v1::InstanceProgressed& progress, const act::View& view,
                          act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto stored, TasksOfInstance(view, progress.service(), progress.instance_id()));
  JISSHO_ASSIGN_OR_RETURN(auto owner, view.Find<CaseRow>(progress.case_id()));
  const std::vector<TaskRow> tasks = TasksIn(progress, owner ? owner->organisation_id : "");
  for (const TaskRow& row : stored) {
    if (row.number <= static_cast<int64_t>(tasks.size())) continue;
    JISSHO_RETURN_IF_ERROR(writes.Delete<TaskRow>(storage::KeyOf(row.service, row.instance_id, row.number)));
  }
  for (const TaskRow& row : tasks) {
    const bool known = std::any_of(stored.begin(), stored.end(),
                                   [&](const TaskRow& other) { return other.number == row.number; });
    JISSHO_RETURN_IF_ERROR(known ? writes.Update(row) : writes.Insert(row));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status OnInstanceProgressed(const act::IncomingEvent& incoming, const act::Context&,
                                  const act::View& view, act::WriteSet& writes) {
  engine_v1::InstanceProgressed progress;
  if (!progress.ParseFromString(incoming.payload)) return absl::InvalidArgumentError("malformed event");
  JISSHO_RETURN_IF_ERROR(ReplaceTasks(progress, view, writes));
  return Append(RowOf(progress), view, writes);
}

bool HashHolds(const HistoryRow& row) {
  act::JournalRow entry;
  entry.instance_id = row.instance_id;
  entry.sequence = row.sequence;
  entry.case_id = row.case_id;
  entry.at = row.at;
  entry.actor = row.actor;
  entry.event = row.event;
  entry.outcome = row.outcome;
  entry.entered = row.entered;
  entry.exited = row.exited;
  entry.detail = row.detail;
  entry.chart_hash = row.chart_hash;
  entry.previous_hash = row.previous_hash;
  return act::JournalHash(entry) == row.hash;
}

absl::StatusOr<HistoryReport> VerifyHistory(storage::Session& session, const std::string& case_id) {
  HistoryReport report;
  std::map<std::pair<std::string, std::string>, ChainReport> chains;
  int64_t position = 0;
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(auto rows, ListHistory(session, case_id, position, kVerifyPage));
    for (const HistoryRow& row : rows) {
      ChainReport& chain = chains[{row.service, row.instance_id}];
      const bool holds = row.position == position + 1 && Continues(row, chain.entries, chain.last_hash);
      if (!holds && chain.first_broken == 0) chain.first_broken = row.sequence;
      chain.entries = row.sequence;
      chain.last_hash = row.hash;
      position = row.position;
      ++report.entries;
    }
    if (rows.size() < kVerifyPage) break;
  }
  JISSHO_ASSIGN_OR_RETURN(auto ends, ListChains(session, case_id));
  for (const ChainRow& end : ends) {
    ChainReport& chain = chains[{end.service, end.instance_id}];
    const bool whole = chain.entries == end.sequence && chain.last_hash == end.hash;
    if (!whole && chain.first_broken == 0) chain.first_broken = chain.entries + 1;
  }
  JISSHO_ASSIGN_OR_RETURN(auto head, FindHead(session, case_id));
  if ((head ? head->entries : 0) != report.entries) report.intact = false;
  for (auto& [key, chain] : chains) {
    chain.service = key.first;
    chain.instance_id = key.second;
    if (chain.first_broken != 0) report.intact = false;
    report.chains.push_back(chain);
  }
  return report;
}

}  // namespace jissho::cases
