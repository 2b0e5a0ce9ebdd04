// Who everybody is in the simulation: keys and tokens, made once for all runs, since signatures are what
// would cost most. The calendar lives here too, because tokens are judged by it; each run sets it anew.
#ifndef JISSHO_TESTS_SIMULATION_IDENTITY_H_
#define JISSHO_TESTS_SIMULATION_IDENTITY_H_

#include <map>
#include <memory>
#include <string>

#include "services/runtime/auth/key_store.h"
#include "services/runtime/auth/token.h"
#include "services/runtime/process/development.h"
#include "services/runtime/rpc/service_token.h"
#include "workflow/base/clock.h"

namespace jissho::simulation {

class Identity {
 public:
  Identity();

  // For the actor's whole life.
  const std::string& TokenOf(const act::Actor& actor);

  VirtualCalendar& calendar() { return calendar_; }
  runtime::TokenVerifier& verifier() { return *verifier_; }
  runtime::ServiceToken& service_token() { return *service_token_; }
  runtime::DevelopmentIssuer& issuer() { return *issuer_; }

 private:
  VirtualCalendar calendar_;
  ManualMonotonicClock still_;
  std::unique_ptr<runtime::KeyStore> keys_;
  std::unique_ptr<runtime::TokenSigner> people_;
  std::unique_ptr<runtime::TokenSigner> services_;
  std::unique_ptr<runtime::TokenVerifier> verifier_;
  std::unique_ptr<runtime::ServiceToken> service_token_;
  std::unique_ptr<runtime::DevelopmentIssuer> issuer_;
  std::map<std::string, std::string> tokens_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_IDENTITY_H_
