// What must hold in the databases of the services, whatever has happened to them: written once, checked by
// simulations, by the tests that kill processes, and wherever else a test wants to know.
//
// The rules carry numbers: I1 budget = available + reserved + committed + paid − returned, and nothing below
// zero; I2 every ledger entry adds up to zero; I4 each instance went from state to state along its chart's
// edges; I5 the hash chains verify; I6 nobody scored where he has an interest; I7 nobody approved his own
// act; I8 at rest every event sent has arrived once; I9 methods fired the events that their protos say they
// fire. (I3, that an acknowledged command took effect exactly once, is known only to who sent it.) The rules
// of single services carry their names. SQL that both databases understand; no threads.
#ifndef JISSHO_TESTS_SUPPORT_INVARIANTS_H_
#define JISSHO_TESTS_SUPPORT_INVARIANTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/act/catalog.h"
#include "workflow/storage/session.h"

namespace jissho::testing {

struct Broken {
  std::string rule;     // "I2"
  std::string service;  // "subsidy"
  std::string what;     // the row that breaks it
};

// The money's rules: cheap enough to be asked after every commit. Nothing on other services than subsidy.
absl::StatusOr<std::vector<Broken>> CheckMoney(const std::string& service, storage::Session& session);

// I9: what a person fired, a method that he called at that moment declares; and of what an accepted call's
// method declares at least one event was fired.
absl::StatusOr<std::vector<Broken>> CheckFirings(const std::string& service, storage::Session& session);

// All rules of one service.
absl::StatusOr<std::vector<Broken>> CheckService(const std::string& service, storage::Session& session,
                                                 const act::Catalog& catalog);

// I8: for services that are all at rest. Add each, then ask.
class Correspondence {
 public:
  absl::Status Add(const std::string& service, storage::Session& session);
  std::vector<Broken> Check() const;

 private:
  using Stream = std::tuple<std::string, std::string, std::string>;  // source, receiver, stream
  std::map<Stream, int64_t> sent_, received_;
  std::vector<Broken> unfinished_;
};

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_INVARIANTS_H_
