// The whole suite in one thread: every service as a process of its own with its real handlers, executor, pump
// and database, on a disk, a network and a clock that the seed decides about.
//
// A process that crashes loses its disk handles and its network at once, wherever it is; what is left of it
// is then taken apart and can touch nothing. After a while it is started again over what its disk has kept.
// People live outside: they call over the network, and cannot tell a lost request from a lost answer.
#ifndef JISSHO_TESTS_SIMULATION_WORLD_H_
#define JISSHO_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/server/process.h"
#include "tests/simulation/disk/disk.h"
#include "tests/simulation/fiber.h"
#include "tests/simulation/identity.h"
#include "tests/simulation/random.h"
#include "tests/simulation/trace.h"

namespace jissho::simulation {

// What goes wrong, and how often. "One in N" draws; 0 is never.
struct Weather {
  // Of disk operations.
  uint64_t crash_one_in = 0;         // the process dies in the midst of it
  int64_t crashes_max = 0;           // then they stop: a suite that crashes for ever does nothing else
  uint64_t disk_error_one_in = 0;    // it fails
  uint64_t yield_one_in = 4;         // another fiber goes first
  uint64_t power_loss_percent = 50;  // of crashes that take what was not synced with them
  uint64_t disk_full_one_in = 0;     // of writes: the disk is full for a while
  // Of messages.
  uint64_t fall_one_in = 0;  // whoever gets it dies before he looks at it, or before he answers
  uint64_t drop_one_in = 0;
  uint64_t duplicate_one_in = 0;
  uint64_t delay_one_in = 0;  // by seconds instead of milliseconds

  // A mix drawn from the seed: every kind of fault is sometimes absent.
  static Weather Draw(Random& random);
};

struct WorldOptions {
  uint64_t seed = 1;
  Weather weather = {};
  int batch_max = 1;
  // Durable content of the disk by file name, as Disk::Files gave it; null: new databases. Read by the
  // constructor.
  const std::map<std::string, std::string>* files = nullptr;
  absl::Time now;
};

struct WorldCounters {
  int64_t calls = 0;  // of people and of services
  int64_t dropped = 0, duplicated = 0, delayed = 0;
  int64_t crashes = 0, power_losses = 0;
  int64_t restarts = 0, failed_starts = 0;
};

class World {
 public:
  // `identity` outlives the world; one world at a time.
  World(WorldOptions options, Identity* identity, Trace* trace);
  ~World();

  // Starts all processes, from a fiber. An error is a fault of the suite or of the simulator.
  absl::Status Open();
  // Ends all processes, from a fiber.
  void Close();

  // From now on nothing goes wrong any more; what is down comes back.
  void Calm() { calm_ = true; }
  bool calm() const { return calm_; }

  Scheduler& scheduler() { return scheduler_; }
  Random& random() { return random_; }
  VirtualCalendar& calendar() { return identity_->calendar(); }
  Disk& disk() { return *disk_; }
  const WorldCounters& counters() const { return counters_; }
  const std::vector<std::string>& services() const { return names_; }

  // One attempt of somebody outside, with an answer or a silence of `timeout`. The service follows from the
  // method.
  absl::Status Call(const std::string& token, const std::string& method, absl::Duration timeout,
                    const google::protobuf::Message& request, google::protobuf::Message* response);

  // Is called, with the service's name, whenever a service begins to sync its disk, in the fiber that does.
  void set_on_sync(std::function<void(const std::string&)> on_sync) { on_sync_ = std::move(on_sync); }

  // Whether every service is up and has nothing left to do, now. From a fiber.
  bool IsQuiet();
  // Waits until IsQuiet, for at most `patience` of virtual time.
  bool AwaitQuiet(absl::Duration patience);
  // Moves the calendar to `target`, stopping at every timer on the way until all is quiet. False when it does
  // not become quiet in time.
  bool AdvanceTo(absl::Time target, absl::Duration patience);
  // Looks at a service's database, past its own sessions: nobody moves meanwhile, and nothing goes wrong.
  // False, and `look` is not called, while it is down.
  bool LookAt(const std::string& service,
              absl::FunctionRef<void(storage::Session&, const act::Catalog& catalog)> look);

 private:
  struct Life;
  struct Site;
  class Wire;

  Site& SiteOf(absl::string_view service) { return *sites_.find(service)->second; }
  absl::Status StartSite(Site& site);
  // Ends the site's process and sees to its next life. Whether it lost power too; otherwise the disk is still
  // to be told of the crash.
  bool Fall(Site& site, Random& random);
  // Draws whether the site's process dies at a message, and lets it.
  bool FallsAtMessage(Site& site);
  // Takes apart what is left of a dead process, and starts it again after a while.
  void Rebuild(Site& site, std::shared_ptr<Life> dead);
  Verdict BeforeDisk(Operation operation, const std::string& file);
  // Of all services; nothing while one of them is down or does not answer, or a message is under way.
  std::optional<act::Pending> PendingOfAll();
  absl::Duration Latency();
  void Send(const std::string& to, runtime::IncomingCall call, runtime::Answer answer);
  absl::Status Exchange(const std::string& to, const std::string& method, const runtime::Metadata& metadata,
                        absl::Duration timeout, const google::protobuf::Message& request,
                        google::protobuf::Message* response);

  const WorldOptions options_;  // its files are not to be used any more
  Identity* const identity_;
  Trace* const trace_;
  Random random_;
  Random network_random_;
  Random disk_random_;
  Scheduler scheduler_;
  std::unique_ptr<Disk> disk_;
  runtime::Log log_;
  std::vector<std::string> names_;
  std::map<std::string, std::unique_ptr<Site>, std::less<>> sites_;
  std::function<void(const std::string&)> on_sync_;
  int in_transit_ = 0;  // messages under way
  int rebuilding_ = 0;
  bool undisturbed_ = false;
  bool calm_ = false;
  bool closing_ = false;
  WorldCounters counters_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_WORLD_H_
