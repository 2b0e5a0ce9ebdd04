// Calls the server as different people, goes on when it dies, and moves its calendar.
//
// Every mutation carries a request id made of the season's hash, the step's number and a count within the
// step: whoever repeats a step, in this process or in a later one, repeats the same requests and gets the
// first answers.
#ifndef JISSHO_CLIENTS_SEASON_DRIVER_H_
#define JISSHO_CLIENTS_SEASON_DRIVER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/client.h"
#include "clients/season/server_keeper.h"
#include "google/protobuf/message.h"

namespace jissho::season {

// Whose token a call carries.
struct Actor {
  std::string subject;  // "user:drafter-1"
  std::string name;     // for the story
  std::vector<std::string> roles;
  std::string organisation;  // of an applicant
};

// Not thread-safe.
class Driver {
 public:
  // `prefix` begins every request id. `keeper` outlives the driver.
  Driver(ServerKeeper* keeper, const std::string& prefix) : keeper_(keeper), prefix_(prefix) {}

  // Connects. The calendar tells whether this season was begun before.
  absl::Status Connect(absl::Time season_start);
  // True when the server's calendar had left the season's start when this process connected.
  bool resumed() const { return resumed_; }
  const std::string& address() const { return address_; }

  void BeginStep(int number);

  // A mutation. Whatever is refused comes back as it is; a server that is away is waited for.
  template <class Response>
  absl::StatusOr<Response> Act(const Actor& actor, const std::string& method,
                               google::protobuf::Message& request) {
    Response response;
    absl::Status status = ActMessage(actor, method, &request, &response);
    if (!status.ok()) return status;
    return response;
  }
  // The same request once more, word for word, as somebody does who got no answer.
  template <class Response>
  absl::StatusOr<Response> Repeat(const Actor& actor, const std::string& method,
                                  const google::protobuf::Message& request) {
    return Read<Response>(actor, method, request);
  }
  template <class Response>
  absl::StatusOr<Response> Read(const Actor& actor, const std::string& method,
                                const google::protobuf::Message& request) {
    Response response;
    absl::Status status = CallUntilAnswered(actor, method, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // Moves the calendar to `target` and works off everything on the way; a target in the past only finishes
  // what is pending.
  absl::Status AdvanceTo(absl::Time target);
  absl::Time now() const { return now_; }

  int64_t calls() const { return calls_; }
  int64_t lost_calls() const { return lost_calls_; }

  absl::StatusOr<std::string> TokenOf(const Actor& actor);

 private:
  absl::Status ActMessage(const Actor& actor, const std::string& method, google::protobuf::Message* request,
                          google::protobuf::Message* response);
  absl::Status CallUntilAnswered(const Actor& actor, const std::string& method,
                                 const google::protobuf::Message& request,
                                 google::protobuf::Message* response);
  // Waits for a server; keeps to the time limit of one call.
  absl::Status Recover(absl::Time limit, const absl::Status& why);
  absl::Status Anonymous(const std::string& method, const google::protobuf::Message& request,
                         google::protobuf::Message* response);
  void Open(const std::string& address);
  // The client of the process that runs the method's service.
  client::Client& ClientOf(const std::string& method);

  struct Token {
    std::string text;
    absl::Time expires;
  };

  ServerKeeper* const keeper_;
  const std::string prefix_;
  std::string address_;
  std::map<std::string, std::unique_ptr<client::Client>>
      clients_;  // by service; "" is the one for all others
  std::map<std::string, Token> tokens_;
  absl::Time now_;
  bool resumed_ = false;
  int step_ = 0;
  int act_in_step_ = 0;
  int64_t calls_ = 0;
  int64_t lost_calls_ = 0;
};

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_DRIVER_H_
