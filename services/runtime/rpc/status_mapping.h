// Between the errors of this program (workflow/base/error.h) and google.rpc.Status, which every transport
// carries.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_STATUS_MAPPING_H_
#define JISSHO_SERVICES_RUNTIME_RPC_STATUS_MAPPING_H_

#include <string>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace jissho::runtime {

// "ja" unless the caller's first choice is English.
std::string LocaleOf(const std::string& accept_language);

// "intake" of "jissho.intake.v1.IntakeService/SubmitProposal".
std::string ServiceOf(const std::string& method);

// With ErrorInfo (domain "<service>.jissho"), BadRequest, LocalizedMessage in `locale`, RetryInfo; one of
// each. The status message itself is English, for developers (AIP-193).
google::rpc::Status ToRpcStatus(const absl::Status& status, const std::string& locale,
                                const std::string& service);

// The error of a called service as an error of this program, reason and all. An answer without ErrorInfo
// keeps its code and becomes an error without detail, which the edge masks.
absl::Status FromRpcStatus(const google::rpc::Status& status);

// What an outsider may see of `status`: errors without a reason, INTERNAL and DATA_LOSS become INTERNAL with
// `reference`; texts of the database are cut from the storage component's errors.
absl::Status MaskInternal(const absl::Status& status, const std::string& reference);

// True when MaskInternal changes the status.
bool NeedsMask(const absl::Status& status);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_STATUS_MAPPING_H_
