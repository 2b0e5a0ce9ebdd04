#include "tests/simulation/methods.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/simulation/require.h"

namespace jissho::simulation {

std::string FullMethod(const std::string& service, const std::string& method) {
  std::string name = service;
  name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
  return absl::StrCat("jissho.", service, ".v1.", name, "Service/", method);
}

const google::protobuf::MethodDescriptor* MethodOf(const std::string& full_method) {
  const auto* const method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrReplaceAll(full_method, {{"/", "."}}));
  Require(method != nullptr, "a method that no service has");
  return method;
}

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

}  // namespace jissho::simulation
