// Keeps a caller from asking a full server much more often than the server answers.
//
// A refusal costs a server a part of what an answer costs it, so callers who ask on regardless take its time
// from those whom it could serve; therefore some throttling belongs to the client (Beyer et al., Site
// Reliability Engineering, 2016, chapter 21). While a server refuses, a tenth more calls go out than it
// takes, evenly spread; that tenth shows when it has room again. When it stops refusing, half as many again
// go out every fifth of a second, and after two seconds all. Callers who ask less than five times a second
// are not held back at all. Thread-safe.
#ifndef JISSHO_CLIENTS_CPP_THROTTLE_H_
#define JISSHO_CLIENTS_CPP_THROTTLE_H_

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

#include "absl/time/time.h"

namespace jissho::client {

class Throttle {
 public:
  // Whether a call may go out; else it is to be refused here. `now` is of a monotonic clock.
  bool Admits(absl::Duration now);
  // What became of a call that went out: the server refused it because it is full, or dealt with it, in
  // whatever way. A call that never reached it is not noted.
  void Note(absl::Duration now, bool refused);

 private:
  static constexpr int kSlots = 10;

  void EndSlot(absl::Duration now);

  std::mutex mutex_;
  int64_t slot_ = 0;                        // the fifth of a second that is counted
  int64_t refused_ = 0;                     // in it
  int64_t last_refusal_ = 0;                // the slot
  std::array<int64_t, kSlots> taken_ = {};  // in it and the slots before it, by number modulo kSlots
  std::optional<double> limit_;             // calls that may go out in a slot
  double due_ = 0;                          // that may go out now
  absl::Duration accrued_;                  // until when `due_` has been counted
};

}  // namespace jissho::client

#endif  // JISSHO_CLIENTS_CPP_THROTTLE_H_
