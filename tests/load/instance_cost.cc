#include "tests/load/instance_cost.h"

#include <malloc.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/load/bench_case.h"
#include "tests/load/idle_memory.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"
#include "workflow/chart/parser.h"
#include "workflow/engine/machine.h"

namespace jissho::bench {
namespace {

constexpr absl::Duration kSessionWait = absl::Seconds(5);
constexpr int kChunk = 100;

engine::Event Move() {
  engine::Event event;
  event.name = "move";
  event.data = expression::Value(engine::Json{{"amount", 1000}});
  return event;
}

// Large blocks are not in the heap proper.
int64_t AllocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

absl::StatusOr<int64_t> Number(storage::Session& session, const std::string& sql) {
  JISSHO_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, {}, {storage::CellType::kInteger}));
  return rows.empty() ? 0 : std::get<int64_t>(rows[0][0]);
}

absl::StatusOr<int64_t> FileBytes(storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const int64_t pages, Number(session, "PRAGMA page_count"));
  JISSHO_ASSIGN_OR_RETURN(const int64_t size, Number(session, "PRAGMA page_size"));
  return pages * size;
}

absl::Status MakeInstances(storage::Pool& pool, int instances) {
  const VirtualCalendar calendar(absl::FromUnixSeconds(1654848000));
  const ManualMonotonicClock monotonic;
  act::ServiceOptions options;
  options.service = "bench";
  options.municipality = "082201";
  options.progress_receiver = "";
  act::Definitions definitions;
  definitions.charts = {{"ring", RingChart()}};
  JISSHO_ASSIGN_OR_RETURN(const auto service, act::Service::Create(options, definitions, &pool, &calendar,
                                                                   &monotonic, nullptr, nullptr));
  for (int begin = 0; begin < instances; begin += kChunk) {
    act::Act act;
    act.actor = {"user:bench", {"secretariat"}, "", "LOCAL"};
    act.run = [begin, end = std::min(instances, begin + kChunk)](
                  const act::Context& context, const act::View&,
                  act::WriteSet& writes) -> absl::StatusOr<std::string> {
      for (int i = begin; i < end; ++i) {
        // An id as the services make them.
        const std::string id = context.NewId(CaseId(i));
        JISSHO_RETURN_IF_ERROR(writes.Start("ring", id, id, "", act::Json::object()));
        JISSHO_RETURN_IF_ERROR(writes.Fire(id, "move", {{"amount", 1000}}));
      }
      return std::string();
    };
    JISSHO_RETURN_IF_ERROR(service->RunHere(act).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<InstanceMemory> MeasureInstanceMemory(int instances) {
  JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(RingChart()));
  JISSHO_ASSIGN_OR_RETURN(const auto machine, engine::Machine::Build(std::move(chart)));
  const engine::SessionInfo session{"bench", nullptr};
  const engine::Event event = Move();
  // What is free now would be used first and hide what the instances take.
  malloc_trim(0);
  const int64_t heap = AllocatedBytes();
  JISSHO_ASSIGN_OR_RETURN(const int64_t resident, ResidentKib());
  std::vector<engine::Snapshot> snapshots;
  snapshots.reserve(instances);
  for (int i = 0; i < instances; ++i) {
    JISSHO_ASSIGN_OR_RETURN(engine::StepResult step, machine->Start(session, engine::Json()));
    JISSHO_ASSIGN_OR_RETURN(step, machine->Step(session, step.next, event));
    snapshots.push_back(std::move(step.next));
  }
  InstanceMemory memory;
  JISSHO_ASSIGN_OR_RETURN(const int64_t resident_after, ResidentKib());
  memory.heap_bytes = static_cast<double>(AllocatedBytes() - heap) / instances;
  memory.resident_bytes = (resident_after - resident) * 1024.0 / instances;
  return memory;
}

absl::StatusOr<InstanceDisk> MeasureInstanceDisk(const std::string& sqlite_dsn, int instances) {
  JISSHO_ASSIGN_OR_RETURN(const auto pool, storage::OpenPool({.dsn = sqlite_dsn, .sessions_max = 2}));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
  JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  JISSHO_ASSIGN_OR_RETURN(const int64_t before, FileBytes(*lease));
  JISSHO_RETURN_IF_ERROR(MakeInstances(*pool, instances));
  JISSHO_ASSIGN_OR_RETURN(const int64_t after, FileBytes(*lease));
  InstanceDisk disk;
  disk.bytes = static_cast<double>(after - before) / instances;
  const auto journal = Number(
      *lease, "SELECT SUM(pgsize) FROM dbstat WHERE name = 'act_journal' OR name LIKE '%act_journal%'");
  if (journal.ok()) disk.journal_bytes = static_cast<double>(*journal) / instances;
  return disk;
}

}  // namespace jissho::bench
