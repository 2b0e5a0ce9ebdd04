#include "services/trial/desk.h"

namespace jissho::trial {

namespace {

using act::Json;
using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<Plan<v1::Trial>> NameDivision(const CallContext&, const v1::NameDivisionRequest& request) {
  return PlanOn(request.id(), request.etag(), [request](Work& work) -> absl::Status {
    work.row.division = request.division();
    JISSHO_RETURN_IF_ERROR(work.writes.Update(work.row));
    return work.writes.Fire(work.row.id, "division.name", Json{{"division", request.division()}});
  });
}

absl::StatusOr<Plan<v1::Trial>> StartTrial(const CallContext&, const v1::StartTrialRequest& request) {
  return PlanOn(request.id(), request.etag(), [request](Work& work) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate start, civil::ParseDate(request.start_date()));
    JISSHO_ASSIGN_OR_RETURN(const TrialDates dates, work.Dates());
    JISSHO_RETURN_IF_ERROR(CheckStart(dates, start, work.today()));
    // Written before the chart is asked: its action tells the others what the row says.
    work.row.start_date = request.start_date();
    JISSHO_RETURN_IF_ERROR(work.writes.Update(work.row));
    return work.writes.Fire(work.row.id, "trial.start", Json{{"start_date", request.start_date()}});
  });
}

absl::StatusOr<Plan<v1::Trial>> CompleteTrial(const CallContext&, const v1::CompleteTrialRequest& request) {
  return PlanOn(request.id(), request.etag(), [request](Work& work) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate end, civil::ParseDate(request.end_date()));
    JISSHO_ASSIGN_OR_RETURN(const TrialDates dates, work.Dates());
    JISSHO_RETURN_IF_ERROR(CheckEnd(dates, end, work.today()));
    work.row.end_date = request.end_date();
    work.row.result = request.result();
    JISSHO_RETURN_IF_ERROR(work.writes.Update(work.row));
    return work.writes.Fire(work.row.id, "trial.complete", Json{{"end_date", request.end_date()}});
  });
}

absl::StatusOr<Plan<v1::Trial>> CancelTrial(const CallContext&, const v1::CancelTrialRequest& request) {
  return PlanOn(request.id(), request.etag(), [request](Work& work) -> absl::Status {
    work.row.cancel_reason = request.reason();
    work.row.end_date = civil::FormatDate(work.today());
    JISSHO_RETURN_IF_ERROR(work.writes.Update(work.row));
    return work.writes.Fire(work.row.id, "trial.cancel", Json{{"reason", request.reason()}});
  });
}

absl::StatusOr<Plan<v1::Trial>> SubmitInterimNote(const CallContext&,
                                                  const v1::SubmitInterimNoteRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    NoteRow note{work.context.NewId("note"), work.row.id, work.context.now(), work.context.actor().id,
                 request.text()};
    JISSHO_RETURN_IF_ERROR(work.writes.Insert(note));
    work.parts.notes.push_back(note);
    return work.writes.Fire(work.row.id, "note.submit", Json{{"note_id", note.id}});
  });
}

absl::StatusOr<Plan<v1::Trial>> ReportIncident(const CallContext&, const v1::ReportIncidentRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate date, civil::ParseDate(request.date()));
    JISSHO_RETURN_IF_ERROR(CheckPast(date, work.today()));
    IncidentRow incident{work.context.NewId("incident"),
                         work.row.id,
                         request.severity(),
                         request.date(),
                         request.what(),
                         request.measures(),
                         work.context.actor().id};
    JISSHO_RETURN_IF_ERROR(work.writes.Insert(incident));
    work.parts.incidents.push_back(incident);
    return work.writes.Fire(
        work.row.id, "incident.report",
        Json{{"incident_id", incident.id}, {"severity", v1::Severity_Name(request.severity())}});
  });
}

absl::StatusOr<Plan<v1::Trial>> RecordOutreach(const CallContext&, const v1::RecordOutreachRequest& request) {
  return PlanOn(request.id(), std::nullopt, [request](Work& work) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate date, civil::ParseDate(request.date()));
    JISSHO_RETURN_IF_ERROR(CheckPast(date, work.today()));
    OutreachRow outreach{work.context.NewId("outreach"),
                         work.row.id,
                         request.kind(),
                         request.date(),
                         request.what(),
                         request.url(),
                         request.reach()};
    JISSHO_RETURN_IF_ERROR(work.writes.Insert(outreach));
    work.parts.outreach.push_back(outreach);
    return work.writes.Fire(work.row.id, "outreach.record", Json{{"outreach_id", outreach.id}});
  });
}

}  // namespace

void AddConduct(runtime::MethodRegistry& registry) {
  registry.Act<v1::NameDivisionRequest, v1::Trial>("NameDivision", NameDivision);
  registry.Act<v1::StartTrialRequest, v1::Trial>("StartTrial", StartTrial);
  registry.Act<v1::CompleteTrialRequest, v1::Trial>("CompleteTrial", CompleteTrial);
  registry.Act<v1::CancelTrialRequest, v1::Trial>("CancelTrial", CancelTrial);
  registry.Act<v1::SubmitInterimNoteRequest, v1::Trial>("SubmitInterimNote", SubmitInterimNote);
  registry.Act<v1::ReportIncidentRequest, v1::Trial>("ReportIncident", ReportIncident);
  registry.Act<v1::RecordOutreachRequest, v1::Trial>("RecordOutreach", RecordOutreach);
}

}  // namespace jissho::trial
