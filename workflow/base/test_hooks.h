// Places at which a test can make this program misbehave. What is linked decides: the product links the hooks
// that do nothing (test_hooks_off.cc), programs of the tests those that can be switched on
// (test_hooks_on.cc). No setting, variable or flag of the product reaches them.
//
// Two kinds. A planted bug is a mistake that somebody could have made, written beside the right code, so that
// the simulation can show that it would be found. A point is a moment at which a process may die.
// Thread-safe.
#ifndef JISSHO_WORKFLOW_BASE_TEST_HOOKS_H_
#define JISSHO_WORKFLOW_BASE_TEST_HOOKS_H_

#include <string>

namespace jissho {

enum class Bug {
  kNone,
  // The act executor.
  kCommandNotRecorded,    // the answer to a command is not kept
  kRequestHashIgnored,    // another request under the same id gets the first one's answer
  kCallerNotInKey,        // … as does the same request of somebody else
  kRefusalDropped,        // a refusal is not kept, nor journalled
  kCommitFailureIgnored,  // the caller is told of success although the commit failed
  kSecondWriteLost,       // of two acts in a batch that write one row the first wins
  kStaleView,             // an act does not see what those before it in its batch have written
  kFailedActKeepsWrites,  // what a refused act had written is flushed with the others
  kReadModifyWrite,       // rows are read without a lock and updated without their version
  kTwoTransactions,       // what an act writes is committed table by table
  kKeyNotUnique,          // a new row takes the place of one with the same key
  // The pump.
  kForgottenBeforeSent,    // an event is deleted first and delivered then
  kRefusedEventForgotten,  // an event that its receiver refuses is taken for delivered
  kRepeatedEventApplied,   // an event that was taken before is taken again
  kEventsOutOfOrder,       // a stream goes on behind an event that was refused, and its receiver takes it
  kOutboxByCursor,         // events are looked for only behind the newest that was sent
  kTimerFiredTwice,        // a timer is fired and stays
  kFenceForgotten,         // a timer is fired by a process that has lost its claim
  // The engine's host.
  kJournalNotChained,  // an entry does not name the hash of the one before
  kFourEyesForgotten,  // not-same-actor-as is not looked at
  // Storage.
  kSyncSkipped,  // the database does not wait for the disk
  // Who calls.
  kRetryChangesId,  // whoever gets no answer asks again under a new request id
  // Services.
  kDeadlineNotChecked,  // a proposal is taken after the call's close
  kInterestNotChecked,  // a reviewer scores where he has an interest
  kBalanceForgotten,    // an entry leaves one balance as it was
};

bool IsPlanted(Bug bug);

// The process passes a named moment.
void Reach(const char* point);

// An instance takes a transition of its chart, by Transition::order.
void Take(const std::string& chart, int transition);

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_TEST_HOOKS_H_
