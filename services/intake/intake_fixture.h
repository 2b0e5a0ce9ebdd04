// The fixture of the service's tests: one published call, two registered organisations, on either database.
#ifndef JISSHO_SERVICES_INTAKE_INTAKE_FIXTURE_H_
#define JISSHO_SERVICES_INTAKE_INTAKE_FIXTURE_H_

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/intake/v1/events.pb.h"
#include "jissho/intake/v1/intake.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "services/civil/date.h"
#include "services/intake/intake_module.h"
#include "services/intake/mapping.h"
#include "services/intake/reasons.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/service_harness.h"
#include "tests/support/status_matchers.h"

namespace jissho::intake {

using ::jissho::testing::Applicant;
using ::jissho::testing::ServiceHarness;
using ::jissho::testing::Staff;

// The parameter is "sqlite" or "mysql".
class IntakeTest : public ::testing::TestWithParam<const char*> {
 protected:
  static absl::Time Tokyo(int month, int day, int hour = 12, int minute = 0) {
    return civil::TokyoInstant(absl::CivilDay(2022, month, day), hour, minute);
  }
  const absl::Time open_ = Tokyo(4, 20, 9);
  const absl::Time close_ = Tokyo(6, 10, 17, 15);
  const act::Actor ann_ = Applicant("org-a", "sample-applicant-a");
  const act::Actor ben_ = Applicant("org-b", "sample-applicant-b");
  const act::Actor clerk_ = Staff("secretariat", "sample-clerk");

  void SetUp() override {
    const bool sqlite = std::string(GetParam()) == "sqlite";
    ServiceHarness::Options options;
    options.dsn = sqlite ? jissho::testing::FreshSqliteDsn() : jissho::testing::FreshMysqlDsn();
    options.start = Tokyo(5, 9);
    options.executor = {.lanes = sqlite ? 1 : 2, .batch_max = 8, .queue_max = 64};
    auto harness = ServiceHarness::Create(options, MakeModule);
    ASSERT_TRUE(harness.ok()) << harness.status();
    h_ = *std::move(harness);
    ASSERT_OK(h_->Deliver("programme", "call-1", SampleCall()));
    ASSERT_OK(Register(ann_, "org-a", "7123456789012"));
    ASSERT_OK(Register(ben_, "org-b", "4011001098993"));
  }

  programme::v1::CallPublished SampleCall() const {
    programme::v1::CallPublished call;
    call.set_call_id("call-1");
    call.set_programme_id("093");
    call.set_fiscal_year(2022);
    call.set_title("見本の公募");
    call.add_sections("課題設定");
    call.add_sections("フリー");
    *call.mutable_open_time() = ToTimestamp(open_);
    *call.mutable_close_time() = ToTimestamp(close_);
    call.set_cap_yen(1'000'000);
    call.set_rate("1/1");
    call.set_trial_start_date("2022-08-01");
    call.set_trial_end_date("2023-03-15");
    call.set_correction_days(7);
    return call;
  }

  absl::StatusOr<v1::Organisation> Register(const act::Actor& actor, const std::string& id,
                                            const std::string& corporate_number) {
    v1::RegisterOrganisationRequest request;
    v1::Organisation& organisation = *request.mutable_organisation();
    organisation.set_id(id);
    organisation.set_name("見本団体 " + id);
    organisation.set_kana("ミホンダンタイ");
    organisation.set_kind(v1::ORGANISATION_KIND_COMPANY);
    organisation.set_corporate_number(corporate_number);
    organisation.set_representative("見本 代表");
    organisation.set_address("見本市1-1");
    organisation.mutable_contact()->set_name("見本 担当");
    return h_->Call<v1::Organisation>(actor, "RegisterOrganisation", request);
  }

  v1::ProposalContent SampleContent(const std::string& title = "見本の実証") const {
    v1::ProposalContent content;
    content.set_title(title);
    content.set_section("フリー");
    content.set_summary("見本");
    content.set_problem("見本");
    content.set_technology("見本");
    content.set_plan("見本");
    content.set_place("見本公園");
    content.set_start_date("2022-08-10");
    content.set_end_date("2023-03-10");
    content.mutable_support()->set_cost(true);
    content.set_requested_yen(600'000);
    auto* item = content.add_budget();
    item->set_category("委託費");
    item->set_amount_yen(600'000);
    item->set_eligible(true);
    content.set_expected_effect("見本");
    content.set_pledge(true);
    return content;
  }

  absl::StatusOr<v1::Proposal> Create(const act::Actor& actor, const v1::ProposalContent& content) {
    v1::CreateProposalRequest request;
    request.set_call_id("call-1");
    *request.mutable_content() = content;
    return h_->Call<v1::Proposal>(actor, "CreateProposal", request);
  }
  std::string Draft(const std::string& title = "見本の実証") {
    auto proposal = Create(ann_, SampleContent(title));
    EXPECT_TRUE(proposal.ok()) << proposal.status();
    return proposal.ok() ? proposal->id() : "";
  }
  absl::StatusOr<v1::Receipt> Submit(const act::Actor& actor, const std::string& id,
                                     const std::string& request_id = "") {
    v1::SubmitProposalRequest request;
    request.set_id(id);
    request.set_request_id(request_id);
    return h_->Call<v1::Receipt>(actor, "SubmitProposal", request);
  }
  // A draft that has been submitted.
  std::string Submitted(const std::string& title = "見本の実証") {
    const std::string id = Draft(title);
    EXPECT_OK(Submit(ann_, id));
    return id;
  }
  template <class Request>
  absl::StatusOr<v1::Proposal> Act(const act::Actor& actor, const std::string& method, const std::string& id,
                                   const std::string& reason = "") {
    Request request;
    request.set_id(id);
    if constexpr (requires { request.set_reason(reason); }) request.set_reason(reason);
    return h_->Call<v1::Proposal>(actor, method, request);
  }
  absl::StatusOr<v1::Proposal> Return(const std::string& id) {
    return Act<v1::ReturnProposalRequest>(clerk_, "ReturnProposal", id, "押印もれ");
  }
  absl::StatusOr<v1::Proposal> Accept(const std::string& id) {
    return Act<v1::AcceptProposalRequest>(clerk_, "AcceptProposal", id);
  }
  absl::StatusOr<v1::Proposal> Get(const act::Actor& actor, const std::string& id) {
    v1::GetProposalRequest request;
    request.set_id(id);
    return h_->Call<v1::Proposal>(actor, "GetProposal", request);
  }
  v1::ProposalState State(const std::string& id) {
    auto proposal = Get(clerk_, id);
    return proposal.ok() ? proposal->state() : v1::PROPOSAL_STATE_UNSPECIFIED;
  }
  absl::Status Decide(const std::string& id, const std::string& outcome) {
    cases::v1::CaseDecided event;
    event.set_case_id(id);
    event.set_outcome(outcome);
    event.set_adopted(outcome.rfind("ADOPTED", 0) == 0);
    return h_->Deliver("cases", id, event);
  }

  std::unique_ptr<ServiceHarness> h_;
};

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_INTAKE_FIXTURE_H_
