#include "tests/support/invariants.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.h"
#include "jissho/options/v1/options.pb.h"
#include "nlohmann/json.hpp"
#include "services/cases/history.h"
#include "services/programme/store/rows.h"
#include "tests/support/chart_edges.h"
#include "workflow/act/audit.h"
#include "workflow/act/outcome.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/rows.h"
#include "workflow/base/error.h"
#include "workflow/base/hash.h"
#include "workflow/engine/snapshot.h"

namespace jissho::testing {
namespace {

using Json = nlohmann::json;
using storage::CellType;

// A query that names, one a row, what breaks the rule.
struct Rule {
  const char* name;
  const char* service;  // "" every service
  bool money;
  const char* sql;
};

// Numbers of the ledger's entry kinds (EntryKind in services/subsidy/domain/ledger.h): 7 pay, 8 reverse.
constexpr Rule kRules[] = {
    {"I1", "subsidy", true,
     "SELECT b.id FROM subsidy_balance b WHERE CASE WHEN b.account IN ('appropriation', 'returned', "
     "'claims', "
     "'returned_late', 'settled') THEN b.amount > 0 ELSE b.amount < 0 END"},
    {"I1", "subsidy", true,
     "SELECT b.id FROM subsidy_balance b WHERE b.subject_id = '' AND b.amount <> (SELECT "
     "COALESCE(SUM(p.amount), "
     "0) FROM subsidy_posting p WHERE p.fiscal_year = b.fiscal_year AND p.line = b.line AND p.account = "
     "b.account AND p.fund = b.fund AND (b.account IN ('appropriation', 'unallotted') OR p.programme_id = "
     "b.programme_id))"},
    {"I1", "subsidy", true,
     "SELECT b.id FROM subsidy_balance b WHERE b.subject_id <> '' AND b.amount <> (SELECT "
     "COALESCE(SUM(p.amount), "
     "0) FROM subsidy_posting p JOIN subsidy_entry e ON e.id = p.entry_id WHERE e.subject_id = b.subject_id "
     "AND "
     "p.fiscal_year = b.fiscal_year AND p.account = b.account AND p.fund = b.fund)"},
    {"I1", "subsidy", true,
     "SELECT MIN(p.entry_id) FROM subsidy_posting p WHERE NOT EXISTS (SELECT 1 FROM subsidy_balance b WHERE "
     "b.fiscal_year = p.fiscal_year AND b.line = p.line AND b.subject_id = '' AND b.account = p.account AND "
     "b.fund = p.fund AND (b.account IN ('appropriation', 'unallotted') OR b.programme_id = p.programme_id)) "
     "GROUP BY p.fiscal_year, p.line, p.programme_id, p.account, p.fund"},
    {"I1", "subsidy", true,
     "SELECT MIN(e.id) FROM subsidy_entry e JOIN subsidy_posting p ON p.entry_id = e.id WHERE e.subject_id "
     "<> '' "
     "AND p.account IN ('reserved', 'committed', 'paid', 'returned', 'receivable', 'claims', "
     "'returned_late') "
     "AND NOT EXISTS (SELECT 1 FROM subsidy_balance b WHERE b.subject_id = e.subject_id AND b.account = "
     "p.account) GROUP BY e.subject_id, p.account"},
    {"I1", "subsidy", true,
     "SELECT line FROM subsidy_posting GROUP BY fiscal_year, line HAVING SUM(CASE WHEN account IN "
     "('appropriation', 'unallotted', 'available', 'reserved', 'committed', 'paid', 'returned') THEN amount "
     "ELSE 0 "
     "END) <> 0"},
    {"I2", "subsidy", true, "SELECT entry_id FROM subsidy_posting GROUP BY entry_id HAVING SUM(amount) <> 0"},
    {"entry-without-postings", "subsidy", true,
     "SELECT e.id FROM subsidy_entry e WHERE NOT EXISTS (SELECT 1 FROM subsidy_posting p WHERE p.entry_id = "
     "e.id)"},
    {"entry-numbers-without-gaps", "subsidy", true,
     "SELECT MAX(id) FROM subsidy_entry GROUP BY fiscal_year HAVING MAX(number) <> COUNT(*) OR MIN(number) "
     "<> 1"},
    {"reversed-once", "subsidy", true,
     "SELECT reverses_id FROM subsidy_entry WHERE reverses_id <> '' GROUP BY reverses_id HAVING COUNT(*) > "
     "1"},
    {"paid-once", "subsidy", true,
     "SELECT e.reference FROM subsidy_entry e WHERE e.kind = 7 AND NOT EXISTS (SELECT 1 FROM subsidy_entry r "
     "WHERE r.reverses_id = e.id) GROUP BY e.reference HAVING COUNT(*) > 1"},
    {"paid-within-decision", "subsidy", true,
     "SELECT g.id FROM subsidy_grant g WHERE (SELECT COALESCE(SUM(p.amount), 0) FROM subsidy_posting p JOIN "
     "subsidy_entry e ON e.id = p.entry_id WHERE e.subject_id = g.id AND p.account = 'paid') > "
     "g.decided_yen"},
    {"I6", "review", false,
     "SELECT s.case_id FROM review_sheet s JOIN review_interest i ON i.case_id = s.case_id AND i.seat_id = "
     "s.seat_id WHERE i.kind = 'RELATED' AND s.kind = 'SCORED'"},
    {"decided-within-entries", "review", false,
     "SELECT d.case_id FROM review_decision d WHERE NOT EXISTS (SELECT 1 FROM review_entry e WHERE e.case_id "
     "= "
     "d.case_id)"},
    {"receipt-numbers-without-gaps", "intake", false,
     "SELECT MAX(id) FROM intake_proposal WHERE receipt_number > 0 GROUP BY call_id HAVING "
     "MAX(receipt_number) <> "
     "COUNT(*) OR COUNT(DISTINCT receipt_number) <> COUNT(*)"},
    {"received-is-kept", "intake", false,
     "SELECT p.id FROM intake_proposal p WHERE p.revision <> (SELECT COUNT(*) FROM intake_revision r WHERE "
     "r.proposal_id = p.id)"},
    {"received-in-time", "intake", false,
     "SELECT r.proposal_id FROM intake_revision r JOIN intake_proposal p ON p.id = r.proposal_id JOIN "
     "intake_call c "
     "ON c.id = p.call_id WHERE r.revision = 1 AND r.received_at >= c.close_at"},
    {"answer-of-an-invitation", "survey", false,
     "SELECT a.invitation_id FROM survey_answer a WHERE NOT EXISTS (SELECT 1 FROM survey_invitation i WHERE "
     "i.id = "
     "a.invitation_id AND i.answered_at IS NOT NULL)"},
    {"reminded-once", "survey", false,
     "SELECT invitation_id FROM survey_notice GROUP BY invitation_id, kind, number HAVING COUNT(*) > 1"},
    {"history-came-whole", "cases", false, "SELECT case_id FROM cases_head WHERE broken <> 0"},
    {"published-in-order", "programme", false,
     "SELECT id FROM programme_call WHERE published_at IS NOT NULL AND (open_at IS NULL OR close_at IS NULL "
     "OR "
     "open_at >= close_at OR published_at >= close_at)"},
    {"published-unless-draft", "programme", false,
     "SELECT id FROM programme_call WHERE CASE WHEN published_at IS NULL THEN state <> 'draft' ELSE state = "
     "'draft' END"},
    {"amended-as-journalled", "programme", false,
     "SELECT c.id FROM programme_call c WHERE c.amendments <> (SELECT COUNT(*) FROM act_journal j WHERE "
     "j.instance_id = c.id AND j.event = 'call.amend' AND j.outcome = 'done')"},
    {"trial-of-a-case", "trial", false,
     "SELECT t.id FROM trial_trial t WHERE NOT EXISTS (SELECT 1 FROM act_instance i WHERE i.id = t.id AND "
     "i.case_id = t.id AND i.chart = 'trial')"},
    {"part-of-a-trial", "trial", false,
     "SELECT p.id FROM (SELECT id, trial_id FROM trial_milestone UNION ALL SELECT id, trial_id FROM "
     "trial_promise UNION ALL SELECT id, trial_id FROM trial_note UNION ALL SELECT id, trial_id FROM "
     "trial_incident UNION ALL SELECT id, trial_id FROM trial_outreach) p WHERE NOT EXISTS (SELECT 1 FROM "
     "trial_trial t WHERE t.id = p.trial_id)"},
    {"window-as-published", "trial", false,
     "SELECT t.id FROM trial_trial t WHERE NOT EXISTS (SELECT 1 FROM trial_call c WHERE c.id = t.call_id AND "
     "c.window_start = t.window_start AND c.window_end = t.window_end)"},
    {"trial-starts-in-time", "trial", false,
     "SELECT id FROM trial_trial WHERE start_date <> '' AND (grant_decision_date = '' OR start_date < "
     "grant_decision_date OR start_date < window_start OR start_date > window_end)"},
    // What is cancelled may end after the window: on the day on which that is decided.
    {"trial-ends-in-time", "trial", false,
     "SELECT t.id FROM trial_trial t WHERE t.end_date <> '' AND (t.end_date < t.start_date OR (t.end_date > "
     "t.window_end AND EXISTS (SELECT 1 FROM act_journal j WHERE j.instance_id = t.id AND j.event = "
     "'trial.complete' AND j.outcome = 'done')))"},
    {"milestone-within-the-window", "trial", false,
     "SELECT m.id FROM trial_milestone m JOIN trial_trial t ON t.id = m.trial_id WHERE m.due_date < "
     "t.window_start OR m.due_date > t.window_end"},
    // Numbers of PromiseState: 1 open, 2 delivered, 3 given up.
    {"open-promises-counted", "trial", false,
     "SELECT t.id FROM trial_trial t WHERE t.open_promises <> (SELECT COUNT(*) FROM trial_promise p WHERE "
     "p.trial_id = t.id AND p.state = 1)"},
    {"promise-followed-up", "trial", false,
     "SELECT id FROM trial_promise WHERE state NOT IN (1, 2, 3) OR CASE WHEN state = 2 THEN delivered_date = "
     "'' "
     "ELSE delivered_date <> '' END OR (state = 3 AND follow_up = '')"},
    {"journal-numbers-without-gaps", "", false,
     "SELECT instance_id FROM act_journal GROUP BY instance_id HAVING MAX(sequence) <> COUNT(*) OR "
     "MIN(sequence) <> "
     "1"},
    {"journal-of-an-instance", "", false,
     "SELECT DISTINCT j.instance_id FROM act_journal j WHERE NOT EXISTS (SELECT 1 FROM act_instance i WHERE "
     "i.id = "
     "j.instance_id)"},
    {"timer-of-a-running-instance", "", false,
     "SELECT t.instance_id FROM act_timer t WHERE NOT EXISTS (SELECT 1 FROM act_instance i WHERE i.id = "
     "t.instance_id AND i.finished = 0)"},
};

absl::Status Ask(const Rule& rule, const std::string& service, storage::Session& session,
                 std::vector<Broken>& broken) {
  JISSHO_ASSIGN_OR_RETURN(const auto rows, session.Query(rule.sql, {}, {CellType::kText}));
  for (const storage::CellRow& row : rows) {
    const auto* const text = std::get_if<std::string>(&row[0]);
    broken.push_back({rule.name, service, text == nullptr ? "?" : *text});
  }
  return absl::OkStatus();
}

absl::Status AskAll(const std::string& service, storage::Session& session, bool money_only,
                    std::vector<Broken>& broken) {
  for (const Rule& rule : kRules) {
    if (*rule.service != '\0' && rule.service != service) continue;
    if (money_only && !rule.money) continue;
    JISSHO_RETURN_IF_ERROR(Ask(rule, service, session, broken));
  }
  return absl::OkStatus();
}

bool IsPerson(const std::string& actor) { return actor.rfind("system:", 0) != 0; }

std::set<std::string> Names(const std::string& text) {
  const Json list = Json::parse(text, nullptr, false);
  return list.is_array() ? list.get<std::set<std::string>>() : std::set<std::string>();
}

// The charts of a service's instances with what is known of their edges, by content hash.
class Charts {
 public:
  explicit Charts(const act::Catalog& catalog) : catalog_(catalog) {}

