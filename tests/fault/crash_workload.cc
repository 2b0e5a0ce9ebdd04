#include "tests/fault/crash_workload.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "workflow/act/audit.h"
#include "workflow/act/queries.h"
#include "workflow/act/service.h"
#include "workflow/base/error.h"

namespace jissho::fault {

// An effect of a chart on the service's own facts.
struct EffectRow {
  std::string id;
  std::string instance;
  int64_t number = 0;
};
// What the other service got.
struct NewsRow {
  std::string id;
  std::string stream;
  int64_t sequence = 0;
  std::string payload;
};

}  // namespace jissho::fault

template <>
struct jissho::storage::RowTraits<jissho::fault::EffectRow> {
  using R = fault::EffectRow;
  static constexpr char kTable[] = "test_effect";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("instance", &R::instance), Column("number", &R::number));
};

template <>
struct jissho::storage::RowTraits<jissho::fault::NewsRow> {
  using R = fault::NewsRow;
  static constexpr char kTable[] = "test_news";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("stream", &R::stream), Column("sequence", &R::sequence),
                      Column("payload", &R::payload));
};

namespace jissho::fault {
namespace {

using act::Json;

constexpr char kSchema[] =
    "CREATE TABLE test_effect (id {{id}} NOT NULL, instance {{id}} NOT NULL, number {{integer}} NOT NULL, "
    "PRIMARY KEY (id)) {{table_options}};\n"
    "CREATE TABLE test_news (id {{id}} NOT NULL, stream {{id}} NOT NULL, sequence {{integer}} NOT NULL, "
    "payload "
    "{{text}} NOT NULL, PRIMARY KEY (id)) {{table_options}};\n";

constexpr char kParent[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="parent" initial="idle">
  <datamodel><data id="rounds" expr="0"/><data id="round" expr="0"/><data id="sum" expr="0"/>
    <data id="pokes" expr="0"/></datamodel>
  <state id="idle"><transition event="begin" target="busy"/></state>
  <state id="busy">
    <onentry>
      <assign location="round" expr="round + 1"/>
      <jissho:do action="effect"/>
      <send event="tick" id="tick" delay="3s"/>
      <send event="note"/>
    </onentry>
    <onexit><cancel sendid="tick"/></onexit>
    <invoke id="helper" src="chart:child" autoforward="true"><param name="n" expr="round"/>
      <finalize><assign location="sum" expr="sum + 1"/></finalize></invoke>
    <transition event="answer"><assign location="sum" expr="sum + _event.data.n"/><jissho:do action="effect"/></transition>
    <transition event="poke"><assign location="pokes" expr="pokes + 1"/><jissho:do action="effect"/></transition>
    <transition event="note"><assign location="sum" expr="sum + 100"/></transition>
    <transition event="tick" cond="round % 3 === 0" target="rest"/>
    <transition event="done.invoke.helper" target="rest"><assign location="sum" expr="sum + _event.data.got"/></transition>
  </state>
  <state id="rest">
    <onentry><jissho:do action="news"><jissho:param name="sum" expr="sum"/></jissho:do><send event="again" delay="1s"/></onentry>
    <transition event="poke"/>
    <transition event="again" cond="round &lt; rounds" target="busy"/>
    <transition event="again" target="end"/>
  </state>
  <final id="end"><onentry><jissho:do action="news"><jissho:param name="sum" expr="sum"/></jissho:do></onentry></final>
</scxml>)";

constexpr char kChild[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="child" initial="work">
  <datamodel><data id="n" expr="0"/><data id="heard" expr="0"/></datamodel>
  <state id="work">
    <onentry>
      <send target="#_parent" event="answer"><param name="n" expr="n"/></send>
      <send event="slow" delay="2s"/>
    </onentry>
    <onexit><jissho:do action="effect"/></onexit>
    <transition event="poke"><assign location="heard" expr="heard + 1"/></transition>
    <transition event="slow" cond="n % 3 !== 0" target="done"/>
  </state>
  <final id="done"><donedata><param name="got" expr="heard * 1000"/></donedata></final>
</scxml>)";

// Delivers straight into the other service.
class Wire : public act::EventTransport {
 public:
  explicit Wire(act::Service* receiver) : receiver_(receiver) {}
  absl::Status Deliver(const act::Envelope& envelope) override {
    absl::Status status = absl::InternalError("not answered");
    receiver_->Deliver({envelope.source, envelope.stream, envelope.sequence, envelope.type, envelope.payload},
                       [&](absl::StatusOr<std::string> answer) { status = answer.status(); });
    return status;
  }

