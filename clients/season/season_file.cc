#include "clients/season/season_file.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "clients/season/read_money.h"
#include "clients/season/season_check.h"
#include "clients/season/sha.h"

namespace jissho::season {
namespace {

constexpr char kFormat[] = "jissho-season/1";

void ReadPeople(MapReader& root, Season& season) {
  root.Each("people", true, [&](MapReader& map) {
    Person person;
    person.id = map.Text("id");
    person.name = map.Text("name");
    person.roles = map.Texts("roles", true);
    if (!season.people.emplace(person.id, person).second)
      map.Fault("id", "同じidが二度あります", "stands twice");
  });
  root.Section("duties", true, [&](MapReader& map) {
    for (const Duty& duty : kDuties) season.duties[duty.name] = map.Text(duty.name);
  });
}

void ReadPast(MapReader& root, Season& season) {
  root.Each("past_cohorts", false, [&](MapReader& map) {
    PastCohort cohort;
    cohort.fiscal_year = static_cast<int>(map.Integer("fiscal_year", {1990, 2200}));
    map.Each("cases", true, [&](MapReader& item) {
      PastCase past;
      past.title = item.Text("title");
      past.organisation = item.Text("organisation", "");
      past.organisation_name = item.Text("organisation_name");
      past.outcome = item.OneOf("outcome", {"run", "declined", "not_adopted"});
      cohort.cases.push_back(past);
    });
    season.past.push_back(cohort);
  });
}

void ReadOrganisations(MapReader& root, Season& season) {
  root.Each("organisations", true, [&](MapReader& map) {
    Organisation org;
    org.id = map.Text("id");
    org.name = map.Text("name");
    org.kana = map.Text("kana", "");
    org.kind = map.OneOf("kind", {"company", "university", "school", "institute", "sole_proprietor",
                                  "unincorporated", "other"});
    org.corporate_number = map.Text("corporate_number", "");
    org.representative_title = map.Text("representative_title", "");
    org.representative = map.Text("representative");
    org.postal_code = map.Text("postal_code", "");
    org.address = map.Text("address");
    map.Section("account", true, [&](MapReader& part) { org.account = ReadAccount(part); });
    season.organisations.push_back(org);
  });
}

Call ReadCall(MapReader& map) {
  Call call;
  call.title = map.Text("title");
  call.sections = map.Texts("sections", true);
  call.draft = map.Moment("draft");
  call.publish = map.Moment("publish");
  call.open = map.Moment("open");
  call.close = map.Moment("close");
  map.Each("criteria", true, [&](MapReader& item) {
    call.criteria.push_back(
        {item.Text("code"), item.Text("title"), static_cast<int>(item.Integer("weight", {1, 1000}))});
  });
  call.grades = map.Integers("grades", true);
  call.floor_percent = static_cast<int>(map.Integer("floor_percent", {0, 100}));
  call.quorum = static_cast<int>(map.Integer("quorum", {1, 100}));
  call.quota = static_cast<int>(map.Integer("quota", {1, 1000}));
  call.grant_budget_yen = map.Integer("grant_budget_yen", {1});
  call.cap_yen = map.Integer("cap_yen", {1});
  call.rate = map.Rate("rate");
  call.rounding_unit_yen = map.Integer("rounding_unit_yen", {1, 1000});
  call.first_review_places = static_cast<int>(map.Integer("first_review_places", {1, 1000}));
  call.trial_start_date = map.Date("trial_start_date");
  call.trial_end_date = map.Date("trial_end_date");
  call.report_due_date = map.Date("report_due_date");
  call.correction_days = static_cast<int>(map.Integer("correction_days", {1, 365}));
  return call;
}

// "first: [4, 4, 3]" for all reviewers alike, or "first: {all: […], reviewer-2: […]}".
std::optional<Scores> ReadScores(MapReader& map, const std::string& key, bool required) {
  if (!map.Has(key) && !required) return std::nullopt;
  Scores scores;
  map.Section(key, true, [&](MapReader& part) {
    scores.all = part.Integers("all", true);
    part.EachPair("by", false, [&](const std::string& name, const YAML::Node& value, const std::string&) {
      for (const YAML::Node& grade : value) scores.by[name].push_back(grade.as<int>(-1));
    });
  });
  return scores;
}

Proposal ReadProposal(MapReader& map) {
  Proposal proposal;
  proposal.key = map.Text("key");
  proposal.organisation = map.Text("organisation");
  proposal.title = map.Text("title");
  proposal.section = map.Text("section");
  proposal.summary = map.Text("summary");
  proposal.place = map.Text("place");
  proposal.requested_yen = map.Integer("requested_yen", {1});
  proposal.own_money_yen = map.Integer("own_money_yen", 0);
  proposal.budget = ReadCosts(map, "budget");
  proposal.create = map.Moment("create");
  proposal.submit = map.MaybeMoment("submit");
  proposal.submit_twice = map.Flag("submit_twice", false);
  proposal.submit_refused = map.Text("submit_refused", "");
  map.Section("returned", false, [&](MapReader& part) {
    proposal.returned = Proposal::Return{part.Moment("at"), part.Text("reason"), part.Moment("resubmit")};
  });
  proposal.accept = map.MaybeMoment("accept");
  proposal.first = ReadScores(map, "first", proposal.accept.has_value());
  proposal.second = ReadScores(map, "second", false);
  return proposal;
}

Meeting ReadMeeting(MapReader& map) {
  Meeting meeting;
  meeting.record = map.Moment("record");
  meeting.place = map.Text("place");
  meeting.is_public = map.Flag("public", false);
  meeting.absent = map.Texts("absent", false);
  meeting.minutes = map.Text("minutes");
  meeting.approve = map.Moment("approve");
  return meeting;
}

Review ReadReview(MapReader& map) {
  Review review;
  review.board_name = map.Text("board");
  review.seats = map.Texts("seats", true);
  review.create_board = map.Moment("create_board");
  review.declare = map.Moment("declare");
  map.Each("interests", false, [&](MapReader& item) {
    review.interests.push_back({item.Text("reviewer"), item.Text("proposal"),
                                item.OneOf("relation", {"family", "business", "employment", "research",
                                                        "shareholding", "competitor", "other"}),
                                item.Text("note", "")});
  });
  review.first_start = map.Moment("first_start");
  review.first_score = map.Moment("first_score");
  map.Section("first_meeting", true, [&](MapReader& part) { review.first_meeting = ReadMeeting(part); });
  review.first_close = map.Moment("first_close");
  review.second_start = map.Moment("second_start");
  review.second_score = map.Moment("second_score");
  map.Section("second_meeting", true, [&](MapReader& part) { review.second_meeting = ReadMeeting(part); });
  review.second_close = map.Moment("second_close");
  review.rank = map.Moment("rank");
  review.draft = map.Moment("draft");
  review.approve = map.Moment("approve");
  review.release = map.Moment("release");
  review.decision_date = map.Date("decision_date");
  review.release_date = map.Date("release_date");
  review.reserve_expiry_date = map.Date("reserve_expiry_date");
  return review;
}

Survey ReadSurvey(MapReader& map) {
  Survey survey;
  survey.key = map.Text("key");
  survey.title = map.Text("title");
  survey.cohorts = map.Integers("cohorts", true);
  survey.create = map.Moment("create");
  survey.open = map.Moment("open");
  survey.due_date = map.Date("due_date");
  survey.close = map.Moment("close");
  survey.undeliverable = map.Texts("undeliverable", false);
  map.Each("answers", false, [&](MapReader& item) {
    survey.answers.push_back({item.Text("case"), item.Moment("at"), item.Text("status")});
  });
  return survey;
}

Sheet ReadSheet(MapReader& map) {
  Sheet sheet;
  sheet.enter = map.Moment("enter");
  sheet.compute = map.Moment("compute");
  sheet.approve = map.Moment("approve");
  sheet.publish = map.Moment("publish");
  map.Each("values", true, [&](MapReader& item) {
    TypedValue value;
    value.cell = item.Text("cell");
    if (item.Has("value")) value.value = item.Integer("value");
    value.text = item.Text("text", "");
    value.source = item.Text("source", "");
    value.pending = item.Flag("pending", false);
    if (!value.value && value.text.empty())
      item.Fault("cell", "value か text が必要です", "needs a value or a text");
    sheet.values.push_back(value);
  });
  return sheet;
}

void ReadRoot(MapReader& root, Season& season) {
  const std::string format = root.Text("format");
  if (format != kFormat) {
    root.Fault("format", absl::StrCat(kFormat, " と書いてください"), absl::StrCat("must be ", kFormat));
  }
  season.title = root.Text("title");
  season.note = root.Text("note");
  season.fiscal_year = static_cast<int>(root.Integer("fiscal_year", {1990, 2200}));
  season.starts = root.Moment("starts");
  season.ends = root.Moment("ends");
  ReadPeople(root, season);
  root.Section("programme", true, [&](MapReader& map) { season.programme = ReadProgramme(map, true); });
  root.Each("neighbours", false,
            [&](MapReader& map) { season.neighbours.push_back(ReadProgramme(map, false)); });
  root.Section("budget", true, [&](MapReader& map) { season.budget = ReadBudget(map); });
  ReadPast(root, season);
  ReadOrganisations(root, season);
  root.Section("call", true, [&](MapReader& map) { season.call = ReadCall(map); });
  root.Each("proposals", true, [&](MapReader& map) { season.proposals.push_back(ReadProposal(map)); });
  root.Section("review", true, [&](MapReader& map) { season.review = ReadReview(map); });
  root.Each("grants", true, [&](MapReader& map) { season.grants.push_back(ReadGrant(map)); });
  root.Each("surveys", false, [&](MapReader& map) { season.surveys.push_back(ReadSurvey(map)); });
  root.Section("sheet", true, [&](MapReader& map) { season.sheet = ReadSheet(map); });
}

}  // namespace

LoadedSeason ParseSeason(const std::string& yaml) {
  LoadedSeason loaded;
  Faults faults;
  try {
    const YAML::Node node = YAML::Load(yaml);
    MapReader root(node, "", &faults);
    ReadRoot(root, loaded.season);
    root.Finish();
    CheckSeason(loaded.season, LinesOf(node), &faults);
  } catch (const YAML::Exception& error) {
    faults.Add(error.mark.is_null() ? 0 : error.mark.line + 1, "", "YAMLとして読めません", error.msg);
  }
  loaded.season.hash8 = Sha256Hex(yaml).substr(0, 8);
  loaded.faults = faults.Take();
  return loaded;
}

LoadedSeason LoadSeason(const std::string& file) {
  std::ifstream in(file);
  if (!in) {
    LoadedSeason missing;
    missing.faults.push_back({0, file, "ファイルを読めません", "cannot be read"});
    return missing;
  }
  std::stringstream text;
  text << in.rdbuf();
  return ParseSeason(text.str());
}

}  // namespace jissho::season