  // nullptr where nobody knows that version.
  const chart::Chart* Find(const std::string& hash) {
    const auto machine = catalog_.Version(hash);
    return machine.ok() ? &(*machine)->chart() : nullptr;
  }
  const ChartEdges& EdgesOf(const chart::Chart& chart) {
    return edges_.try_emplace(chart.hash, &chart).first->second;
  }

 private:
  const act::Catalog& catalog_;
  std::map<std::string, ChartEdges> edges_;
};

// The walk of one instance through its chart, seen from its journal.
class Walk {
 public:
  Walk(std::string service, const act::InstanceRow& instance, Charts* charts, std::vector<Broken>* broken)
      : service_(std::move(service)), instance_(instance), charts_(*charts), broken_(*broken) {}

  void Enter(const act::JournalRow& entry) {
    const Move move{active_, Names(entry.entered), Names(entry.exited)};
    if (entry.outcome != "done" && entry.outcome != "ignored") {
      if (move.entered.size() + move.exited.size() > 0) Note("I4", entry, "moved, although it was not done");
      return;
    }
    const chart::Chart* const chart = charts_.Find(entry.chart_hash);
    if (chart == nullptr) return Note("I4", entry, "of a chart that nobody knows");
    if (entry.outcome == "done") CheckActors(*chart, entry);
    std::string fault = FaultOfStates(*chart, move);
    if (fault.empty()) fault = FaultOfEdges(*chart, move, entry);
    if (!fault.empty()) Note("I4", entry, fault);
    active_ = After(move);
    if (entry.outcome != "done") return;
    last_actor_[entry.event] = entry.actor;
    chart_hash_ = entry.chart_hash;
  }

