// Between rows, rules and messages.
#ifndef JISSHO_SERVICES_REVIEW_MAPPING_H_
#define JISSHO_SERVICES_REVIEW_MAPPING_H_

#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "jissho/review/v1/review.pb.h"
#include "nlohmann/json.hpp"
#include "services/review/domain/decision.h"
#include "services/review/domain/participation.h"
#include "services/review/domain/ranking.h"
#include "services/review/domain/scoring.h"
#include "services/review/store/rows.h"

namespace jissho::review {

using Json = nlohmann::json;

inline constexpr char kScored[] = "SCORED";
inline constexpr char kAbstained[] = "ABSTAINED";
inline constexpr char kVoided[] = "VOIDED";

// "FIRST" or "SECOND": how rows and charts name a stage.
std::string StageName(v1::Stage stage);
v1::Stage StageOf(const std::string& name);

// The rules that a publication fixes, as the round keeps them.
std::string RulesJson(const programme::v1::CallPublished& call);
std::string SettingsJson(const v1::RoundSettings& settings);
v1::RoundSettings SettingsOf(const RoundRow& row);
v1::RoundSettings DefaultSettings();
// Rules and settings together, as the domain takes them.
Rules RulesOf(const RoundRow& row);

std::string LogJson(const std::vector<TieStep>& steps);
void FillLog(const std::string& log, v1::Ranking& ranking);

std::optional<InterestKind> InterestOf(const std::optional<InterestRow>& row);
std::optional<SheetKind> SheetKindOf(const std::optional<SheetRow>& row);

// `state` is the innermost state of the chart.
v1::RoundState RoundStateOf(const std::string& state);
v1::EntryState EntryStateOf(const std::string& state);

std::string ToDate(absl::Time time);  // in Tokyo
void SetTime(absl::Time time, google::protobuf::Timestamp* out);
std::string TextsJson(const std::vector<std::string>& texts);
std::vector<std::string> TextsOf(const std::string& json);

v1::Round ToProto(const RoundRow& row, const std::string& state);
v1::Board ToProto(const BoardRow& row, const std::vector<SeatRow>& seats);
v1::Entry ToProto(const EntryRow& row, const std::string& state);
v1::Result ToProto(const ResultRow& row);
v1::Interest ToProto(const InterestRow& row);
v1::ScoreSheet ToProto(const SheetRow& row, const Rules& rules);
v1::Meeting ToProto(const MeetingRow& row);
v1::EntryDecision ToProto(const DecisionRow& row);
v1::Outcome OutcomeOf(DecisionOutcome outcome);
v1::Outcome OutcomeOf(const DecisionRow& row);
bool IsAdopted(const DecisionRow& row);

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_MAPPING_H_
