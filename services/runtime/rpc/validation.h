// Checks a request against the field options of its proto (jissho.options.v1.field), nested messages
// included.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_VALIDATION_H_
#define JISSHO_SERVICES_RUNTIME_RPC_VALIDATION_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace jissho::runtime {

inline constexpr int kDefaultMaxLength = 2000;  // code points of a text
inline constexpr int kDefaultMaxItems = 1000;   // entries of a repeated field

// OK, or INVALID_ARGUMENT (FIELD_INVALID) with all faults of the request at once, as paths like
// "items[2].amount". Reports at most 100 faults: a request with more is not made by a person.
absl::Status ValidateRequest(const google::protobuf::Message& request);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_VALIDATION_H_
