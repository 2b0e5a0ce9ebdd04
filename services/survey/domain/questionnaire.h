// A questionnaire (調査票) and the answers to it: what they must look like.
//
// A questionnaire is named by the SHA-256 of its content, so that a campaign keeps exactly the questions with
// which it started. Codes of questions and options are stable across versions: waves are compared by them.
// Pure, thread-safe; every function reports all faults at once, with paths in the request message.
#ifndef JISSHO_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_
#define JISSHO_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workflow/base/error.h"

namespace jissho::survey {

// The question whose answer tells the case what became of the trial.
inline constexpr absl::string_view kStatusQuestion = "status";

// Numeric values are those of the contract.
enum class QuestionKind { kUnspecified = 0, kSingle = 1, kMulti = 2, kScale = 3, kNumber = 4, kText = 5 };

struct Option {
  std::string code;
  std::string text_ja;
  std::string text_en;
};

struct Question {
  std::string code;
  std::string text_ja;
  std::string text_en;
  QuestionKind kind = QuestionKind::kUnspecified;
  std::vector<Option> options;  // of kSingle and kMulti: 2 to 50
  bool required = false;
  int64_t scale_max = 0;  // of kScale: 2 to 10
  int64_t group = 0;
  std::string unit;
};

struct Questionnaire {
  std::string code;
  std::string title_ja;
  std::string title_en;
  std::vector<Question> questions;

  const Question* Find(absl::string_view question) const;
};

struct Response {
  std::string question;
  std::vector<std::string> choices;
  std::optional<int64_t> number;
  std::string text;
};

// The largest answer to a kNumber question; it counts from 0.
inline constexpr int64_t kNumberMax = 1'000'000'000'000'000;
inline constexpr int64_t kScaleDefault = 5;

// Faults of a new questionnaire.
std::vector<FieldFault> CheckQuestionnaire(const Questionnaire& questionnaire);

// Faults of a whole answer; paths "responses[2].choices". A missing required answer is "responses".
std::vector<FieldFault> CheckResponses(const Questionnaire& questionnaire,
                                       const std::vector<Response>& responses);

// True when nothing stands in it. A response that is blank counts as not given.
bool IsBlank(const Response& response);

// True when at least one question has an answer: only such answers count into the response rate.
bool IsValidAnswer(const std::vector<Response>& responses);

// The option chosen in the status question, or empty.
std::string StatusCode(const std::vector<Response>& responses);

// Canonical text: equal content gives equal bytes. INVALID_ARGUMENT for a text that is not of that shape.
std::string ToText(const Questionnaire& questionnaire);
absl::StatusOr<Questionnaire> QuestionnaireFromText(absl::string_view text);
std::string ContentHash(const Questionnaire& questionnaire);

std::string ToText(const std::vector<Response>& responses);
absl::StatusOr<std::vector<Response>> ResponsesFromText(absl::string_view text);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_
