// The commands of the client: one for each method whose proto option names a noun and a verb. Built from the
// descriptors, so that a method is reachable from the shell the moment it exists in the contract.
#ifndef JISSHO_CLIENTS_CLI_CATALOGUE_H_
#define JISSHO_CLIENTS_CLI_CATALOGUE_H_

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"

namespace jissho::cli {

struct Command {
  std::string noun, verb;
  std::string method;  // "jissho.intake.v1.IntakeService/GetProposal"
  std::string summary_ja, summary_en;
  std::string comment;  // of the method, from the contract
  bool acts = false;    // has a request_id
  const google::protobuf::Descriptor* request = nullptr;
  const google::protobuf::Descriptor* response = nullptr;
};

// Owns the descriptors; everything that a Command points to lives as long as the catalogue.
class Catalogue {
 public:
  Catalogue();
  const std::vector<Command>& commands() const { return commands_; }  // by noun, then verb
  // First paragraph of the comment above a field, one line.
  std::string FieldHelp(const google::protobuf::FieldDescriptor& field) const;
  // Heading of a field's column in tables; empty when the field is not shown there.
  std::string Heading(const google::protobuf::FieldDescriptor& field) const;
  std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type) const;
  const google::protobuf::DescriptorPool& pool() const { return pool_; }

 private:
  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  std::vector<Command> commands_;
};

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_CATALOGUE_H_
