#include "clients/season/driver.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "workflow/base/error.h"

namespace jissho::season {

void Driver::BeginStep(int number) {
  step_ = number;
  act_in_step_ = 0;
}

absl::Status Driver::ActMessage(const Actor& actor, const std::string& method,
                                google::protobuf::Message* request, google::protobuf::Message* response) {
  const auto* field = request->GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr) return absl::InternalError(absl::StrCat(method, " takes no request_id"));
  request->GetReflection()->SetString(request, field,
                                      absl::StrFormat("%s-%04d-%02d", prefix_, step_, ++act_in_step_));
  absl::Status status = CallUntilAnswered(actor, method, *request, response);
  const auto detail = GetErrorDetail(status);
  // A season that goes on may have read a newer etag than the first time: the act itself was done then.
  if (resumed_ && detail && detail->reason == "REQUEST_ID_REUSED") return absl::OkStatus();
  return status;
}

}  // namespace jissho::season
