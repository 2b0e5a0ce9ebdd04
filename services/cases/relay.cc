#include "services/cases/relay.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/intake/v1/events.pb.h"
#include "jissho/review/v1/events.pb.h"
#include "jissho/subsidy/v1/events.pb.h"
#include "jissho/survey/v1/events.pb.h"
#include "jissho/trial/v1/events.pb.h"
#include "services/cases/domain/progress.h"
#include "services/cases/domain/search_text.h"
#include "services/cases/reasons.h"
#include "services/cases/store/queries.h"
#include "services/cases/store/rows.h"
#include "workflow/act/queries.h"
#include "workflow/act/rows.h"

namespace jissho::cases {

namespace {

using act::Json;

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return google::protobuf::util::TimeUtil::TimestampToMicroseconds(time);
}

// --- from the events to the chart
// ----------------------------------------------------------------------------------

// Feeds news into a known case's chart.
absl::Status Hear(const std::string& case_id, const std::string& event, const Json& data,
                  const act::View& view, act::WriteSet& writes) {
  JISSHO_RETURN_IF_ERROR(view.Get<CaseRow>(case_id, kCaseNotFound).status());
  JISSHO_RETURN_IF_ERROR(writes.FireAsMessage(case_id, event, data));
  return RefreshState(case_id, view, writes);
}

// A handler for a message that names its case and says `event` with some data.
template <class Message>
std::pair<std::string, act::EventHandler> On(std::string (*case_of)(const Message&), const std::string& event,
                                             std::function<Json(const Message&)> data) {
  return {std::string(Message::descriptor()->full_name()),
          [case_of, event, data](const act::IncomingEvent& incoming, const act::Context&,
                                 const act::View& view, act::WriteSet& writes) -> absl::Status {
            Message message;
            if (!message.ParseFromString(incoming.payload))
              return absl::InvalidArgumentError("malformed event");
            return Hear(case_of(message), event, data(message), view, writes);
          }};
}

template <class Message>
std::string ByProposal(const Message& message) {
  return message.proposal_id();
}
template <class Message>
std::string ByCase(const Message& message) {
  return message.case_id();
}
template <class Message>
Json ReasonOnly(const Message& message) {
  return Json{{"ended_reason", message.reason()}};
}

Json SubmissionData(const intake::v1::ProposalSubmitted& event) {
  return {{"title", event.title()},
          {"section", event.section()},
          {"organisation_name", event.organisation_name()},
          {"receipt_number", event.receipt_number()},
          {"requested_yen", event.requested_yen()},
          {"revision", event.revision()}};
}

std::string OutcomeName(review::v1::Outcome outcome) {
  return review::v1::Outcome_Name(outcome).substr(std::string("OUTCOME_").size());
}

Json DecisionData(const review::v1::DecisionReleased& event) {
  const bool adopted = event.outcome() == review::v1::OUTCOME_ADOPTED ||
                       event.outcome() == review::v1::OUTCOME_ADOPTED_WITH_CONDITIONS;
  return {{"adopted", adopted},
          {"outcome", OutcomeName(event.outcome())},
          {"decision_id", event.decision_id()},
          {"decision_date", event.decision_date()},
          {"offered_yen", event.offered_yen()},
          {"conditions", std::vector<std::string>(event.conditions().begin(), event.conditions().end())}};
}

absl::Status IndexText(const CaseRow& row, const act::View& view, act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto stored, GramsOfCase(view, row.id));
  std::set<std::string> wanted = GramsOf(row.search_text);
  for (const GramRow& gram : stored) {
    if (wanted.erase(gram.gram) > 0) continue;
    JISSHO_RETURN_IF_ERROR(writes.Delete<GramRow>(storage::KeyOf(gram.gram, gram.case_id)));
  }
  for (const std::string& gram : wanted) JISSHO_RETURN_IF_ERROR(writes.Insert(GramRow{gram, row.id}));
  return absl::OkStatus();
}

