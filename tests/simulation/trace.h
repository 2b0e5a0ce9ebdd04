// What happened, as a number and, on request, as a story.
#ifndef JISSHO_TESTS_SIMULATION_TRACE_H_
#define JISSHO_TESTS_SIMULATION_TRACE_H_

#include <cstdint>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"

namespace jissho::simulation {

// Every event changes the hash; its text is kept only when a story is wanted.
class Trace {
 public:
  // The last `keep` events are kept as text.
  explicit Trace(size_t keep) : keep_(keep) {}

  // FNV-1a over the events' text.
  void Note(absl::string_view text) {
    for (const char c : text) Mix(static_cast<unsigned char>(c));
    Mix('\n');
    if (keep_ == 0) return;
    if (lines_.size() == keep_) lines_.pop_front();
    lines_.emplace_back(text);
  }
  // A cheap event that no story shows.
  void Mix(uint64_t value) { hash_ = (hash_ ^ value) * 1099511628211u; }

  uint64_t hash() const { return hash_; }
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  const size_t keep_;
  uint64_t hash_ = 1469598103934665603u;
  std::deque<std::string> lines_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_TRACE_H_