 private:
  act::Service* receiver_;
};

std::string IdOf(int instance) { return absl::StrCat("case-", instance); }

// The steps: every instance begins, then second by second people poke at some of them.
class Season {
 public:
  explicit Season(const Workload& workload) : workload_(workload) {}

  absl::Status Open() {
    JISSHO_ASSIGN_OR_RETURN(pool_, storage::OpenPool({.dsn = workload_.dsn, .sessions_max = 4}));
    JISSHO_ASSIGN_OR_RETURN(receiver_pool_,
                            storage::OpenPool({.dsn = workload_.receiver_dsn, .sessions_max = 4}));
    ReadPlace();
    act::Definitions received;
    received.events["test.News"] = [](const act::IncomingEvent& event, const act::Context& context,
                                      const act::View&, act::WriteSet& writes) {
      return writes.Insert(NewsRow{context.NewId("news"), event.stream, event.sequence, event.payload});
    };
    JISSHO_ASSIGN_OR_RETURN(receiver_, Make("receiver", std::move(received), receiver_pool_.get(), nullptr));
    wire_ = std::make_unique<Wire>(receiver_.get());
    act::Definitions definitions;
    definitions.charts = {{"parent", kParent}, {"child", kChild}};
    definitions.actions["effect"] = [](const act::ActionCall& call, const act::Context& context,
                                       const act::View&, act::WriteSet& writes) -> absl::Status {
      JISSHO_ASSIGN_OR_RETURN(const int64_t number, writes.NextNumber("effect"));
      return writes.Insert(EffectRow{context.NewId(absl::StrCat("effect/", call.instance_id, "/", number)),
                                     call.instance_id, number});
    };
    definitions.actions["news"] = [](const act::ActionCall& call, const act::Context&, const act::View&,
                                     act::WriteSet& writes) -> absl::Status {
      writes.Emit({"receiver", call.instance_id, "test.News", call.params.dump()});
      return absl::OkStatus();
    };
    JISSHO_ASSIGN_OR_RETURN(service_, Make("test", std::move(definitions), pool_.get(), wire_.get()));
    return absl::OkStatus();
  }

  absl::Status Run() {
    const int steps = 1 + workload_.rounds * 6;
    // Begun again, a step gives its commands once more, before anything else can move: they are repeats.
    while (step_ < steps) {
      JISSHO_RETURN_IF_ERROR(step_ == 0 ? Begin() : Second());
      ++step_;
      WritePlace();
    }
    return Settle();
  }

 private:
  absl::StatusOr<std::unique_ptr<act::Service>> Make(const std::string& name, act::Definitions definitions,
                                                     storage::Pool* pool, act::EventTransport* transport) {
    act::ServiceOptions options;
    options.service = name;
    options.municipality = "082201";
    options.progress_receiver = "";
    return act::Service::Create(options, std::move(definitions), pool, &calendar_, &monotonic_, transport,
                                nullptr);
  }

  absl::Status Command(const std::string& request, std::function<absl::Status(act::WriteSet&)> what) {
    act::Act act;
    act.actor = act::Actor::System("test");
    act.partition = request;
    act.command = {act.actor.id, "test", request, "hash"};
    act.run = [&](const act::Context&, const act::View&,
                  act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(what(writes));
      return std::string("done");
    };
    return service_->RunHere(act).status();
  }

  absl::Status Begin() {
    for (int i = 0; i < workload_.instances; ++i) {
      JISSHO_RETURN_IF_ERROR(Command(absl::StrCat("start-", i), [&](act::WriteSet& writes) -> absl::Status {
        JISSHO_RETURN_IF_ERROR(writes.Start("parent", IdOf(i), "", "", Json{{"rounds", workload_.rounds}}));
        return writes.FireAsMessage(IdOf(i), "begin");
      }));
    }
    return Settle();
  }

  absl::Status Second() {
    for (int i = step_ % 2; i < workload_.instances; i += 2) {
      JISSHO_RETURN_IF_ERROR(Command(absl::StrCat("poke-", step_, "-", i), [&](act::WriteSet& writes) {
        return writes.FireAsMessage(IdOf(i), "poke");
      }));
    }
    JISSHO_RETURN_IF_ERROR(Settle());
    const absl::Time until = absl::UnixEpoch() + absl::Seconds(step_);
    while (true) {
      JISSHO_ASSIGN_OR_RETURN(const act::Pending pending, service_->GetPending());
      if (!pending.next_due || *pending.next_due > until) break;
      MoveClock(*pending.next_due);
      JISSHO_RETURN_IF_ERROR(Settle());
    }
    MoveClock(until);
    return absl::OkStatus();
  }

