// SHA-256, for content hashes, the journal's chain and derived identifiers.
#ifndef JISSHO_WORKFLOW_BASE_HASH_H_
#define JISSHO_WORKFLOW_BASE_HASH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace jissho {

std::string Sha256Bytes(absl::string_view data);  // 32 bytes
std::string Sha256Hex(absl::string_view data);    // 64 lower-case hexadecimal characters

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_HASH_H_
