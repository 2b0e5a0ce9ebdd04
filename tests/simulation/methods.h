// The services' methods, found by name.
#ifndef JISSHO_TESTS_SIMULATION_METHODS_H_
#define JISSHO_TESTS_SIMULATION_METHODS_H_

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace jissho::simulation {

// "jissho.intake.v1.IntakeService/WithdrawProposal" of "intake" and "WithdrawProposal".
std::string FullMethod(const std::string& service, const std::string& method);
// A method that does not exist is a fault of the simulator.
const google::protobuf::MethodDescriptor* MethodOf(const std::string& full_method);
// The methods of a service, without its name, that fire an event of its charts on behalf of their caller.
std::vector<std::string> MethodsThatFire(const std::string& service, const std::string& event);
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_METHODS_H_
