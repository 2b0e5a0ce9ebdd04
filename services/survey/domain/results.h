// What came back: the tally of a question, with what may be shown of it.
//
// Free text is never part of a result; it is released by hand. Pure, thread-safe.
#ifndef JISSHO_SERVICES_SURVEY_DOMAIN_RESULTS_H_
#define JISSHO_SERVICES_SURVEY_DOMAIN_RESULTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/survey/domain/questionnaire.h"
#include "services/survey/domain/statistics.h"

namespace jissho::survey {

// A part of a question's answers.
struct Share {
  int64_t count = 0;
  int64_t basis_points = 0;
  Interval interval;
};

struct Cell {
  std::string value;  // option code, or number of the scale
  std::string text_ja;
  std::string text_en;
  std::optional<Share> share;  // nullopt: hidden, or nobody answered the question
  bool hidden = false;
};

struct QuestionTally {
  int64_t n = 0;
  bool hidden = false;  // n itself is too small; n is 0 then and nothing else is set
  bool reference_only = false;
  std::vector<Cell> cells;
  std::optional<Moments> moments;  // of kScale and kNumber; not with a hidden cell
  std::optional<Share> top_two;    // of kScale; not with a hidden cell
};

// `answers`: the responses of each answer. `suppress`: hide small cells (see suppression.h).
QuestionTally TallyQuestion(const Question& question, const std::vector<std::vector<Response>>& answers,
                            bool suppress);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_DOMAIN_RESULTS_H_
