#include "services/runtime/auth/key.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <vector>

#include "absl/strings/escaping.h"
#include "workflow/base/hash.h"

namespace jissho::runtime {
namespace {

template <class T, void (*F)(T*)>
struct Free {
  void operator()(T* pointer) const { F(pointer); }
};
void FreeBio(BIO* bio) { BIO_free(bio); }
using PkeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using BnPtr = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>>;
using SigPtr = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG, ECDSA_SIG_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM, OSSL_PARAM_free>>;
using BioPtr = std::unique_ptr<BIO, Free<BIO, FreeBio>>;

constexpr int kP256Bytes = 32;
constexpr int kRsaBitsMin = 2048;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

PkeyPtr FromParams(const char* type, OSSL_PARAM_BLD* builder) {
  ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  ContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) <= 0) {
    return nullptr;
  }
  return PkeyPtr(key);
}

bool IsP256(EVP_PKEY* key) {
  char group[64];
  size_t length = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group), &length) ==
             1 &&
         absl::string_view(group, length) == "prime256v1";
}

absl::StatusOr<std::string> Member(const nlohmann::json& jwk, const char* name) {
  std::string bytes;
  if (!jwk.contains(name) || !jwk[name].is_string() ||
      !ParseBase64Url(jwk[name].get<std::string>(), &bytes)) {
    return absl::InvalidArgumentError(std::string("JWK without a valid ") + name);
  }
  return bytes;
}

std::string Coordinate(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return "";
  BnPtr owner(number);
  std::string out(kP256Bytes, '\0');
  return BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), kP256Bytes) == kP256Bytes ? out
                                                                                                      : "";
}

std::string ToDer(absl::string_view raw) {
  SigPtr sig(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(Bytes(raw), kP256Bytes, nullptr);
  BIGNUM* s = BN_bin2bn(Bytes(raw) + kP256Bytes, kP256Bytes, nullptr);
  ECDSA_SIG_set0(sig.get(), r, s);
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(sig.get(), &der);
  std::string out(reinterpret_cast<char*>(der), length > 0 ? length : 0);
  OPENSSL_free(der);
  return out;
}

std::string FromDer(const std::string& der) {
  const unsigned char* at = Bytes(der);
  SigPtr sig(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!sig) return "";
  std::string out(2 * kP256Bytes, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(sig.get()), bytes, kP256Bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(sig.get()), bytes + kP256Bytes, kP256Bytes);
  return out;
}

}  // namespace

struct Key::State {
  PkeyPtr key;
};

absl::string_view AlgorithmName(Algorithm algorithm) {
  return algorithm == Algorithm::kEs256 ? "ES256" : "RS256";
}

std::string Base64Url(absl::string_view bytes) {
  std::string out = absl::WebSafeBase64Escape(bytes);
  while (!out.empty() && out.back() == '=') out.pop_back();
  return out;
}

bool ParseBase64Url(absl::string_view text, std::string* bytes) {
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
  }
  return absl::WebSafeBase64Unescape(text, bytes) && Base64Url(*bytes) == text;
}

absl::StatusOr<Key> Key::FromJwk(const nlohmann::json& jwk) {
  if (!jwk.is_object()) return absl::InvalidArgumentError("a JWK is an object");
  const std::string kty = jwk.value("kty", "");
  const Algorithm algorithm = kty == "EC" ? Algorithm::kEs256 : Algorithm::kRs256;
  if (jwk.contains("alg") && jwk["alg"] != std::string(AlgorithmName(algorithm))) {
    return absl::InvalidArgumentError("JWK with another algorithm than ES256 or RS256");
  }
  if (jwk.contains("use") && jwk["use"] != "sig") return absl::InvalidArgumentError("JWK not for signatures");
  BuilderPtr builder(OSSL_PARAM_BLD_new());
  auto state = std::make_shared<State>();
  if (kty == "EC") {
    if (jwk.value("crv", "") != "P-256") return absl::InvalidArgumentError("JWK on another curve than P-256");
    auto x = Member(jwk, "x");
    auto y = Member(jwk, "y");
    if (!x.ok() || !y.ok() || x->size() != kP256Bytes || y->size() != kP256Bytes) {
      return absl::InvalidArgumentError("JWK without a P-256 point");
    }
    const std::string point = "\x04" + *x + *y;
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    state->key = FromParams("EC", builder.get());
  } else if (kty == "RSA") {
    auto n = Member(jwk, "n");
    auto e = Member(jwk, "e");
    if (!n.ok() || !e.ok()) return absl::InvalidArgumentError("JWK without n and e");
    BnPtr modulus(BN_bin2bn(Bytes(*n), static_cast<int>(n->size()), nullptr));
    BnPtr exponent(BN_bin2bn(Bytes(*e), static_cast<int>(e->size()), nullptr));
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    state->key = FromParams("RSA", builder.get());
    if (state->key && EVP_PKEY_get_bits(state->key.get()) < kRsaBitsMin) {
      return absl::InvalidArgumentError("RSA key of less than 2,048 bits");
    }
  }
  if (!state->key) return absl::InvalidArgumentError("JWK of an unknown or broken kind");
  return Key(algorithm, std::move(state));
}

