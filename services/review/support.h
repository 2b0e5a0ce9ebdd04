// What the methods of the review service share: who calls, which rows a command is about, and a stage as a
// whole.
#ifndef JISSHO_SERVICES_REVIEW_SUPPORT_H_
#define JISSHO_SERVICES_REVIEW_SUPPORT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/review/domain/participation.h"
#include "services/review/domain/scoring.h"
#include "services/review/mapping.h"
#include "services/review/store/queries.h"
#include "services/runtime/rpc/call.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/act.h"

namespace jissho::review {

// --- in an act
// ---------------------------------------------------------------------------------------------------

// Every act of a round reads the round's row first: that row's lock keeps a closing stage and a score that
// comes in at the same moment apart, also between processes.
absl::StatusOr<RoundRow> ReadRound(const act::View& view, const std::string& call_id);
// The entry, if it belongs to the call. ENTRY_NOT_FOUND.
absl::StatusOr<EntryRow> ReadEntry(const act::View& view, const std::string& call_id,
                                   const std::string& case_id);
// The caller's own seat. NO_SEAT.
absl::StatusOr<SeatRow> ReadOwnSeat(const act::View& view, const act::Context& context,
                                    const std::string& call_id);
// NOT_CHAIR unless the caller sits in the chair's seat of this call: the role alone is that of some board.
absl::Status RequireChair(const act::View& view, const act::Context& context, const std::string& call_id);

// An empty etag means: whatever the version is.
absl::Status CheckGivenEtag(const std::string& etag, int64_t version);

// Inserts, or replaces what is there.
template <class Row>
absl::Status Put(const act::View& view, act::WriteSet& writes, Row row, const storage::CellRow& key) {
  JISSHO_ASSIGN_OR_RETURN(const auto existing, view.Find<Row>(key));
  if (!existing) return writes.Insert(row);
  row.version = existing->version;
  return writes.Update(row);
}

// The first of these states that the instance is in; empty when in none.
absl::StatusOr<std::string> StateAmong(const act::WriteSet& writes, const std::string& instance_id,
                                       const std::vector<std::string>& states);
absl::StatusOr<v1::Round> RoundAnswer(const act::View& view, const act::WriteSet& writes,
                                      const std::string& call_id);

// Everything that counts in one stage. Read before the act's first write.
struct StageData {
  std::vector<EntryRow> entries;
  std::vector<SeatRow> seats;
  std::map<CaseSeat, InterestRow> interests;
  std::map<CaseSeat, SheetRow> sheets;

  std::vector<std::string> case_ids() const;
  std::vector<std::string> seat_ids() const;
  std::set<CaseSeat> Done() const;
  std::set<CaseSeat> Related() const;
  std::vector<Sheet> Counting(const std::string& case_id) const;
};

// The entries that are in one of these states of their chart.
absl::StatusOr<StageData> LoadStage(const act::View& view, const act::WriteSet& writes,
                                    const std::string& call_id, const std::string& stage,
                                    const std::vector<std::string>& states);

// One aggregate for each entry. ENTRY_UNSCORED.
absl::StatusOr<std::vector<Aggregate>> AggregateStage(const Rules& rules, const StageData& data);

ResultRow MakeResult(const StageData& data, const std::string& call_id, const std::string& stage,
                     const Aggregate& aggregate, int64_t place, int64_t order);

// --- in a read
// ---------------------------------------------------------------------------------------------------

// Who reads: the office sees every round, a member only those on whose board he sits. ROUND_NOT_FOUND
// otherwise.
struct RoundReader {
  RoundRow round;
  bool is_office = false;
  std::optional<SeatRow> seat;
};
absl::StatusOr<RoundReader> OpenRound(const runtime::CallContext& call, storage::Session& session,
                                      const std::string& call_id);

// The innermost state of each of the instances.
absl::StatusOr<std::map<std::string, std::string>> StatesOfAll(storage::Session& session,
                                                               const std::vector<std::string>& ids);

// One page of what has been read whole: from after the key of the page before.
template <class Row, class KeyOfRow>
std::vector<Row> CutPage(const std::vector<Row>& rows, int size, const std::vector<std::string>& after,
                         const KeyOfRow& key_of, std::vector<std::string>* next) {
  std::vector<Row> page;
  bool started = after.empty();
  for (const Row& row : rows) {
    if (!started) {
      started = key_of(row) == after;
      continue;
    }
    if (static_cast<int>(page.size()) == size) {
      *next = key_of(page.back());
      break;
    }
    page.push_back(row);
  }
  return page;
}

// --- the methods, by resource
// --------------------------------------------------------------------------------------

void AddBoardMethods(runtime::MethodRegistry& registry);
void AddRoundReads(runtime::MethodRegistry& registry);
void AddScoreMethods(runtime::MethodRegistry& registry);
void AddStageMethods(runtime::MethodRegistry& registry);
void AddMeetingMethods(runtime::MethodRegistry& registry);
void AddDecisionMethods(runtime::MethodRegistry& registry);

// Handlers of other services' events.
std::map<std::string, act::EventHandler> EventHandlers();
// What the charts do, by the name of the action.
std::map<std::string, act::Action> Actions();

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_SUPPORT_H_
