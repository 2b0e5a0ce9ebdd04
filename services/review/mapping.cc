#include "services/review/mapping.h"

#include "services/runtime/rpc/etag.h"
#include "workflow/base/clock.h"

namespace jissho::review {
namespace {

Json ParseJson(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

std::optional<TieBreak> TieBreakOf(v1::TieBreak step) {
  switch (step) {
    case v1::TIE_BREAK_HEAVIEST_CRITERION:
      return TieBreak::kHeaviestCriterion;
    case v1::TIE_BREAK_NAMED_CRITERION:
      return TieBreak::kNamedCriterion;
    case v1::TIE_BREAK_LOWER_REQUEST:
      return TieBreak::kLowerRequest;
    case v1::TIE_BREAK_FIRST_PLACES:
      return TieBreak::kFirstPlaces;
    case v1::TIE_BREAK_CHAIR_DECISION:
      return TieBreak::kChairDecision;
    default:
      return std::nullopt;
  }
}

v1::TieBreak ToProto(TieBreak step) {
  switch (step) {
    case TieBreak::kHeaviestCriterion:
      return v1::TIE_BREAK_HEAVIEST_CRITERION;
    case TieBreak::kNamedCriterion:
      return v1::TIE_BREAK_NAMED_CRITERION;
    case TieBreak::kLowerRequest:
      return v1::TIE_BREAK_LOWER_REQUEST;
    case TieBreak::kFirstPlaces:
      return v1::TIE_BREAK_FIRST_PLACES;
    case TieBreak::kChairDecision:
      break;
  }
  return v1::TIE_BREAK_CHAIR_DECISION;
}

}  // namespace

std::string StageName(v1::Stage stage) { return stage == v1::STAGE_SECOND ? "SECOND" : "FIRST"; }

v1::Stage StageOf(const std::string& name) { return name == "SECOND" ? v1::STAGE_SECOND : v1::STAGE_FIRST; }

std::string RulesJson(const programme::v1::CallPublished& call) {
  Json json{{"floor_percent", call.floor_percent()},
            {"quorum", call.quorum()},
            {"first_review_places", call.first_review_places()},
            {"quota", call.quota()},
            {"grant_budget_yen", call.grant_budget_yen()},
            {"cap_yen", call.cap_yen()},
            {"rounding_unit_yen", call.rounding_unit_yen()},
            {"criteria", Json::array()},
            {"grades", Json::array()}};
  for (const auto& c : call.criteria()) {
    json["criteria"].push_back({{"code", c.code()}, {"title", c.title()}, {"weight", c.weight()}});
  }
  for (const int grade : call.grades()) json["grades"].push_back(grade);
  return json.dump();
}

std::string SettingsJson(const v1::RoundSettings& settings) {
  Json steps = Json::array();
  for (const int step : settings.tie_breaks())
    steps.push_back(v1::TieBreak_Name(static_cast<v1::TieBreak>(step)));
  return Json{{"tie_breaks", steps},
              {"tie_break_criterion", settings.tie_break_criterion()},
              {"aggregation", v1::Aggregation_Name(settings.aggregation())},
              {"item_floor_percent", settings.item_floor_percent()}}
      .dump();
}

v1::RoundSettings SettingsOf(const RoundRow& row) {
  const Json json = ParseJson(row.settings);
  v1::RoundSettings settings;
  for (const auto& name : json.value("tie_breaks", Json::array())) {
    v1::TieBreak step;
    if (v1::TieBreak_Parse(name.get<std::string>(), &step)) settings.add_tie_breaks(step);
  }
  settings.set_tie_break_criterion(json.value("tie_break_criterion", ""));
  v1::Aggregation aggregation;
  if (v1::Aggregation_Parse(json.value("aggregation", ""), &aggregation))
    settings.set_aggregation(aggregation);
  settings.set_item_floor_percent(json.value("item_floor_percent", 0));
  return settings;
}

v1::RoundSettings DefaultSettings() {
  v1::RoundSettings settings;
  settings.add_tie_breaks(v1::TIE_BREAK_HEAVIEST_CRITERION);
  settings.add_tie_breaks(v1::TIE_BREAK_LOWER_REQUEST);
  settings.add_tie_breaks(v1::TIE_BREAK_CHAIR_DECISION);
  settings.set_aggregation(v1::AGGREGATION_MEAN);
  return settings;
}

Rules RulesOf(const RoundRow& row) {
  const Json json = ParseJson(row.rules);
  Rules rules;
  for (const auto& c : json.value("criteria", Json::array())) {
    rules.criteria.push_back({c.value("code", ""), c.value("title", ""), c.value("weight", int64_t{0})});
  }
  rules.grades = json.value("grades", std::vector<int64_t>());
  rules.floor_percent = json.value("floor_percent", int64_t{0});
  rules.quorum = json.value("quorum", int64_t{0});
  rules.first_review_places = json.value("first_review_places", int64_t{0});
  rules.quota = json.value("quota", int64_t{0});
  rules.grant_budget_yen = json.value("grant_budget_yen", int64_t{0});
  rules.cap_yen = json.value("cap_yen", int64_t{0});
  rules.rounding_unit_yen = json.value("rounding_unit_yen", int64_t{1});
  const v1::RoundSettings settings = SettingsOf(row);
  rules.item_floor_percent = settings.item_floor_percent();
  if (settings.aggregation() == v1::AGGREGATION_TRIMMED_MEAN) rules.aggregation = Aggregation::kTrimmedMean;
  for (const int step : settings.tie_breaks()) {
    if (const auto known = TieBreakOf(static_cast<v1::TieBreak>(step))) rules.tie_breaks.push_back(*known);
  }
  rules.tie_break_criterion = settings.tie_break_criterion();
  return rules;
}

std::string LogJson(const std::vector<TieStep>& steps) {
  Json json = Json::array();
  for (const TieStep& step : steps) {
    json.push_back({{"case_ids", step.case_ids},
                    {"step", v1::TieBreak_Name(ToProto(step.step))},
                    {"separated", step.separated},
                    {"reason", step.reason}});
  }
  return json.dump();
}

void FillLog(const std::string& log, v1::Ranking& ranking) {
  for (const auto& json : ParseJson(log)) {
    v1::TieStep* step = ranking.add_tie_steps();
    for (const auto& id : json.value("case_ids", std::vector<std::string>())) step->add_case_ids(id);
    v1::TieBreak kind;
    if (v1::TieBreak_Parse(json.value("step", ""), &kind)) step->set_step(kind);
    step->set_separated(json.value("separated", false));
    step->set_reason(json.value("reason", ""));
  }
}

std::optional<InterestKind> InterestOf(const std::optional<InterestRow>& row) {
  if (!row) return std::nullopt;
  if (row->kind == v1::InterestKind_Name(v1::INTEREST_KIND_NONE)) return InterestKind::kNone;
  if (row->kind == v1::InterestKind_Name(v1::INTEREST_KIND_RELATED)) return InterestKind::kRelated;
  return InterestKind::kUnsure;
}

std::optional<SheetKind> SheetKindOf(const std::optional<SheetRow>& row) {
  if (!row) return std::nullopt;
  if (row->kind == kVoided) return SheetKind::kVoided;
  return row->kind == kAbstained ? SheetKind::kAbstained : SheetKind::kScored;
}

v1::RoundState RoundStateOf(const std::string& state) {
  static const std::map<std::string, v1::RoundState> kStates = {
      {"preparing", v1::ROUND_STATE_PREPARING},
      {"first_review", v1::ROUND_STATE_FIRST_REVIEW},
      {"first_closed", v1::ROUND_STATE_FIRST_CLOSED},
      {"second_review", v1::ROUND_STATE_SECOND_REVIEW},
      {"second_closed", v1::ROUND_STATE_SECOND_CLOSED},
      {"ranked", v1::ROUND_STATE_RANKED},
      {"drafted", v1::ROUND_STATE_DRAFTED},
      {"approved", v1::ROUND_STATE_APPROVED},
      {"released", v1::ROUND_STATE_RELEASED}};
  const auto found = kStates.find(state);
  return found == kStates.end() ? v1::ROUND_STATE_UNSPECIFIED : found->second;
}

v1::EntryState EntryStateOf(const std::string& state) {
  static const std::map<std::string, v1::EntryState> kStates = {
      {"registered", v1::ENTRY_STATE_REGISTERED},
      {"first_review", v1::ENTRY_STATE_FIRST_REVIEW},
      {"screened_in", v1::ENTRY_STATE_SCREENED_IN},
      {"screened_out", v1::ENTRY_STATE_SCREENED_OUT},
      {"second_review", v1::ENTRY_STATE_SECOND_REVIEW},
      {"scored", v1::ENTRY_STATE_SECOND_REVIEW},
      {"adopted", v1::ENTRY_STATE_ADOPTED},
      {"reserve", v1::ENTRY_STATE_RESERVE},
      {"rejected", v1::ENTRY_STATE_REJECTED},
      {"withdrawn", v1::ENTRY_STATE_WITHDRAWN},
      {"declined", v1::ENTRY_STATE_DECLINED}};
  const auto found = kStates.find(state);
  return found == kStates.end() ? v1::ENTRY_STATE_UNSPECIFIED : found->second;
}

std::string ToDate(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, Tokyo()); }

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>((micros - seconds * 1'000'000) * 1'000));
}

std::string TextsJson(const std::vector<std::string>& texts) { return Json(texts).dump(); }

std::vector<std::string> TextsOf(const std::string& json) {
  const Json parsed = ParseJson(json);
  return parsed.is_array() ? parsed.get<std::vector<std::string>>() : std::vector<std::string>();
}

v1::Round ToProto(const RoundRow& row, const std::string& state) {
  const Rules rules = RulesOf(row);
  v1::Round round;
  round.set_call_id(row.call_id);
  round.set_title(row.title);
  round.set_state(RoundStateOf(state));
  for (const Criterion& c : rules.criteria) {
    v1::RoundCriterion* criterion = round.add_criteria();
    criterion->set_code(c.code);
    criterion->set_title(c.title);
    criterion->set_weight(static_cast<int32_t>(c.weight));
  }
  for (const int64_t grade : rules.grades) round.add_grades(static_cast<int32_t>(grade));
  round.set_full_marks(FullMarks(rules));
  round.set_floor_percent(static_cast<int32_t>(rules.floor_percent));
  round.set_quorum(static_cast<int32_t>(rules.quorum));
  round.set_first_review_places(static_cast<int32_t>(rules.first_review_places));
  round.set_quota(static_cast<int32_t>(rules.quota));
  round.set_grant_budget_yen(rules.grant_budget_yen);
  round.set_cap_yen(rules.cap_yen);
  round.set_rounding_unit_yen(rules.rounding_unit_yen);
  *round.mutable_settings() = SettingsOf(row);
  if (row.first_closed_at) SetTime(*row.first_closed_at, round.mutable_first_closed_time());
  if (row.second_closed_at) SetTime(*row.second_closed_at, round.mutable_second_closed_time());
  round.set_etag(runtime::MakeEtag(row.version));
  return round;
}

v1::Board ToProto(const BoardRow& row, const std::vector<SeatRow>& seats) {
  v1::Board board;
  board.set_call_id(row.call_id);
  board.set_name(row.name);
  board.set_etag(runtime::MakeEtag(row.version));
  for (const SeatRow& s : seats) {
    v1::Seat* seat = board.add_seats();
    seat->set_id(s.id);
    seat->set_subject(s.subject);
    seat->set_name(s.name);
    v1::SeatKind kind;
    if (v1::SeatKind_Parse(s.kind, &kind)) seat->set_kind(kind);
  }
  return board;
}

v1::Entry ToProto(const EntryRow& row, const std::string& state) {
  v1::Entry entry;
  entry.set_case_id(row.case_id);
  entry.set_call_id(row.call_id);
  entry.set_receipt_number(row.receipt_number);
  entry.set_title(row.title);
  entry.set_section(row.section);
  entry.set_organisation_id(row.organisation_id);
  entry.set_organisation_name(row.organisation_name);
  entry.set_requested_yen(row.requested_yen);
  entry.set_state(EntryStateOf(state));
  return entry;
}

v1::Result ToProto(const ResultRow& row) {
  v1::Result result;
  result.set_case_id(row.case_id);
  result.set_rank(static_cast<int32_t>(row.place));
  result.set_score(row.score);
  result.set_score_text(row.score_text);
  result.set_sum(row.score_sum);
  result.set_scorers(static_cast<int32_t>(row.scorers));
  result.set_recused(static_cast<int32_t>(row.recused));
  result.set_abstained(static_cast<int32_t>(row.abstained));
  result.set_above_floor(row.above_floor);
  return result;
}

v1::Interest ToProto(const InterestRow& row) {
  v1::Interest interest;
  interest.set_case_id(row.case_id);
  interest.set_seat_id(row.seat_id);
  v1::InterestKind kind;
  if (v1::InterestKind_Parse(row.kind, &kind)) interest.set_kind(kind);
  v1::Relation relation;
  if (v1::Relation_Parse(row.relation, &relation)) interest.set_relation(relation);
  interest.set_note(row.note);
  SetTime(row.declared_at, interest.mutable_time());
  return interest;
}

v1::ScoreSheet ToProto(const SheetRow& row, const Rules& rules) {
  v1::ScoreSheet sheet;
  sheet.set_case_id(row.case_id);
  sheet.set_stage(StageOf(row.stage));
  sheet.set_seat_id(row.seat_id);
  const Json grades = ParseJson(row.grades);
  for (size_t i = 0; i < grades.size() && i < rules.criteria.size(); ++i) {
    v1::Grade* grade = sheet.add_grades();
    grade->set_criterion(rules.criteria[i].code);
    grade->set_grade(grades[i].get<int32_t>());
  }
  sheet.set_total(row.total);
  sheet.set_abstained(row.kind == kAbstained);
  sheet.set_voided(row.kind == kVoided);
  sheet.set_comment(row.remark);
  SetTime(row.submitted_at, sheet.mutable_time());
  sheet.set_etag(runtime::MakeEtag(row.version));
  return sheet;
}

v1::Meeting ToProto(const MeetingRow& row) {
  v1::Meeting meeting;
  meeting.set_id(row.id);
  meeting.set_call_id(row.call_id);
  meeting.set_stage(StageOf(row.stage));
  meeting.set_date(row.held_on);
  meeting.set_place(row.place);
  meeting.set_public_(row.is_public);
  for (const std::string& seat : TextsOf(row.present_seats)) meeting.add_present_seat_ids(seat);
  for (const std::string& seat : TextsOf(row.absent_seats)) meeting.add_absent_seat_ids(seat);
  for (const auto& pair : ParseJson(row.recusals)) {
    v1::Recusal* recusal = meeting.add_recusals();
    recusal->set_case_id(pair[0].get<std::string>());
    recusal->set_seat_id(pair[1].get<std::string>());
  }
  meeting.set_minutes(row.minutes);
  meeting.set_approved(row.approved_at.has_value());
  if (row.approved_at) SetTime(*row.approved_at, meeting.mutable_approved_time());
  meeting.set_etag(runtime::MakeEtag(row.version));
  return meeting;
}

v1::EntryDecision ToProto(const DecisionRow& row) {
  v1::EntryDecision decision;
  decision.set_case_id(row.case_id);
  decision.set_decision_id(row.decision_id);
  decision.set_outcome(OutcomeOf(row));
  decision.set_rank(static_cast<int32_t>(row.place));
  decision.set_offered_yen(row.offered_yen);
  decision.set_reserve_order(static_cast<int32_t>(row.reserve_order));
  for (const std::string& condition : TextsOf(row.conditions)) decision.add_conditions(condition);
  return decision;
}

v1::Outcome OutcomeOf(DecisionOutcome outcome) {
  switch (outcome) {
    case DecisionOutcome::kAdopted:
      return v1::OUTCOME_ADOPTED;
    case DecisionOutcome::kAdoptedWithConditions:
      return v1::OUTCOME_ADOPTED_WITH_CONDITIONS;
    case DecisionOutcome::kReserve:
      return v1::OUTCOME_RESERVE;
    case DecisionOutcome::kScreenedOut:
      return v1::OUTCOME_SCREENED_OUT;
    case DecisionOutcome::kRejected:
      break;
  }
  return v1::OUTCOME_REJECTED;
}

v1::Outcome OutcomeOf(const DecisionRow& row) {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Outcome_Parse(row.outcome, &outcome);
  return outcome;
}

bool IsAdopted(const DecisionRow& row) {
  const v1::Outcome outcome = OutcomeOf(row);
  return outcome == v1::OUTCOME_ADOPTED || outcome == v1::OUTCOME_ADOPTED_WITH_CONDITIONS;
}

}  // namespace jissho::review
