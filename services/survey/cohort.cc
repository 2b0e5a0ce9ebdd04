#include "services/survey/cohort.h"

#include <set>
#include <string>

#include "jissho/cases/v1/cases.pb.h"
#include "services/survey/reasons.h"

namespace jissho::survey {

namespace {

constexpr int kCasesPage = 500;

absl::Status TooMany() {
  return MakeFieldError({{"invitees", "対象は1,000件までです。年度を分けてください。",
                          "A campaign asks at most 1,000; divide the fiscal years."}});
}

}  // namespace

absl::StatusOr<std::vector<v1::Invitee>> FindInvitees(runtime::Peers& peers, const runtime::CallContext& call,
                                                      const v1::CreateCampaignRequest& request) {
  std::vector<v1::Invitee> invitees(request.invitees().begin(), request.invitees().end());
  std::set<std::string> asked;
  for (const v1::Invitee& invitee : invitees) asked.insert(invitee.case_id());
  for (int32_t cohort : std::set<int32_t>(request.cohorts().begin(), request.cohorts().end())) {
    cases::v1::ListCasesRequest list;
    list.set_programme_id(request.programme_id());
    list.set_fiscal_year(cohort);
    list.set_page_size(kCasesPage);
    do {
      JISSHO_ASSIGN_OR_RETURN(const auto page,
                              peers.Call<cases::v1::ListCasesResponse>(
                                  call, "cases", "jissho.cases.v1.CasesService/ListCases", list));
      for (const cases::v1::Case& entry : page.cases()) {
        if (!entry.trial_run() || !asked.insert(entry.id()).second) continue;
        v1::Invitee invitee;
        invitee.set_organisation_id(entry.organisation_id());
        invitee.set_name(entry.organisation_name());
        invitee.set_case_id(entry.id());
        invitees.push_back(std::move(invitee));
      }
      if (invitees.size() > kInviteesMax) return TooMany();
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
  }
  if (invitees.size() > kInviteesMax) return TooMany();
  if (invitees.empty()) return MakeError(kNobodyToAsk);
  return invitees;
}

}  // namespace jissho::survey
