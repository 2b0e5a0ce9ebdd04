// Makes the calls of a season as different people, and moves the calendar.
//
// Every mutation carries a request id made of the season's prefix, the step's number and a count within the
// step: whoever repeats a step, in this process or in a later one, repeats the same requests and gets the
// first answers.
#ifndef JISSHO_CLIENTS_SEASON_DRIVER_H_
#define JISSHO_CLIENTS_SEASON_DRIVER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
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
  // `prefix` begins every request id.
  explicit Driver(const std::string& prefix) : prefix_(prefix) {}
  virtual ~Driver() = default;

  // True when this season was begun before, by another player.
  bool resumed() const { return resumed_; }

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
  virtual absl::Status AdvanceTo(absl::Time target) = 0;
  virtual absl::Time now() const = 0;

 protected:
  // Sends the request again and again until somebody answers it, or nobody has for too long.
  virtual absl::Status CallUntilAnswered(const Actor& actor, const std::string& method,
                                         const google::protobuf::Message& request,
                                         google::protobuf::Message* response) = 0;
  void set_resumed(bool resumed) { resumed_ = resumed; }

 private:
  absl::Status ActMessage(const Actor& actor, const std::string& method, google::protobuf::Message* request,
                          google::protobuf::Message* response);

  const std::string prefix_;
  bool resumed_ = false;
  int step_ = 0;
  int act_in_step_ = 0;
};

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_DRIVER_H_
