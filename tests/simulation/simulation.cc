#include "tests/simulation/simulation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tests/simulation/require.h"
#include "tests/simulation/wanderers.h"
#include "tests/support/invariants.h"
#include "workflow/act/rows.h"
#include "workflow/base/error.h"

namespace jissho::simulation {
namespace {

using Json = nlohmann::json;

constexpr char kPrefix[] = "season";
constexpr size_t kStages = 24;
constexpr size_t kStepsMin = 3, kStepsMax = 14;
constexpr int kMischiefMax = 3;
constexpr uint64_t kSeedsPerStrictAudit = 8;  // a look at every commit takes longer than the run itself
constexpr int64_t kWanderersMin = 2, kWanderersMax = 6;
constexpr int64_t kActsMin = 5, kActsMax = 25;
// After the season's end the calendar still jumps so far.
constexpr absl::Duration kWanderPast = absl::Hours(24 * 365);
// Of calm, before it is plain that something waits for money.
constexpr absl::Duration kBeforeEndowment = absl::Minutes(10);
// Of virtual time: for one moment of the season, with everything that may happen meanwhile.
constexpr absl::Duration kPatience = absl::Hours(4);
constexpr int64_t kSwitchesMax = 3'000'000;
constexpr size_t kDifferencesShown = 6;
constexpr int kPatienceOfAStep = 3600;

// The player's own word for an id that an earlier step has not left.
bool IsTooEarly(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) && !GetErrorDetail(status);
}

// How far the calendar jumps at once: minutes to months.
absl::Duration DrawJump(Random& random) {
  switch (random.Below(4)) {
    case 0:
      return absl::Minutes(random.Between(1, 120));
    case 1:
      return absl::Hours(random.Between(1, 48));
    case 2:
      return absl::Hours(24 * random.Between(1, 20));
    default:
      return absl::Hours(24 * random.Between(20, 120));
  }
}

}  // namespace

int64_t RunReport::faults() const {
  const int64_t disk_faults = std::accumulate(disk.faults.begin(), disk.faults.end(), int64_t{0});
  return disk_faults + disk.failed + world.crashes + world.dropped + world.duplicated + world.delayed;
}

// Who runs one play: the steps, the mischief beside them, and the checks.
struct Simulation::Director {
  Director(Simulation* simulation, World* world, Trace* trace)
      : simulation_(*simulation), world_(*world), trace_(*trace), random_(world->random().Fork()) {}

  void Complain(const std::string& what) { book_.Complain(what); }
  const std::vector<std::string>& violations() const { return book_.violations(); }
  const std::vector<Deed>& deeds() const { return book_.deeds(); }
  int64_t mischief() const { return mischief_; }
  const WalkCounters& walked() const { return walked_; }

  // Plays the steps of one moment, in turn or all at once.
  bool PlayMoment(season::Play& play, size_t begin, size_t end, bool at_once) {
    if (!world_.AdvanceTo(simulation_.steps_[begin].at, kPatience)) {
      Complain("I8: the suite does not come to rest");
      return false;
    }
    size_t running = end - begin;
    for (size_t at = begin; at < end; ++at) {
      const auto body = [this, &play, &running, at] {
        PlayStep(play, at);
        --running;
      };
      if (at_once) {
        world_.scheduler().Spawn(body);
      } else {
        body();
        if (!simulation_.steps_[at].local && !Rest()) return false;
      }
    }
    while (running > 0) world_.scheduler().Sleep(absl::Milliseconds(10));
    return Rest() && violations().empty();
  }

  bool Rest() {
    if (world_.AwaitQuiet(kPatience)) return true;
    Complain("I8: the suite does not come to rest");
    return false;
  }

