#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/base/error.h"
#include "workflow/engine/data_model.h"

namespace jissho::engine {
namespace {

// The id in In('id'), the only expression there is.
absl::StatusOr<std::string> StateOf(absl::string_view text) {
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  const bool call = absl::ConsumePrefix(&rest, "In(") && absl::ConsumeSuffix(&rest, ")");
  rest = absl::StripAsciiWhitespace(rest);
  const bool quoted = rest.size() >= 2 && rest.front() == rest.back() && (rest[0] == '\'' || rest[0] == '"');
  if (!call || !quoted) return absl::InvalidArgumentError(absl::StrCat("only In('id') is allowed: ", text));
  return std::string(rest.substr(1, rest.size() - 2));
}

absl::Status NoData() { return absl::FailedPreconditionError("the null data model holds no data"); }

class NullEvaluator : public Evaluator {
 public:
  explicit NullEvaluator(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}
  void SetEvent(const Event*) override {}
  absl::StatusOr<Value> Evaluate(absl::string_view) override { return NoData(); }
  absl::StatusOr<bool> Condition(absl::string_view text) override {
    JISSHO_ASSIGN_OR_RETURN(const std::string state, StateOf(text));
    return surroundings_.in(state);
  }
  absl::Status Assign(absl::string_view, Value) override { return NoData(); }
  absl::Status Declare(const std::string&, Value) override { return NoData(); }
  absl::Status Run(absl::string_view) override { return NoData(); }
  absl::StatusOr<std::map<std::string, Value>> Close(bool) override { return std::map<std::string, Value>(); }

 private:
  Surroundings surroundings_;
};

class NullDataModel : public DataModel {
 public:
  absl::Status Prepare(chart::Use use, absl::string_view text) override {
    // Whatever else there is fails when it runs (SCXML B.1): a chart may log by expressions it cannot
    // evaluate.
    return use == chart::Use::kCondition ? StateOf(text).status() : absl::OkStatus();
  }
  std::unique_ptr<Evaluator> Open(Surroundings surroundings, std::map<std::string, Value>) const override {
    return std::make_unique<NullEvaluator>(std::move(surroundings));
  }
};

}  // namespace

std::unique_ptr<DataModel> MakeNullDataModel() { return std::make_unique<NullDataModel>(); }

}  // namespace jissho::engine
