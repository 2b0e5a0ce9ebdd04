// Asks the other services for the counts and sums of a sheet.
#ifndef JISSHO_SERVICES_PROGRAMME_PEER_FINDINGS_H_
#define JISSHO_SERVICES_PROGRAMME_PEER_FINDINGS_H_

#include "services/programme/findings_source.h"
#include "services/runtime/rpc/call.h"

namespace jissho::programme {

// Asks as the service itself: whoever may compute a sheet need not be allowed to read each of the others.
class PeerFindings : public FindingsSource {
 public:
  explicit PeerFindings(runtime::Peers* peers) : peers_(peers) {}
  absl::StatusOr<Findings> Gather(const FindingsQuery& query) override;

 private:
  absl::Status AskCases(const FindingsQuery& query, Findings& findings);
  absl::Status AskSurvey(const FindingsQuery& query, Findings& findings);
  absl::Status AskSubsidy(const FindingsQuery& query, Findings& findings);

  runtime::Peers* peers_;
};

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_PEER_FINDINGS_H_
