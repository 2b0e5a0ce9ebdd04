#include "services/runtime/auth/key_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

constexpr absl::Duration kReloadEvery = absl::Seconds(10);

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return MakeError(kKeyFileInvalid, {{"path", path}, {"detail", std::strerror(errno)}});
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

absl::Status WritePrivately(const std::string& path, const std::string& text) {
  // O_EXCL: two processes that start at once must not end with two keys.
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return MakeError(kKeyFileInvalid, {{"path", path}, {"detail", std::strerror(errno)}});
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) return MakeError(kKeyFileInvalid, {{"path", path}, {"detail", "cannot be written"}});
  return absl::OkStatus();
}

}  // namespace

KeyStore::KeyStore(std::string jwks_file, const MonotonicClock* clock)
    : jwks_file_(std::move(jwks_file)), clock_(clock) {}

absl::Status KeyStore::Load() {
  std::lock_guard lock(mutex_);
  return LoadLocked();
}

void KeyStore::Add(const std::string& kid, Key key, KeyUse use) {
  std::lock_guard lock(mutex_);
  added_.insert_or_assign(kid, Entry{std::move(key), use});
}

std::optional<KeyStore::Entry> KeyStore::Find(const std::string& kid) {
  std::lock_guard lock(mutex_);
  const auto added = added_.find(kid);
  if (added != added_.end()) return added->second;
  auto loaded = loaded_.find(kid);
  if (loaded == loaded_.end() && !jwks_file_.empty() && clock_->Elapsed() - last_load_ >= kReloadEvery) {
    // A file that is just being replaced leaves the keys as they were.
    LoadLocked().IgnoreError();
    loaded = loaded_.find(kid);
  }
  if (loaded == loaded_.end()) return std::nullopt;
  return loaded->second;
}

absl::Status KeyStore::LoadLocked() {
  if (jwks_file_.empty()) return absl::OkStatus();
  last_load_ = clock_->Elapsed();
  auto text = ReadFile(jwks_file_);
  if (!text.ok()) return text.status();
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("keys") || !json["keys"].is_array()) {
    return MakeError(kKeyFileInvalid, {{"path", jwks_file_}, {"detail", "not a JWK set"}});
  }
  std::map<std::string, Entry> keys;
  for (const auto& jwk : json["keys"]) {
    if (!jwk.is_object() || !jwk.contains("kid") || !jwk["kid"].is_string()) {
      return MakeError(kKeyFileInvalid, {{"path", jwks_file_}, {"detail", "a key without kid"}});
    }
    const std::string kid = jwk["kid"];
    auto key = Key::FromJwk(jwk);
    if (!key.ok()) {
      return MakeError(kKeyFileInvalid,
                       {{"path", jwks_file_}, {"detail", kid + ": " + std::string(key.status().message())}});
    }
    // Our own member: the services of other processes sign with their own key when they do not share this
    // one's.
    const KeyUse use = jwk.value("jissho_use", "") == "services" ? KeyUse::kServices : KeyUse::kPeople;
    keys.insert_or_assign(kid, Entry{*std::move(key), use});
  }
  loaded_ = std::move(keys);
  return absl::OkStatus();
}

absl::StatusOr<Key> LoadOrCreateKey(const std::string& path, bool create) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0 && errno == ENOENT && create) {
    JISSHO_ASSIGN_OR_RETURN(Key fresh, Key::GenerateEs256());
    JISSHO_ASSIGN_OR_RETURN(std::string pem, fresh.PrivatePem());
    if (WritePrivately(path, pem).ok()) return fresh;
    // Another process may have been quicker; what counts is what stands in the file.
  }
  JISSHO_ASSIGN_OR_RETURN(std::string pem, ReadFile(path));
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 0077) != 0) {
    return MakeError(kKeyFileInvalid, {{"path", path}, {"detail", "others may read it; chmod 600"}});
  }
  auto key = Key::FromPem(pem);
  if (!key.ok())
    return MakeError(kKeyFileInvalid, {{"path", path}, {"detail", std::string(key.status().message())}});
  return key;
}

}  // namespace jissho::runtime