  void End() {
    const auto snapshot = engine::SnapshotFromJson(Json::parse(instance_.snapshot, nullptr, false));
    if (!snapshot.ok()) return Note("I4", {}, "has no readable state");
    const std::set<std::string> stored(snapshot->configuration.begin(), snapshot->configuration.end());
    if (!instance_.finished && stored != active_) {
      Note("I4", {},
           absl::StrCat("is in ", absl::StrJoin(stored, " "), ", its journal says ",
                        absl::StrJoin(active_, " ")));
    }
  }

 private:
  // A step may pass through states: what was entered and left in it, or left and entered again.
  static std::set<std::string> After(const Move& move) {
    std::set<std::string> after;
    for (const std::string& id : move.active) {
      if (move.exited.count(id) == 0 || move.entered.count(id) == 1) after.insert(id);
    }
    for (const std::string& id : move.entered) {
      if (move.active.count(id) == 0 && move.exited.count(id) == 0) after.insert(id);
    }
    return after;
  }

  static std::string FaultOfStates(const chart::Chart& chart, const Move& move) {
    for (const std::string& id : move.exited) {
      if (move.active.count(id) + move.entered.count(id) == 0)
        return absl::StrCat("left ", id, " without having been there");
    }
    for (const std::string& id : move.entered) {
      if (move.active.count(id) == 1 && move.exited.count(id) == 0)
        return absl::StrCat("entered ", id, " while there");
      if (chart.Find(id) == nullptr) return absl::StrCat("entered ", id, ", which the chart does not have");
    }
    return "";
  }

