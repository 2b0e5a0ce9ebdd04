#include "tests/simulation/identity.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "tests/simulation/require.h"

namespace jissho::simulation {
namespace {

constexpr char kIssuer[] = "simulation";
constexpr char kAudience[] = "jissho";

// Before any season's start, so that no token is ever from the future.
absl::Time Dawn() { return absl::FromCivil(absl::CivilDay(2000, 1, 1), Tokyo()); }
constexpr absl::Duration kLife = absl::Hours(24 * 365 * 100);

runtime::Key NewKey() {
  auto key = runtime::Key::GenerateEs256();
  Require(key.ok(), "no key could be made");
  return *std::move(key);
}

}  // namespace

Identity::Identity() : calendar_(Dawn()), keys_(std::make_unique<runtime::KeyStore>("", &still_)) {
  const runtime::Key people = NewKey(), services = NewKey();
  people_ = std::make_unique<runtime::TokenSigner>(people, kIssuer, kAudience);
  services_ = std::make_unique<runtime::TokenSigner>(services, runtime::kServiceIssuer, kAudience);
  keys_->Add(people_->kid(), people, runtime::KeyUse::kPeople);
  keys_->Add(services_->kid(), services, runtime::KeyUse::kServices);
  verifier_ = std::make_unique<runtime::TokenVerifier>(runtime::TokenOptions{kIssuer, kAudience}, keys_.get(),
                                                       &calendar_);
  service_token_ = std::make_unique<runtime::ServiceToken>(services_.get(), &calendar_, "jissho", kLife);
  issuer_ = std::make_unique<runtime::DevelopmentIssuer>(false, people_.get(), &calendar_);
  Require(service_token_->Get().ok(), "no service token could be made");
}

const std::string& Identity::TokenOf(const act::Actor& actor) {
  std::string& token = tokens_[actor.id + "|" + actor.organisation + "|" + absl::StrJoin(actor.roles, ",")];
  if (token.empty()) {
    auto signed_token = people_->Sign(actor, Dawn(), Dawn() + kLife);
    Require(signed_token.ok(), "a token could not be signed");
    token = *std::move(signed_token);
  }
  return token;
}

}  // namespace jissho::simulation
