// A service of the product over a fresh database, with its own charts, actions and tables, for tests of what
// the invariants find there. What acts write is good; SQL spoils it.
#ifndef JISSHO_TESTS_SUPPORT_RULED_SERVICE_H_
#define JISSHO_TESTS_SUPPORT_RULED_SERVICE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/server/modules.h"
#include "tests/support/invariants.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/journal.h"
#include "workflow/act/service.h"

namespace jissho::testing {

class RuledService {
 public:
  // Whatever cannot be made fails the test. "cases", …
  explicit RuledService(const std::string& name, const std::string& dsn = FreshSqliteDsn()) : name_(name) {
    for (const server::ModuleFactory& factory : server::AllModules()) {
      if (factory.name == name) module_ = factory.make({nullptr, "082201", nullptr});
    }
    EXPECT_OK(Build(dsn));
  }

  // One act, a minute after the one before it, by this method of the service.
  void Do(const act::Actor& actor, const std::string& method,
          const std::function<absl::Status(const act::Context&, act::WriteSet&)>& body) {
    EXPECT_OK(Try(actor, method, body));
  }
  absl::Status Try(const act::Actor& actor, const std::string& method,
                   const std::function<absl::Status(const act::Context&, act::WriteSet&)>& body) {
    calendar_.Set(calendar_.Now() + absl::Minutes(1));
    act::Act act;
    act.actor = actor;
    act.command = {actor.id, method, absl::StrCat("r", ++requests_), "h"};
    act.run = [&body](const act::Context& context, const act::View&,
                      act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(body(context, writes));
      return std::string();
    };
    return service_->RunHere(act).status();
  }

  template <class Row>
  void Put(const Row& row) {
    const storage::CellRow cells = storage::ToCells(row);
    EXPECT_OK(Session()->Insert(storage::TableOf<Row>(), {&cells}));
  }

  void Spoil(const std::vector<std::string>& statements) {
    auto session = Session();
    for (const std::string& sql : statements) {
      const auto matched = session->Execute(sql, {});
      EXPECT_OK(matched);
      EXPECT_GT(matched.value_or(0), 0) << sql << " spoils nothing";
    }
  }

  // Makes all journals' hashes fit what stands there now, as somebody would who knows how.
  void Rechain() {
    auto session = Session();
    const auto instances = storage::Select<act::InstanceRow>(*session, "");
    ASSERT_OK(instances);
    for (const act::InstanceRow& instance : *instances) {
      const auto entries = storage::Select<act::JournalRow>(
          *session, "WHERE instance_id = ? ORDER BY sequence", {instance.id});
      ASSERT_OK(entries);
      std::string last;
      for (act::JournalRow entry : *entries) {
        entry.previous_hash = last;
        last = act::JournalHash(entry);
        ASSERT_OK(session->Execute(
            "UPDATE act_journal SET previous_hash = ?, hash = ? WHERE instance_id = ? AND sequence = ?",
            {entry.previous_hash, last, entry.instance_id, entry.sequence}));
      }
      ASSERT_OK(
          session->Execute("UPDATE act_instance SET journal_hash = ? WHERE id = ?", {last, instance.id}));
    }
  }

  // "rule: what", as found.
  std::vector<std::string> Found() {
    std::vector<std::string> found;
    const auto broken = CheckService(name_, *Session(), service_->catalog());
    EXPECT_OK(broken);
    if (!broken.ok()) return found;
    for (const Broken& one : *broken) found.push_back(absl::StrCat(one.rule, ": ", one.what));
    return found;
  }

  storage::Pool::Lease Session() { return *pool_->Acquire(absl::Seconds(5)); }

 private:
  absl::Status Build(const std::string& dsn) {
    if (module_ == nullptr) return absl::NotFoundError(absl::StrCat("no service ", name_));
    JISSHO_ASSIGN_OR_RETURN(pool_, storage::OpenPool({.dsn = dsn, .sessions_max = 2}));
    JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
    JISSHO_ASSIGN_OR_RETURN(const auto own, module_->migrations());
    migrations.insert(migrations.end(), own.begin(), own.end());
    JISSHO_RETURN_IF_ERROR(storage::Migrate(*Session(), migrations));
    JISSHO_ASSIGN_OR_RETURN(auto definitions, module_->definitions());
    act::ServiceOptions options;
    options.service = name_;
    options.municipality = "082201";
    options.progress_receiver = "";
    JISSHO_ASSIGN_OR_RETURN(service_, act::Service::Create(options, std::move(definitions), pool_.get(),
                                                           &calendar_, &monotonic_, nullptr, nullptr));
    return absl::OkStatus();
  }

  const std::string name_;
  VirtualCalendar calendar_{absl::FromUnixSeconds(1649376000)};  // 2022-04-08 09:00 in Tokyo
  ManualMonotonicClock monotonic_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<act::Service> service_;
  int requests_ = 0;
};

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_RULED_SERVICE_H_