// Tasks of a draft's proposal came before the case: its applicant shall see them too.
absl::Status AdoptTasks(const CaseRow& row, const act::View& view, act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto tasks, TasksOfCase(view, row.id));
  for (TaskRow& task : tasks) {
    if (!task.organisation.empty()) continue;
    task.organisation = row.organisation_id;
    JISSHO_RETURN_IF_ERROR(writes.Update(task));
  }
  return absl::OkStatus();
}

absl::Status OpenCase(const intake::v1::ProposalSubmitted& event, const act::View& view,
                      act::WriteSet& writes) {
  CaseRow row;
  row.id = event.proposal_id();
  row.programme_id = event.programme_id();
  row.fiscal_year = event.fiscal_year();
  row.call_id = event.call_id();
  row.receipt_number = event.receipt_number();
  row.title = event.title();
  row.section = event.section();
  row.organisation_id = event.organisation_id();
  row.organisation_name = event.organisation_name();
  row.received_at = absl::FromUnixMicros(MicrosOf(event.received_time()));
  row.revision = event.revision();
  row.requested_yen = event.requested_yen();
  row.conditions = "[]";
  row.search_text = NormaliseForSearch(absl::StrCat(row.title, row.organisation_name));
  JISSHO_RETURN_IF_ERROR(IndexText(row, view, writes));
  JISSHO_RETURN_IF_ERROR(AdoptTasks(row, view, writes));
  JISSHO_RETURN_IF_ERROR(writes.Insert(row));
  JISSHO_RETURN_IF_ERROR(writes.Start("case", row.id, row.id, row.organisation_id, Json::object()));
  return RefreshState(row.id, view, writes);
}

absl::Status OnSubmitted(const act::IncomingEvent& incoming, const act::Context&, const act::View& view,
                         act::WriteSet& writes) {
  intake::v1::ProposalSubmitted event;
  if (!event.ParseFromString(incoming.payload)) return absl::InvalidArgumentError("malformed event");
  JISSHO_ASSIGN_OR_RETURN(auto known, view.Find<CaseRow>(event.proposal_id()));
  if (!known) return OpenCase(event, view, writes);
  return Hear(event.proposal_id(), "proposal.submitted", SubmissionData(event), view, writes);
}

// --- from the chart to the facts
// -------------------------------------------------------------------------------------

// The members of an event's data that are columns of the case.
void Take(const Json& data, CaseRow& row) {
  const auto text = [&](const char* name, std::string& out) {
    if (data.contains(name) && data[name].is_string()) out = data[name].get<std::string>();
  };
  const auto number = [&](const char* name, int64_t& out) {
    if (data.contains(name) && data[name].is_number_integer()) out = data[name].get<int64_t>();
  };
  text("title", row.title);
  text("section", row.section);
  text("organisation_name", row.organisation_name);
  text("outcome", row.outcome);
  text("decision_id", row.decision_id);
  text("decision_date", row.decision_date);
  text("grant_decision_date", row.grant_decision_date);
  text("trial_start_date", row.trial_start_date);
  text("trial_end_date", row.trial_end_date);
  text("survey_status_code", row.survey_status_code);
  text("ended_reason", row.ended_reason);
  number("receipt_number", row.receipt_number);
  number("requested_yen", row.requested_yen);
  number("revision", row.revision);
  number("offered_yen", row.offered_yen);
  number("decided_yen", row.decided_yen);
  number("fixed_yen", row.fixed_yen);
  number("return_yen", row.return_yen);
  number("settled_yen", row.settled_yen);
  if (data.contains("conditions")) row.conditions = data["conditions"].dump();
  if (data.contains("survey_answered_at")) {
    row.survey_answered_at = absl::FromUnixMicros(data["survey_answered_at"].get<int64_t>());
  }
}

absl::Status Record(const act::ActionCall& call, const act::Context&, const act::View& view,
                    act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, view.Get<CaseRow>(call.instance_id, kCaseNotFound));
  Take(call.event_data, row);
  const std::string text = NormaliseForSearch(absl::StrCat(row.title, row.organisation_name));
  if (text != row.search_text) {
    row.search_text = text;
    JISSHO_RETURN_IF_ERROR(IndexText(row, view, writes));
  }
  return writes.Update(row);
}

