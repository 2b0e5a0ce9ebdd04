#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/runtime/reasons.h"
#include "tests/simulation/require.h"

namespace jissho::simulation {
namespace {

constexpr char kMunicipality[] = "082201";
constexpr absl::Duration kDowntimeMax = absl::Seconds(20);
constexpr absl::Duration kQuietLook = absl::Milliseconds(100);
constexpr absl::Duration kQuietLookMax = absl::Seconds(10);
constexpr int64_t kSyncMax = 20'000;  // microseconds
constexpr int kReaders = 2;
constexpr int kSessions = 1 + kReaders + 2;

// Ids for traces and logs.
class SeededIds : public IdSource {
 public:
  explicit SeededIds(uint64_t seed) : seed_(seed) {}
  std::string NewId() override { return DeriveId(absl::UnixEpoch(), absl::StrCat(seed_, "/", ++count_)); }

 private:
  const uint64_t seed_;
  int64_t count_ = 0;
};

std::string FileOf(const std::string& service) { return service + "/" + service + ".db"; }

absl::Status Refused() { return absl::UnavailableError("connection refused"); }

}  // namespace

Weather Weather::Draw(Random& random) {
  Weather weather;
  const auto sometimes = [&random](uint64_t low, uint64_t high) -> uint64_t {
    return random.OneIn(3) ? 0 : low + random.Below(high - low);
  };
  weather.crash_one_in = random.OneIn(8) ? 0 : 20 + random.Below(1000);
  weather.crashes_max = random.Between(1, 30);
  weather.disk_error_one_in = sometimes(1000, 20'000);
  weather.disk_full_one_in = sometimes(2000, 30'000);
  weather.yield_one_in = 1 + random.Below(8);
  weather.power_loss_percent = random.Below(101);
  weather.fall_one_in = sometimes(20, 1000);
  weather.drop_one_in = sometimes(4, 60);
  weather.duplicate_one_in = sometimes(3, 40);
  weather.delay_one_in = sometimes(4, 60);
  return weather;
}

// One run of a process.
struct World::Life {
  runtime::Metrics metrics;
  std::unique_ptr<SeededIds> ids;
  std::unique_ptr<server::Process> process;
};

struct World::Site {
  server::ModuleFactory module;
  runtime::Settings settings;
  std::shared_ptr<Life> life;  // null while it is down
  int64_t lives = 0;           // that have ended
  bool starting = false;
  bool rebuilding = false;
};

// How one service reaches another.
class World::Wire : public runtime::Connection {
 public:
  Wire(World* world, std::string to) : world_(world), to_(std::move(to)) {}

  absl::Status Call(const std::string& method, const runtime::Metadata& metadata, absl::Duration timeout,
                    const google::protobuf::Message& request, google::protobuf::Message* response) override {
    return world_->Exchange(to_, method, metadata, timeout, request, response);
  }

 private:
  World* const world_;
  const std::string to_;
};

World::World(WorldOptions options, Identity* identity, Trace* trace)
    : options_(std::move(options)),
      identity_(identity),
      trace_(trace),
      random_(options_.seed),
      network_random_(random_.Fork()),
      disk_random_(random_.Fork()),
      scheduler_(&random_),
      log_(runtime::LogLevel::kOff) {
  identity_->calendar().Set(options_.now);
  DiskOptions disk;
  disk.seed = disk_random_.Next();
  disk.name = "world";
  if (options_.files != nullptr) disk.files = *options_.files;
  disk.now = [this] { return calendar().Now(); };
  disk.sleep = [this](absl::Duration duration) {
    if (scheduler_.in_fiber()) scheduler_.Sleep(duration);
  };
  disk.before = [this](Operation operation, const std::string& file) { return BeforeDisk(operation, file); };
  disk_ = std::make_unique<Disk>(std::move(disk));
  for (server::ModuleFactory& module : server::AllModules()) {
    names_.push_back(module.name);
    auto site = std::make_unique<Site>();
    site->settings.development = false;
    site->settings.municipality_code = kMunicipality;
    site->settings.target = {module.name};
    site->settings.databases[module.name] = disk_->Dsn(FileOf(module.name));
    site->settings.batch_max = options_.batch_max;
    site->settings.read_threads = kReaders;
    site->module = std::move(module);
    sites_[site->module.name] = std::move(site);
  }
}

World::~World() { Require(scheduler_.alive() == 0, "a world was left before its end"); }

absl::Status World::StartSite(Site& site) {
  const int64_t lives = site.lives;
  auto life = std::make_shared<Life>();
  life->ids = std::make_unique<SeededIds>(random_.Next());
  site.starting = true;
  auto process = server::Process::Open(
      site.settings, {.migrate = options_.files == nullptr, .has_historian = true},
      {&calendar(), nullptr, &scheduler_, life->ids.get(), &scheduler_, &log_, &life->metrics,
       &identity_->verifier(), &identity_->service_token(), &identity_->issuer()},
      {site.module});
  site.starting = false;
  if (!process.ok()) return process.status();
  life->process = *std::move(process);
  if (site.lives != lives) return absl::UnavailableError("crashed while it started");
  for (const std::string& name : names_) {
    if (name != site.module.name) life->process->AddPeer(name, std::make_shared<Wire>(this, name));
  }
  life->process->Start();
  site.life = std::move(life);
  trace_->Note(absl::StrCat(site.module.name, " is up"));
  return absl::OkStatus();
}

absl::Status World::Open() {
  for (auto& [name, site] : sites_) {
    undisturbed_ = true;
    const absl::Status status = StartSite(*site);
    undisturbed_ = false;
    if (!status.ok()) return absl::Status(status.code(), absl::StrCat(name, ": ", status.message()));
  }
  return absl::OkStatus();
}

void World::Close() {
  closing_ = true;
  calm_ = true;
  while (rebuilding_ > 0) scheduler_.Sleep(kQuietLook);
  for (auto& [name, site] : sites_) {
    std::shared_ptr<Life> life = std::move(site->life);
    if (life) life->process->Stop(absl::ZeroDuration());
  }
  while (in_transit_ > 0) scheduler_.Sleep(kQuietLook);
}

Verdict World::BeforeDisk(Operation operation, const std::string& file) {
  trace_->Mix(static_cast<uint64_t>(operation) * 131 + file.size());
  if (undisturbed_ || !scheduler_.in_fiber()) return Verdict::kGoOn;
  const Weather& weather = options_.weather;
  // Syncs take time, in which others come and queue; everything else takes turns.
  if (operation == Operation::kSync) {
    if (on_sync_) on_sync_(file.substr(0, file.find('/')));
    scheduler_.Sleep(absl::Microseconds(disk_random_.Between(50, kSyncMax)));
  } else if (disk_random_.OneIn(weather.yield_one_in)) {
    scheduler_.Yield();
  }
  if (calm_) return Verdict::kGoOn;
  const std::string host = file.substr(0, file.find('/'));
  if (counters_.crashes < weather.crashes_max && disk_random_.OneIn(weather.crash_one_in))
    return Fall(SiteOf(host), disk_random_) ? Verdict::kFail : Verdict::kCrash;
  if (disk_random_.OneIn(weather.disk_error_one_in)) {
    trace_->Note(absl::StrCat("disk error at ", file));
    return Verdict::kFail;
  }
  if (operation == Operation::kWrite && disk_random_.OneIn(weather.disk_full_one_in)) {
    trace_->Note(absl::StrCat(host, "'s disk is full"));
    disk_->SetQuota(host, disk_->Used(host));
    scheduler_.Spawn([this, host, until = absl::Milliseconds(disk_random_.Between(1, 3000))] {
      scheduler_.Sleep(until);
      disk_->SetQuota(host, std::nullopt);
    });
  }
  return Verdict::kGoOn;
}

bool World::Fall(Site& site, Random& random) {
  const std::string& name = site.module.name;
  const bool power_loss = random.Below(100) < options_.weather.power_loss_percent;
  ++counters_.crashes;
  trace_->Note(absl::StrCat(name, power_loss ? " loses power" : " crashes"));
  ++site.lives;
  if (power_loss) {
    ++counters_.power_losses;
    disk_->PowerLoss(name);
  }
  if (!std::exchange(site.rebuilding, true)) {
    ++rebuilding_;
    scheduler_.Spawn(
        [this, &site, dead = std::move(site.life)]() mutable { Rebuild(site, std::move(dead)); });
  }
  return power_loss;
}

bool World::FallsAtMessage(Site& site) {
  if (calm_ || counters_.crashes >= options_.weather.crashes_max ||
      !network_random_.OneIn(options_.weather.fall_one_in)) {
    return false;
  }
  if (!Fall(site, network_random_)) disk_->Crash(site.module.name);
  return true;
}

void World::Rebuild(Site& site, std::shared_ptr<Life> dead) {
  if (dead) dead->process->Stop(absl::ZeroDuration());
  dead.reset();
  for (int tries = 1;; ++tries) {
    scheduler_.Sleep(kDowntimeMax * static_cast<double>(random_.Below(1000)) / 1000);
    // What starts still was crashed as well, and must have failed before it is started anew.
    while (site.starting) scheduler_.Sleep(kQuietLook);
    disk_->Restart(site.module.name);
    const absl::Status status = StartSite(site);
    if (status.ok()) break;
    ++counters_.failed_starts;
    trace_->Note(absl::StrCat(site.module.name, " does not start: ", status.ToString()));
    // Nothing goes wrong any more and yet it does not start: IsQuiet will never hold.
    if (calm_ && tries > 20) return;
    disk_->Crash(site.module.name);
  }
  ++counters_.restarts;
  site.rebuilding = false;
  --rebuilding_;
}

absl::Duration World::Latency() {
  if (!calm_ && network_random_.OneIn(options_.weather.delay_one_in)) {
    ++counters_.delayed;
    return absl::Milliseconds(network_random_.Between(1000, 40'000));
  }
  return absl::Microseconds(network_random_.Between(50, 20'000));
}

// A message on its way; the answer takes the same way back.
void World::Send(const std::string& to, runtime::IncomingCall call, runtime::Answer answer) {
  ++in_transit_;
  scheduler_.Spawn([this, &site = SiteOf(to), call = std::move(call), answer = std::move(answer),
                    latency = Latency()]() mutable {
    const auto back = [this, answer](absl::StatusOr<std::string> result) {
      if (!calm_ && network_random_.OneIn(options_.weather.drop_one_in)) {
        ++counters_.dropped;
        return;
      }
      ++in_transit_;
      scheduler_.Spawn([this, answer, result = std::move(result), latency = Latency()]() mutable {
        scheduler_.Sleep(latency);
        answer(std::move(result));
        --in_transit_;
      });
    };
    scheduler_.Sleep(latency);
    const std::shared_ptr<Life> life = site.life;
    if (!life || FallsAtMessage(site)) {
      back(Refused());
    } else {
      life->process->pipeline().Handle(
          std::move(call), [this, &site, back, lives = site.lives](absl::StatusOr<std::string> result) {
            // The dead do not answer.
            if (site.lives == lives && !FallsAtMessage(site)) back(std::move(result));
          });
    }
    --in_transit_;
  });
}

absl::Status World::Exchange(const std::string& to, const std::string& method,
                             const runtime::Metadata& metadata, absl::Duration timeout,
                             const google::protobuf::Message& request, google::protobuf::Message* response) {
  ++counters_.calls;
  if (closing_) return Refused();
  const runtime::IncomingCall call{method, metadata, timeout, request.SerializeAsString()};
  auto answer = std::make_shared<Handover<absl::StatusOr<std::string>>>(&scheduler_);
  const auto answered = std::make_shared<bool>(false);
  const runtime::Answer first = [answer, answered](absl::StatusOr<std::string> result) {
    if (!std::exchange(*answered, true)) answer->Give(std::move(result));
  };
  const bool twice = !calm_ && network_random_.OneIn(options_.weather.duplicate_one_in);
  if (twice) {
    ++counters_.duplicated;
    Send(to, call, first);
  }
  if (!calm_ && network_random_.OneIn(options_.weather.drop_one_in)) {
    ++counters_.dropped;
  } else {
    Send(to, call, first);
  }
  const auto result = answer->Take(timeout);
  const absl::Status status = !result ? MakeError(runtime::kDeadlinePassed) : result->status();
  trace_->Note(absl::StrCat(method.substr(method.find('/') + 1), " ",
                            !result       ? "got no answer"
                            : status.ok() ? "is answered"
                                          : status.ToString()));
  if (!status.ok()) return status;
  Require(response->ParseFromString(**result), "an answer of another type than asked for");
  return absl::OkStatus();
}

absl::Status World::Call(const std::string& token, const std::string& method, absl::Duration timeout,
                         const google::protobuf::Message& request, google::protobuf::Message* response) {
  const std::vector<std::string> parts = absl::StrSplit(method, '.');  // jissho.intake.v1.…
  Require(parts.size() > 1 && sites_.count(parts[1]) == 1, "a call to a service that is not there");
  runtime::Metadata metadata{{"accept-language", "ja"}};
  if (!token.empty()) metadata["authorization"] = "Bearer " + token;
  return Exchange(parts[1], method, metadata, timeout, request, response);
}

std::optional<act::Pending> World::PendingOfAll() {
  act::Pending sum;
  for (auto& [name, site] : sites_) {
    const std::shared_ptr<Life> life = site->life;
    if (!life) return std::nullopt;
    const auto pending = life->process->services().at(name).service->GetPending();
    if (!pending.ok()) return std::nullopt;
    sum.ready += pending->ready;
    if (pending->next_due && (!sum.next_due || *pending->next_due < *sum.next_due))
      sum.next_due = pending->next_due;
  }
  if (rebuilding_ > 0 || in_transit_ > 0) return std::nullopt;
  return sum;
}

bool World::IsQuiet() {
  const auto pending = PendingOfAll();
  return pending && pending->ready == 0;
}

bool World::AwaitQuiet(absl::Duration patience) {
  const absl::Duration until = scheduler_.Elapsed() + patience;
  for (absl::Duration look = kQuietLook; !IsQuiet(); look = std::min(look * 1.2, kQuietLookMax)) {
    if (scheduler_.Elapsed() > until) return false;
    scheduler_.Sleep(look);
  }
  return true;
}

bool World::AdvanceTo(absl::Time target, absl::Duration patience) {
  const absl::Duration until = scheduler_.Elapsed() + patience;
  absl::Duration look = kQuietLook;
  while (scheduler_.Elapsed() <= until) {
    const auto pending = PendingOfAll();
    if (!pending || pending->ready > 0) {
      scheduler_.Sleep(look);
      look = std::min(look * 1.2, kQuietLookMax);
      continue;
    }
    if (calendar().Now() >= target) return true;
    look = kQuietLook;
    calendar().Set(std::min(target, pending->next_due.value_or(target)));
    trace_->Note(absl::StrCat("it is ", absl::FormatTime("%F %R", calendar().Now(), Tokyo())));
    for (auto& [name, site] : sites_) {
      if (site->life) site->life->process->services().at(name).service->Wake();
    }
  }
  return false;
}

bool World::LookAt(const std::string& service,
                   absl::FunctionRef<void(storage::Session&, const act::Catalog&)> look) {
  Site& site = SiteOf(service);
  const std::shared_ptr<Life> life = site.life;
  if (!life) return false;
  const bool before = std::exchange(undisturbed_, true);
  auto pool = storage::OpenPool(
      {.dsn = site.settings.DatabaseOf(service), .sessions_max = 1, .threads = &scheduler_});
  Require(pool.ok(), "a database cannot be looked at");
  auto lease = (*pool)->Acquire(absl::ZeroDuration());
  Require(lease.ok(), "a database cannot be looked at");
  look(**lease, life->process->services().at(service).service->catalog());
  undisturbed_ = before;
  return true;
}

}  // namespace jissho::simulation
