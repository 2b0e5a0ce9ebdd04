// The case's complete history: every journal entry of every service, as they report them, and everybody's
// open tasks.
#ifndef JISSHO_SERVICES_CASES_HISTORY_H_
#define JISSHO_SERVICES_CASES_HISTORY_H_

#include <string>
#include <vector>

#include "services/cases/store/rows.h"
#include "workflow/act/act.h"
#include "workflow/storage/session.h"

namespace jissho::cases {

// Of jissho.engine.v1.InstanceProgressed: appends the entry, checks that it continues its instance's hash
// chain (else the entry is marked as broken, never refused: a broken history must be seen, not lost), and
// replaces the instance's open tasks. Tasks without a label are nobody's to do and are left out.
absl::Status OnInstanceProgressed(const act::IncomingEvent& incoming, const act::Context& context,
                                  const act::View& view, act::WriteSet& writes);

// True when the entry's hash is that of its content.
bool HashHolds(const HistoryRow& row);

struct ChainReport {
  std::string service;
  std::string instance_id;
  int64_t entries = 0;
  std::string last_hash;
  int64_t first_broken = 0;  // sequence number; 0 when the chain verifies
};
struct HistoryReport {
  bool intact = true;
  int64_t entries = 0;
  std::vector<ChainReport> chains;
};

// Computes every hash of the case's history anew, and compares the ends of the chains and the number of
// entries with what was noted when they came: an entry that was changed, put in or taken out shows.
absl::StatusOr<HistoryReport> VerifyHistory(storage::Session& session, const std::string& case_id);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_HISTORY_H_
