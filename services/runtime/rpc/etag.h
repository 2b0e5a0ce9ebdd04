// Etags (AIP-154): the row version in quotes. Who changes a resource says which version he read.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_ETAG_H_
#define JISSHO_SERVICES_RUNTIME_RPC_ETAG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace jissho::runtime {

// E.g. "\"7\"".
std::string MakeEtag(int64_t version);

// OK when `etag` is that of `version`. INVALID_ARGUMENT (ETAG_MISSING) when empty, ABORTED (ETAG_MISMATCH)
// otherwise.
absl::Status CheckEtag(const std::string& etag, int64_t version);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_ETAG_H_
