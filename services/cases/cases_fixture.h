// The cases service on a database, and the other services' news, for its tests.
#ifndef JISSHO_SERVICES_CASES_CASES_FIXTURE_H_
#define JISSHO_SERVICES_CASES_CASES_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "jissho/cases/v1/cases.pb.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/intake/v1/events.pb.h"
#include "jissho/review/v1/events.pb.h"
#include "jissho/subsidy/v1/events.pb.h"
#include "jissho/survey/v1/events.pb.h"
#include "jissho/trial/v1/events.pb.h"
#include "services/cases/cases_module.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/service_harness.h"
#include "tests/support/status_matchers.h"

namespace jissho::cases {

using testing::Applicant;
using testing::ServiceHarness;
using testing::Staff;

inline constexpr int64_t kStart = 1654848000;  // 2022-06-10T08:00:00Z

inline intake::v1::ProposalSubmitted Submitted(const std::string& id, const std::string& title = "見本の実証",
                                               const std::string& organisation = "org-1") {
  intake::v1::ProposalSubmitted event;
  event.set_proposal_id(id);
  event.set_call_id("call-1");
  event.set_programme_id("prog-1");
  event.set_fiscal_year(2022);
  event.set_organisation_id(organisation);
  event.set_organisation_name(absl::StrCat("見本株式会社 ", organisation));
  event.set_title(title);
  event.set_section("free");
  event.set_receipt_number(1);
  event.mutable_received_time()->set_seconds(kStart);
  event.set_requested_yen(1000000);
  event.set_revision(1);
  return event;
}

template <class Message>
Message OfProposal(const std::string& id) {
  Message event;
  event.set_proposal_id(id);
  return event;
}

inline review::v1::DecisionReleased Decision(const std::string& id, review::v1::Outcome outcome) {
  review::v1::DecisionReleased event;
  event.set_case_id(id);
  event.set_call_id("call-1");
  event.set_decision_id(absl::StrCat("decision-", id));
  event.set_outcome(outcome);
  event.set_offered_yen(outcome == review::v1::OUTCOME_ADOPTED ? 900000 : 0);
  event.set_decision_date("2022-07-28");
  return event;
}

inline subsidy::v1::GrantDecided GrantDecided(const std::string& id) {
  subsidy::v1::GrantDecided event;
  event.set_case_id(id);
  event.set_decided_yen(800000);
  event.set_decision_date("2022-08-20");
  return event;
}
inline subsidy::v1::GrantFixed GrantFixed(const std::string& id) {
  subsidy::v1::GrantFixed event;
  event.set_case_id(id);
  event.set_fixed_yen(700000);
  return event;
}
inline subsidy::v1::GrantSettled GrantSettled(const std::string& id) {
  subsidy::v1::GrantSettled event;
  event.set_case_id(id);
  event.set_settled_yen(700000);
  return event;
}
inline trial::v1::TrialStarted TrialStarted(const std::string& id) {
  trial::v1::TrialStarted event;
  event.set_case_id(id);
  event.set_start_date("2022-09-01");
  return event;
}
inline trial::v1::TrialCompleted TrialCompleted(const std::string& id) {
  trial::v1::TrialCompleted event;
  event.set_case_id(id);
  event.set_end_date("2023-02-28");
  return event;
}

class CasesTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(harness_,
                         ServiceHarness::Create({.dsn = dsn, .start = absl::FromUnixSeconds(kStart)},
                                                [](const auto& d) { return MakeModule(d); }));
  }

  template <class Event>
  void Hear(const std::string& source, const std::string& stream, const Event& event) {
    ASSERT_OK(harness_->Deliver(source, stream, event));
  }
  void Submit(const std::string& id) { Hear("intake", id, Submitted(id)); }
  void Accept(const std::string& id) { Hear("intake", id, OfProposal<intake::v1::ProposalAccepted>(id)); }
  void Adopt(const std::string& id) { Hear("review", id, Decision(id, review::v1::OUTCOME_ADOPTED)); }
  // Received, accepted, adopted.
  void SubmitAndAdopt(const std::string& id) {
    Submit(id);
    Accept(id);
    Adopt(id);
  }

  v1::Case Get(const std::string& id) {
    v1::GetCaseRequest request;
    request.set_id(id);
    auto found = harness_->Call<v1::Case>(Staff("secretariat", "user:s"), "GetCase", request);
    EXPECT_OK(found);
    return found.value_or(v1::Case());
  }

  // Who was told what, in the order of the receivers and of each one's stream: "intake CaseDecided".
  std::vector<std::string> Told() {
    EXPECT_OK(harness_->Settle());
    std::vector<std::string> told;
    for (const act::Envelope& envelope : harness_->sent()) {
      if (envelope.receiver == "cases") continue;
      told.push_back(
          absl::StrCat(envelope.receiver, " ", envelope.type.substr(envelope.type.rfind('.') + 1)));
    }
    return told;
  }

  std::unique_ptr<ServiceHarness> harness_;
};

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_CASES_FIXTURE_H_
