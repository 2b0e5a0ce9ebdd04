#include "tests/simulation/fillers.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "jissho/intake/v1/intake.pb.h"
#include "jissho/programme/v1/programme.pb.h"
#include "jissho/review/v1/review.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "jissho/survey/v1/survey.pb.h"
#include "jissho/trial/v1/trial.pb.h"
#include "tests/simulation/methods.h"
#include "workflow/base/clock.h"

namespace jissho::simulation {
namespace {

using google::protobuf::Message;

namespace in = intake::v1;
namespace pr = programme::v1;
namespace rv = review::v1;
namespace sb = subsidy::v1;
namespace sv = survey::v1;
namespace tr = trial::v1;

google::protobuf::Timestamp Stamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  return stamp;
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) { return absl::FromUnixSeconds(stamp.seconds()); }

template <class Request>
Requests::Fill Special(void (*fill)(Requests&, Request&, const Thing&)) {
  return [fill](Requests& requests, Message& message, const Thing& thing) {
    fill(requests, static_cast<Request&>(message), thing);
  };
}

template <class Item>
const Item* AnyOf(Random& random, const google::protobuf::RepeatedPtrField<Item>& items) {
  return items.empty() ? nullptr
                       : &items[static_cast<int>(random.Below(static_cast<uint64_t>(items.size())))];
}

// A call that opens soon, for trials later in the same fiscal year.
void FillRules(Requests& requests, pr::CallRules& rules) {
  Random& random = requests.random();
  const absl::Time now = requests.world().calendar().Now();
  const absl::Time open = now + absl::Hours(random.Between(-2, 100));
  const absl::Time close = open + absl::Hours(random.Between(24, 500));
  *rules.mutable_open_time() = Stamp(open);
  *rules.mutable_close_time() = Stamp(close);
  const absl::Time start = close + absl::Hours(24 * random.Between(1, 60));
  const absl::Time end = start + absl::Hours(24 * random.Between(0, 60));
  rules.set_trial_start_date(DateText(start));
  rules.set_trial_end_date(DateText(end));
  rules.set_report_due_date(DateText(end + absl::Hours(24 * random.Between(0, 40))));
  const absl::CivilDay first = absl::ToCivilDay(start, Tokyo());
  rules.set_fiscal_year(static_cast<int32_t>(first.year()) - (first.month() < 4 ? 1 : 0));
  rules.set_title(requests.Text());
  if (random.OneIn(2)) rules.set_first_review_places(0);
}

void CreateCall(Requests& requests, pr::CreateCallRequest& request, const Thing&) {
  FillRules(requests, *request.mutable_rules());
}

std::optional<pr::Call> CallOf(Requests& requests, const std::string& id) {
  pr::GetCallRequest get;
  get.set_id(id);
  return requests.Read<pr::Call>("jissho.programme.v1.ProgrammeService/GetCall", get);
}

void UpdateCall(Requests& requests, pr::UpdateCallRequest& request, const Thing& thing) {
  if (const auto call = CallOf(requests, thing.id)) *request.mutable_rules() = call->rules();
  FillRules(requests, *request.mutable_rules());
}

void AmendCall(Requests& requests, pr::AmendCallRequest& request, const Thing& thing) {
  const auto call = CallOf(requests, thing.id);
  const absl::Time close = call ? TimeOf(call->rules().close_time()) : requests.world().calendar().Now();
  *request.mutable_close_time() = Stamp(close + absl::Hours(requests.random().Between(1, 400)));
}

// A sheet is named by its programme and year; the season has one.
void ReturnSheet(Requests& requests, pr::ReturnSheetRequest& request, const Thing&) {
  for (const Deed& deed : requests.season()) {
    if (deed.method != FullMethod("programme", "ComputeSheet")) continue;
    const auto& computed = static_cast<const pr::ComputeSheetRequest&>(*deed.request);
    request.set_programme_id(computed.programme_id());
    request.set_fiscal_year(computed.fiscal_year());
  }
}

template <class Request>
void FillSheetEtag(Requests& requests, Request& request, const Thing&) {
  pr::GetSheetRequest get;
  get.set_programme_id(request.programme_id());
  get.set_fiscal_year(request.fiscal_year());
  if (const auto sheet = requests.Read<pr::Sheet>("jissho.programme.v1.ProgrammeService/GetSheet", get))
    request.set_etag(sheet->etag());
}

void UpdateProgramme(Requests& requests, pr::UpdateProgrammeRequest& request, const Thing&) {
  pr::GetProgrammeRequest get;
  const Deed* any = nullptr;
  for (const Deed& deed : requests.season())
    if (any == nullptr && deed.method == FullMethod("programme", "CreateProgramme")) any = &deed;
  if (any == nullptr) return;
  get.set_id(TextOf(*any->response, "id"));
  if (const auto now = requests.Read<pr::Programme>("jissho.programme.v1.ProgrammeService/GetProgramme", get))
    *request.mutable_programme() = *now;
  request.mutable_programme()->set_summary(requests.Text());
}

void UpdateOrganisation(Requests& requests, in::UpdateOrganisationRequest& request, const Thing& thing) {
  in::GetOrganisationRequest get;
  get.set_id(thing.owner);
  if (const auto now = requests.Read<in::Organisation>("jissho.intake.v1.IntakeService/GetOrganisation", get))
    *request.mutable_organisation() = *now;
  request.mutable_organisation()->set_address(requests.Text());
}

void RegisterOrganisation(Requests& requests, in::RegisterOrganisationRequest& request, const Thing& thing) {
  request.mutable_organisation()->set_id(
      absl::StrCat(thing.owner.empty() ? "body" : thing.owner, "-", requests.random().Below(1000)));
  request.mutable_organisation()->clear_corporate_number();
}

void CreateProposal(Requests& requests, in::CreateProposalRequest& request, const Thing& thing) {
  in::ListOpenCallsRequest list;
  const auto open =
      requests.Read<in::ListOpenCallsResponse>("jissho.intake.v1.IntakeService/ListOpenCalls", list);
  request.set_organisation_id(thing.owner);
  request.mutable_content()->set_title(requests.Text());
  if (!open || open->calls().empty()) return;
  const in::CallForApplicants& call = *AnyOf(requests.random(), open->calls());
  request.set_call_id(call.id());
  in::ProposalContent& content = *request.mutable_content();
  content.set_start_date(call.trial_start_date());
  content.set_end_date(call.trial_end_date());
  for (in::ScheduleItem& item : *content.mutable_schedule()) {
    item.set_start_date(call.trial_start_date());
    item.set_end_date(call.trial_end_date());
  }
}

void UpdateProposal(Requests& requests, in::UpdateProposalRequest& request, const Thing& thing) {
  in::GetProposalRequest get;
  get.set_id(thing.id);
  if (const auto now = requests.Read<in::Proposal>("jissho.intake.v1.IntakeService/GetProposal", get)) {
    *request.mutable_content() = now->content();
    request.set_etag(now->etag());
  }
  request.mutable_content()->set_summary(requests.Text());
}

void AttachFile(Requests& requests, in::AttachFileRequest& request, const Thing&) {
  request.set_file_name(requests.Text() + ".pdf");
  request.set_media_type("application/pdf");
  request.set_content("%PDF-1.7\n" + requests.Text());
}

void RemoveAttachment(Requests& requests, in::RemoveAttachmentRequest& request, const Thing& thing) {
  in::GetProposalRequest get;
  get.set_id(thing.id);
  const auto now = requests.Read<in::Proposal>("jissho.intake.v1.IntakeService/GetProposal", get);
  const auto* const any = now ? AnyOf(requests.random(), now->attachments()) : nullptr;
  if (any != nullptr) request.set_attachment_id(any->id());
}

void OpenConsultation(Requests&, in::OpenConsultationRequest& request, const Thing& thing) {
  request.set_organisation_id(thing.owner);
  request.clear_call_id();
}

// --- the review

std::optional<rv::Board> BoardOf(Requests& requests, const std::string& call_id) {
  rv::GetBoardRequest get;
  get.set_call_id(call_id);
  return requests.Read<rv::Board>("jissho.review.v1.ReviewService/GetBoard", get);
}

std::vector<rv::Entry> EntriesOf(Requests& requests, const std::string& call_id,
                                 const std::set<rv::EntryState>& states) {
  rv::ListEntriesRequest list;
  list.set_call_id(call_id);
  std::vector<rv::Entry> entries;
  const auto page =
      requests.Read<rv::ListEntriesResponse>("jissho.review.v1.ReviewService/ListEntries", list);
  if (!page) return entries;
  for (const rv::Entry& entry : page->entries())
    if (states.empty() || states.count(entry.state()) == 1) entries.push_back(entry);
  return entries;
}

// The call of the proposal that an entry is about.
template <class Request>
void PointAtEntry(Requests& requests, Request& request, const Thing& thing) {
  in::GetProposalRequest get;
  get.set_id(thing.id);
  if (const auto proposal = requests.Read<in::Proposal>("jissho.intake.v1.IntakeService/GetProposal", get))
    request.set_call_id(proposal->call_id());
  request.set_case_id(thing.id);
}

void DeclareInterest(Requests& requests, rv::DeclareInterestRequest& request, const Thing& thing) {
  PointAtEntry(requests, request, thing);
  const bool related = requests.random().OneIn(6);
  request.set_kind(related ? rv::INTEREST_KIND_RELATED : rv::INTEREST_KIND_NONE);
  request.set_relation(related ? rv::RELATION_BUSINESS : rv::RELATION_UNSPECIFIED);
}

template <class Request>
void FillStage(Requests& requests, Request& request, const Thing& thing) {
  PointAtEntry(requests, request, thing);
  request.set_stage(thing.states.count("first_review") == 1 ? rv::STAGE_FIRST : rv::STAGE_SECOND);
}

void SubmitScores(Requests& requests, rv::SubmitScoresRequest& request, const Thing& thing) {
  FillStage(requests, request, thing);
  request.clear_etag();
}

void RecordAbstention(Requests& requests, rv::RecordAbstentionRequest& request, const Thing& thing) {
  FillStage(requests, request, thing);
}

rv::Stage StageOfRound(const Thing& thing) {
  const bool first = thing.states.count("first_review") + thing.states.count("first_closed") > 0;
  return first ? rv::STAGE_FIRST : rv::STAGE_SECOND;
}

void VoidScores(Requests& requests, rv::VoidScoresRequest& request, const Thing& thing) {
  const std::vector<rv::Entry> entries = EntriesOf(requests, thing.id, {});
  if (!entries.empty()) request.set_case_id(entries[requests.random().Below(entries.size())].case_id());
  const auto board = BoardOf(requests, thing.id);
  const auto* const seat = board ? AnyOf(requests.random(), board->seats()) : nullptr;
  if (seat != nullptr) request.set_seat_id(seat->id());
  request.set_stage(StageOfRound(thing));
  request.set_relation(rv::RELATION_FAMILY);
}

void AddSeat(Requests& requests, rv::AddSeatRequest& request, const Thing& thing) {
  request.mutable_seat()->set_subject(absl::StrCat("user:reviewer-", requests.random().Between(1, 6)));
  request.mutable_seat()->set_name(requests.Text());
  request.mutable_seat()->set_kind(requests.random().OneIn(6) ? rv::SEAT_KIND_CHAIR : rv::SEAT_KIND_REVIEWER);
  if (const auto board = BoardOf(requests, thing.id)) request.set_etag(board->etag());
}

void UpdateRoundSettings(Requests& requests, rv::UpdateRoundSettingsRequest& request, const Thing&) {
  rv::RoundSettings& settings = *request.mutable_settings();
  settings.Clear();
  settings.add_tie_breaks(rv::TIE_BREAK_HEAVIEST_CRITERION);
  if (requests.random().OneIn(2)) settings.add_tie_breaks(rv::TIE_BREAK_LOWER_REQUEST);
  settings.add_tie_breaks(rv::TIE_BREAK_CHAIR_DECISION);
  settings.set_aggregation(requests.random().OneIn(2) ? rv::AGGREGATION_MEAN : rv::AGGREGATION_TRIMMED_MEAN);
}

void StartFirstReview(Requests& requests, rv::StartFirstReviewRequest& request, const Thing& thing) {
  const auto entries = EntriesOf(requests, thing.id, {rv::ENTRY_STATE_REGISTERED});
  request.set_expected_entries(static_cast<int32_t>(entries.size()));
}

void StartSecondReview(Requests& requests, rv::StartSecondReviewRequest& request, const Thing& thing) {
  const auto entries = EntriesOf(requests, thing.id, {rv::ENTRY_STATE_REGISTERED});
  request.set_expected_entries(static_cast<int32_t>(entries.size()));
}

void RecordMeeting(Requests& requests, rv::RecordMeetingRequest& request, const Thing& thing) {
  request.set_stage(StageOfRound(thing));
  request.set_date(requests.Date(0, 0));
  const auto board = BoardOf(requests, thing.id);
  if (!board) return;
  request.clear_present_seat_ids();
  request.clear_absent_seat_ids();
  for (const rv::Seat& seat : board->seats()) request.add_present_seat_ids(seat.id());
  rv::ListInterestsRequest list;
  list.set_call_id(thing.id);
  const auto interests =
      requests.Read<rv::ListInterestsResponse>("jissho.review.v1.ReviewService/ListInterests", list);
  if (!interests) return;
  request.clear_recusals();
  for (const rv::Interest& interest : interests->interests()) {
    if (interest.kind() != rv::INTEREST_KIND_RELATED) continue;
    rv::Recusal* const recusal = request.add_recusals();
    recusal->set_case_id(interest.case_id());
    recusal->set_seat_id(interest.seat_id());
  }
}

void RankRound(Requests& requests, rv::RankRoundRequest& request, const Thing&) {
  if (requests.random().OneIn(2)) request.clear_chair_orders();
}

void DraftDecision(Requests& requests, rv::DraftDecisionRequest& request, const Thing&) {
  request.clear_items();
  request.set_misfit_rule(requests.random().OneIn(2) ? rv::MISFIT_RULE_SKIP : rv::MISFIT_RULE_UNSPECIFIED);
  request.set_decision_date(requests.Date(0, 0));
  request.set_release_date(requests.Date(0, 2));
  request.set_reserve_expiry_date(requests.Date(3, 200));
}

void PromoteReserve(Requests& requests, rv::PromoteReserveRequest& request, const Thing& thing) {
  const auto entries = EntriesOf(requests, thing.id, {rv::ENTRY_STATE_RESERVE});
  request.clear_case_id();
  if (!entries.empty() && requests.random().OneIn(2))
    request.set_case_id(entries[requests.random().Below(entries.size())].case_id());
  request.set_offered_yen(requests.random().OneIn(2) ? 0 : requests.random().Between(1, 50) * 1000);
  request.set_decision_date(requests.Date(0, 0));
}

// --- the money

std::optional<sb::Grant> GrantOf(Requests& requests, const std::string& id) {
  sb::GetGrantRequest get;
  get.set_id(id);
  return requests.Read<sb::Grant>("jissho.subsidy.v1.SubsidyService/GetGrant", get);
}

// A part of the amount, the whole as often as not; at least 1 yen.
int64_t Part(Random& random, int64_t amount) {
  if (amount <= 1 || random.OneIn(2)) return std::max<int64_t>(1, amount);
  return random.Between(1, amount);
}

void FillAccount(Requests& requests, sb::BankAccount& account, const std::string& holder) {
  account.set_bank_code("0001");
  account.set_branch_code("001");
  account.set_type(sb::ACCOUNT_TYPE_ORDINARY);
  account.set_number(absl::StrCat(1'000'000 + requests.random().Below(9'000'000)));
  account.set_holder_name(holder);
  account.set_holder_kana("ミホン");
}

void OneCost(Requests& requests, google::protobuf::RepeatedPtrField<sb::CostItem>& costs, int64_t eligible) {
  costs.Clear();
  sb::CostItem* const cost = costs.Add();
  cost->set_category(requests.Text());
  cost->set_amount_yen(eligible + 1000);
  cost->set_eligible_yen(eligible);
}

void ApplyForGrant(Requests& requests, sb::ApplyForGrantRequest& request, const Thing& thing) {
  const auto grant = GrantOf(requests, thing.id);
  if (!grant) return;
  request.set_requested_yen(Part(requests.random(), grant->offered_yen()));
  OneCost(requests, *request.mutable_costs(), grant->offered_yen() * 3);
}

void DraftGrantDecision(Requests& requests, sb::DraftGrantDecisionRequest& request, const Thing& thing) {
  if (const auto grant = GrantOf(requests, thing.id))
    request.set_amount_yen(Part(requests.random(), grant->requested_yen()));
  request.set_modification_reason(requests.Text());
}

void RequestAdvance(Requests& requests, sb::RequestAdvanceRequest& request, const Thing& thing) {
  const auto grant = GrantOf(requests, thing.id);
  if (!grant) return;
  request.set_amount_yen(Part(requests.random(), grant->decided_yen() - grant->advanced_yen()));
  FillAccount(requests, *request.mutable_account(), grant->organisation_name());
}

void SubmitReport(Requests& requests, sb::SubmitPerformanceReportRequest& request, const Thing& thing) {
  if (const auto grant = GrantOf(requests, thing.id))
    OneCost(requests, *request.mutable_costs(), Part(requests.random(), grant->decided_yen() * 3));
}

void InspectGrant(Requests& requests, sb::InspectGrantRequest& request, const Thing& thing) {
  if (const auto grant = GrantOf(requests, thing.id)) {
    const int64_t eligible = grant->report().eligible_yen();
    request.set_accepted_eligible_yen(requests.random().OneIn(5) ? 0 : Part(requests.random(), eligible));
  }
}

void InvoiceGrant(Requests& requests, sb::InvoiceGrantRequest& request, const Thing& thing) {
  if (const auto grant = GrantOf(requests, thing.id))
    FillAccount(requests, *request.mutable_account(), grant->organisation_name());
}

void RecordReturn(Requests& requests, sb::RecordReturnRequest& request, const Thing& thing) {
  if (const auto grant = GrantOf(requests, thing.id))
    request.set_amount_yen(Part(requests.random(), grant->receivable_yen()));
}

void CorrectAccount(Requests& requests, sb::CorrectAccountRequest& request, const Thing& thing) {
  sb::GetPaymentRequest get;
  get.set_id(thing.id);
  const auto payment = requests.Read<sb::Payment>("jissho.subsidy.v1.SubsidyService/GetPayment", get);
  if (payment) FillAccount(requests, *request.mutable_account(), payment->payee_name());
}

void CheckPayment(Requests& requests, sb::CheckPaymentRequest& request, const Thing&) {
  request.set_lawful(!requests.random().OneIn(8));
  request.set_debt_fixed(!requests.random().OneIn(8));
}

void BookDirectCost(Requests& requests, sb::BookDirectCostRequest& request, const Thing&) {
  request.set_amount_yen(requests.random().Between(1, 60'000));
  request.set_document(requests.Text());
  request.set_debt_fixed(requests.random().OneIn(2));
  request.clear_replaces();
  FillAccount(requests, *request.mutable_account(), request.payee_name());
}

void DraftAppropriation(Requests& requests, sb::DraftAppropriationRequest& request, const Thing&) {
  for (sb::FundAmount& fund : *request.mutable_funds())
    fund.set_amount_yen(requests.random().Between(-100, 300) * 1000);
}

void AllotBudget(Requests& requests, sb::AllotBudgetRequest& request, const Thing&) {
  request.set_amount_yen(requests.random().Between(-200, 200) * 1000);
}

// --- trials and surveys

std::optional<tr::Trial> TrialOf(Requests& requests, const std::string& id) {
  tr::GetTrialRequest get;
  get.set_id(id);
  return requests.Read<tr::Trial>("jissho.trial.v1.TrialService/GetTrial", get);
}

void AddMilestone(Requests& requests, tr::AddMilestoneRequest& request, const Thing& thing) {
  if (const auto trial = TrialOf(requests, thing.id)) request.set_due_date(trial->window_end_date());
}

void CompleteMilestone(Requests& requests, tr::CompleteMilestoneRequest& request, const Thing& thing) {
  const auto trial = TrialOf(requests, thing.id);
  const auto* const milestone = trial ? AnyOf(requests.random(), trial->milestones()) : nullptr;
  if (milestone != nullptr) request.set_milestone_id(milestone->id());
}

void RecordSupport(Requests& requests, tr::RecordSupportRequest& request, const Thing& thing) {
  const auto trial = TrialOf(requests, thing.id);
  const auto* const promise = trial ? AnyOf(requests.random(), trial->promises()) : nullptr;
  if (promise != nullptr) request.set_promise_id(promise->id());
  request.set_state(requests.random().OneIn(3) ? tr::PROMISE_STATE_GIVEN_UP : tr::PROMISE_STATE_DELIVERED);
  request.set_follow_up(requests.Text());
}

void CreateCampaign(Requests& requests, sv::CreateCampaignRequest& request, const Thing&) {
  Random& random = requests.random();
  const absl::Time open = requests.world().calendar().Now() + absl::Hours(random.Between(1, 100));
  const absl::Time due = open + absl::Hours(random.Between(24, 1000));
  request.set_title(requests.Text());
  *request.mutable_open_time() = Stamp(open);
  *request.mutable_due_time() = Stamp(due);
  *request.mutable_close_time() = Stamp(due + absl::Hours(random.Between(24, 1000)));
}

// By the link as often as by his name, if the link is still to be read.
void AnswerSurvey(Requests& requests, sv::AnswerSurveyRequest& request, const Thing& thing) {
  request.clear_token();
  request.set_invitation_id(thing.id);
  if (requests.random().OneIn(2)) return;
  sv::GetInvitationRequest get;
  get.set_id(thing.id);
  const auto form = requests.Read<sv::InvitationForm>("jissho.survey.v1.SurveyService/GetInvitation", get);
  if (!form) return;
  sv::ListNoticesRequest list;
  list.set_campaign_id(form->invitation().campaign_id());
  const auto notices =
      requests.Read<sv::ListNoticesResponse>("jissho.survey.v1.SurveyService/ListNotices", list);
  if (!notices) return;
  for (const sv::Notice& notice : notices->notices()) {
    if (notice.invitation_id() != thing.id) continue;
    request.set_token(notice.token());
    request.clear_invitation_id();
  }
}

}  // namespace

const std::map<std::string, Requests::Fill>& Fillers() {
  static const auto& fillers = *new std::map<std::string, Requests::Fill>{
      {"CreateCall", Special(&CreateCall)},
      {"UpdateCall", Special(&UpdateCall)},
      {"AmendCall", Special(&AmendCall)},
      {"ReturnSheet", Special(&ReturnSheet)},
      {"EnterSheetValues", Special(&FillSheetEtag<pr::EnterSheetValuesRequest>)},
      {"ApproveSheet", Special(&FillSheetEtag<pr::ApproveSheetRequest>)},
      {"UpdateProgramme", Special(&UpdateProgramme)},
      {"RegisterOrganisation", Special(&RegisterOrganisation)},
      {"UpdateOrganisation", Special(&UpdateOrganisation)},
      {"CreateProposal", Special(&CreateProposal)},
      {"UpdateProposal", Special(&UpdateProposal)},
      {"AttachFile", Special(&AttachFile)},
      {"RemoveAttachment", Special(&RemoveAttachment)},
      {"OpenConsultation", Special(&OpenConsultation)},
      {"DeclareInterest", Special(&DeclareInterest)},
      {"SubmitScores", Special(&SubmitScores)},
      {"RecordAbstention", Special(&RecordAbstention)},
      {"VoidScores", Special(&VoidScores)},
      {"AddSeat", Special(&AddSeat)},
      {"UpdateRoundSettings", Special(&UpdateRoundSettings)},
      {"StartFirstReview", Special(&StartFirstReview)},
      {"StartSecondReview", Special(&StartSecondReview)},
      {"RecordMeeting", Special(&RecordMeeting)},
      {"RankRound", Special(&RankRound)},
      {"DraftDecision", Special(&DraftDecision)},
      {"PromoteReserve", Special(&PromoteReserve)},
      {"ApplyForGrant", Special(&ApplyForGrant)},
      {"DraftGrantDecision", Special(&DraftGrantDecision)},
      {"RequestAdvance", Special(&RequestAdvance)},
      {"SubmitPerformanceReport", Special(&SubmitReport)},
      {"InspectGrant", Special(&InspectGrant)},
      {"InvoiceGrant", Special(&InvoiceGrant)},
      {"RecordReturn", Special(&RecordReturn)},
      {"CorrectAccount", Special(&CorrectAccount)},
      {"CheckPayment", Special(&CheckPayment)},
      {"BookDirectCost", Special(&BookDirectCost)},
      {"DraftAppropriation", Special(&DraftAppropriation)},
      {"AllotBudget", Special(&AllotBudget)},
      {"AddMilestone", Special(&AddMilestone)},
      {"CompleteMilestone", Special(&CompleteMilestone)},
      {"RecordSupport", Special(&RecordSupport)},
      {"CreateCampaign", Special(&CreateCampaign)},
      {"AnswerSurvey", Special(&AnswerSurvey)}};
  return fillers;
}

}  // namespace jissho::simulation
