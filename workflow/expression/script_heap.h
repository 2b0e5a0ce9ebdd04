// A whole ECMAScript interpreter (Duktape) as the data model of a chart: for experiments and for the W3C's
// tests, never for charts in service. Nothing here can stop a script that does not end; only its memory is
// bounded.
//
// A heap is expensive to make and is used for one instance after another: every built-in object is frozen
// when the heap is made, and Reset removes all that an instance left and tells whether nothing is left of it.
// A heap that is not clean must be thrown away.
//
// Values come and go as copies. Inside a script there may be anything; what leaves (Evaluate, Globals) is
// undefined, JSON or an XML document: numbers that are not finite, functions, cycles, dates and other objects
// with a life of their own are EXPRESSION_UNSTORABLE. In lists undefined becomes null, in objects it is left
// out, as in JSON.stringify. An XML value is a read-only document: documentElement, getElementsByTagName; its
// elements have tagName, nodeName, attributes by getAttribute and hasAttribute, childNodes, firstChild,
// parentNode, textContent.
//
// Errors: EXPRESSION_SCRIPT_ERROR (whatever a script throws, syntax errors included), EXPRESSION_UNSTORABLE.
// No exception and no fault of a script ends the process. Threading: one thread at a time.
#ifndef JISSHO_WORKFLOW_EXPRESSION_SCRIPT_HEAP_H_
#define JISSHO_WORKFLOW_EXPRESSION_SCRIPT_HEAP_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workflow/expression/value.h"

namespace jissho::expression {

class ScriptHeap {
 public:
  static constexpr size_t kMemoryMax = 64 * 1024 * 1024;

  static absl::StatusOr<std::unique_ptr<ScriptHeap>> Create(size_t memory_max = kMemoryMax);
  virtual ~ScriptHeap() = default;

  // Forgets the instance. False: something of it is left, throw the heap away.
  virtual bool Reset() = 0;

  // The read-only system variables (SCXML 5.10). `_event` does not exist before the first SetEvent; its
  // fields that are not named are undefined.
  virtual absl::Status SetSystem(const std::string& session_id, const std::string& name,
                                 std::function<bool(const std::string&)> in) = 0;
  virtual absl::Status SetEvent(const std::map<std::string, std::string>& fields, const Value& data) = 0;

  // A new variable, or a new value for one; the name must be one that ECMAScript can use.
  virtual absl::Status Declare(const std::string& name, const Value& value) = 0;
  virtual absl::Status DeclareFrom(const std::string& name, absl::string_view expression) = 0;
  // Any left-hand side whose variable exists (SCXML 5.4).
  virtual absl::Status Assign(absl::string_view location, const Value& value) = 0;
  virtual absl::Status AssignFrom(absl::string_view location, absl::string_view expression) = 0;

  virtual absl::StatusOr<Value> Evaluate(absl::string_view expression) = 0;
  virtual absl::StatusOr<bool> Condition(absl::string_view expression) = 0;
  virtual absl::Status Run(absl::string_view script) = 0;

  // All variables that the instance has, however they were made, but for functions whose names are in `kept`.
  // With `lenient` what cannot be stored is left out instead of being an error.
  virtual absl::StatusOr<std::map<std::string, Value>> Globals(const std::vector<std::string>& kept,
                                                               bool lenient) = 0;
  // Removes all variables but functions; the names of those.
  virtual absl::StatusOr<std::vector<std::string>> KeepFunctions() = 0;
};

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_SCRIPT_HEAP_H_
