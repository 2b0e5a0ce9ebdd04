#include <optional>
#include <utility>

#include "workflow/expression/evaluate.h"
#include "workflow/expression/text.h"

namespace jissho::expression {
namespace {

constexpr Problem kUndeclared{"データに宣言してください。", "declare it in the data model"};
constexpr Problem kNoSuchMember{"途中の項目がありません。", "a member on the way is missing"};
constexpr Problem kNoContainer{"項目を持てない値です。", "the value can have no members"};
constexpr Problem kOnlyJson{"項目の値にできるのはJSONだけです。", "only JSON can stand in a list or object"};
constexpr Problem kHole{"配列の末尾の次より先には代入できません。",
                        "a list is extended one element at a time"};
constexpr Problem kNotAnIndex{"配列の要素は番号で指定します。", "a list element is named by its index"};
constexpr Problem kListFull{"要素が多すぎます。", "too many elements"};

absl::StatusOr<std::string> StepKey(const Location::Step& step, const Scope& scope) {
  if (step.computed == nullptr) return step.key;
  Evaluator evaluator(step.computed->program(), scope);
  Operand operand;
  std::string key;
  if (!evaluator.Run(&operand) || !evaluator.ToKey(operand, &key)) return evaluator.status();
  return key;
}

// The existing member, null when there is none.
Json* FindStep(Json& container, const std::string& key) {
  if (auto* object = container.get_ptr<Json::object_t*>()) {
    auto found = object->find(key);
    return found == object->end() ? nullptr : &found->second;
  }
  auto* array = container.get_ptr<Json::array_t*>();
  std::optional<size_t> index = ParseIndex(key);
  if (array == nullptr || !index.has_value() || *index >= array->size()) return nullptr;
  return &(*array)[*index];
}

absl::Status SetMember(Json& container, const std::string& key, size_t offset, Json value) {
  if (auto* object = container.get_ptr<Json::object_t*>()) {
    if (object->size() >= kMaxResultElements && object->count(key) == 0) {
      return Fault(kResultTooLarge, offset, kListFull);
    }
    (*object)[key] = std::move(value);
    return absl::OkStatus();
  }
  auto* array = container.get_ptr<Json::array_t*>();
  if (array == nullptr) return Fault(kTypeError, offset, kNoContainer, key);
  std::optional<size_t> index = ParseIndex(key);
  if (!index.has_value()) return Fault(kTypeError, offset, kNotAnIndex, key);
  if (*index > array->size()) return Fault(kNotStorable, offset, kHole, key);
  if (*index < array->size()) {
    (*array)[*index] = std::move(value);
    return absl::OkStatus();
  }
  if (array->size() >= kMaxResultElements) return Fault(kResultTooLarge, offset, kListFull);
  array->push_back(std::move(value));
  return absl::OkStatus();
}

}  // namespace

Location::Location(std::string text, std::string name, std::vector<Step> steps)
    : text_(std::move(text)), name_(std::move(name)), steps_(std::move(steps)) {}

absl::Status Assign(const Location& location, const Scope& scope, std::map<std::string, Value>& data,
                    Value value) {
  auto variable = data.find(location.data_name());
  if (variable == data.end()) return Fault(kReferenceError, 0, kUndeclared, location.data_name());
  if (location.steps().empty()) {
    variable->second = std::move(value);
    return absl::OkStatus();
  }
  // Keys first: they may read the very variable that is about to change.
  std::vector<std::string> keys;
  for (const Location::Step& step : location.steps()) {
    JISSHO_ASSIGN_OR_RETURN(std::string key, StepKey(step, scope));
    keys.push_back(std::move(key));
  }
  if (!value.is_json()) return Fault(kNotStorable, location.steps().back().offset, kOnlyJson);
  if (!variable->second.is_json()) return Fault(kTypeError, 0, kNoContainer, location.data_name());
  Json* container = &variable->second.json();
  for (size_t i = 0; i + 1 < keys.size(); ++i) {
    container = FindStep(*container, keys[i]);
    if (container == nullptr) return Fault(kTypeError, location.steps()[i].offset, kNoSuchMember, keys[i]);
  }
  return SetMember(*container, keys.back(), location.steps().back().offset, std::move(value.json()));
}

}  // namespace jissho::expression
