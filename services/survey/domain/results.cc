#include "services/survey/domain/results.h"

#include <algorithm>

#include "services/survey/domain/suppression.h"

namespace jissho::survey {

namespace {

Share MakeShare(int64_t count, int64_t n) { return {count, BasisPoints(count, n), WilsonInterval(count, n)}; }

std::vector<const Response*> ResponsesTo(const Question& question,
                                         const std::vector<std::vector<Response>>& answers) {
  std::vector<const Response*> found;
  for (const auto& answer : answers) {
    for (const Response& response : answer) {
      if (response.question == question.code && !IsBlank(response)) found.push_back(&response);
    }
  }
  return found;
}

std::vector<Cell> EmptyCells(const Question& question) {
  std::vector<Cell> cells;
  for (const Option& option : question.options)
    cells.push_back({option.code, option.text_ja, option.text_en, {}, false});
  if (question.kind == QuestionKind::kScale) {
    for (int64_t value = 1; value <= question.scale_max; ++value)
      cells.push_back({std::to_string(value), "", "", {}, false});
  }
  return cells;
}

bool Falls(const Response& response, const Cell& cell) {
  if (response.number) return std::to_string(*response.number) == cell.value;
  return std::find(response.choices.begin(), response.choices.end(), cell.value) != response.choices.end();
}

// True when any cell is hidden.
bool FillCells(const Question& question, const std::vector<const Response*>& responses, bool suppress,
               std::vector<Cell>& cells) {
  const int64_t n = static_cast<int64_t>(responses.size());
  std::vector<int64_t> counts;
  for (const Cell& cell : cells) {
    counts.push_back(std::count_if(responses.begin(), responses.end(),
                                   [&](const Response* r) { return Falls(*r, cell); }));
  }
  std::vector<bool> hidden(cells.size(), false);
  if (suppress)
    hidden = question.kind == QuestionKind::kMulti ? HideInMultiple(counts, n) : HideInPartition(counts);
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i].hidden = hidden[i];
    if (!hidden[i] && n > 0) cells[i].share = MakeShare(counts[i], n);
  }
  return std::find(hidden.begin(), hidden.end(), true) != hidden.end();
}

}  // namespace

QuestionTally TallyQuestion(const Question& question, const std::vector<std::vector<Response>>& answers,
                            bool suppress) {
  const std::vector<const Response*> responses = ResponsesTo(question, answers);
  QuestionTally tally;
  if (suppress && IsSmall(static_cast<int64_t>(responses.size()))) {
    tally.hidden = true;
    return tally;
  }
  tally.n = static_cast<int64_t>(responses.size());
  tally.reference_only = tally.n < kReferenceBelow;
  tally.cells = EmptyCells(question);
  const bool any_hidden = FillCells(question, responses, suppress, tally.cells);
  const bool scale = question.kind == QuestionKind::kScale;
  if (any_hidden || (!scale && question.kind != QuestionKind::kNumber)) return tally;
  std::vector<int64_t> values;
  for (const Response* response : responses) values.push_back(response->number.value_or(0));
  tally.moments = Describe(values);
  if (scale && tally.n > 0) {
    const auto high = [&](int64_t value) { return value >= question.scale_max - 1; };
    tally.top_two = MakeShare(std::count_if(values.begin(), values.end(), high), tally.n);
  }
  return tally;
}

}  // namespace jissho::survey
