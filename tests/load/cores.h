// Who may run on which processor core, so that a load costs the server nothing but what it asks for: the
// driver has the machine's last core, the server and its database have the others. Linux only; on a machine
// with one core nothing is divided.
#ifndef JISSHO_TESTS_LOAD_CORES_H_
#define JISSHO_TESTS_LOAD_CORES_H_

namespace jissho::bench {

// While it lives this process and what it starts keep off the last core. Threads that exist already, too.
class WithoutLastCore {
 public:
  WithoutLastCore();
  ~WithoutLastCore();
  WithoutLastCore(const WithoutLastCore&) = delete;
};

// Moves this process to the last core, for good.
void MoveToLastCore();

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_CORES_H_
