#include "workflow/act/history.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "workflow/act/act.h"
#include "workflow/act/journal.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/versions.h"

namespace jissho::act {
namespace {

constexpr int kPage = 500;

absl::Status DoesNotFit(const JournalRow& entry, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("entry ", entry.sequence, " of ", entry.instance_id, " does not follow: ", what));
}

void InDocumentOrder(const chart::Chart& chart, std::vector<std::string>& ids) {
  const auto place = [&chart](const std::string& id) {
    const chart::State* state = chart.Find(id);
    return state == nullptr ? static_cast<int>(chart.states.size()) : state->index;
  };
  std::sort(ids.begin(), ids.end(),
            [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
}

// The states in which an instance ended are the last that it left, from the inside out: the shortest end of
// `exited` that a whole instance can be in.
std::optional<std::vector<std::string>> EndOf(const std::vector<std::string>& exited,
                                              const engine::Machine& machine) {
  std::vector<std::string> states;
  for (auto id = exited.rbegin(); id != exited.rend(); ++id) {
    states.push_back(*id);
    if (machine.CheckConfiguration(states).ok()) return states;
  }
  return std::nullopt;
}

}  // namespace

absl::Status JournalReplay::MoveStates(const JournalRow& entry, const engine::Machine& machine) {
  const std::vector<std::string> exited = TextsIn(entry.exited);
  // One entry may enter and leave a state several times, in an order that two lists do not tell: counting
  // does.
  std::map<std::string, int> moves;
  for (const std::string& id : TextsIn(entry.entered)) ++moves[id];
  for (const std::string& id : exited) --moves[id];
  for (const auto& [id, count] : moves) {
    const int after = (active_.contains(id) ? 1 : 0) + count;
    if (after != 0 && after != 1) return DoesNotFit(entry, absl::StrCat("state ", id));
    if (after == 1) {
      active_.insert(id);
    } else {
      active_.erase(id);
    }
  }
  if (!active_.empty() || exited.empty()) return absl::OkStatus();
  auto end = EndOf(exited, machine);
  if (!end) return DoesNotFit(entry, "it leaves no state active");
  finished_ = true;
  ended_in_ = *std::move(end);
  return absl::OkStatus();
}

absl::Status JournalReplay::Add(const JournalRow& entry, const engine::Machine& machine) {
  if (entry.outcome == "refused") return absl::OkStatus();
  JISSHO_RETURN_IF_ERROR(MoveStates(entry, machine));
  const Json detail = Json::parse(entry.detail, nullptr, false);
  if (!detail.is_object()) return DoesNotFit(entry, "detail");
  NoteIncident(entry.outcome, detail);
  if (!begun_ && entry.outcome == "skipped") finished_ = true;  // given up before it began
  // The first entry's detail is the data that it began with; of one whose beginning failed others come
  // before.
  const bool begins = !begun_ && entry.outcome == "done";
  begun_ = begun_ || begins;
  const Json changed = begins ? detail : detail.value("changed", Json::object());
  for (const auto& [name, tagged] : changed.items()) {
    if (tagged.is_null()) {
      data_.erase(name);
      continue;
    }
    JISSHO_ASSIGN_OR_RETURN(data_[name], expression::FromTagged(tagged));
  }
  return absl::OkStatus();
}

// An event for another service that its receiver refuses suspends nothing; its entry names the receiver.
void JournalReplay::NoteIncident(const std::string& outcome, const Json& detail) {
  const auto found = detail.find("incident");
  const std::string incident = found != detail.end() && found->is_string() ? found->get<std::string>() : "";
  if (outcome == "parked" && !detail.contains("receiver")) incident_ = incident;
  if ((outcome == "retried" || outcome == "skipped") && incident == incident_) incident_.clear();
}

absl::StatusOr<engine::Snapshot> JournalReplay::State(const engine::Machine& machine) const {
  engine::Snapshot state;
  state.configuration = finished_ ? ended_in_ : std::vector<std::string>(active_.begin(), active_.end());
  InDocumentOrder(machine.chart(), state.configuration);
  state.data = data_;
  state.finished = finished_;
  return state;
}

absl::StatusOr<InstanceRow> InstanceAt(storage::Session& session, const Catalog& catalog,
                                       const std::string& instance_id, absl::Time time) {
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow now, GetInstance(session, instance_id));
  InstanceRow then;
  then.id = now.id;
  then.chart = now.chart;
  then.case_id = now.case_id;
  then.owner = now.owner;
  JournalReplay replay;
  std::shared_ptr<const engine::Machine> machine;
  for (bool more = true; more;) {
    JISSHO_ASSIGN_OR_RETURN(const auto entries,
                            ListJournal(session, instance_id, then.journal_sequence, kPage));
    more = entries.size() == kPage;
    for (const JournalRow& entry : entries) {
      if (entry.at > time) {
        more = false;
        break;
      }
      if (entry.chart_hash != then.chart_hash) {
        JISSHO_ASSIGN_OR_RETURN(machine, VersionOf(session, catalog, entry.chart_hash));
      }
      JISSHO_RETURN_IF_ERROR(replay.Add(entry, *machine));
      then.chart_hash = entry.chart_hash;
      then.journal_sequence = entry.sequence;
      then.journal_hash = entry.hash;
    }
  }
  if (machine == nullptr) return MakeError(kInstanceNotBegun, {{"id", instance_id}});
  JISSHO_ASSIGN_OR_RETURN(const engine::Snapshot state, replay.State(*machine));
  JISSHO_ASSIGN_OR_RETURN(const Json tasks, OpenTasks(*machine, instance_id, state, then.owner));
  then.snapshot = engine::ToJson(state).dump();
  then.tasks = tasks.dump();
  then.finished = state.finished;
  then.incident = replay.incident();
  return then;
}

}  // namespace jissho::act
