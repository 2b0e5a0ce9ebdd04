#include "services/runtime/rpc/etag.h"

#include "absl/strings/str_cat.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {

std::string MakeEtag(int64_t version) { return absl::StrCat("\"", version, "\""); }

absl::Status CheckEtag(const std::string& etag, int64_t version) {
  if (etag.empty()) return MakeError(kEtagMissing);
  if (etag != MakeEtag(version)) return MakeError(kEtagMismatch, {{"etag", MakeEtag(version)}});
  return absl::OkStatus();
}

}  // namespace jissho::runtime
