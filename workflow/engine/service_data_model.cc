#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/engine/data_model.h"
#include "workflow/expression/expression.h"

namespace jissho::engine {
namespace {

using Compiled = std::map<std::string, std::shared_ptr<const expression::Expression>, std::less<>>;
using Locations = std::map<std::string, std::shared_ptr<const expression::Location>, std::less<>>;

class ExpressionEvaluator : public Evaluator {
 public:
  ExpressionEvaluator(const Compiled& expressions, const Locations& locations, Surroundings surroundings,
                      std::map<std::string, Value> data)
      : expressions_(expressions), locations_(locations), data_(std::move(data)) {
    scope_.data = &data_;
    scope_.session_id = std::move(surroundings.session_id);
    scope_.name = std::move(surroundings.name);
    scope_.in = std::move(surroundings.in);
  }

  void SetEvent(const Event* event) override {
    event_ = event == nullptr ? Value() : Value(EventObject(*event));
    scope_.event = event == nullptr ? nullptr : &event_;
  }

  absl::StatusOr<Value> Evaluate(absl::string_view text) override {
    JISSHO_ASSIGN_OR_RETURN(const auto expression, Find(expressions_, text));
    return expression::Evaluate(*expression, scope_);
  }

  absl::StatusOr<bool> Condition(absl::string_view text) override {
    JISSHO_ASSIGN_OR_RETURN(const auto expression, Find(expressions_, text));
    return expression::EvaluateCondition(*expression, scope_);
  }

  absl::Status Assign(absl::string_view location, Value value) override {
    JISSHO_ASSIGN_OR_RETURN(const auto compiled, Find(locations_, location));
    return expression::Assign(*compiled, scope_, data_, std::move(value));
  }

  absl::Status Declare(const std::string& name, Value value) override {
    // Compiling is what tells a name from any other text, and a system variable from one of the chart.
    JISSHO_ASSIGN_OR_RETURN(const auto location, expression::CompileLocation(name));
    if (!location->steps().empty())
      return absl::InvalidArgumentError(absl::StrCat(name, " is no variable name"));
    data_[location->data_name()] = std::move(value);
    return absl::OkStatus();
  }

  absl::Status Run(absl::string_view) override {
    return absl::UnimplementedError("this data model runs no scripts");
  }

  absl::StatusOr<std::map<std::string, Value>> Close(bool) override { return std::move(data_); }

 private:
  template <typename Map>
  static absl::StatusOr<typename Map::mapped_type> Find(const Map& map, absl::string_view text) {
    const auto found = map.find(std::string(text));
    if (found == map.end()) return absl::InternalError(absl::StrCat("not compiled: ", text));
    return found->second;
  }

  const Compiled& expressions_;
  const Locations& locations_;
  std::map<std::string, Value> data_;
  Value event_;
  expression::Scope scope_;
};

class ExpressionDataModel : public DataModel {
 public:
  absl::Status Prepare(chart::Use use, absl::string_view text) override {
    if (use == chart::Use::kScript) return absl::UnimplementedError("this data model runs no scripts");
    if (use == chart::Use::kLocation) {
      JISSHO_ASSIGN_OR_RETURN(locations_[std::string(text)], expression::CompileLocation(text));
    } else {
      JISSHO_ASSIGN_OR_RETURN(expressions_[std::string(text)], expression::Compile(text));
    }
    return absl::OkStatus();
  }

  std::unique_ptr<Evaluator> Open(Surroundings surroundings,
                                  std::map<std::string, Value> data) const override {
    return std::make_unique<ExpressionEvaluator>(expressions_, locations_, std::move(surroundings),
                                                 std::move(data));
  }

 private:
  Compiled expressions_;
  Locations locations_;
};

}  // namespace

std::unique_ptr<DataModel> MakeExpressionDataModel() { return std::make_unique<ExpressionDataModel>(); }

}  // namespace jissho::engine