// --- from the facts to the others
// ------------------------------------------------------------------------------------

v1::CaseAccepted MakeAccepted(const CaseRow& row) {
  v1::CaseAccepted out;
  out.set_case_id(row.id);
  out.set_call_id(row.call_id);
  out.set_title(row.title);
  out.set_section(row.section);
  out.set_organisation_id(row.organisation_id);
  out.set_organisation_name(row.organisation_name);
  out.set_requested_yen(row.requested_yen);
  out.set_receipt_number(row.receipt_number);
  return out;
}

v1::CaseDecided MakeDecided(const CaseRow& row, const Json& data) {
  v1::CaseDecided out;
  out.set_case_id(row.id);
  out.set_call_id(row.call_id);
  out.set_programme_id(row.programme_id);
  out.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  out.set_decision_id(row.decision_id);
  out.set_adopted(data.value("adopted", false));
  out.set_outcome(row.outcome);
  out.set_offered_yen(row.offered_yen);
  out.set_organisation_id(row.organisation_id);
  out.set_organisation_name(row.organisation_name);
  out.set_title(row.title);
  out.set_decision_date(row.decision_date);
  const Json conditions = Json::parse(row.conditions, nullptr, false);
  for (const Json& condition : conditions.is_array() ? conditions : Json::array()) {
    out.add_conditions(condition.get<std::string>());
  }
  return out;
}

v1::CaseDeclined MakeDeclined(const CaseRow& row) {
  v1::CaseDeclined out;
  out.set_case_id(row.id);
  out.set_call_id(row.call_id);
  out.set_reason(row.ended_reason);
  return out;
}

v1::CaseGrantDecided MakeGrantDecided(const CaseRow& row) {
  v1::CaseGrantDecided out;
  out.set_case_id(row.id);
  out.set_decided_yen(row.decided_yen);
  out.set_decision_date(row.grant_decision_date);
  return out;
}

struct Parcel {
  std::string type;
  std::string payload;
};

template <class Message>
Parcel Pack(const Message& message) {
  return {std::string(Message::descriptor()->full_name()), message.SerializeAsString()};
}

absl::StatusOr<Parcel> Write(const std::string& message, const CaseRow& row, const Json& data) {
  if (message == "CaseAccepted") return Pack(MakeAccepted(row));
  if (message == "CaseDecided") return Pack(MakeDecided(row, data));
  if (message == "CaseDeclined") return Pack(MakeDeclined(row));
  if (message == "CaseGrantDecided") return Pack(MakeGrantDecided(row));
  if (message == "CaseWithdrawn") {
    v1::CaseWithdrawn out;
    out.set_case_id(row.id);
    return Pack(out);
  }
  if (message == "CaseGrantRefused") {
    v1::CaseGrantRefused out;
    out.set_case_id(row.id);
    out.set_reason(row.ended_reason);
    return Pack(out);
  }
  if (message == "CaseTrialStarted") {
    v1::CaseTrialStarted out;
    out.set_case_id(row.id);
    out.set_start_date(row.trial_start_date);
    return Pack(out);
  }
  if (message == "CaseTrialEnded") {
    v1::CaseTrialEnded out;
    out.set_case_id(row.id);
    out.set_completed(data.value("completed", false));
    out.set_end_date(row.trial_end_date);
    return Pack(out);
  }
  return absl::InternalError(absl::StrCat("the chart 'case' tells of ", message, ", which is no event"));
}

