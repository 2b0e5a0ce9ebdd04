// The rows that all services write alike. Binary content is base64 text; JSON is compact text; times are UTC.
#ifndef JISSHO_WORKFLOW_ACT_ROWS_H_
#define JISSHO_WORKFLOW_ACT_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "workflow/storage/cell.h"

namespace jissho::act {

// A command and its outcome (EncodeOutcome). The primary key decides a race of two repeats.
struct CommandRow {
  std::string caller, method, request_id, request_hash, outcome;
  absl::Time answered_at;
};

// A running state machine: everything that its next step needs.
struct InstanceRow {
  std::string id;
  int64_t version = 0;
  std::string chart, chart_hash;
  std::string case_id;  // empty when it belongs to no case
  std::string owner;    // organisation, or empty
  std::string snapshot, actors, tasks,
      timers;                    // JSON: state; event -> last actor; open tasks; ids of pending timers
  int64_t mail_sequence = 0;     // last number given to a message or a timer
  int64_t journal_sequence = 0;  // last journal number given
  std::string journal_hash;      // hash of that entry
  bool finished = false;
  std::string parent, invoke_id;        // the instance that invoked this one, and as what; or empty
  std::optional<std::string> children;  // JSON: invoke id -> instance, of the invocations that run
  std::string incident;                 // the open incident that suspends it, or empty
  int64_t shard = 0;                    // see shard.h
};

// What came to an instance and what it did. Entries of an instance form a hash chain.
struct JournalRow {
  std::string instance_id;
  int64_t sequence = 0;
  std::string case_id;
  absl::Time at;
  std::string actor, event;
  std::string outcome;          // done, refused, ignored
  std::string entered, exited;  // JSON arrays of state ids
  std::string detail;           // JSON: data that changed, or the refusal
  std::string chart_hash, previous_hash, hash;
};

struct TimerRow {
  std::string instance_id, timer_id;
  absl::Time due;
  std::string event, data;
  std::string send_id;                // of the <send> that waits
  std::optional<std::string> target;  // where it goes (SCXML C.1); absent: the instance itself
  int64_t sequence = 0;               // of two that fall due together the one set first comes first
  int64_t shard = 0;                  // see shard.h
  std::string claim_owner;            // the process that is about to fire it, or empty
  int64_t claim_fence = 0;            // the number of that claim; 0: none
};

// What waits for an instance, from itself or from another of the same service.
struct MailRow {
  std::string instance_id;
  int64_t sequence = 0;
  std::string event, data;            // data: tagged; of a "start" an object of tagged values
  std::string kind = "event";         // event, start, cancel
  std::optional<std::string> origin;  // JSON: the event's sendid, origin, origintype, invokeid
  int64_t shard = 0;                  // see shard.h
};

// What could not be processed where nobody waited for the answer, until a person has repaired it.
struct IncidentRow {
  std::string id;
  int64_t version = 0;
  std::string instance_id;  // in whose journal it stands; empty when there is none
  std::string held;         // the instance that it suspends while it is open, else empty
  std::string case_id, chart;
  std::string kind;  // event, start, cancel (of a message: see MailRow), outgoing
  std::string event, data;
  std::optional<std::string> origin;  // as MailRow
  std::string receiver, stream;       // outgoing: the event's place in its stream
  int64_t sequence = 0;
  std::string cause, cause_ja, cause_en;  // reason and texts of the error
  int64_t cause_line = 0;                 // in the chart; 0: unknown
  absl::Time since;
  int64_t attempts = 0;
  std::string state;  // open, resolved, skipped
  bool needs_approval = false;
  std::optional<std::string> request;  // JSON (incident.cc): a repair that waits for a second person
  std::string closed_by;
  std::optional<absl::Time> closed_at;
  std::string closed_reason, approved_by;
};

struct OutboxRow {
  std::string receiver, stream;
  int64_t sequence = 0;
  std::string type, payload;
  absl::Time at;
  int64_t attempts = 0;
  std::optional<std::string> last_error;
};

// The last sequence number given to a stream towards a receiver.
struct StreamRow {
  std::string receiver, stream;
  int64_t sequence = 0;
};

// The last sequence number taken from a stream of a source.
struct InboxRow {
  std::string source, stream;
  int64_t sequence = 0;
};

struct CounterRow {
  std::string series;
  int64_t value = 0;
};

// A chart version that some instance may be pinned to.
struct ChartRow {
  std::string hash, name, definition;
};

}  // namespace jissho::act

