// One chart, one story: random charts hear random events in memory, forgetting everything between two steps,
// from a database, in batches, by two servers at once, and moved to another version of the same chart on the
// way, and each run tells the same.
//
// JISSHO_SEED chooses the first seed, JISSHO_RUNS how many; every difference names its seed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <iostream>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/random_chart.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/audit.h"
#include "workflow/act/migration.h"
#include "workflow/act/queries.h"
#include "workflow/act/service.h"
#include "workflow/base/error.h"
#include "workflow/chart/parser.h"
#include "workflow/engine/ensemble.h"
#include "workflow/engine/migration.h"

namespace jissho {
namespace {

using act::Json;
using testing::Input;
using testing::RandomChart;
using testing::RandomInputs;

constexpr int kInputs = 25;

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  int number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// What an instance went through: one line an event that it heard, and what it is in the end.
struct Story {
  std::vector<std::string> heard;
  std::vector<std::string> configuration;
  std::string data;
  std::map<std::string, int> tallies;
  bool finished = false;
  friend bool operator==(const Story&, const Story&) = default;
};

std::ostream& operator<<(std::ostream& out, const Story& story) {
  for (const std::string& line : story.heard) out << line << "\n";
  for (const std::string& state : story.configuration) out << state << " ";
  out << story.data << (story.finished ? " finished " : " ");
  for (const auto& [what, count] : story.tallies) out << what << "=" << count << " ";
  return out << "\n";
}

std::string Heard(const std::string& event, bool matched, const std::string& entered,
                  const std::string& exited) {
  return absl::StrCat(event, matched ? " " : " ignored ", "+", entered, " -", exited);
}

Story InMemory(const std::string& text, const std::vector<Input>& inputs, bool amnesia) {
  auto chart = chart::Parse(text);
  EXPECT_TRUE(chart.ok()) << chart.status();
  auto machine = engine::Machine::Build(*std::move(chart));
  EXPECT_TRUE(machine.ok()) << machine.status() << text;
  if (!machine.ok()) return {};
  Story story;
  engine::EnsembleOptions options;
  options.amnesia = amnesia;
  options.start = absl::UnixEpoch();
  options.host = [&](const std::string&, const engine::Effect& effect) {
    if (effect.kind == engine::Effect::Kind::kDo) ++story.tallies[effect.params["what"].get<std::string>()];
  };
  engine::Ensemble ensemble(options);
  ensemble.set_observer([&](const std::string&, const engine::Event* event, const engine::StepResult& step) {
    story.heard.push_back(Heard(event == nullptr ? "start" : event->name, step.matched,
                                Json(step.entered).dump(), Json(step.exited).dump()));
  });
  auto root = ensemble.Start(*machine);
  EXPECT_TRUE(root.ok()) << root.status();
  EXPECT_TRUE(ensemble.Settle().ok());
  for (const Input& input : inputs) {
    if (ensemble.finished(*root)) break;
    if (input.event.empty()) {
      EXPECT_TRUE(ensemble.Advance(input.advance).ok());
      continue;
    }
    engine::Event event;
    event.name = input.event;
    event.data = engine::Value(input.data);
    ensemble.Post(*root, event);
    EXPECT_TRUE(ensemble.Settle().ok());
  }
  const engine::Snapshot& end = ensemble.snapshot(*root);
  story.configuration = end.configuration;
  story.data = engine::ToJson(end)["data"].dump();
  story.finished = end.finished;
  return story;
}

// The same from a database. `servers` share it; `instances` of the chart hear every event together.
class DurableRun {
 public:
  DurableRun(const std::string& dsn, const std::string& chart, int servers, int batch_max, int instances)
      : batched_(batch_max > 1 || servers > 1), instances_(instances) {
    for (int i = 0; i < servers; ++i) {
      auto pool = storage::OpenPool({.dsn = dsn, .sessions_max = 8});
      EXPECT_TRUE(pool.ok()) << pool.status();
      pools_.push_back(*std::move(pool));
      if (i == 0) Migrate();
      services_.push_back(Make(chart, batch_max));
    }
  }

  // With `moved_to` the instances are moved to this version of their chart between two inputs, in the middle.
  std::vector<Story> Run(const std::vector<Input>& inputs, const std::string& moved_to = "") {
    ForEveryInstance([](act::WriteSet& writes, const std::string& id) {
      return writes.Start("random", id, "", "", Json::object());
    });
    Settle();
    for (const Input& input : inputs) {
      if (!moved_to.empty() && &input == &inputs[inputs.size() / 2]) MoveAll(moved_to);
      if (input.event.empty()) {
        Advance(input.advance);
        continue;
      }
      ForEveryInstance([&input](act::WriteSet& writes, const std::string& id) -> absl::Status {
        // In memory, an instance that has ended hears nothing more.
        JISSHO_ASSIGN_OR_RETURN(const bool ended, writes.IsFinished(id));
        return ended ? absl::OkStatus() : writes.FireAsMessage(id, input.event, input.data);
      });
      Settle();
    }
    std::vector<Story> stories;
    for (int i = 0; i < instances_; ++i) stories.push_back(StoryOf(IdOf(i)));
    return stories;
  }