  std::string FaultOfEdges(const chart::Chart& chart, const Move& move, const act::JournalRow& entry) {
    const ChartEdges& edges = charts_.EdgesOf(chart);
    if (entry.outcome == "ignored") return edges.FaultOfIgnored(move);
    if (chart_hash_.empty())
      return entry.event == "start" ? edges.FaultOfStart(move) : "done before the instance began";
    if (IsMigration(entry)) return "";
    if (chart_hash_ != entry.chart_hash) return "by another version of the chart than the entry before it";
    if (IsCancelled(move, entry)) return "";
    return edges.FaultOfEvent(move, entry.event);
  }

  // A plan of people's takes an instance elsewhere, not the chart.
  bool IsMigration(const act::JournalRow& entry) const {
    const Json detail = Json::parse(entry.detail, nullptr, false);
    return entry.event == "migrate" && detail.is_object() && detail.contains("migration") &&
           detail.value("from", "") == chart_hash_;
  }

  // What another instance invoked and has left is ended from outside.
  bool IsCancelled(const Move& move, const act::JournalRow& entry) const {
    return entry.event == "cancel" && !instance_.parent.empty() && move.entered.empty() &&
           move.exited == move.active;
  }

  // Every transition of the event that could have been taken forbids the actor: then one that forbids him
  // was.
  void CheckActors(const chart::Chart& chart, const act::JournalRow& entry) {
    int allowed = 0, forbidden = 0;
    for (const chart::State& state : chart.states) {
      if (active_.count(state.id) == 0) continue;
      for (const chart::Transition& transition : state.transitions) {
        const bool matches = std::any_of(transition.events.begin(), transition.events.end(),
                                         [&entry](const std::string& descriptor) {
                                           return chart::DescriptorMatches(descriptor, entry.event);
                                         });
        if (!matches) continue;
        const auto& others = transition.task.not_same_actor_as;
        const bool same = std::any_of(others.begin(), others.end(), [&](const std::string& event) {
          const auto last = last_actor_.find(event);
          return last != last_actor_.end() && last->second == entry.actor;
        });
        ++(same ? forbidden : allowed);
      }
    }
    if (forbidden > 0 && allowed == 0)
      Note("I7", entry, absl::StrCat(entry.actor, " approved what he did himself"));
  }

