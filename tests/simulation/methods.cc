#include "tests/simulation/methods.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "jissho/options/v1/options.pb.h"
#include "tests/simulation/require.h"

namespace jissho::simulation {
namespace {

std::string FullService(const std::string& service) {
  std::string name = service;
  name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
  return absl::StrCat("jissho.", service, ".v1.", name, "Service");
}

}  // namespace

std::string FullMethod(const std::string& service, const std::string& method) {
  return absl::StrCat(FullService(service), "/", method);
}

const google::protobuf::MethodDescriptor* MethodOf(const std::string& full_method) {
  const auto* const method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrReplaceAll(full_method, {{"/", "."}}));
  Require(method != nullptr, "a method that no service has");
  return method;
}

std::vector<std::string> MethodsThatFire(const std::string& service, const std::string& event) {
  const auto* const found =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(FullService(service));
  Require(found != nullptr, "a service that does not exist");
  std::vector<std::string> methods;
  for (int i = 0; i < found->method_count(); ++i) {
    const auto& fires = found->method(i)->options().GetExtension(options::v1::method).fires();
    if (std::find(fires.begin(), fires.end(), event) != fires.end())
      methods.push_back(found->method(i)->name());
  }
  return methods;
}

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

}  // namespace jissho::simulation
