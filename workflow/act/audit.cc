#include "workflow/act/audit.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "workflow/act/act.h"
#include "workflow/act/history.h"
#include "workflow/act/journal.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/versions.h"

namespace jissho::act {
namespace {

constexpr int kPage = 500;

JournalFault Fault(const std::string& instance_id, int64_t sequence, absl::string_view ja,
                   absl::string_view en) {
  return {instance_id, sequence, std::string(ja), std::string(en)};
}

// One walk through an instance's journal.
class Walk {
 public:
  Walk(storage::Session& session, const Catalog& catalog, const InstanceRow& instance)
      : session_(session), catalog_(catalog), instance_(instance) {}

  absl::StatusOr<InstanceAudit> Run() {
    while (audit_.entries < instance_.journal_sequence) {
      JISSHO_ASSIGN_OR_RETURN(const auto entries, ListJournal(session_, instance_.id, audit_.entries, kPage));
      for (const JournalRow& entry : entries) {
        if (entry.sequence > instance_.journal_sequence) break;
        JISSHO_RETURN_IF_ERROR(Take(entry));
        if (audit_.fault) return audit_;
      }
      if (entries.size() < kPage) break;
    }
    JISSHO_RETURN_IF_ERROR(CheckEnd());
    return audit_;
  }

 private:
  void Note(int64_t sequence, absl::string_view ja, absl::string_view en) {
    audit_.fault = Fault(instance_.id, sequence, ja, en);
  }

  absl::Status Take(const JournalRow& entry) {
    const int64_t expected = audit_.entries + 1;
    if (entry.sequence != expected) {
      Note(expected, "記録が欠けています。", "the entry is missing.");
    } else if (entry.previous_hash != previous_) {
      Note(expected, "前の記録とつながっていません。", "the entry does not follow the one before it.");
    } else if (entry.hash != JournalHash(entry)) {
      Note(expected, "内容がハッシュと合いません。", "the content does not match its hash.");
    }
    if (audit_.fault) return absl::OkStatus();
    audit_.entries = entry.sequence;
    previous_ = entry.hash;
    if (machine_ == nullptr || machine_->chart().hash != entry.chart_hash) {
      JISSHO_ASSIGN_OR_RETURN(machine_, VersionOf(session_, catalog_, entry.chart_hash));
    }
    const absl::Status replayed = replay_.Add(entry, *machine_);
    if (!replayed.ok()) Note(expected, "状態の動きが前の記録と合いません。", replayed.message());
    return absl::OkStatus();
  }

  absl::Status CheckEnd() {
    if (audit_.entries != instance_.journal_sequence) {
      Note(audit_.entries + 1, "末尾の記録が欠けています。", "the journal ends before this entry.");
    } else if (previous_ != instance_.journal_hash) {
      Note(audit_.entries, "末尾の記録が手続の控えと合いません。",
           "the last entry is not the one that the instance names.");
    } else if (machine_ != nullptr) {
      JISSHO_RETURN_IF_ERROR(CheckState());
    }
    return audit_.fault ? absl::OkStatus() : CheckNothingAfter();
  }

  absl::Status CheckState() {
    JISSHO_ASSIGN_OR_RETURN(const engine::Snapshot told, replay_.State(*machine_));
    const auto kept = engine::SnapshotFromJson(Json::parse(instance_.snapshot, nullptr, false));
    const bool same = kept.ok() && kept->configuration == told.configuration && kept->data == told.data &&
                      kept->finished == told.finished && instance_.finished == told.finished &&
                      instance_.chart_hash == machine_->chart().hash;
    if (!same) {
      Note(0, "手続の状態が記録と合いません。", "the instance's state is not what its journal says.");
    }
    return absl::OkStatus();
  }

  // More entries than the instance knows: appended while we looked, or by somebody else than the instance.
  absl::Status CheckNothingAfter() {
    JISSHO_ASSIGN_OR_RETURN(const auto later,
                            ListJournal(session_, instance_.id, instance_.journal_sequence, 1));
    if (later.empty()) return absl::OkStatus();
    JISSHO_ASSIGN_OR_RETURN(const InstanceRow now, GetInstance(session_, instance_.id));
    if (now.journal_sequence == instance_.journal_sequence) {
      Note(later[0].sequence, "手続の知らない記録があります。", "the instance knows nothing of this entry.");
    }
    return absl::OkStatus();
  }

  storage::Session& session_;
  const Catalog& catalog_;
  const InstanceRow& instance_;
  InstanceAudit audit_;
  std::string previous_;
  JournalReplay replay_;
  std::shared_ptr<const engine::Machine> machine_;
};

// The first `limit` ids after `after` in this column.
absl::StatusOr<std::vector<std::string>> Ids(storage::Session& session, absl::string_view column,
                                             absl::string_view table, const std::string& after, int limit) {
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, session.Query(absl::StrCat("SELECT DISTINCT ", column, " FROM ", table, " WHERE ", column,
                                            " > ? ORDER BY ", column, " LIMIT ?"),
                               {after, int64_t{limit}}, {storage::CellType::kText}));
  std::vector<std::string> ids;
  for (const auto& cells : rows) ids.push_back(std::get<std::string>(cells[0]));
  return ids;
}

}  // namespace

absl::StatusOr<InstanceAudit> AuditInstance(storage::Session& session, const Catalog& catalog,
                                            const std::string& instance_id) {
  const auto instance = GetInstance(session, instance_id);
  if (instance.ok()) return Walk(session, catalog, *instance).Run();
  if (!HasReason(instance.status(), kInstanceNotFound)) return instance.status();
  JISSHO_ASSIGN_OR_RETURN(const auto entries, ListJournal(session, instance_id, -1, 1));
  if (entries.empty()) return instance.status();
  InstanceAudit audit;
  audit.fault = Fault(instance_id, entries[0].sequence, "この記録の手続がありません。",
                      "the instance of this entry does not exist.");
  return audit;
}

absl::StatusOr<AuditPage> AuditJournals(storage::Session& session, const Catalog& catalog,
                                        const std::string& after, int limit) {
  JISSHO_ASSIGN_OR_RETURN(auto instances, Ids(session, "id", "act_instance", after, limit));
  JISSHO_ASSIGN_OR_RETURN(auto journals, Ids(session, "instance_id", "act_journal", after, limit));
  // An entry may name an instance that is not there, and an instance may have lost all its entries.
  std::set<std::string> ids(instances.begin(), instances.end());
  ids.insert(journals.begin(), journals.end());
  AuditPage page;
  for (const std::string& id : ids) {
    if (page.instances == limit) break;
    JISSHO_ASSIGN_OR_RETURN(InstanceAudit audit, AuditInstance(session, catalog, id));
    ++page.instances;
    page.entries += audit.entries;
    if (audit.fault) page.faults.push_back(*std::move(audit.fault));
    page.last = id;
  }
  if (page.instances < limit) page.last.clear();
  return page;
}

}  // namespace jissho::act