namespace jissho::storage {

template <>
struct RowTraits<act::CommandRow> {
  using R = act::CommandRow;
  static constexpr char kTable[] = "act_command";
  static constexpr int kKeyColumns = 3;
  static constexpr auto kColumns =
      std::make_tuple(Column("caller", &R::caller), Column("method", &R::method),
                      Column("request_id", &R::request_id), Column("request_hash", &R::request_hash),
                      Column("outcome", &R::outcome), Column("answered_at", &R::answered_at));
};

template <>
struct RowTraits<act::InstanceRow> {
  using R = act::InstanceRow;
  static constexpr char kTable[] = "act_instance";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("chart", &R::chart),
      Column("chart_hash", &R::chart_hash), Column("case_id", &R::case_id), Column("owner", &R::owner),
      Column("snapshot", &R::snapshot), Column("actors", &R::actors), Column("tasks", &R::tasks),
      Column("timers", &R::timers), Column("mail_sequence", &R::mail_sequence),
      Column("journal_sequence", &R::journal_sequence), Column("journal_hash", &R::journal_hash),
      Column("finished", &R::finished), Column("parent", &R::parent), Column("invoke_id", &R::invoke_id),
      Column("children", &R::children), Column("incident", &R::incident), Column("shard", &R::shard));
};

template <>
struct RowTraits<act::JournalRow> {
  using R = act::JournalRow;
  static constexpr char kTable[] = "act_journal";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("instance_id", &R::instance_id), Column("sequence", &R::sequence),
      Column("case_id", &R::case_id), Column("at", &R::at), Column("actor", &R::actor),
      Column("event", &R::event), Column("outcome", &R::outcome), Column("entered", &R::entered),
      Column("exited", &R::exited), Column("detail", &R::detail), Column("chart_hash", &R::chart_hash),
      Column("previous_hash", &R::previous_hash), Column("hash", &R::hash));
};

template <>
struct RowTraits<act::TimerRow> {
  using R = act::TimerRow;
  static constexpr char kTable[] = "act_timer";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("instance_id", &R::instance_id), Column("timer_id", &R::timer_id), Column("due", &R::due),
      Column("event", &R::event), Column("data", &R::data), Column("send_id", &R::send_id),
      Column("target", &R::target), Column("sequence", &R::sequence), Column("shard", &R::shard),
      Column("claim_owner", &R::claim_owner), Column("claim_fence", &R::claim_fence));
};

template <>
struct RowTraits<act::MailRow> {
  using R = act::MailRow;
  static constexpr char kTable[] = "act_mailbox";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns =
      std::make_tuple(Column("instance_id", &R::instance_id), Column("sequence", &R::sequence),
                      Column("event", &R::event), Column("data", &R::data), Column("kind", &R::kind),
                      Column("origin", &R::origin), Column("shard", &R::shard));
};

template <>
struct RowTraits<act::IncidentRow> {
  using R = act::IncidentRow;
  static constexpr char kTable[] = "act_incident";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("instance_id", &R::instance_id),
      Column("held", &R::held), Column("case_id", &R::case_id), Column("chart", &R::chart),
      Column("kind", &R::kind), Column("event", &R::event), Column("data", &R::data),
      Column("origin", &R::origin), Column("receiver", &R::receiver), Column("stream", &R::stream),
      Column("sequence", &R::sequence), Column("cause", &R::cause), Column("cause_ja", &R::cause_ja),
      Column("cause_en", &R::cause_en), Column("cause_line", &R::cause_line), Column("since", &R::since),
      Column("attempts", &R::attempts), Column("state", &R::state),
      Column("needs_approval", &R::needs_approval), Column("request", &R::request),
      Column("closed_by", &R::closed_by), Column("closed_at", &R::closed_at),
      Column("closed_reason", &R::closed_reason), Column("approved_by", &R::approved_by));
};

template <>
struct RowTraits<act::OutboxRow> {
  using R = act::OutboxRow;
  static constexpr char kTable[] = "act_outbox";
  static constexpr int kKeyColumns = 3;
  static constexpr auto kColumns = std::make_tuple(
      Column("receiver", &R::receiver), Column("stream", &R::stream), Column("sequence", &R::sequence),
      Column("type", &R::type), Column("payload", &R::payload), Column("at", &R::at),
      Column("attempts", &R::attempts), Column("last_error", &R::last_error));
};

template <>
struct RowTraits<act::StreamRow> {
  using R = act::StreamRow;
  static constexpr char kTable[] = "act_stream";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(
      Column("receiver", &R::receiver), Column("stream", &R::stream), Column("sequence", &R::sequence));
};

template <>
struct RowTraits<act::InboxRow> {
  using R = act::InboxRow;
  static constexpr char kTable[] = "act_inbox";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns = std::make_tuple(Column("source", &R::source), Column("stream", &R::stream),
                                                   Column("sequence", &R::sequence));
};

template <>
struct RowTraits<act::CounterRow> {
  using R = act::CounterRow;
  static constexpr char kTable[] = "act_counter";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(Column("series", &R::series), Column("value", &R::value));
};

template <>
struct RowTraits<act::ChartRow> {
  using R = act::ChartRow;
  static constexpr char kTable[] = "act_chart";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(Column("hash", &R::hash), Column("name", &R::name),
                                                   Column("definition", &R::definition));
};

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_ACT_ROWS_H_