  void Note(const char* rule, const act::JournalRow& entry, const std::string& what) {
    broken_.push_back(
        {rule, service_,
         absl::StrCat(instance_.chart, " ", instance_.id,
                      entry.event.empty() ? "" : absl::StrCat(", entry ", entry.sequence, " ", entry.event),
                      ": ", what)});
  }

  const std::string service_;
  const act::InstanceRow& instance_;
  Charts& charts_;
  std::vector<Broken>& broken_;
  std::set<std::string> active_;
  std::string chart_hash_;  // of the last entry that was done; empty before the first
  std::map<std::string, std::string> last_actor_;
};

absl::Status CheckWalks(const std::string& service, storage::Session& session, const act::Catalog& catalog,
                        std::vector<Broken>& broken) {
  JISSHO_ASSIGN_OR_RETURN(const auto instances, storage::Select<act::InstanceRow>(session, "ORDER BY id"));
  JISSHO_ASSIGN_OR_RETURN(const auto entries,
                          storage::Select<act::JournalRow>(session, "ORDER BY instance_id, sequence"));
  Charts charts(catalog);
  auto entry = entries.begin();
  for (const act::InstanceRow& instance : instances) {
    Walk walk(service, instance, &charts, &broken);
    while (entry != entries.end() && entry->instance_id < instance.id) ++entry;
    for (; entry != entries.end() && entry->instance_id == instance.id; ++entry) walk.Enter(*entry);
    walk.End();
  }
  return absl::OkStatus();
}

// What is listed is what the charts say, and what is approved is what was computed.
absl::Status CheckProgramme(storage::Session& session, std::vector<Broken>& broken) {
  JISSHO_ASSIGN_OR_RETURN(const auto instances, storage::Select<act::InstanceRow>(session, ""));
  std::map<std::string, std::vector<std::string>> active;
  for (const act::InstanceRow& instance : instances) active[instance.id] = act::ActiveStatesOf(instance);
  const auto check_state = [&](const std::string& id, const std::string& state) {
    const std::vector<std::string>& states = active[id];
    if (std::find(states.begin(), states.end(), state) == states.end())
      broken.push_back({"state-is-the-charts", "programme", id});
  };
  JISSHO_ASSIGN_OR_RETURN(const auto calls, storage::Select<programme::CallRow>(session, "ORDER BY id"));
  for (const programme::CallRow& call : calls) check_state(call.id, call.state);
  JISSHO_ASSIGN_OR_RETURN(const auto sheets, storage::Select<programme::SheetRow>(session, "ORDER BY id"));
  for (const programme::SheetRow& sheet : sheets) {
    check_state(sheet.id, sheet.state);
    const bool computed = sheet.computed_at && sheet.content_hash == Sha256Hex(sheet.computed);
    if (!computed && (sheet.state != "draft" || !sheet.computed.empty()))
      broken.push_back({"sheet-as-computed", "programme", sheet.id});
  }
  return absl::OkStatus();
}

// Every case's history computed anew.
absl::Status CheckHistories(storage::Session& session, std::vector<Broken>& broken) {
  JISSHO_ASSIGN_OR_RETURN(
      const auto ids, session.Query("SELECT case_id FROM cases_head UNION SELECT case_id FROM cases_history "
                                    "UNION SELECT case_id FROM cases_chain ORDER BY case_id",
                                    {}, {CellType::kText}));
  for (const storage::CellRow& id : ids) {
    const std::string case_id = std::get<std::string>(id[0]);
    JISSHO_ASSIGN_OR_RETURN(const cases::HistoryReport report, cases::VerifyHistory(session, case_id));
    if (report.intact) continue;
    std::string what = case_id;
    for (const cases::ChainReport& chain : report.chains) {
      if (chain.first_broken > 0)
        absl::StrAppend(&what, ", ", chain.service, " ", chain.instance_id, "/", chain.first_broken);
    }
    broken.push_back({"history-is-whole", "cases", what});
  }
  return absl::OkStatus();
}

using Events = std::set<std::string>;
// A person at a moment: the commands of one transaction and what they did bear its time.
using Doing = std::pair<std::string, absl::Time>;

// What a method's proto says it fires. Empty also for what is no method, such as another service's event.
options::v1::MethodRule RuleOf(const std::string& method) {
  const auto* const descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrReplaceAll(method, {{"/", "."}}));
  if (descriptor == nullptr) return {};
  return descriptor->options().GetExtension(options::v1::method);
}

// Not the beginning of an instance, which is no event, nor its move to another chart.
bool IsEventOfAPerson(const act::JournalRow& entry) {
  return entry.outcome == "done" && entry.sequence > 1 && entry.event != "migrate" && IsPerson(entry.actor);
}

absl::Status CheckChains(const std::string& service, storage::Session& session, const act::Catalog& catalog,
                         std::vector<Broken>& broken) {
  std::string after;
  do {
    const auto page = act::AuditJournals(session, catalog, after, 500);
    if (HasReason(page.status(), act::kChartUnknown)) {
      broken.push_back({"I5", service, std::string(page.status().message())});
      return absl::OkStatus();
    }
    JISSHO_RETURN_IF_ERROR(page.status());
    for (const act::JournalFault& fault : page->faults) {
      broken.push_back({"I5", service, absl::StrCat(fault.instance_id, "/", fault.sequence, ": ", fault.en)});
    }
    after = page->last;
  } while (!after.empty());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Broken>> CheckMoney(const std::string& service, storage::Session& session) {
  std::vector<Broken> broken;
  JISSHO_RETURN_IF_ERROR(AskAll(service, session, true, broken));
  return broken;
}

absl::StatusOr<std::vector<Broken>> CheckFirings(const std::string& service, storage::Session& session) {
  std::vector<Broken> broken;
  JISSHO_ASSIGN_OR_RETURN(const auto commands, storage::Select<act::CommandRow>(session, ""));
  JISSHO_ASSIGN_OR_RETURN(const auto entries, storage::Select<act::JournalRow>(session, ""));
  std::map<Doing, Events> fired, declared;
  for (const act::JournalRow& entry : entries) {
    if (IsEventOfAPerson(entry)) fired[{entry.actor, entry.at}].insert(entry.event);
  }
  for (const act::CommandRow& command : commands) {
    const options::v1::MethodRule rule = RuleOf(command.method);
    if (rule.fires().empty() || !act::DecodeOutcome(command.outcome).ok()) continue;
    const Doing doing{command.caller, command.answered_at};
    declared[doing].insert(rule.fires().begin(), rule.fires().end());
    const Events& done = fired[doing];
    const bool any = std::any_of(rule.fires().begin(), rule.fires().end(),
                                 [&](const std::string& event) { return done.count(event) > 0; });
    // Who needs no role may have come by other rights.
    const bool by_role = std::count(rule.roles().begin(), rule.roles().end(), "*") == 0;
    if (!any && by_role) {
      broken.push_back({"I9", service,
                        absl::StrCat(command.method, " of ", command.caller, " fired none of ",
                                     absl::StrJoin(rule.fires(), ", "))});
    }
  }
  for (const auto& [doing, events] : fired) {
    for (const std::string& event : events) {
      if (declared[doing].count(event) > 0) continue;
      broken.push_back(
          {"I9", service,
           absl::StrCat(doing.first, " fired ", event, " by a method that does not declare it")});
    }
  }
  return broken;
}

absl::StatusOr<std::vector<Broken>> CheckService(const std::string& service, storage::Session& session,
                                                 const act::Catalog& catalog) {
  std::vector<Broken> broken;
  JISSHO_RETURN_IF_ERROR(AskAll(service, session, false, broken));
  JISSHO_RETURN_IF_ERROR(CheckWalks(service, session, catalog, broken));
  JISSHO_RETURN_IF_ERROR(CheckChains(service, session, catalog, broken));
  if (service == "programme") JISSHO_RETURN_IF_ERROR(CheckProgramme(session, broken));
  if (service == "cases") JISSHO_RETURN_IF_ERROR(CheckHistories(session, broken));
  JISSHO_ASSIGN_OR_RETURN(const auto firings, CheckFirings(service, session));
  broken.insert(broken.end(), firings.begin(), firings.end());
  return broken;
}

absl::Status Correspondence::Add(const std::string& service, storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto streams, storage::Select<act::StreamRow>(session, ""));
  for (const act::StreamRow& row : streams) sent_[{service, row.receiver, row.stream}] = row.sequence;
  JISSHO_ASSIGN_OR_RETURN(const auto taken, storage::Select<act::InboxRow>(session, ""));
  for (const act::InboxRow& row : taken) received_[{row.source, service, row.stream}] = row.sequence;
  JISSHO_ASSIGN_OR_RETURN(const auto waiting, storage::Select<act::OutboxRow>(session, ""));
  for (const act::OutboxRow& row : waiting)
    unfinished_.push_back(
        {"I8", service,
         absl::StrCat(row.type, " to ", row.receiver, " waits: ", row.last_error.value_or(""))});
  JISSHO_ASSIGN_OR_RETURN(const auto mail, storage::Select<act::MailRow>(session, ""));
  for (const act::MailRow& row : mail)
    unfinished_.push_back({"I8", service, absl::StrCat(row.event, " for ", row.instance_id, " waits")});
  JISSHO_ASSIGN_OR_RETURN(const auto incidents,
                          storage::Select<act::IncidentRow>(session, "WHERE state = 'open'"));
  for (const act::IncidentRow& row : incidents)
    unfinished_.push_back(
        {"I8", service, absl::StrCat(row.event, " of ", row.instance_id, " is stuck: ", row.cause_en)});
  return absl::OkStatus();
}

std::vector<Broken> Correspondence::Check() const {
  std::vector<Broken> broken = unfinished_;
  std::set<Stream> all;
  for (const auto& [stream, sequence] : sent_) all.insert(stream);
  for (const auto& [stream, sequence] : received_) all.insert(stream);
  for (const Stream& stream : all) {
    const auto sent = sent_.find(stream), received = received_.find(stream);
    const int64_t out = sent == sent_.end() ? 0 : sent->second;
    const int64_t in = received == received_.end() ? 0 : received->second;
    if (out == in) continue;
    broken.push_back({"I8", std::get<0>(stream),
                      absl::StrCat("sent ", out, " events to ", std::get<1>(stream), " in ",
                                   std::get<2>(stream), ", which has ", in)});
  }
  return broken;
}

}  // namespace jissho::testing
