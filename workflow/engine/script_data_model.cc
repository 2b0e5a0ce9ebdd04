#include <mutex>

#include "workflow/base/error.h"
#include "workflow/engine/data_model.h"
#include "workflow/engine/reasons.h"
#include "workflow/expression/script_heap.h"

namespace jissho::engine {
namespace {

using expression::ScriptHeap;

// Heaps that are clean. Thread-safe.
class HeapPool {
 public:
  absl::StatusOr<std::unique_ptr<ScriptHeap>> Take() {
    {
      std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto heap = std::move(idle_.back());
        idle_.pop_back();
        return heap;
      }
    }
    return ScriptHeap::Create();
  }
  void Return(std::unique_ptr<ScriptHeap> heap) {
    if (!heap->Reset()) return;
    std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleMax) idle_.push_back(std::move(heap));
  }

 private:
  static constexpr size_t kIdleMax = 8;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ScriptHeap>> idle_;
};

class ScriptEvaluator : public Evaluator {
 public:
  // The first failure is everything's failure: the step cannot go on without its heap.
  ScriptEvaluator(HeapPool& pool, const std::vector<std::string>& scripts, Surroundings surroundings,
                  const std::map<std::string, Value>& data)
      : pool_(pool) {
    auto heap = pool_.Take();
    if (!heap.ok()) {
      failure_ = heap.status();
      return;
    }
    heap_ = *std::move(heap);
    failure_ = Begin(scripts, surroundings, data);
  }
  ~ScriptEvaluator() override {
    if (heap_ != nullptr) pool_.Return(std::move(heap_));
  }

  void SetEvent(const Event* event) override {
    if (!failure_.ok() || event == nullptr) return;
    const Json json = EventObject(*event);
    std::map<std::string, std::string> fields;
    for (const auto& [name, value] : json.items()) {
      if (name != "data") fields[name] = value.get<std::string>();
    }
    failure_ = heap_->SetEvent(fields, event->data);
  }

  absl::StatusOr<Value> Evaluate(absl::string_view text) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->Evaluate(text);
  }
  absl::StatusOr<bool> Condition(absl::string_view text) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->Condition(text);
  }
  absl::Status Assign(absl::string_view location, Value value) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->Assign(location, value);
  }
  absl::Status AssignFrom(absl::string_view location, absl::string_view text) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->AssignFrom(location, text);
  }
  absl::Status Declare(const std::string& name, Value value) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->Declare(name, value);
  }
  absl::Status DeclareFrom(const std::string& name, absl::string_view text) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->DeclareFrom(name, text);
  }
  absl::Status Run(absl::string_view script) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->Run(script);
  }

  absl::StatusOr<std::map<std::string, Value>> Close(bool ended) override {
    JISSHO_RETURN_IF_ERROR(failure_);
    return heap_->Globals(functions_, ended);
  }

 private:
  // The functions that the chart's own scripts declare belong to the chart: they are made anew for every
  // step, and whatever else the scripts do is undone before the data come in.
  absl::Status Begin(const std::vector<std::string>& scripts, const Surroundings& surroundings,
                     const std::map<std::string, Value>& data) {
    JISSHO_RETURN_IF_ERROR(heap_->SetSystem(surroundings.session_id, surroundings.name, surroundings.in));
    for (const std::string& script : scripts) heap_->Run(script).IgnoreError();
    if (!scripts.empty()) {
      JISSHO_ASSIGN_OR_RETURN(functions_, heap_->KeepFunctions());
    }
    for (const auto& [name, value] : data) JISSHO_RETURN_IF_ERROR(heap_->Declare(name, value));
    return absl::OkStatus();
  }

  HeapPool& pool_;
  std::unique_ptr<ScriptHeap> heap_;
  std::vector<std::string> functions_;
  absl::Status failure_;
};

class ScriptDataModel : public DataModel {
 public:
  void Attach(const chart::Chart& chart) override {
    for (const chart::Script& script : chart.scripts) scripts_.push_back(script.source);
  }
  // A text that cannot be compiled is an error when it is used (SCXML 5.9).
  absl::Status Prepare(chart::Use, absl::string_view) override { return absl::OkStatus(); }
  std::unique_ptr<Evaluator> Open(Surroundings surroundings,
                                  std::map<std::string, Value> data) const override {
    return std::make_unique<ScriptEvaluator>(pool_, scripts_, std::move(surroundings), data);
  }

 private:
  std::vector<std::string> scripts_;
  mutable HeapPool pool_;
};

}  // namespace

std::unique_ptr<DataModel> MakeScriptDataModel() { return std::make_unique<ScriptDataModel>(); }

absl::StatusOr<std::unique_ptr<DataModel>> MakeFullDataModel(absl::string_view name) {
  if (name == "ecmascript") return MakeScriptDataModel();
  return MakeServiceDataModel(name);
}

}  // namespace jissho::engine
