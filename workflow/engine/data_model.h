// What a data model must do for the engine, so that the engine knows no expression language.
//
// A DataModel is made once for a chart: Build hands it every expression text of the chart, and then it is
// only read, by many threads. An Evaluator serves one step of one instance: it holds that instance's data
// from Open to Close. What an instance leaves behind must never reach another.
#ifndef JISSHO_WORKFLOW_ENGINE_DATA_MODEL_H_
#define JISSHO_WORKFLOW_ENGINE_DATA_MODEL_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/walk.h"
#include "workflow/engine/event.h"

namespace jissho::engine {

struct Surroundings {
  std::string session_id;
  std::string name;                            // of the chart
  std::function<bool(const std::string&)> in;  // whether a state is active now
};

class Evaluator {
 public:
  virtual ~Evaluator() = default;

  // `_event` from now on; null before the first event. The event must outlive the evaluator or the next call.
  virtual void SetEvent(const Event* event) = 0;
  // Any failure of these five is the chart's error.execution.
  virtual absl::StatusOr<Value> Evaluate(absl::string_view text) = 0;
  virtual absl::StatusOr<bool> Condition(absl::string_view text) = 0;
  virtual absl::Status Assign(absl::string_view location, Value value) = 0;
  // The same from an expression: a data model may keep more of its value than a Value can say until the step
  // ends.
  virtual absl::Status AssignFrom(absl::string_view location, absl::string_view text);
  virtual absl::Status DeclareFrom(const std::string& name, absl::string_view text);
  // Makes or replaces a variable (<data>, the item and index of <foreach>).
  virtual absl::Status Declare(const std::string& name, Value value) = 0;
  virtual absl::Status Run(absl::string_view script) = 0;
  // The value of what stands inside <data>, <assign> or <content>: XML, else JSON, else text with its white
  // space normalised (SCXML B.2.5).
  virtual Value Literal(const chart::Payload& body) const;
  // The data to keep. An error means that it cannot be stored; the step then fails as a whole. When the
  // instance has `ended`, nothing will come of its data any more: what cannot be stored is left out.
  virtual absl::StatusOr<std::map<std::string, Value>> Close(bool ended) = 0;
};

class DataModel {
 public:
  virtual ~DataModel() = default;
  // Told of the chart once, before anything else.
  virtual void Attach(const chart::Chart&) {}
  // Compiles a text. An error becomes a fault of the chart; a data model that must fail at run time returns
  // OK.
  virtual absl::Status Prepare(chart::Use use, absl::string_view text) = 0;
  virtual std::unique_ptr<Evaluator> Open(Surroundings surroundings,
                                          std::map<std::string, Value> data) const = 0;
};

// Makes the data model with the name that <scxml datamodel> has; ENGINE_DATA_MODEL_UNKNOWN.
using DataModelFactory = std::function<absl::StatusOr<std::unique_ptr<DataModel>>(absl::string_view name)>;

// "ecmascript": our own expressions (workflow/expression), without scripts. "null": SCXML B.1, In('id') only.
absl::StatusOr<std::unique_ptr<DataModel>> MakeServiceDataModel(absl::string_view name);

// "ecmascript": the whole language (expression/script_heap.h), never for charts in service. "null" as above.
absl::StatusOr<std::unique_ptr<DataModel>> MakeFullDataModel(absl::string_view name);

std::unique_ptr<DataModel> MakeExpressionDataModel();
std::unique_ptr<DataModel> MakeScriptDataModel();
std::unique_ptr<DataModel> MakeNullDataModel();

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_DATA_MODEL_H_
