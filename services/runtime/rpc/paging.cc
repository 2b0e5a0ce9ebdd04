#include "services/runtime/rpc/paging.h"

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/serialize.h"

namespace jissho::runtime {
namespace {

// The arguments that must stay the same from page to page. The page size may change, the token itself does.
std::string ArgumentsHash(const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> rest(request.New());
  rest->CopyFrom(request);
  for (const char* name : {"page_size", "page_token", "min_position"}) {
    const auto* field = rest->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) rest->GetReflection()->ClearField(rest.get(), field);
  }
  return HashMessage(*rest).substr(0, 16);
}

}  // namespace

absl::StatusOr<Page> ReadPage(const google::protobuf::Message& request) {
  const auto* reflection = request.GetReflection();
  Page page;
  if (const auto* field = request.GetDescriptor()->FindFieldByName("page_size")) {
    const int asked = reflection->GetInt32(request, field);
    page.size = asked <= 0 ? kPageSizeDefault : std::min(asked, kPageSizeMax);
  }
  const auto* field = request.GetDescriptor()->FindFieldByName("page_token");
  if (field == nullptr) return page;
  const std::string token = reflection->GetString(request, field);
  if (token.empty()) return page;
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return MakeError(kPageTokenInvalid);
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array() || json.size() < 2) return MakeError(kPageTokenInvalid);
  for (const auto& part : json) {
    if (!part.is_string()) return MakeError(kPageTokenInvalid);
  }
  if (json[0].get<std::string>() != ArgumentsHash(request)) return MakeError(kPageTokenInvalid);
  for (size_t i = 1; i < json.size(); ++i) page.after.push_back(json[i].get<std::string>());
  return page;
}

std::string MakePageToken(const google::protobuf::Message& request, const std::vector<std::string>& key) {
  nlohmann::json json = nlohmann::json::array({ArgumentsHash(request)});
  for (const std::string& part : key) json.push_back(part);
  return absl::WebSafeBase64Escape(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace jissho::runtime
