// Instants between absl and protobuf.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_PROTO_TIME_H_
#define JISSHO_SERVICES_RUNTIME_RPC_PROTO_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace jissho::runtime {

inline void SetTime(google::protobuf::Timestamp* out, absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down, before 1970 too
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

inline absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_PROTO_TIME_H_