  void PlayStep(season::Play& play, size_t at) {
    const season::Step& step = simulation_.steps_[at];
    trace_.Note(absl::StrCat("step ", at + 1, " begins: ", step.en, " (", step.who, ")"));
    Hand hand(&world_, &simulation_.identity_, &book_, kPrefix);
    hand.BeginStep(static_cast<int>(at) + 1);
    season::Play own(play, &hand);
    absl::Status status = step.run(own);
    // Of two acts of one moment the second may need what the first one made.
    for (int again = 0; IsTooEarly(status) && again < kPatienceOfAStep; ++again) {
      world_.scheduler().Sleep(absl::Seconds(1));
      hand.BeginStep(static_cast<int>(at) + 1);
      status = step.run(own);
    }
    if (!status.ok()) Complain(absl::StrCat("step ", at + 1, " “", step.en, "”: ", status.ToString()));
    trace_.Note(absl::StrCat("step ", at + 1, status.ok() ? " is done" : " failed"));
  }

  void StartMischief(uint64_t people) {
    for (uint64_t i = 0; i < people; ++i) {
      ++busy_;
      world_.scheduler().Spawn([this, random = random_.Fork()]() mutable {
        while (!over_) {
          world_.scheduler().Sleep(absl::Milliseconds(random.Between(1, 8000)));
          if (over_) break;
          ++mischief_;
          TryMischief(world_, simulation_.identity_, book_, random);
        }
        --busy_;
      });
    }
  }

