#include "services/runtime/auth/token.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_split.h"
#include "services/runtime/reasons.h"
#include "workflow/base/hash.h"

namespace jissho::runtime {
namespace {

constexpr size_t kCacheMax = 4096;
constexpr absl::Duration kLeeway = absl::Seconds(60);
constexpr char kSystemRole[] = "system";

absl::Status Invalid() { return MakeError(kTokenInvalid); }

// A NumericDate that a calendar can hold.
bool ReadTime(const nlohmann::json& claims, const char* name, absl::Time* out) {
  if (!claims.contains(name) || !claims[name].is_number()) return false;
  const double seconds = claims[name].get<double>();
  if (!std::isfinite(seconds) || std::fabs(seconds) > 1e12) return false;
  *out = absl::FromUnixSeconds(static_cast<int64_t>(seconds));
  return true;
}

bool AudienceMatches(const nlohmann::json& claims, const std::string& audience) {
  if (!claims.contains("aud")) return false;
  const auto& aud = claims["aud"];
  if (aud.is_string()) return aud == audience;
  return aud.is_array() && std::find(aud.begin(), aud.end(), nlohmann::json(audience)) != aud.end();
}

// Parses one of a token's JSON parts; duplicate names are refused, since readers disagree on which one
// counts.
nlohmann::json ParsePart(const std::string& text) {
  std::vector<std::vector<std::string>> names;
  bool duplicate = false;
  auto callback = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    if (event == nlohmann::json::parse_event_t::object_start) names.resize(depth + 2);
    if (event == nlohmann::json::parse_event_t::object_start) names[depth + 1].clear();
    if (event == nlohmann::json::parse_event_t::key) {
      auto& level = names[depth];
      if (std::find(level.begin(), level.end(), parsed.get<std::string>()) != level.end()) duplicate = true;
      level.push_back(parsed.get<std::string>());
    }
    return true;
  };
  auto json = nlohmann::json::parse(text, callback, false);
  return duplicate ? nlohmann::json() : json;
}

absl::StatusOr<act::Actor> ReadActor(const nlohmann::json& claims, KeyUse use) {
  act::Actor actor;
  if (!claims.contains("sub") || !claims["sub"].is_string()) return Invalid();
  actor.id = claims["sub"];
  if (actor.id.empty() || actor.id.size() > 200) return Invalid();
  if (claims.contains("roles")) {
    if (!claims["roles"].is_array() || claims["roles"].size() > 50) return Invalid();
    for (const auto& role : claims["roles"]) {
      if (!role.is_string()) return Invalid();
      actor.roles.push_back(role);
    }
  }
  for (const auto& [name, field] :
       {std::pair("org", &actor.organisation), std::pair("assurance", &actor.assurance)}) {
    if (!claims.contains(name)) continue;
    if (!claims[name].is_string()) return Invalid();
    *field = claims[name];
  }
  // "system:" ids and the role are the services' own: a person's token with them is forged or a mistake.
  const bool claims_system = actor.HasRole(kSystemRole) || actor.id.rfind("system:", 0) == 0;
  if (claims_system != (use == KeyUse::kServices)) return Invalid();
  return actor;
}

}  // namespace

const std::vector<std::string>& KnownRoles() {
  static const auto* const roles =
      new std::vector<std::string>{"applicant", "secretariat", "manager", "mayor", "division", "reviewer",
                                   "chair",     "accounting",  "auditor", "admin", "system"};
  return *roles;
}

TokenVerifier::TokenVerifier(TokenOptions options, KeyStore* keys, const CalendarClock* calendar)
    : options_(std::move(options)), keys_(keys), calendar_(calendar) {}

