// The people of the simulation: those who play a season, each with his own token, hand and patience, and
// those who try what they may not.
//
// Whoever gets no answer asks again with the same request id, as often as it takes. What was acknowledged is
// remembered: whoever repeats it later, word for word, must get the same bytes (I3); and what a chart
// refused, the same refusal.
#ifndef JISSHO_TESTS_SIMULATION_PEOPLE_H_
#define JISSHO_TESTS_SIMULATION_PEOPLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/season/driver.h"
#include "tests/simulation/world.h"

namespace jissho::simulation {

// An acknowledged mutation.
struct Deed {
  act::Actor actor;
  std::string method;
  std::shared_ptr<const google::protobuf::Message> request;
  std::shared_ptr<const google::protobuf::Message> response;
};

// An act that a chart refused: the service keeps it on record.
struct Refusal {
  act::Actor actor;
  std::string method;
  std::shared_ptr<const google::protobuf::Message> request;
  absl::Status status;

  std::string service() const;
  std::string request_id() const;
};

// An act that somebody gave up when nobody had answered: whether it took effect, only a repeat tells.
struct Wish {
  act::Actor actor;
  std::string method;
  std::shared_ptr<const google::protobuf::Message> request;
};

// What everybody has done, and what was wrong about it.
class Register {
 public:
  void Add(Deed deed) { deeds_.push_back(std::move(deed)); }
  const std::vector<Deed>& deeds() const { return deeds_; }

  void Add(Refusal refusal) { refusals_.push_back(std::move(refusal)); }
  const std::vector<Refusal>& refusals() const { return refusals_; }

  void Add(Wish wish) { wishes_.push_back(std::move(wish)); }
  std::vector<Wish> TakeWishes() { return std::exchange(wishes_, {}); }

  void Complain(const std::string& violation) { violations_.push_back(violation); }
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  std::vector<Deed> deeds_;
  std::vector<Refusal> refusals_;
  std::vector<Wish> wishes_;
  std::vector<std::string> violations_;
};

// Plays steps of a season in the world, from one fiber.
class Hand : public season::Driver {
 public:
  Hand(World* world, Identity* identity, Register* book, const std::string& prefix)
      : Driver(prefix), world_(world), identity_(identity), register_(book) {}

  // Steps do not move the calendar: who plays them does.
  absl::Status AdvanceTo(absl::Time target) override;
  absl::Time now() const override { return world_->calendar().Now(); }

 private:
  absl::Status CallUntilAnswered(const season::Actor& actor, const std::string& method,
                                 const google::protobuf::Message& request,
                                 google::protobuf::Message* response) override;

  // Whoever did the last act on a thing tries the next one too, where that takes a second person.
  void TryBothHands(const std::string& method, const google::protobuf::Message& request,
                    const google::protobuf::Message& response);

  World* const world_;
  Identity* const identity_;
  Register* const register_;
};

// The answer of somebody who asks with the same request id until he gets one, DEADLINE_EXCEEDED when he has
// asked `attempts` times. What succeeded or was refused by a chart goes into the book.
absl::Status AskUntilAnswered(World& world, Identity& identity, Register& book, const Wish& wish,
                              int attempts, google::protobuf::Message* response);

// One attempt to do what must not work, or must do nothing: a repeat of somebody's deed, the same request id
// for another request or by somebody else, somebody else's act. Complains when it works. From a fiber.
void TryMischief(World& world, Identity& identity, Register& book, Random& random);

// Asks for every wish again until it is answered, and repeats every deed and every refused act once (I3).
// From a fiber, when nothing goes wrong any more.
void RepeatAll(World& world, Identity& identity, Register& book);

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_PEOPLE_H_