  // Lets people walk while the calendar jumps.
  void Wander() {
    size_t walking = random_.Between(kWanderersMin, kWanderersMax);
    for (size_t i = walking; i > 0; --i) {
      const int64_t acts = random_.Between(kActsMin, kActsMax);
      world_.scheduler().Spawn(
          [this, &walking, acts, name = absl::StrCat("wanderer-", i), random = random_.Fork()] {
            Wanderer wanderer(&world_, &simulation_.identity_, &book_, &simulation_.season_,
                              &simulation_.deeds_, random, name);
            wanderer.Walk(acts);
            walked_.acts += wanderer.counters().acts;
            walked_.accepted += wanderer.counters().accepted;
            --walking;
          });
    }
    const absl::Time last = simulation_.season_.ends + kWanderPast;
    while (walking > 0) {
      world_.scheduler().Sleep(absl::Milliseconds(random_.Between(1000, 60'000)));
      const absl::Time target = world_.calendar().Now() + DrawJump(random_);
      if (target < last) world_.AdvanceTo(target, kPatience);
    }
  }

  // Looks at the money at any moment, in the midst of everything.
  void StartAuditor() {
    ++busy_;
    world_.scheduler().Spawn([this, random = random_.Fork()]() mutable {
      while (!over_) {
        world_.scheduler().Sleep(absl::Milliseconds(random.Between(1, 10'000)));
        AuditMoney();
      }
      --busy_;
    });
  }

  // Looks at the money while the next commit is being synced: there is one writer, so what stands then is
  // what the last one left.
  void AuditEveryCommit() {
    world_.set_on_sync([this](const std::string& host) {
      if (host != "subsidy") return;
      ++busy_;
      world_.scheduler().Spawn([this] {
        AuditMoney();
        --busy_;
      });
    });
  }

  void AuditMoney() {
    world_.LookAt("subsidy", [this](storage::Session& session, const act::Catalog&) {
      Report(testing::CheckMoney("subsidy", session));
    });
  }

  void End() {
    world_.Calm();
    if (walked_.acts > 0 && !world_.AwaitQuiet(kBeforeEndowment))
      Endow(world_, simulation_.identity_, book_, simulation_.season_);
    if (Rest()) RepeatAll(world_, simulation_.identity_, book_);
    over_ = true;
    while (busy_ > 0) world_.scheduler().Sleep(absl::Milliseconds(100));
    Rest();
  }

  void Check(Coverage& coverage) {
    testing::Correspondence correspondence;
    for (const std::string& service : world_.services()) {
      const bool up = world_.LookAt(service, [&](storage::Session& session, const act::Catalog& catalog) {
        Report(testing::CheckService(service, session, catalog));
        CheckRefusals(service, session);
        Require(correspondence.Add(service, session).ok(), "a database cannot be read");
        simulation_.places_.AddStates(session, coverage);
      });
      if (!up) Complain(absl::StrCat("I8: ", service, " does not come up again"));
    }
    Report(correspondence.Check());
  }

  std::map<std::string, Facts> ReadAll() {
    std::map<std::string, Facts> facts;
    for (const std::string& service : world_.services()) {
      world_.LookAt(service, [&](storage::Session& session, const act::Catalog&) {
        facts[service] = ReadFacts(session);
      });
    }
    return facts;
  }

  // A refused act is on record, so that a repeat is refused as well.
  void CheckRefusals(const std::string& service, storage::Session& session) {
    for (const Refusal& refusal : book_.refusals()) {
      if (refusal.service() != service) continue;
      const auto rows = session.Query(
          "SELECT request_id FROM act_command WHERE caller = ? AND method = ? AND request_id = ?",
          {refusal.actor.id, refusal.method, refusal.request_id()}, {storage::CellType::kText});
      Require(rows.ok(), "the commands cannot be read");
      if (rows->empty())
        Complain(absl::StrCat("I3: the refusal of ", refusal.actor.id, "'s ", refusal.method, " ",
                              refusal.request_id(), " is not on record"));
    }
  }

  void Report(const absl::StatusOr<std::vector<testing::Broken>>& broken) {
    Require(broken.ok(), "a database cannot be checked");
    for (const testing::Broken& one : *broken)
      Complain(absl::StrCat(one.rule, " in ", one.service, ": ", one.what));
  }

 private:
  Simulation& simulation_;
  World& world_;
  Trace& trace_;
  Random random_;
  Register book_;
  bool over_ = false;
  int busy_ = 0;
  int64_t mischief_ = 0;
  WalkCounters walked_;
};

absl::Status Simulation::Load(const std::string& season_file) {
  season::LoadedSeason loaded = season::LoadSeason(season_file);
  if (!loaded.faults.empty())
    return absl::InvalidArgumentError(absl::StrCat(season_file, ": ", loaded.faults.front().ja));
  season_ = std::move(loaded.season);
  steps_ = season::PlanSeason(season_);
  return absl::OkStatus();
}

size_t Simulation::EndOfMoment(size_t step) const {
  size_t end = step + 1;
  while (end < steps_.size() && steps_[end].at == steps_[step].at) ++end;
  return end;
}

absl::Status Simulation::PlayCalmly() {
  Trace trace(0);
  World world({.seed = 1, .now = season_.starts}, &identity_, &trace);
  world.Calm();
  Director director(this, &world, &trace);
  absl::Status opened;
  world.scheduler().Spawn([&] {
    opened = world.Open();
    if (!opened.ok()) return world.Close();
    season::Play play(&season_, nullptr);
    for (size_t at = 0; at < steps_.size();) {
      if (stages_.size() * steps_.size() <= at * kStages) {
        world.AwaitQuiet(kPatience);
        stages_.push_back({at, world.calendar().Now(), world.disk().Files(), play.ids()});
      }
      const size_t end = EndOfMoment(at);
      if (!director.PlayMoment(play, at, end, false)) break;
      for (const auto& [service, facts] : director.ReadAll()) digests_[end][service] = DigestOf(facts);
      at = end;
    }
    Coverage ignored;
    director.Check(ignored);
    world.Close();
  });
  world.scheduler().RunUntil([] { return false; });
  JISSHO_RETURN_IF_ERROR(opened);
  deeds_ = director.deeds();
  if (!director.violations().empty())
    return absl::InternalError(absl::StrCat("in calm weather: ", director.violations().front()));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Simulation>> Simulation::Rehearse(const std::string& season_file) {
  std::unique_ptr<Simulation> simulation(new Simulation());
  JISSHO_RETURN_IF_ERROR(simulation->Load(season_file));
  JISSHO_RETURN_IF_ERROR(simulation->PlayCalmly());
  return simulation;
}

std::map<std::string, Facts> Simulation::CalmFacts(const Stage& stage, size_t end) {
  Trace trace(0);
  World world({.seed = 1, .files = &stage.files, .now = stage.now}, &identity_, &trace);
  world.Calm();
  Director director(this, &world, &trace);
  std::map<std::string, Facts> facts;
  world.scheduler().Spawn([&] {
    Require(world.Open().ok(), "a stage does not open");
    season::Play play(&season_, nullptr);
    for (const auto& [name, id] : stage.ids) play.Remember(name, id);
    for (size_t at = stage.next; at < end; at = EndOfMoment(at))
      director.PlayMoment(play, at, EndOfMoment(at), false);
    facts = director.ReadAll();
    world.Close();
  });
  world.scheduler().RunUntil([] { return false; });
  return facts;
}

RunReport Simulation::Run(const RunOptions& options) {
  Random random(options.seed);
  const Stage& stage = stages_[random.Below(stages_.size())];
  const size_t wanted = static_cast<size_t>(random.Between(kStepsMin, kStepsMax));
  const bool at_once = random.OneIn(2);
  const uint64_t mischief = random.Below(kMischiefMax + 1);
  WorldOptions world_options;
  world_options.seed = random.Next();
  world_options.weather = Weather::Draw(random);
  world_options.batch_max = random.OneIn(2) ? 64 : 1;
  world_options.files = &stage.files;
  world_options.now = stage.now;
  const bool wander = random.OneIn(2);
  const bool calm = wander && random.OneIn(3);

  RunReport report;
  report.seed = options.seed;
  Trace trace(options.story);
  if (options.watch != nullptr) *options.watch = &trace;
  size_t end = stage.next;
  std::map<std::string, Facts> facts;
  {
    World world(std::move(world_options), &identity_, &trace);
    Director director(this, &world, &trace);
    world.scheduler().Spawn([&] {
      const absl::Status opened = world.Open();
      Require(opened.ok(), "a stage does not open");
      season::Play play(&season_, nullptr);
      for (const auto& [name, id] : stage.ids) play.Remember(name, id);
      director.StartMischief(mischief);
      director.StartAuditor();
      if (options.seed % kSeedsPerStrictAudit == 0) director.AuditEveryCommit();
      if (calm) world.Calm();
      if (wander) director.Wander();
      while (!wander && end < steps_.size() && end - stage.next < wanted) {
        const size_t next = EndOfMoment(end);
        const bool played = director.PlayMoment(play, end, next, at_once);
        end = next;
        if (!played) break;
      }
      director.End();
      director.Check(report.coverage);
      facts = director.ReadAll();
      world.Close();
    });
    const std::string endless = absl::StrCat("seed ", options.seed, ": a run does not end");
    world.scheduler().RunUntil([&world, &endless] {
      Require(world.scheduler().switches() < kSwitchesMax, endless.c_str());
      return false;
    });
    Require(world.scheduler().alive() == 0, "a run came to a standstill");
    report.violations = director.violations();
    report.mischief = director.mischief();
    report.wandered = director.walked().acts;
    report.accepted = director.walked().accepted;
    report.world = world.counters();
    report.disk = world.disk().counters();
    report.switches = world.scheduler().switches();
  }
  report.steps = static_cast<int>(end - stage.next);
  const auto& digests = digests_[end];
  bool differs = false;
  for (const auto& [service, found] : facts) {
    trace.Mix(DigestOf(found));
    const auto digest = digests.find(service);
    differs = differs || (!wander && digest != digests.end() && digest->second != DigestOf(found));
  }
  if (differs && report.violations.empty()) {
    for (const auto& [service, expected] : CalmFacts(stage, end)) {
      for (const std::string& difference : Differences(expected, facts[service], kDifferencesShown))
        report.violations.push_back(absl::StrCat("facts of ", service, ": ", difference));
    }
  }
  report.hash = trace.hash();
  report.story.assign(trace.lines().begin(), trace.lines().end());
  return report;
}

}  // namespace jissho::simulation
