// The simulation's only source of chance: the same seed gives the same draws on every machine.
#ifndef JISSHO_TESTS_SIMULATION_RANDOM_H_
#define JISSHO_TESTS_SIMULATION_RANDOM_H_

#include <cstdint>

namespace jissho::simulation {

// SplitMix64 (Steele, Lea and Flood, 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // In [0, n); n is at least 1.
  uint64_t Below(uint64_t n) { return Next() % n; }
  // In [low, high].
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
  }
  // True once in `n` draws on average; never for 0.
  bool OneIn(uint64_t n) { return n != 0 && Below(n) == 0; }
  // A generator of its own, whose draws do not disturb this one's.
  Random Fork() { return Random(Next()); }

 private:
  uint64_t state_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_RANDOM_H_
