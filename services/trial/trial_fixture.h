// The trial service on a database, for its tests.
#ifndef JISSHO_SERVICES_TRIAL_TRIAL_FIXTURE_H_
#define JISSHO_SERVICES_TRIAL_TRIAL_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "jissho/trial/v1/events.pb.h"
#include "jissho/trial/v1/trial.pb.h"
#include "services/civil/date.h"
#include "services/trial/trial_module.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/service_harness.h"
#include "tests/support/status_matchers.h"

namespace jissho::trial {

using testing::Applicant;
using testing::ServiceHarness;
using testing::Staff;

class TrialTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(harness_, ServiceHarness::Create(
                                       {.dsn = dsn, .start = civil::StartOfDay(civil::CivilDate(2022, 9, 1))},
                                       [](const auto& d) { return MakeModule(d); }));
  }

  void Publish() {
    programme::v1::CallPublished call;
    call.set_call_id("call-1");
    call.set_programme_id("prog-1");
    call.set_fiscal_year(2022);
    call.set_title("見本の公募");
    call.set_trial_start_date("2022-08-01");
    call.set_trial_end_date("2023-03-15");
    ASSERT_OK(harness_->Deliver("programme", "call-1", call));
  }

  static cases::v1::CaseDecided Adoption(const std::string& id, const std::string& organisation = "org-1") {
    cases::v1::CaseDecided event;
    event.set_case_id(id);
    event.set_call_id("call-1");
    event.set_programme_id("prog-1");
    event.set_fiscal_year(2022);
    event.set_adopted(true);
    event.set_organisation_id(organisation);
    event.set_organisation_name("見本株式会社");
    event.set_title("見本の実証");
    return event;
  }

  void Adopt(const std::string& id = "t1") {
    Publish();
    ASSERT_OK(harness_->Deliver("cases", id, Adoption(id)));
  }

  void DecideGrant(const std::string& id = "t1", const std::string& date = "2022-08-20") {
    cases::v1::CaseGrantDecided event;
    event.set_case_id(id);
    event.set_decided_yen(800000);
    event.set_decision_date(date);
    ASSERT_OK(harness_->Deliver("cases", id, event));
  }

  v1::Trial Get(const std::string& id = "t1") {
    v1::GetTrialRequest request;
    request.set_id(id);
    auto found = harness_->Call<v1::Trial>(Staff("secretariat", "user:s"), "GetTrial", request);
    EXPECT_OK(found);
    return found.value_or(v1::Trial());
  }

  // A request on the trial, with a request id of its own.
  template <class Request>
  Request For(const std::string& id = "t1") {
    Request request;
    request.set_id(id);
    request.set_request_id(absl::StrCat("r", ++requests_));
    return request;
  }
  template <class Request>
  Request WithEtag(const std::string& id = "t1") {
    auto request = For<Request>(id);
    request.set_etag(Get(id).etag());
    return request;
  }

  absl::StatusOr<v1::Trial> StartOn(const act::Actor& actor, const std::string& date) {
    auto request = WithEtag<v1::StartTrialRequest>();
    request.set_start_date(date);
    return harness_->Call<v1::Trial>(actor, "StartTrial", request);
  }
  absl::StatusOr<v1::Trial> CompleteOn(const std::string& date) {
    auto request = WithEtag<v1::CompleteTrialRequest>();
    request.set_end_date(date);
    request.set_result("見本の結果");
    return harness_->Call<v1::Trial>(applicant_, "CompleteTrial", request);
  }
  absl::StatusOr<v1::Trial> Cancel(const act::Actor& actor) {
    auto request = WithEtag<v1::CancelTrialRequest>();
    request.set_reason("機器の故障");
    return harness_->Call<v1::Trial>(actor, "CancelTrial", request);
  }
  // Adopted, granted and started on 2022-09-01.
  void Run() {
    Adopt();
    DecideGrant();
    ASSERT_OK(StartOn(applicant_, "2022-09-01"));
  }

  template <class Event>
  std::vector<Event> Sent() {
    EXPECT_OK(harness_->Settle());
    return harness_->Sent<Event>();
  }

  const act::Actor applicant_ = Applicant("org-1", "user:a");
  const act::Actor division_ = Staff("division", "user:d");
  const act::Actor manager_ = Staff("manager", "user:m");
  std::unique_ptr<ServiceHarness> harness_;
  int requests_ = 0;
};

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_TRIAL_FIXTURE_H_
