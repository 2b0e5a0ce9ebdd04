#include "services/runtime/auth/token.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "openssl/hmac.h"
#include "services/runtime/process/development.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

using nlohmann::json;

const absl::Time kNow = absl::FromUnixSeconds(1650000000);

std::string TemporaryPath(const std::string& name) {
  return testing::TempDir() + absl::StrCat(::getpid(), "-", name);
}

// Signs any header and claims with a key of ours: what a forger without the key cannot do, but a broken
// issuer can.
std::string Token(const Key& key, const std::string& header, const std::string& claims) {
  const std::string text = Base64Url(header) + "." + Base64Url(claims);
  return text + "." + Base64Url(*key.Sign(text));
}

// One for all tests: making it takes half a second.
const Key& RsaKey() {
  static const Key* const key = new Key(*Key::GenerateRs256());
  return *key;
}

class TokenTest : public ::testing::Test {
 protected:
  TokenTest() {
    keys_.Add("people", people_, KeyUse::kPeople);
    keys_.Add("rsa", rsa_, KeyUse::kPeople);
    keys_.Add("services", services_, KeyUse::kServices);
  }

  json Header(const std::string& kid = "people", const std::string& alg = "ES256") {
    return {{"alg", alg}, {"kid", kid}};
  }
  json Claims() {
    return {{"iss", "city"},
            {"aud", "jissho"},
            {"sub", "user:a"},
            {"roles", {"secretariat"}},
            {"exp", absl::ToUnixSeconds(kNow) + 600}};
  }
  std::string Good() { return Token(people_, Header().dump(), Claims().dump()); }
  bool Invalid(const std::string& token) {
    return HasReason(verifier_.Verify(token).status(), kTokenInvalid);
  }
  bool InvalidWith(const char* claim, const json& value) {
    json claims = Claims();
    claims[claim] = value;
    return Invalid(Token(people_, Header().dump(), claims.dump()));
  }
  bool InvalidWithout(const char* claim) {
    json claims = Claims();
    claims.erase(claim);
    return Invalid(Token(people_, Header().dump(), claims.dump()));
  }

  Key people_ = *Key::GenerateEs256();
  const Key rsa_ = RsaKey();
  Key services_ = *Key::GenerateEs256();
  VirtualCalendar calendar_{kNow};
  ManualMonotonicClock monotonic_;
  KeyStore keys_{"", &monotonic_};
  TokenVerifier verifier_{{"city", "jissho"}, &keys_, &calendar_};
};

TEST_F(TokenTest, AcceptsATokenOfThePinnedKey) {
  json claims = Claims();
  claims["org"] = "org-1";
  claims["assurance"] = "PRIME";
  const auto actor = verifier_.Verify(Token(people_, Header().dump(), claims.dump()));
  ASSERT_TRUE(actor.ok()) << actor.status();
  EXPECT_EQ(actor->id, "user:a");
  EXPECT_EQ(actor->roles, std::vector<std::string>{"secretariat"});
  EXPECT_EQ(actor->organisation, "org-1");
  EXPECT_EQ(actor->assurance, "PRIME");
}

TEST_F(TokenTest, AcceptsRs256OfAnRsaKey) {
  EXPECT_TRUE(verifier_.Verify(Token(rsa_, Header("rsa", "RS256").dump(), Claims().dump())).ok());
}

TEST_F(TokenTest, AcceptsAnAudienceInAList) {
  json claims = Claims();
  claims["aud"] = {"other", "jissho"};
  EXPECT_TRUE(verifier_.Verify(Token(people_, Header().dump(), claims.dump())).ok());
}

TEST_F(TokenTest, RefusesAlgorithmNone) {
  for (const char* alg : {"none", "None", "NONE"}) {
    EXPECT_TRUE(Invalid(Base64Url(Header("people", alg).dump()) + "." + Base64Url(Claims().dump()) + "."))
        << alg;
  }
  EXPECT_TRUE(Invalid(Token(people_, Header("people", "none").dump(), Claims().dump())));
}

TEST_F(TokenTest, RefusesHs256WithThePublicKeyAsSecret) {
  const std::string secret = rsa_.PublicJwk("rsa").dump();
  const std::string text = Base64Url(Header("rsa", "HS256").dump()) + "." + Base64Url(Claims().dump());
  unsigned char mac[32];
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &length);
  EXPECT_TRUE(Invalid(text + "." + Base64Url(absl::string_view(reinterpret_cast<char*>(mac), length))));
}

TEST_F(TokenTest, RefusesAnAlgorithmThatIsNotTheKeys) {
  EXPECT_TRUE(Invalid(Token(people_, Header("people", "RS256").dump(), Claims().dump())));
  EXPECT_TRUE(Invalid(Token(rsa_, Header("rsa", "ES256").dump(), Claims().dump())));
  EXPECT_TRUE(Invalid(Token(people_, json{{"kid", "people"}}.dump(), Claims().dump())));
}

