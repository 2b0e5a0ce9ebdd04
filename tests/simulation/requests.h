// Requests as people fill them in: from one that the season holds for the same method, or else from what the
// method's fields demand, with the thing's own figures, dates about now, and everything drawn.
//
// Most of what comes out is acceptable; some is not, as with people. What a guard says to it is the service's
// affair.
#ifndef JISSHO_TESTS_SIMULATION_REQUESTS_H_
#define JISSHO_TESTS_SIMULATION_REQUESTS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "tests/simulation/people.h"

namespace jissho::simulation {

// What somebody acts on: an instance of a chart, as he finds it. Nothing but the service for an act that
// begins something.
struct Thing {
  std::string service;
  std::string chart;
  std::string id;
  std::string owner;  // organisation, or empty
  std::set<std::string> states;
};

// Of the field of that name; empty when there is no such text.
std::string TextOf(const google::protobuf::Message& message, const std::string& name);
// YYYY-MM-DD, as Tokyo has it.
std::string DateText(absl::Time time);

class Requests {
 public:
  using Fill = std::function<void(Requests&, google::protobuf::Message&, const Thing&)>;

  // `season`: the deeds of a whole season. The arguments outlive it.
  Requests(World* world, Identity* identity, const std::vector<Deed>* season, Random* random);

  // `method` without its service, e.g. "WithdrawProposal". Asks the services; from a fiber. The request id is
  // left to the caller.
  std::unique_ptr<google::protobuf::Message> Make(const std::string& method, const Thing& thing);

  // Whether the season does it (full name).
  bool HasExample(const std::string& method) const { return played_.count(method) == 1; }

  // --- for the fillers of single methods

  World& world() { return *world_; }
  Random& random() { return *random_; }
  const std::vector<Deed>& season() const { return *season_; }
  // What the service answers to somebody who may read everything; nothing when it does not.
  template <class Response>
  std::optional<Response> Read(const std::string& method, const google::protobuf::Message& request) {
    Response response;
    if (!Ask(method, request, &response)) return std::nullopt;
    return response;
  }
  std::string Date(int64_t days_from, int64_t days_to);  // YYYY-MM-DD, days from today
  std::string Text();

 private:
  bool Ask(const std::string& method, const google::protobuf::Message& request,
           google::protobuf::Message* response);
  const Deed* FindExample(const std::string& method, const Thing& thing);
  // The thing as its service shows it; null when it does not.
  std::unique_ptr<google::protobuf::Message> Look(const Thing& thing);
  void FillRequired(google::protobuf::Message& message);
  void FillFromView(google::protobuf::Message& message, const google::protobuf::Message& view);
  void Point(google::protobuf::Message& message, const Thing& thing);
  void Today(google::protobuf::Message& message);

  World* const world_;
  Identity* const identity_;
  const std::vector<Deed>* const season_;
  Random* const random_;
  std::set<std::string> played_;  // methods of the season
  int64_t texts_ = 0;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_REQUESTS_H_