  absl::Status Settle() {
    while (true) {
      JISSHO_ASSIGN_OR_RETURN(const act::Pending pending, service_->GetPending());
      if (pending.ready == 0) return absl::OkStatus();
      JISSHO_RETURN_IF_ERROR(service_->Pump(/*force=*/true, /*messages_max=*/1).status());
    }
  }

  void MoveClock(absl::Time now) {
    calendar_.Set(now);
    WritePlace();
  }

  void WritePlace() {
    const std::string fresh = workload_.place_file + ".new";
    std::ofstream(fresh) << step_ << " " << absl::ToUnixMicros(calendar_.Now()) << "\n";
    std::filesystem::rename(fresh, workload_.place_file);
  }
  void ReadPlace() {
    int64_t micros = 0;
    std::ifstream in(workload_.place_file);
    if (in >> step_ >> micros) calendar_.Set(absl::FromUnixMicros(micros));
  }

  const Workload& workload_;
  VirtualCalendar calendar_{absl::UnixEpoch()};
  ManualMonotonicClock monotonic_;
  std::unique_ptr<storage::Pool> pool_, receiver_pool_;
  std::unique_ptr<act::Service> receiver_, service_;
  std::unique_ptr<Wire> wire_;
  int step_ = 0;
};

absl::Status MigrateOne(const std::string& dsn) {
  JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 2}));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(absl::Seconds(10)));
  JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
  migrations.push_back({"test", 1, "facts", kSchema});
  return storage::Migrate(*lease, migrations);
}

}  // namespace

absl::Status Prepare(const Workload& workload) {
  JISSHO_RETURN_IF_ERROR(MigrateOne(workload.dsn));
  return MigrateOne(workload.receiver_dsn);
}

absl::Status Play(const Workload& workload) {
  Season season(workload);
  JISSHO_RETURN_IF_ERROR(season.Open());
  return season.Run();
}

absl::StatusOr<std::vector<std::string>> Facts(const Workload& workload) {
  std::vector<std::string> facts;
  JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = workload.dsn, .sessions_max = 2}));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(absl::Seconds(10)));
  act::ChartRules rules;
  rules.service_profile = false;
  act::Catalog catalog(std::move(rules));
  JISSHO_RETURN_IF_ERROR(catalog.Synchronise(*lease));
  JISSHO_ASSIGN_OR_RETURN(auto instances, storage::Select<act::InstanceRow>(*lease, "ORDER BY id"));
  for (const act::InstanceRow& row : instances) {
    JISSHO_ASSIGN_OR_RETURN(const act::InstanceAudit audit, act::AuditInstance(*lease, catalog, row.id));
    if (audit.fault) return absl::DataLossError(audit.fault->en);
    facts.push_back(
        absl::StrCat("instance ", row.id, " ", row.snapshot, " ", row.finished, " ", row.journal_hash));
  }
  JISSHO_ASSIGN_OR_RETURN(auto journal,
                          storage::Select<act::JournalRow>(*lease, "ORDER BY instance_id, sequence"));
  for (const act::JournalRow& row : journal) {
    facts.push_back(absl::StrCat("journal ", row.instance_id, " ", row.sequence, " ", row.event, " ",
                                 row.outcome, " ", row.entered, " ", row.detail, " ", row.hash));
  }
  JISSHO_ASSIGN_OR_RETURN(auto effects, storage::Select<EffectRow>(*lease, "ORDER BY number"));
  for (const EffectRow& row : effects) {
    facts.push_back(absl::StrCat("effect ", row.number, " ", row.instance, " ", row.id));
  }
  for (const char* table : {"act_mailbox", "act_timer", "act_outbox"}) {
    JISSHO_ASSIGN_OR_RETURN(auto left, lease->Query(absl::StrCat("SELECT COUNT(*) FROM ", table), {},
                                                    {storage::CellType::kInteger}));
    facts.push_back(absl::StrCat("left in ", table, " ", std::get<int64_t>(left[0][0])));
  }
  JISSHO_ASSIGN_OR_RETURN(auto receiver,
                          storage::OpenPool({.dsn = workload.receiver_dsn, .sessions_max = 2}));
  JISSHO_ASSIGN_OR_RETURN(auto receiving, receiver->Acquire(absl::Seconds(10)));
  JISSHO_ASSIGN_OR_RETURN(auto news, storage::Select<NewsRow>(*receiving, "ORDER BY stream, sequence"));
  for (const NewsRow& row : news) {
    facts.push_back(absl::StrCat("news ", row.stream, " ", row.sequence, " ", row.payload));
  }
  return facts;
}

}  // namespace jissho::fault