TEST_F(TokenTest, RefusesAnUnknownOrMissingKeyId) {
  EXPECT_TRUE(Invalid(Token(people_, Header("nobody").dump(), Claims().dump())));
  EXPECT_TRUE(Invalid(Token(people_, json{{"alg", "ES256"}}.dump(), Claims().dump())));
  EXPECT_TRUE(Invalid(Token(people_, json{{"alg", "ES256"}, {"kid", 7}}.dump(), Claims().dump())));
}

TEST_F(TokenTest, RefusesTheSignatureOfAnotherKey) {
  EXPECT_TRUE(Invalid(Token(services_, Header("people").dump(), Claims().dump())));
}

TEST_F(TokenTest, RefusesAKeyInTheTokenItself) {
  json header = Header("nobody");
  const Key own = *Key::GenerateEs256();
  header["jwk"] = own.PublicJwk("nobody");
  header["jku"] = "https://example.jp/keys";
  EXPECT_TRUE(Invalid(Token(own, header.dump(), Claims().dump())));
}

TEST_F(TokenTest, RefusesExtensionsThatItDoesNotUnderstand) {
  json header = Header();
  header["crit"] = {"exp"};
  EXPECT_TRUE(Invalid(Token(people_, header.dump(), Claims().dump())));
}

TEST_F(TokenTest, RefusesAnExpiredToken) {
  calendar_.Set(kNow + absl::Seconds(600));
  EXPECT_TRUE(HasReason(verifier_.Verify(Good()).status(), kTokenExpired));
}

TEST_F(TokenTest, RefusesARememberedTokenOnceItHasExpired) {
  const std::string token = Good();
  ASSERT_TRUE(verifier_.Verify(token).ok());
  calendar_.Set(kNow + absl::Seconds(600));
  EXPECT_TRUE(HasReason(verifier_.Verify(token).status(), kTokenExpired));
}

TEST_F(TokenTest, ChecksTheSignatureOfARememberedTokenOnce) {
  const std::string token = Good();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(verifier_.Verify(token).ok());
  EXPECT_EQ(verifier_.signatures_checked(), 1);
}

TEST_F(TokenTest, RefusesATokenWithoutEnd) {
  EXPECT_TRUE(InvalidWithout("exp"));
  EXPECT_TRUE(InvalidWith("exp", "never"));
  EXPECT_TRUE(InvalidWith("exp", 1e300));
}

TEST_F(TokenTest, RefusesATokenThatIsNotYetValid) {
  EXPECT_TRUE(InvalidWith("nbf", absl::ToUnixSeconds(kNow) + 61));
  EXPECT_TRUE(InvalidWith("iat", absl::ToUnixSeconds(kNow) + 61));
}

TEST_F(TokenTest, RefusesAnotherIssuer) {
  EXPECT_TRUE(InvalidWith("iss", "elsewhere"));
  EXPECT_TRUE(InvalidWithout("iss"));
}

TEST_F(TokenTest, RefusesAnotherAudience) {
  EXPECT_TRUE(InvalidWith("aud", "other"));
  EXPECT_TRUE(InvalidWith("aud", json::array()));
  EXPECT_TRUE(InvalidWithout("aud"));
}

TEST_F(TokenTest, RefusesATokenWithoutSubject) {
  EXPECT_TRUE(InvalidWithout("sub"));
  EXPECT_TRUE(InvalidWith("sub", ""));
  EXPECT_TRUE(InvalidWith("sub", 7));
}

TEST_F(TokenTest, RefusesRolesThatAreNoListOfTexts) {
  EXPECT_TRUE(InvalidWith("roles", "secretariat"));
  EXPECT_TRUE(InvalidWith("roles", {1, 2}));
}

TEST_F(TokenTest, RefusesTheServicesRoleFromAPersonsKey) {
  EXPECT_TRUE(InvalidWith("roles", {"secretariat", "system"}));
  EXPECT_TRUE(InvalidWith("sub", "system:intake"));
}

TEST_F(TokenTest, RefusesClaimsThatStandTwice) {
  std::string claims = Claims().dump();
  claims.insert(1, "\"sub\":\"user:b\",");
  EXPECT_TRUE(Invalid(Token(people_, Header().dump(), claims)));
}

TEST_F(TokenTest, RefusesATruncatedToken) {
  const std::string token = Good();
  for (size_t cut : {size_t{0}, size_t{1}, token.size() / 2, token.size() - 1}) {
    EXPECT_TRUE(Invalid(token.substr(0, cut))) << cut;
  }
}

