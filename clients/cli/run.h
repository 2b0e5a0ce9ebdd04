// The whole command: arguments in, text out, exit code back.
#ifndef JISSHO_CLIENTS_CLI_RUN_H_
#define JISSHO_CLIENTS_CLI_RUN_H_

#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "workflow/base/id.h"

namespace jissho::cli {

// Sends a request; the program's talks gRPC, a test's answers itself.
struct Connection {
  std::string server, token, lang;
};
using Send = std::function<absl::Status(const Connection&, const std::string& method,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* response)>;

struct Surroundings {
  std::ostream& out;
  std::ostream& error;
  std::istream& in;
  IdSource& ids;
  Send send;
};

// `arguments` without the program's name.
int Run(std::vector<std::string> arguments, const Surroundings& surroundings);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_RUN_H_