  int64_t moved() const { return moved_; }

 private:
  static std::string IdOf(int i) { return absl::StrCat("instance-", i); }

  void Migrate() {
    auto lease = pools_[0]->Acquire(absl::Seconds(10));
    auto migrations = act::Migrations();
    ASSERT_TRUE(lease.ok() && migrations.ok());
    ASSERT_THAT(storage::Migrate(**lease, *migrations), testing::IsOk());
  }

  // By the identity: a plan that names nothing.
  void MoveAll(const std::string& chart) {
    services_.clear();
    services_.push_back(Make(chart, 1));
    engine::MigrationPlan plan;
    plan.chart = "random";
    act::Trial trial;
    {
      auto lease = pools_[0]->Acquire(absl::Seconds(10));
      auto tried = act::TryMigration(**lease, services_[0]->catalog(), plan, [] { return false; });
      ASSERT_THAT(tried.status(), testing::IsOk());
      trial = *std::move(tried);
    }
    ASSERT_TRUE(trial.refused.empty()) << trial.refused[0].en;
    act::Act act;
    act.actor = {"user:admin", {"admin"}, "", "LOCAL"};
    act.run = [&](const act::Context& context, const act::View&,
                  act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(act::RequestMigration(plan, trial, "same again", context, writes).status());
      return std::string();
    };
    ASSERT_THAT(services_[0]->RunHere(act).status(), testing::IsOk());
    for (absl::StatusOr<int64_t> done = 1; *done > 0;) {
      done = services_[0]->Pump(/*force=*/true);
      ASSERT_THAT(done.status(), testing::IsOk());
    }
    moved_ += trial.movable;
    auto lease = pools_[0]->Acquire(absl::Seconds(10));
    const auto migrations = act::ListMigrations(**lease, "", 1);
    ASSERT_THAT(migrations.status(), testing::IsOk());
    ASSERT_EQ(migrations->at(0).state, act::kMigrationDone);
    ASSERT_EQ(migrations->at(0).moved, trial.movable);
  }

  std::unique_ptr<act::Service> Make(const std::string& chart, int batch_max) {
    act::ServiceOptions options;
    options.service = "test";
    options.process = absl::StrCat("server-", services_.size());
    options.progress_receiver = "";
    options.charts.service_profile = false;
    options.executor = {1, batch_max, 1000};
    act::Definitions definitions;
    definitions.charts = {{"random", chart}};
    definitions.actions["tally"] = [](const act::ActionCall& call, const act::Context&, const act::View&,
                                      act::WriteSet& writes) {
      return writes.NextNumber(absl::StrCat(call.instance_id, "/", call.params["what"].get<std::string>()))
          .status();
    };
    auto service = act::Service::Create(options, std::move(definitions), pools_.back().get(), &calendar_,
                                        &monotonic_, nullptr, nullptr);
    EXPECT_TRUE(service.ok()) << service.status();
    if (batched_) (*service)->StartWithoutPump();
    return *std::move(service);
  }

  void ForEveryInstance(std::function<absl::Status(act::WriteSet&, const std::string&)> what) {
    std::vector<std::future<absl::StatusOr<std::string>>> answers;
    for (int i = 0; i < instances_; ++i) {
      act::Act act;
      act.actor = act::Actor::System("test");
      act.partition = IdOf(i);
      act.command = {act.actor.id, "test", absl::StrCat("request-", ++requests_), ""};
      act.reads = {act::ReadInstance(IdOf(i))};
      act.run = [what, id = IdOf(i)](const act::Context&, const act::View&,
                                     act::WriteSet& writes) -> absl::StatusOr<std::string> {
        JISSHO_RETURN_IF_ERROR(what(writes, id));
        return std::string();
      };
      auto promise = std::make_shared<std::promise<absl::StatusOr<std::string>>>();
      answers.push_back(promise->get_future());
      act::Service& service = *services_[requests_ % services_.size()];
      if (batched_) {
        service.Submit(std::move(act), [promise](auto answer) { promise->set_value(std::move(answer)); });
      } else {
        promise->set_value(service.RunHere(act));
      }
    }
    for (auto& answer : answers) {
      const auto outcome = answer.get();
      EXPECT_TRUE(outcome.ok()) << outcome.status();
    }
  }

