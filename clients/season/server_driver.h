// The driver of a real server: goes on when it dies, and moves its calendar.
#ifndef JISSHO_CLIENTS_SEASON_SERVER_DRIVER_H_
#define JISSHO_CLIENTS_SEASON_SERVER_DRIVER_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/client.h"
#include "clients/season/driver.h"
#include "clients/season/server_keeper.h"

namespace jissho::season {

// Not thread-safe.
class ServerDriver final : public Driver {
 public:
  // `keeper` outlives the driver.
  ServerDriver(ServerKeeper* keeper, const std::string& prefix) : Driver(prefix), keeper_(keeper) {}

  // Connects. The calendar tells whether this season was begun before.
  absl::Status Connect(absl::Time season_start);
  const std::string& address() const { return address_; }

  absl::Status AdvanceTo(absl::Time target) override;
  absl::Time now() const override { return now_; }

  int64_t calls() const { return calls_; }
  // Calls that had to be made again, by code and reason: "UNAVAILABLE " when nobody was there to give one.
  const std::map<std::string, int64_t>& lost_calls() const { return lost_calls_; }

  absl::StatusOr<std::string> TokenOf(const Actor& actor);

 private:
  absl::Status CallUntilAnswered(const Actor& actor, const std::string& method,
                                 const google::protobuf::Message& request,
                                 google::protobuf::Message* response) override;
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
  std::string address_;
  std::map<std::string, std::unique_ptr<client::Client>>
      clients_;  // by service; "" is the one for all others
  std::map<std::string, Token> tokens_;
  absl::Time now_;
  int64_t calls_ = 0;
  std::map<std::string, int64_t> lost_calls_;
};

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SERVER_DRIVER_H_