absl::StatusOr<Key> Key::FromPem(absl::string_view pem) {
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto state = std::make_shared<State>();
  state->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!state->key) return absl::InvalidArgumentError("not a private key in PEM");
  if (!IsP256(state->key.get())) return absl::InvalidArgumentError("not an EC P-256 key");
  return Key(Algorithm::kEs256, std::move(state));
}

absl::StatusOr<Key> Key::GenerateEs256() {
  auto state = std::make_shared<State>();
  state->key.reset(EVP_EC_gen("prime256v1"));
  if (!state->key) return absl::InternalError("no key could be generated");
  return Key(Algorithm::kEs256, std::move(state));
}

absl::StatusOr<Key> Key::GenerateRs256() {
  auto state = std::make_shared<State>();
  state->key.reset(EVP_RSA_gen(kRsaBitsMin));
  if (!state->key) return absl::InternalError("no key could be generated");
  return Key(Algorithm::kRs256, std::move(state));
}

nlohmann::json Key::PublicJwk(const std::string& kid) const {
  nlohmann::json jwk{{"alg", std::string(AlgorithmName(algorithm_))}, {"use", "sig"}, {"kid", kid}};
  EVP_PKEY* key = state_->key.get();
  if (algorithm_ == Algorithm::kEs256) {
    jwk["kty"] = "EC";
    jwk["crv"] = "P-256";
    jwk["x"] = Base64Url(Coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X));
    jwk["y"] = Base64Url(Coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y));
    return jwk;
  }
  jwk["kty"] = "RSA";
  for (const auto& [name, param] :
       {std::pair("n", OSSL_PKEY_PARAM_RSA_N), std::pair("e", OSSL_PKEY_PARAM_RSA_E)}) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, param, &number);
    BnPtr owner(number);
    std::string bytes(BN_num_bytes(number), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    jwk[name] = Base64Url(bytes);
  }
  return jwk;
}

std::string Key::Thumbprint() const {
  const nlohmann::json jwk = PublicJwk("");
  nlohmann::json members;  // nlohmann sorts by name, as RFC 7638 asks
  for (const char* name : {"crv", "kty", "x", "y", "e", "n"}) {
    if (jwk.contains(name)) members[name] = jwk[name];
  }
  return Base64Url(Sha256Bytes(members.dump()));
}

absl::StatusOr<std::string> Key::PrivatePem() const {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return absl::InternalError("the key cannot be written");
  }
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, length);
}

bool Key::Verify(absl::string_view data, absl::string_view signature) const {
  if (algorithm_ == Algorithm::kEs256 && signature.size() != 2 * kP256Bytes) return false;
  const std::string sig = algorithm_ == Algorithm::kEs256 ? ToDer(signature) : std::string(signature);
  DigestPtr context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(sig), sig.size(), Bytes(data), data.size()) == 1;
}

absl::StatusOr<std::string> Key::Sign(absl::string_view data) const {
  DigestPtr context(EVP_MD_CTX_new());
  size_t length = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, Bytes(data), data.size()) != 1) {
    return absl::InternalError("this key cannot sign");
  }
  std::string out(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, Bytes(data),
                     data.size()) != 1) {
    return absl::InternalError("this key cannot sign");
  }
  out.resize(length);
  return algorithm_ == Algorithm::kEs256 ? FromDer(out) : out;
}

}  // namespace jissho::runtime
