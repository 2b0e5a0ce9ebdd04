// A trial as its service's acts leave it, and a call and a sheet of the programme: what the tests of the
// rules spoil.
#ifndef JISSHO_TESTS_SUPPORT_GOOD_SERVICES_H_
#define JISSHO_TESTS_SUPPORT_GOOD_SERVICES_H_

#include "services/programme/store/rows.h"
#include "services/trial/store/rows.h"
#include "tests/support/ruled_service.h"
#include "workflow/base/hash.h"

namespace jissho::testing {

// Journal of "t1": 1 start, 2 grant.decided, 3 trial.start, 4 milestone.add, 5 milestone.complete (raises
// plan.done), 6 and 7 support.promise, 8 support.record, 9 note.submit, 10 trial.complete, 11 grant.refused
// (ignored), 12 trial.start (refused). Promise "p1" is delivered and "p2" open.
inline void MakeGoodTrial(RuledService& service) {
  const act::Actor cases = act::Actor::System("cases"), applicant{"user:a", {"applicant"}, "org-1", "LOCAL"},
                   division{"user:d", {"division"}, "", "LOCAL"};
  const auto method = [](const char* name) { return absl::StrCat("jissho.trial.v1.TrialService/", name); };
  const auto fire = [&](const act::Actor& actor, const char* name, const char* event,
                        const act::Json& data = act::Json::object()) {
    service.Do(actor, method(name),
               [&](const act::Context&, act::WriteSet& writes) { return writes.Fire("t1", event, data); });
  };
  const auto hear = [&](const char* event) {
    service.Do(cases, event,
               [&](const act::Context&, act::WriteSet& writes) { return writes.FireAsMessage("t1", event); });
  };
  service.Put(trial::CallRow{"call-1", "093", 2022, "公募", "2022-08-01", "2023-03-15"});
  trial::TrialRow trial;
  trial.id = "t1";
  trial.call_id = "call-1";
  trial.window_start = "2022-08-01";
  trial.window_end = "2023-03-15";
  trial.grant_decision_date = "2022-08-20";
  trial.start_date = "2022-09-01";
  trial.end_date = "2022-12-01";
  trial.open_promises = 1;
  service.Do(cases, "adopt", [&](const act::Context&, act::WriteSet& writes) {
    JISSHO_RETURN_IF_ERROR(writes.Insert(trial));
    return writes.Start("trial", "t1", "t1", "org-1", act::Json::object());
  });
  hear("grant.decided");
  fire(applicant, "StartTrial", "trial.start");
  fire(applicant, "AddMilestone", "milestone.add", {{"due", "2022-10-01"}, {"open", 1}});
  fire(division, "CompleteMilestone", "milestone.complete", {{"due", nullptr}, {"open", 0}});
  service.Put(trial::MilestoneRow{"m1", 1, "t1", "", "2022-10-01", "2022-10-02", ""});
  fire(division, "PromiseSupport", "support.promise", {{"due", nullptr}, {"open", 1}});
  fire(division, "PromiseSupport", "support.promise", {{"due", nullptr}, {"open", 2}});
  fire(division, "RecordSupport", "support.record", {{"due", nullptr}, {"open", 1}});
  service.Put(trial::PromiseRow{"p1", 2, "t1", 1, "", 1, "", 2, 1, "", "", "2022-10-05"});
  service.Put(trial::PromiseRow{"p2", 1, "t1", 1, "", 1, "", 1, 0, "", "", ""});
  fire(applicant, "SubmitInterimNote", "note.submit");
  service.Put(trial::NoteRow{"n1", "t1", absl::UnixEpoch(), "user:a", ""});
  service.Put(trial::IncidentRow{"i1", "t1", 1, "2022-10-05", "", "", "user:d"});
  service.Put(trial::OutreachRow{"o1", "t1", 1, "2022-10-06", "", "", 0});
  fire(applicant, "CompleteTrial", "trial.complete");
  hear("grant.refused");
  EXPECT_FALSE(
      service
          .Try(applicant, method("StartTrial"),
               [](const act::Context&, act::WriteSet& writes) { return writes.Fire("t1", "trial.start"); })
          .ok());
}

// Journal of call "c1": 1 start, 2 call.draft, 3 call.publish, 4 call.amend; of sheet "s1": 1 start, 2
// sheet.enter, 3 sheet.compute, 4 sheet.approve.
inline void MakeGoodProgramme(RuledService& service) {
  const act::Actor clerk{"user:c", {"secretariat"}, "", "LOCAL"}, manager{"user:m", {"manager"}, "", "LOCAL"};
  const auto act = [&](const act::Actor& actor, const char* name,
                       const std::function<absl::Status(const act::Context&, act::WriteSet&)>& body) {
    service.Do(actor, absl::StrCat("jissho.programme.v1.ProgrammeService/", name), body);
  };
  const auto fire = [&](const act::Actor& actor, const char* name, const char* id, const char* event,
                        const act::Json& data = act::Json::object()) {
    act(actor, name,
        [&](const act::Context&, act::WriteSet& writes) { return writes.Fire(id, event, data); });
  };
  service.Put(programme::ProgrammeRow{"093", 1, "{}"});
  programme::CallRow call;
  call.id = "c1";
  call.programme_id = "093";
  call.content = R"({"openTime": "2022-04-11T00:00:00Z", "closeTime": "2022-05-20T08:15:00Z"})";
  call.open_at = absl::FromUnixSeconds(1649635200);
  call.close_at = absl::FromUnixSeconds(1653034500);
  call.published_at = absl::FromUnixSeconds(1649376120);
  call.amendments = 1;
  act(clerk, "CreateCall", [&](const act::Context&, act::WriteSet& writes) {
    JISSHO_RETURN_IF_ERROR(writes.Insert(call));
    JISSHO_RETURN_IF_ERROR(writes.Start("call", "c1", "", "", act::Json::object()));
    return writes.Fire("c1", "call.draft");
  });
  fire(manager, "PublishCall", "c1", "call.publish");
  fire(manager, "AmendCall", "c1", "call.amend", {{"reason", "延長"}});
  programme::SheetRow sheet;
  sheet.id = "s1";
  sheet.programme_id = "093";
  sheet.typed = "{}";
  sheet.computed = R"({"cells": []})";
  sheet.content_hash = Sha256Hex(sheet.computed);
  sheet.computed_at = absl::FromUnixSeconds(1649376300);
  act(clerk, "EnterSheetValues", [&](const act::Context&, act::WriteSet& writes) {
    JISSHO_RETURN_IF_ERROR(writes.Insert(sheet));
    JISSHO_RETURN_IF_ERROR(writes.Start("sheet", "s1", "", "", act::Json::object()));
    return writes.Fire("s1", "sheet.enter");
  });
  fire(clerk, "ComputeSheet", "s1", "sheet.compute");
  fire(manager, "ApproveSheet", "s1", "sheet.approve");
}

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_GOOD_SERVICES_H_