absl::Status Tell(const act::ActionCall& call, const act::Context&, const act::View& view,
                  act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, view.Get<CaseRow>(call.instance_id, kCaseNotFound));
  JISSHO_ASSIGN_OR_RETURN(Parcel parcel, Write(call.params.value("message", ""), row, call.event_data));
  for (const Json& receiver : call.params.value("to", Json::array())) {
    writes.Emit({receiver.get<std::string>(), row.id, parcel.type, parcel.payload});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RefreshState(const std::string& case_id, const act::View& view, act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, view.Get<CaseRow>(case_id, kCaseNotFound));
  JISSHO_ASSIGN_OR_RETURN(auto instance, view.Find<act::InstanceRow>(case_id));
  if (!instance) return MakeError(kCaseNotFound, {{"id", case_id}});
  const std::vector<std::string> states = act::ActiveStatesOf(*instance);
  const std::set<std::string> active(states.begin(), states.end());
  row.state = StateOf(active);
  // What a past case was is typed in; a chart that did not live through it does not know.
  if (!row.imported) {
    row.adopted = AdoptedIn(active);
    row.declined = DeclinedIn(active);
    row.trial_run = !row.trial_start_date.empty();
    row.trial_completed = active.contains("completed");
  }
  return writes.Update(row);
}

std::map<std::string, act::Action> RelayActions() { return {{"cases.record", Record}, {"cases.tell", Tell}}; }

std::map<std::string, act::EventHandler> RelayHandlers() {
  using intake::v1::AdoptionDeclined;
  using intake::v1::ProposalAccepted;
  using intake::v1::ProposalIneligible;
  using intake::v1::ProposalReturned;
  using intake::v1::ProposalWithdrawn;
  std::map<std::string, act::EventHandler> handlers;
  handlers[std::string(intake::v1::ProposalSubmitted::descriptor()->full_name())] = OnSubmitted;
  handlers.insert(
      On<ProposalAccepted>(ByProposal, "proposal.accepted", [](const auto&) { return Json::object(); }));
  handlers.insert(On<ProposalReturned>(ByProposal, "proposal.returned", ReasonOnly<ProposalReturned>));
  handlers.insert(On<ProposalIneligible>(ByProposal, "proposal.ineligible", ReasonOnly<ProposalIneligible>));
  handlers.insert(On<ProposalWithdrawn>(ByProposal, "proposal.withdrawn", ReasonOnly<ProposalWithdrawn>));
  handlers.insert(On<AdoptionDeclined>(ByProposal, "adoption.declined", ReasonOnly<AdoptionDeclined>));
  handlers.insert(On<review::v1::DecisionReleased>(ByCase, "review.decided", DecisionData));
  handlers.insert(On<subsidy::v1::GrantDecided>(ByCase, "grant.decided", [](const auto& event) {
    return Json{{"decided_yen", event.decided_yen()}, {"grant_decision_date", event.decision_date()}};
  }));
  handlers.insert(
      On<subsidy::v1::GrantRefused>(ByCase, "grant.refused", ReasonOnly<subsidy::v1::GrantRefused>));
  handlers.insert(On<subsidy::v1::GrantFixed>(ByCase, "grant.fixed", [](const auto& event) {
    return Json{{"fixed_yen", event.fixed_yen()}, {"return_yen", event.return_yen()}};
  }));
  handlers.insert(On<subsidy::v1::GrantSettled>(ByCase, "grant.settled", [](const auto& event) {
    return Json{{"settled_yen", event.settled_yen()}};
  }));
  handlers.insert(On<trial::v1::TrialStarted>(ByCase, "trial.started", [](const auto& event) {
    return Json{{"trial_start_date", event.start_date()}};
  }));
  handlers.insert(On<trial::v1::TrialCompleted>(ByCase, "trial.completed", [](const auto& event) {
    return Json{{"trial_end_date", event.end_date()}, {"completed", true}};
  }));
  handlers.insert(On<trial::v1::TrialCancelled>(ByCase, "trial.cancelled", [](const auto& event) {
    return Json{{"ended_reason", event.reason()}, {"trial_end_date", event.end_date()}, {"completed", false}};
  }));
  handlers.insert(On<survey::v1::SurveyAnswered>(ByCase, "survey.answered", [](const auto& event) {
    return Json{{"survey_status_code", event.status_code()},
                {"survey_answered_at", MicrosOf(event.answered_time())}};
  }));
  return handlers;
}

}  // namespace jissho::cases