TEST_F(TokenTest, RefusesAChangedClaim) {
  std::vector<std::string> parts = absl::StrSplit(Good(), '.');
  json claims = Claims();
  claims["roles"] = {"mayor"};
  EXPECT_TRUE(Invalid(parts[0] + "." + Base64Url(claims.dump()) + "." + parts[2]));
}

TEST_F(TokenTest, RefusesASecondSpellingOfAToken) {
  EXPECT_TRUE(Invalid(Good() + "="));
  EXPECT_TRUE(Invalid(Good() + "."));
  EXPECT_TRUE(Invalid(" " + Good()));
}

TEST_F(TokenTest, RefusesAnEmptyOrZeroSignature) {
  const std::string good = Good();
  const std::string text = good.substr(0, good.rfind('.'));
  EXPECT_TRUE(Invalid(text + "."));
  EXPECT_TRUE(Invalid(text + "." + Base64Url(std::string(64, '\0'))));
}

TEST_F(TokenTest, RefusesAnOverlongToken) {
  json claims = Claims();
  claims["padding"] = std::string(kTokenBytesMax, 'x');
  EXPECT_TRUE(Invalid(Token(people_, Header().dump(), claims.dump())));
}

TEST_F(TokenTest, AcceptsAServiceOnlyAsItself) {
  const TokenSigner signer(services_, kServiceIssuer, "jissho");
  keys_.Add(signer.kid(), services_, KeyUse::kServices);
  const auto actor =
      verifier_.Verify(*signer.Sign(act::Actor::System("intake"), kNow, kNow + absl::Minutes(5)));
  ASSERT_TRUE(actor.ok()) << actor.status();
  EXPECT_TRUE(actor->HasRole("system"));
  EXPECT_TRUE(Invalid(*signer.Sign({"user:a", {"mayor"}, "", ""}, kNow, kNow + absl::Minutes(5))));
}

TEST(KeyStoreTest, FindsANewKeyInTheFileButReadsItAtMostEveryTenSeconds) {
  const std::string path = TemporaryPath("jwks.json");
  const Key key = *Key::GenerateEs256();
  const auto write = [&](const json& keys) { std::ofstream(path) << json{{"keys", keys}}.dump(); };
  write(json::array());
  ManualMonotonicClock clock;
  KeyStore store(path, &clock);
  ASSERT_TRUE(store.Load().ok());
  write(json::array({key.PublicJwk("new")}));
  EXPECT_FALSE(store.Find("new"));
  clock.Advance(absl::Seconds(10));
  EXPECT_TRUE(store.Find("new"));
}

TEST(KeyStoreTest, RefusesAFileWithASymmetricKey) {
  const std::string path = TemporaryPath("oct.json");
  std::ofstream(path) << R"({"keys":[{"kty":"oct","kid":"a","k":"c2VjcmV0"}]})";
  ManualMonotonicClock clock;
  EXPECT_TRUE(HasReason(KeyStore(path, &clock).Load(), kKeyFileInvalid));
}

TEST(KeyFileTest, MakesAKeyThatOnlyItsOwnerReadsAndFindsItAgain) {
  const std::string path = TemporaryPath("key.pem");
  ::unlink(path.c_str());
  const auto first = LoadOrCreateKey(path, true);
  ASSERT_TRUE(first.ok()) << first.status();
  struct stat info;
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(LoadOrCreateKey(path, true)->Thumbprint(), first->Thumbprint());
}

TEST(KeyFileTest, RefusesAKeyThatOthersMayRead) {
  const std::string path = TemporaryPath("open.pem");
  ::unlink(path.c_str());
  ASSERT_TRUE(LoadOrCreateKey(path, true).ok());
  ::chmod(path.c_str(), 0644);
  EXPECT_TRUE(HasReason(LoadOrCreateKey(path, true).status(), kKeyFileInvalid));
}

TEST(DevelopmentIssuerTest, RefusesInProduction) {
  VirtualCalendar calendar(kNow);
  const TokenSigner signer(*Key::GenerateEs256(), "city", "jissho");
  EXPECT_TRUE(
      HasReason(DevelopmentIssuer(false, &signer, &calendar).Issue({"user:a", {"mayor"}, "", ""}).status(),
                kDevelopmentOnly));
}

TEST(DevelopmentIssuerTest, GivesNobodyTheServicesRole) {
  VirtualCalendar calendar(kNow);
  const TokenSigner signer(*Key::GenerateEs256(), "city", "jissho");
  const DevelopmentIssuer issuer(true, &signer, &calendar);
  EXPECT_TRUE(HasReason(issuer.Issue({"user:a", {"system"}, "", ""}).status(), kRoleUnknown));
  EXPECT_TRUE(HasReason(issuer.Issue({"user:a", {"king"}, "", ""}).status(), kRoleUnknown));
  EXPECT_TRUE(issuer.Issue({"user:a", {"mayor"}, "", ""}).ok());
}

}  // namespace
}  // namespace jissho::runtime
