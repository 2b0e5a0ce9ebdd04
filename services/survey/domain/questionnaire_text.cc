#include "nlohmann/json.hpp"
#include "services/survey/domain/questionnaire.h"
#include "services/survey/reasons.h"
#include "workflow/base/hash.h"

namespace jissho::survey {

namespace {

using Json = nlohmann::json;

constexpr std::pair<QuestionKind, const char*> kKinds[] = {{QuestionKind::kSingle, "single"},
                                                           {QuestionKind::kMulti, "multi"},
                                                           {QuestionKind::kScale, "scale"},
                                                           {QuestionKind::kNumber, "number"},
                                                           {QuestionKind::kText, "text"}};

QuestionKind KindOf(const std::string& name) {
  for (const auto& [kind, text] : kKinds) {
    if (name == text) return kind;
  }
  return QuestionKind::kUnspecified;
}

std::string NameOf(QuestionKind kind) {
  for (const auto& [candidate, text] : kKinds) {
    if (kind == candidate) return text;
  }
  return "";
}

Json ToJson(const Question& question) {
  Json json{{"code", question.code},  {"kind", NameOf(question.kind)}, {"ja", question.text_ja},
            {"en", question.text_en}, {"required", question.required}, {"group", question.group}};
  if (question.kind == QuestionKind::kScale) json["scale_max"] = question.scale_max;
  if (!question.unit.empty()) json["unit"] = question.unit;
  for (const Option& option : question.options) {
    json["options"].push_back({{"code", option.code}, {"ja", option.text_ja}, {"en", option.text_en}});
  }
  return json;
}

Question QuestionOf(const Json& json) {
  Question question;
  question.code = json.at("code").get<std::string>();
  question.kind = KindOf(json.at("kind").get<std::string>());
  question.text_ja = json.at("ja").get<std::string>();
  question.text_en = json.value("en", "");
  question.required = json.value("required", false);
  question.group = json.value("group", int64_t{0});
  question.unit = json.value("unit", "");
  if (question.kind == QuestionKind::kScale) question.scale_max = json.value("scale_max", kScaleDefault);
  for (const Json& option : json.value("options", Json::array())) {
    question.options.push_back(
        {option.at("code").get<std::string>(), option.at("ja").get<std::string>(), option.value("en", "")});
  }
  return question;
}

}  // namespace

std::string ToText(const Questionnaire& questionnaire) {
  Json json{{"code", questionnaire.code}, {"ja", questionnaire.title_ja}, {"en", questionnaire.title_en}};
  json["questions"] = Json::array();
  for (const Question& question : questionnaire.questions) json["questions"].push_back(ToJson(question));
  return json.dump();
}

absl::StatusOr<Questionnaire> QuestionnaireFromText(absl::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    Questionnaire questionnaire;
    questionnaire.code = json.at("code").get<std::string>();
    questionnaire.title_ja = json.at("ja").get<std::string>();
    questionnaire.title_en = json.value("en", "");
    for (const Json& question : json.at("questions")) questionnaire.questions.push_back(QuestionOf(question));
    return questionnaire;
  } catch (const Json::exception& error) {
    return MakeError(kStoredTextMalformed, {{"detail", error.what()}});
  }
}

std::string ContentHash(const Questionnaire& questionnaire) { return Sha256Hex(ToText(questionnaire)); }

std::string ToText(const std::vector<Response>& responses) {
  Json json = Json::array();
  for (const Response& response : responses) {
    if (IsBlank(response)) continue;
    Json entry{{"question", response.question}};
    if (!response.choices.empty()) entry["choices"] = response.choices;
    if (response.number) entry["number"] = *response.number;
    if (!response.text.empty()) entry["text"] = response.text;
    json.push_back(std::move(entry));
  }
  return json.dump();
}

absl::StatusOr<std::vector<Response>> ResponsesFromText(absl::string_view text) {
  try {
    std::vector<Response> responses;
    for (const Json& entry : Json::parse(text.begin(), text.end())) {
      Response response;
      response.question = entry.at("question").get<std::string>();
      response.choices = entry.value("choices", std::vector<std::string>());
      if (entry.contains("number")) response.number = entry.at("number").get<int64_t>();
      response.text = entry.value("text", "");
      responses.push_back(std::move(response));
    }
    return responses;
  } catch (const Json::exception& error) {
    return MakeError(kStoredTextMalformed, {{"detail", error.what()}});
  }
}

}  // namespace jissho::survey
