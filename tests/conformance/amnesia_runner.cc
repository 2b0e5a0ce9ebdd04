#include "tests/conformance/document.h"
#include "workflow/act/audit.h"
#include "workflow/act/queries.h"
#include "workflow/act/service.h"
#include "workflow/base/error.h"
#include "workflow/chart/sources.h"

namespace jissho::conformance {
namespace {

constexpr char kChart[] = "test";
constexpr char kInstance[] = "test-1";
constexpr absl::Duration kWait = absl::Seconds(30);
constexpr const char* kTables[] = {"act_instance", "act_journal", "act_timer", "act_mailbox", "act_chart"};

class AmnesiaRunner : public Runner {
 public:
  explicit AmnesiaRunner(std::unique_ptr<storage::Pool> pool) : pool_(std::move(pool)), calendar_(kStart) {}

  absl::Status Prepare() {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kWait));
    JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
    return storage::Migrate(*lease, migrations);
  }

  absl::StatusOr<Outcome> Run(const std::string& folder, const std::string& file) override {
    JISSHO_ASSIGN_OR_RETURN(const std::string text, ReadDocument(folder, file));
    JISSHO_RETURN_IF_ERROR(Empty());
    calendar_.Set(kStart);
    folder_ = folder;
    {
      JISSHO_ASSIGN_OR_RETURN(auto service, Make({{kChart, text}}));
      JISSHO_RETURN_IF_ERROR(service->RunHere(StartAct()).status());
    }
    while (calendar_.Now() < kStart + kPatience) {
      JISSHO_ASSIGN_OR_RETURN(const bool more, StepOnce());
      if (!more) break;
    }
    return Result();
  }

 private:
  // Any day does; documents only wait for spans of time.
  static constexpr absl::Time kStart = absl::UnixEpoch();

  absl::Status Empty() {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kWait));
    for (const char* table : kTables) {
      JISSHO_RETURN_IF_ERROR(lease->Execute(std::string("DELETE FROM ") + table, {}).status());
    }
    return absl::OkStatus();
  }

  // Knows what the database knows, and the charts given here.
  absl::StatusOr<std::unique_ptr<act::Service>> Make(
      std::vector<std::pair<std::string, std::string>> charts) {
    act::ServiceOptions options;
    options.service = "conformance";
    options.progress_receiver = "";
    options.charts.service_profile = false;
    options.charts.data_models = engine::MakeFullDataModel;
    options.charts.load = chart::FilesBelow(folder_);
    act::Definitions definitions;
    definitions.charts = std::move(charts);
    return act::Service::Create(options, std::move(definitions), pool_.get(), &calendar_, &monotonic_,
                                nullptr, nullptr);
  }

  static act::Act StartAct() {
    act::Act act;
    act.actor = act::Actor::System("conformance");
    act.partition = kInstance;
    act.command = {act.actor.id, "start", "", kInstance};
    act.run = [](const act::Context&, const act::View&,
                 act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.Start(kChart, kInstance, "", "", act::Json::object()));
      return std::string();
    };
    return act;
  }

  // One message, or, when there is none, the timers that fall due next. False: nothing is left, or the
  // document has come to its end.
  absl::StatusOr<bool> StepOnce() {
    JISSHO_ASSIGN_OR_RETURN(auto service, Make({}));
    {
      JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kWait));
      JISSHO_ASSIGN_OR_RETURN(const act::InstanceRow row, act::GetInstance(*lease, kInstance));
      if (row.finished) return false;
    }
    JISSHO_ASSIGN_OR_RETURN(const act::Pending pending, service->GetPending());
    if (pending.ready == 0) {
      if (!pending.next_due) return false;
      calendar_.Set(*pending.next_due);
    }
    JISSHO_RETURN_IF_ERROR(service->Pump(/*force=*/true, /*messages_max=*/1).status());
    return true;
  }

  absl::StatusOr<Outcome> Result() {
    JISSHO_ASSIGN_OR_RETURN(const auto service, Make({}));
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kWait));
    JISSHO_ASSIGN_OR_RETURN(const act::InstanceRow row, act::GetInstance(*lease, kInstance));
    JISSHO_ASSIGN_OR_RETURN(const act::InstanceAudit audit,
                            act::AuditInstance(*lease, service->catalog(), kInstance));
    if (audit.fault) return absl::DataLossError(audit.fault->en);
    JISSHO_ASSIGN_OR_RETURN(
        auto steps, lease->Query("SELECT COUNT(*) FROM act_journal", {}, {storage::CellType::kInteger}));
    return Judge(act::ActiveStatesOf(row), row.finished, std::get<int64_t>(steps[0][0]));
  }

  std::unique_ptr<storage::Pool> pool_;
  VirtualCalendar calendar_;
  ManualMonotonicClock monotonic_;
  std::string folder_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Runner>> MakeAmnesiaRunner(const std::string& dsn) {
  JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 4}));
  auto runner = std::make_unique<AmnesiaRunner>(std::move(pool));
  JISSHO_RETURN_IF_ERROR(runner->Prepare());
  return std::unique_ptr<Runner>(std::move(runner));
}

}  // namespace jissho::conformance
