#include "services/survey/domain/questionnaire.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace jissho::survey {

namespace {

constexpr size_t kOptionsMax = 50;
constexpr int64_t kScaleMax = 10;

bool IsCode(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_';
  });
}

FieldFault CodeFault(std::string field) {
  return {std::move(field), "英小文字・数字・ハイフン・下線で書いてください。",
          "Use lower-case letters, digits, hyphens and underscores."};
}

FieldFault TwiceFault(std::string field) {
  return {std::move(field), "同じ記号が二度あります。", "The code stands twice."};
}

void CheckOptions(const Question& question, const std::string& path, std::vector<FieldFault>& faults) {
  const bool wanted = question.kind == QuestionKind::kSingle || question.kind == QuestionKind::kMulti;
  if (!wanted && !question.options.empty()) {
    faults.push_back({path + ".options", "選択肢は単一選択・複数選択の設問だけに付けられます。",
                      "Only questions with a choice have options."});
  }
  if (wanted && (question.options.size() < 2 || question.options.size() > kOptionsMax)) {
    faults.push_back({path + ".options", "選択肢は2個以上50個以下にしてください。", "Give 2 to 50 options."});
  }
  std::set<std::string> codes;
  for (size_t i = 0; i < question.options.size(); ++i) {
    const std::string field = absl::StrCat(path, ".options[", i, "].code");
    if (!IsCode(question.options[i].code)) faults.push_back(CodeFault(field));
    if (!codes.insert(question.options[i].code).second) faults.push_back(TwiceFault(field));
  }
}

void CheckNumber(const Question& question, const Response& response, const std::string& path,
                 std::vector<FieldFault>& faults) {
  if (!response.number) {
    faults.push_back({path + ".number", "数を入れてください。", "Give a number."});
    return;
  }
  const bool scale = question.kind == QuestionKind::kScale;
  const int64_t low = scale ? 1 : 0;
  const int64_t high = scale ? question.scale_max : kNumberMax;
  if (*response.number < low || *response.number > high) {
    faults.push_back({path + ".number", absl::StrCat(low, "以上", high, "以下の整数を入れてください。"),
                      absl::StrCat("Give a whole number from ", low, " to ", high, ".")});
  }
}

void CheckChoices(const Question& question, const Response& response, const std::string& path,
                  std::vector<FieldFault>& faults) {
  const std::string field = path + ".choices";
  if (question.kind == QuestionKind::kSingle && response.choices.size() != 1) {
    faults.push_back({field, "一つだけ選んでください。", "Choose exactly one."});
  }
  if (question.kind == QuestionKind::kMulti && response.choices.empty()) {
    faults.push_back({field, "選択肢から選んでください。", "Choose among the options."});
  }
  std::set<std::string> seen;
  for (const std::string& choice : response.choices) {
    const bool known = std::any_of(question.options.begin(), question.options.end(),
                                   [&](const Option& option) { return option.code == choice; });
    if (!known) faults.push_back({field, "選択肢にありません。", "That is none of the options."});
    if (!seen.insert(choice).second) faults.push_back(TwiceFault(field));
  }
}

// A value where the kind of question has none, e.g. a text for a scale: taking it silently would lose it.
void CheckForeign(const Question& question, const Response& response, const std::string& path,
                  std::vector<FieldFault>& faults) {
  const bool choices = question.kind == QuestionKind::kSingle || question.kind == QuestionKind::kMulti;
  const bool number = question.kind == QuestionKind::kScale || question.kind == QuestionKind::kNumber;
  const auto fault = [&](const char* part) {
    faults.push_back({absl::StrCat(path, ".", part), "この設問の答え方と違います。",
                      "The question is not answered this way."});
  };
  if (!choices && !response.choices.empty()) fault("choices");
  if (!number && response.number) fault("number");
  if (question.kind != QuestionKind::kText && !response.text.empty()) fault("text");
}

}  // namespace

const Question* Questionnaire::Find(absl::string_view question) const {
  const auto it = std::find_if(questions.begin(), questions.end(),
                               [&](const Question& q) { return absl::string_view(q.code) == question; });
  return it == questions.end() ? nullptr : &*it;
}

std::vector<FieldFault> CheckQuestionnaire(const Questionnaire& questionnaire) {
  std::vector<FieldFault> faults;
  if (!IsCode(questionnaire.code)) faults.push_back(CodeFault("code"));
  if (questionnaire.questions.empty())
    faults.push_back({"questions", "設問がありません。", "There is no question."});
  std::set<std::string> codes;
  for (size_t i = 0; i < questionnaire.questions.size(); ++i) {
    const Question& question = questionnaire.questions[i];
    const std::string path = absl::StrCat("questions[", i, "]");
    if (!IsCode(question.code)) faults.push_back(CodeFault(path + ".code"));
    if (!codes.insert(question.code).second) faults.push_back(TwiceFault(path + ".code"));
    if (question.kind == QuestionKind::kUnspecified) {
      faults.push_back({path + ".kind", "設問の種類を選んでください。", "Choose the kind of the question."});
    }
    if (question.kind == QuestionKind::kScale && (question.scale_max < 2 || question.scale_max > kScaleMax)) {
      faults.push_back({path + ".scale_max", "2以上10以下にしてください。", "Give 2 to 10."});
    }
    CheckOptions(question, path, faults);
  }
  return faults;
}

std::vector<FieldFault> CheckResponses(const Questionnaire& questionnaire,
                                       const std::vector<Response>& responses) {
  std::vector<FieldFault> faults;
  std::set<std::string> answered;
  std::set<std::string> seen;
  for (size_t i = 0; i < responses.size(); ++i) {
    const Response& response = responses[i];
    const std::string path = absl::StrCat("responses[", i, "]");
    const Question* question = questionnaire.Find(response.question);
    if (question == nullptr) {
      faults.push_back(
          {path + ".question", "調査票にない設問です。", "The questionnaire has no such question."});
      continue;
    }
    if (!seen.insert(response.question).second) faults.push_back(TwiceFault(path + ".question"));
    if (IsBlank(response)) continue;
    answered.insert(response.question);
    CheckForeign(*question, response, path, faults);
    if (question->kind == QuestionKind::kSingle || question->kind == QuestionKind::kMulti) {
      CheckChoices(*question, response, path, faults);
    } else if (question->kind == QuestionKind::kScale || question->kind == QuestionKind::kNumber) {
      CheckNumber(*question, response, path, faults);
    }
  }
  for (const Question& question : questionnaire.questions) {
    if (!question.required || answered.contains(question.code)) continue;
    faults.push_back({"responses", absl::StrCat("設問「", question.code, "」に答えてください。"),
                      absl::StrCat("Answer the question \"", question.code, "\".")});
  }
  return faults;
}

bool IsBlank(const Response& response) {
  return response.choices.empty() && !response.number && absl::StripAsciiWhitespace(response.text).empty();
}

bool IsValidAnswer(const std::vector<Response>& responses) {
  return !std::all_of(responses.begin(), responses.end(), IsBlank);
}

std::string StatusCode(const std::vector<Response>& responses) {
  for (const Response& response : responses) {
    if (absl::string_view(response.question) == kStatusQuestion && !response.choices.empty()) {
      return response.choices.front();
    }
  }
  return "";
}

}  // namespace jissho::survey
