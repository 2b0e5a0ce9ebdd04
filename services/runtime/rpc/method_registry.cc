#include "services/runtime/rpc/method_registry.h"

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/descriptor.h"

namespace jissho::runtime {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "jissho: %s\n", what.c_str());
  std::abort();
}

}  // namespace

const google::protobuf::MethodDescriptor* MethodRegistry::FindDescriptor(const std::string& name) const {
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_);
  if (service == nullptr) Die("no service " + service_ + " is linked into this program");
  const auto* method = service->FindMethodByName(name);
  if (method == nullptr) Die("the service " + service_ + " has no method " + name);
  return method;
}

void MethodRegistry::Add(Method method) {
  // The types are the programmer's; a wrong one would be read as another message.
  const auto request = method.new_request();
  const auto response = method.new_response();
  if (request->GetDescriptor() != method.descriptor->input_type() ||
      response->GetDescriptor() != method.descriptor->output_type()) {
    Die("the method " + method.descriptor->full_name() +
        " is registered with other types than its proto states");
  }
  const std::string name = method.descriptor->name();
  if (!methods_.emplace(name, std::move(method)).second)
    Die("the method " + service_ + "/" + name + " is registered twice");
}

}  // namespace jissho::runtime
