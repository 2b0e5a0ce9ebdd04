#include "tests/simulation/disk/stored_file.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

namespace jissho::simulation {
namespace {

// Which unsynced changes a power loss leaves. Chosen a file and a power loss: were every change left or lost
// by itself, the plain outcomes (all, nothing, everything up to a moment) would hardly come up.
enum class Fate { kNothing, kAll, kUpToOne, kEachByItself };

void Put(int64_t offset, absl::string_view bytes, std::string& content) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  std::memcpy(&content[offset], bytes.data(), bytes.size());
}

void FillWithNoise(int64_t begin, int64_t end, std::mt19937_64& random, std::string& content) {
  for (int64_t i = begin; i < end; ++i) content[i] = static_cast<char>(random());
}

// Grows `content`; the new room holds zeros, or what once lay there on the disk.
void Grow(int64_t size, std::mt19937_64& random, std::string& content) {
  const int64_t before = static_cast<int64_t>(content.size());
  if (size <= before) return;
  content.resize(size);
  if (random() % 4 == 0) FillWithNoise(before, size, random, content);
}

}  // namespace

void StoredFile::Write(int64_t offset, absl::string_view bytes) {
  unsynced_.push_back({offset, static_cast<int64_t>(bytes_.size()), static_cast<int64_t>(bytes.size())});
  bytes_.append(bytes.data(), bytes.size());
  Put(offset, bytes, live_);
}

void StoredFile::Truncate(int64_t size) {
  unsynced_.push_back({size, -1, 0});
  live_.resize(size);
}

void StoredFile::Sync() {
  for (const Change& change : unsynced_) Apply(change, durable_);
  unsynced_.clear();
  bytes_.clear();
}

void StoredFile::Apply(const Change& change, std::string& content) const {
  if (change.begin < 0) {
    content.resize(change.offset);
  } else {
    Put(change.offset, absl::string_view(bytes_).substr(change.begin, change.size), content);
  }
}

void StoredFile::FailSync(std::mt19937_64& random) {
  const uint64_t fate = random() % 4;  // of all alike, or of each by itself
  std::vector<Change> kept;
  for (const Change& change : unsynced_) {
    switch (fate < 3 ? fate : random() % 3) {
      case 0:
        break;
      case 1:
        Apply(change, durable_);
        break;
      case 2:
        kept.push_back(change);
    }
  }
  unsynced_ = std::move(kept);
}

StoredFile::Losses StoredFile::LosePower(std::mt19937_64& random, bool powersafe) {
  Losses losses;
  const Fate fate = static_cast<Fate>(random() % 4);
  const size_t last = unsynced_.empty() ? 0 : random() % unsynced_.size();
  const uint64_t odds = 1 + random() % 7;
  // The system writes whole sectors, as its cache holds them at that moment.
  std::string cache = durable_;
  for (size_t i = 0; i < unsynced_.size(); ++i) {
    const Change& change = unsynced_[i];
    Apply(change, cache);
    const bool left = fate == Fate::kAll || (fate == Fate::kUpToOne && i <= last) ||
                      (fate == Fate::kEachByItself && random() % 8 < odds);
    if (change.begin < 0) {
      if (left) {
        durable_.resize(change.offset);
      } else {
        ++losses.lost;
      }
      continue;
    }
    const bool torn =
        (fate == Fate::kUpToOne && i == last) || (fate == Fate::kEachByItself && random() % 4 == 0);
    const int64_t end = change.offset + change.size;
    int64_t sectors_left = 0, sectors_lost = 0;
    for (int64_t sector = change.offset / kSectorBytes * kSectorBytes; sector < end; sector += kSectorBytes) {
      const int64_t sector_end = sector + kSectorBytes;
      if (torn ? random() % 2 == 0 : left) {
        ++sectors_left;
        const int64_t cached_end = std::min(sector_end, static_cast<int64_t>(cache.size()));
        Grow(cached_end, random, durable_);
        std::memcpy(&durable_[sector], &cache[sector], cached_end - sector);
        continue;
      }
      ++sectors_lost;
      const bool in_part = sector < change.offset || sector_end > end;
      const int64_t durable_end = std::min(sector_end, static_cast<int64_t>(durable_.size()));
      if (!powersafe && in_part && sector < durable_end && random() % 8 == 0) {
        ++losses.spoiled;
        FillWithNoise(sector, durable_end, random, durable_);
      }
    }
    if (sectors_lost > 0) ++(sectors_left > 0 ? losses.torn : losses.lost);
  }
  unsynced_.clear();
  bytes_.clear();
  live_ = durable_;
  return losses;
}

}  // namespace jissho::simulation
