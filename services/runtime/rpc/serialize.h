// Deterministic bytes of a message, for hashes.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_SERIALIZE_H_
#define JISSHO_SERVICES_RUNTIME_RPC_SERIALIZE_H_

#include <string>

#include "google/protobuf/message.h"

namespace jissho::runtime {

// The same message gives the same bytes in the same build, maps included.
std::string SerializeDeterministically(const google::protobuf::Message& message);

// SHA-256 of these bytes, hexadecimal.
std::string HashMessage(const google::protobuf::Message& message);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_SERIALIZE_H_