  act::Pending Pending() {
    auto pending = services_[0]->GetPending();
    EXPECT_TRUE(pending.ok()) << pending.status();
    return pending.value_or(act::Pending());
  }

  // All servers work at once until nothing is left.
  void Settle() {
    while (Pending().ready > 0) {
      std::vector<std::thread> others;
      for (size_t i = 1; i < services_.size(); ++i) others.emplace_back([this, i] { Pump(*services_[i]); });
      Pump(*services_[0]);
      for (std::thread& other : others) other.join();
    }
  }

  static void Pump(act::Service& service) {
    const auto pumped = service.Pump(/*force=*/true);
    EXPECT_TRUE(pumped.ok()) << pumped.status();
  }

  void Advance(absl::Duration by) {
    const absl::Time until = calendar_.Now() + by;
    for (auto next = Pending().next_due; next && *next <= until; next = Pending().next_due) {
      calendar_.Set(*next);
      Settle();
    }
    calendar_.Set(until);
  }

  Story StoryOf(const std::string& id) {
    Story story;
    auto lease = pools_[0]->Acquire(absl::Seconds(10));
    EXPECT_TRUE(lease.ok());
    auto row = act::GetInstance(**lease, id);
    EXPECT_TRUE(row.ok()) << row.status();
    const auto audit = act::AuditInstance(**lease, services_[0]->catalog(), id);
    EXPECT_THAT(audit.status(), testing::IsOk());
    EXPECT_TRUE(audit.ok() && !audit->fault) << audit->fault->en;
    auto entries = act::ListJournal(**lease, id, 0, 10'000);
    EXPECT_TRUE(entries.ok());
    for (const act::JournalRow& entry : *entries) {
      if (entry.event == "migrate") continue;
      story.heard.push_back(Heard(entry.event, entry.outcome == "done", entry.entered, entry.exited));
    }
    auto counters = storage::Select<act::CounterRow>(**lease, "ORDER BY series");
    EXPECT_TRUE(counters.ok());
    const std::string prefix = id + "/";
    for (const act::CounterRow& counter : *counters) {
      if (counter.series.rfind(prefix, 0) == 0) {
        story.tallies[counter.series.substr(prefix.size())] = static_cast<int>(counter.value);
      }
    }
    story.configuration = act::ActiveStatesOf(*row);
    story.data = Json::parse(row->snapshot)["data"].dump();
    story.finished = row->finished;
    return story;
  }

  const bool batched_;
  const int instances_;
  int requests_ = 0;
  int64_t moved_ = 0;
  VirtualCalendar calendar_{absl::UnixEpoch()};
  ManualMonotonicClock monotonic_;
  std::vector<std::unique_ptr<storage::Pool>> pools_;
  std::vector<std::unique_ptr<act::Service>> services_;
};

struct Mode {
  const char* name;
  bool sqlite;
  int servers, batch_max, instances, runs;
};

class EquivalenceTest : public ::testing::TestWithParam<Mode> {};

INSTANTIATE_TEST_SUITE_P(Modes, EquivalenceTest,
                         ::testing::Values(Mode{"Sqlite", true, 1, 1, 1, 30},
                                           Mode{"SqliteBatched", true, 1, 64, 8, 15},
                                           Mode{"SqliteTwoServers", true, 2, 1, 2, 10},
                                           Mode{"Mariadb", false, 1, 1, 1, 10},
                                           Mode{"MariadbBatched", false, 1, 64, 8, 8},
                                           Mode{"MariadbTwoServersBatched", false, 2, 64, 4, 8}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(EquivalenceTest, TellsTheStoryThatMemoryTells) {
  const int first = FromEnvironment("JISSHO_SEED", 1);
  std::cout << "JISSHO_SEED=" << first << "\n";
  for (int seed = first; seed < first + FromEnvironment("JISSHO_RUNS", GetParam().runs); ++seed) {
    const std::string chart = RandomChart(seed);
    const std::vector<Input> inputs = RandomInputs(seed, kInputs);
    const Story expected = InMemory(chart, inputs, false);
    const std::string dsn = GetParam().sqlite ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    DurableRun run(dsn, chart, GetParam().servers, GetParam().batch_max, GetParam().instances);
    for (const Story& story : run.Run(inputs)) {
      ASSERT_EQ(story, expected) << "seed " << seed << "\n" << chart;
    }
  }
}

// Another content hash, and nothing else.
std::string SameAgain(const std::string& chart) { return absl::StrCat(chart, "<!-- the same again -->\n"); }

class MigrationEquivalenceTest : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Databases, MigrationEquivalenceTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

TEST_P(MigrationEquivalenceTest, MigrationToTheSameChartOnTheWayChangesNoStory) {
  const int first = FromEnvironment("JISSHO_SEED", 1);
  const int runs = FromEnvironment("JISSHO_RUNS", 15);
  std::cout << "JISSHO_SEED=" << first << "\n";
  int64_t moved = 0;
  for (int seed = first; seed < first + runs; ++seed) {
    const std::string chart = RandomChart(seed);
    const std::vector<Input> inputs = RandomInputs(seed, kInputs);
    const Story expected = InMemory(chart, inputs, false);
    DurableRun run(GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn(), chart, 1, 1,
                   1);
    for (const Story& story : run.Run(inputs, SameAgain(chart))) {
      ASSERT_EQ(story, expected) << "seed " << seed << "\n" << chart;
    }
    moved += run.moved();
  }
  // The others had ended by the middle.
  EXPECT_GT(moved * 2, runs);
}

TEST(MemoryEquivalenceTest, MigrationToTheSameChartKeepsEveryStateAndEveryTask) {
  for (int seed = 1; seed <= 300; ++seed) {
    const std::string text = RandomChart(seed);
    auto chart = chart::Parse(text);
    auto again = chart::Parse(SameAgain(text));
    ASSERT_TRUE(chart.ok() && again.ok());
    ASSERT_NE(chart->hash, again->hash);
    auto from = engine::Machine::Build(*chart);
    auto to = engine::Machine::Build(*std::move(again));
    ASSERT_TRUE(from.ok() && to.ok());
    engine::MigrationPlan plan;
    plan.chart = "random";
    const auto migrator = engine::Migrator::Make(plan, *chart, *to);
    ASSERT_TRUE(migrator.ok()) << migrator.status() << "seed " << seed;
    auto state = (*from)->Start({}, Json());
    ASSERT_TRUE(state.ok()) << state.status();
    for (const Input& input : RandomInputs(seed, kInputs)) {
      if (state->next.finished) break;
      const auto moved = migrator->Move("i", state->next);
      ASSERT_TRUE(moved.ok()) << moved.status() << "seed " << seed;
      ASSERT_EQ(moved->next, state->next) << "seed " << seed;
      ASSERT_TRUE(moved->entered.empty() && moved->exited.empty());
      if (input.event.empty()) continue;
      engine::Event event;
      event.name = input.event;
      event.data = engine::Value(input.data);
      const auto stayed = (*from)->Step({}, state->next, event);
      const auto went = (*to)->Step({}, moved->next, event);
      ASSERT_TRUE(stayed.ok() && went.ok());
      ASSERT_EQ(went->next, stayed->next) << "seed " << seed;
      ASSERT_EQ(went->entered, stayed->entered);
      *state = *stayed;
    }
  }
}

TEST(MemoryEquivalenceTest, ForgettingBetweenStepsChangesNothing) {
  const int first = FromEnvironment("JISSHO_SEED", 1);
  const int runs = FromEnvironment("JISSHO_RUNS", 1000);
  int taken = 0;
  for (int seed = first; seed < first + runs; ++seed) {
    const std::string chart = RandomChart(seed);
    const std::vector<Input> inputs = RandomInputs(seed, kInputs);
    const Story remembering = InMemory(chart, inputs, false);
    ASSERT_EQ(InMemory(chart, inputs, true), remembering) << "seed " << seed << "\n" << chart;
    for (const std::string& line : remembering.heard) taken += line.find(" ignored ") == std::string::npos;
  }
  // Else the charts would be too poor to tell anything.
  EXPECT_GT(taken, 2 * runs);
}

TEST(MemoryEquivalenceTest, AStepIsAFunctionOfItsInput) {
  for (int seed = 1; seed <= 300; ++seed) {
    auto chart = chart::Parse(RandomChart(seed));
    ASSERT_TRUE(chart.ok());
    auto machine = engine::Machine::Build(*std::move(chart));
    ASSERT_TRUE(machine.ok());
    auto state = (*machine)->Start({}, Json());
    ASSERT_TRUE(state.ok()) << state.status();
    for (const Input& input : RandomInputs(seed, kInputs)) {
      if (input.event.empty() || state->next.finished) continue;
      engine::Event event;
      event.name = input.event;
      event.data = engine::Value(input.data);
      const auto once = (*machine)->Step({}, state->next, event);
      const auto again = (*machine)->Step({}, state->next, event);
      ASSERT_TRUE(once.ok() && again.ok());
      ASSERT_EQ(once->next, again->next) << "seed " << seed;
      ASSERT_EQ(once->entered, again->entered);
      ASSERT_EQ(once->effects.size(), again->effects.size());
      *state = *once;
    }
  }
}

}  // namespace
}  // namespace jissho
