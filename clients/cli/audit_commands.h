// jissho audit verify: are the journals what was once written?
#ifndef JISSHO_CLIENTS_CLI_AUDIT_COMMANDS_H_
#define JISSHO_CLIENTS_CLI_AUDIT_COMMANDS_H_

#include <functional>
#include <string>
#include <vector>

#include "clients/cli/nouns.h"
#include "clients/cli/run.h"

namespace jissho::cli {

// Sends a request to the server that the command line names.
using Call = std::function<absl::Status(const std::string& method, const google::protobuf::Message& request,
                                        google::protobuf::Message* response)>;

// Exits with 0 when every journal is whole, with 1 when one is broken. All arguments outlive the commands.
void AddAuditCommands(Nouns& nouns, Call call, const Surroundings& around, std::vector<OwnCommand>& commands);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_AUDIT_COMMANDS_H_