absl::StatusOr<act::Actor> TokenVerifier::Verify(const std::string& token) {
  if (token.size() > kTokenBytesMax) return Invalid();
  const std::string hash = Sha256Bytes(token);
  const absl::Time now = calendar_->Now();
  {
    std::lock_guard lock(mutex_);
    const auto found = cache_.find(hash);
    if (found != cache_.end()) {
      if (found->second.expires > now) return found->second.actor;
      cache_.erase(found);
      return MakeError(kTokenExpired);
    }
  }
  JISSHO_ASSIGN_OR_RETURN(Verified verified, VerifyFresh(token));
  std::lock_guard lock(mutex_);
  // Dropping all is rare and simple; the tokens in use come back at one signature each.
  if (cache_.size() >= kCacheMax) cache_.clear();
  cache_.insert_or_assign(hash, verified);
  return verified.actor;
}

int64_t TokenVerifier::signatures_checked() const {
  std::lock_guard lock(mutex_);
  return signatures_;
}

absl::StatusOr<TokenVerifier::Verified> TokenVerifier::VerifyFresh(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return Invalid();
  std::string header_text, claims_text, signature;
  if (!ParseBase64Url(parts[0], &header_text) || !ParseBase64Url(parts[1], &claims_text) ||
      !ParseBase64Url(parts[2], &signature) || signature.empty()) {
    return Invalid();
  }
  const nlohmann::json header = ParsePart(header_text);
  // `crit` names extensions that must be understood (RFC 7515 4.1.11); we understand none.
  if (!header.is_object() || header.contains("crit") || !header.contains("kid") ||
      !header["kid"].is_string()) {
    return Invalid();
  }
  const auto entry = keys_->Find(header["kid"]);
  if (!entry) return Invalid();
  if (!header.contains("alg") || header["alg"] != std::string(AlgorithmName(entry->key.algorithm())))
    return Invalid();
  {
    std::lock_guard lock(mutex_);
    ++signatures_;
  }
  if (!entry->key.Verify(parts[0] + "." + parts[1], signature)) return Invalid();

  const nlohmann::json claims = ParsePart(claims_text);
  if (!claims.is_object()) return Invalid();
  const std::string issuer = entry->use == KeyUse::kServices ? kServiceIssuer : options_.issuer;
  if (!claims.contains("iss") || claims["iss"] != issuer || !AudienceMatches(claims, options_.audience))
    return Invalid();
  const absl::Time now = calendar_->Now();
  Verified verified;
  if (!ReadTime(claims, "exp", &verified.expires)) return Invalid();
  for (const char* name : {"nbf", "iat"}) {
    absl::Time time;
    if (!claims.contains(name)) continue;
    if (!ReadTime(claims, name, &time) || time > now + kLeeway) return Invalid();
  }
  JISSHO_ASSIGN_OR_RETURN(verified.actor, ReadActor(claims, entry->use));
  if (verified.expires <= now) return MakeError(kTokenExpired);
  return verified;
}

TokenSigner::TokenSigner(Key key, std::string issuer, std::string audience)
    : key_(std::move(key)),
      kid_(key_.Thumbprint()),
      issuer_(std::move(issuer)),
      audience_(std::move(audience)) {}

absl::StatusOr<std::string> TokenSigner::Sign(const act::Actor& actor, absl::Time now,
                                              absl::Time expires) const {
  const nlohmann::json header{
      {"alg", std::string(AlgorithmName(key_.algorithm()))}, {"typ", "JWT"}, {"kid", kid_}};
  nlohmann::json claims{{"iss", issuer_},
                        {"aud", audience_},
                        {"sub", actor.id},
                        {"roles", actor.roles},
                        {"exp", absl::ToUnixSeconds(expires)}};
  // Services' tokens carry no beginning: the calendars of two processes of a development system move one
  // after the other, and a token of the one ahead must hold at the other.
  if (issuer_ != kServiceIssuer) claims["iat"] = absl::ToUnixSeconds(now);
  if (!actor.organisation.empty()) claims["org"] = actor.organisation;
  if (!actor.assurance.empty()) claims["assurance"] = actor.assurance;
  const std::string text = Base64Url(header.dump()) + "." + Base64Url(claims.dump());
  JISSHO_ASSIGN_OR_RETURN(std::string signature, key_.Sign(text));
  return text + "." + Base64Url(signature);
}

}  // namespace jissho::runtime
