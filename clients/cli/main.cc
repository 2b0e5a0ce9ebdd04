#include <iostream>
#include <string>
#include <vector>

#include "clients/cli/run.h"
#include "clients/cpp/client.h"
#include "workflow/base/id.h"

int main(int argc, char** argv) {
  const jissho::cli::Surroundings surroundings{
      std::cout, std::cerr, std::cin, jissho::RandomIds(),
      [](const jissho::cli::Connection& connection, const std::string& method,
         const google::protobuf::Message& request, google::protobuf::Message* response) {
        jissho::client::Client client(connection.server);
        client.set_token(connection.token);
        client.set_locale(connection.lang);
        client.set_timeout(absl::Minutes(2));
        return client.CallMessage(method, request, response);
      }};
  return jissho::cli::Run(std::vector<std::string>(argv + 1, argv + argc), surroundings);
}
