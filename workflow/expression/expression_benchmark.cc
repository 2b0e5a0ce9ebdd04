// What a condition costs once it is compiled: the aim is below one microsecond.
#include <benchmark/benchmark.h>

#include "workflow/expression/expression.h"

namespace jissho::expression {
namespace {

void Condition(benchmark::State& state, const char* text) {
  std::map<std::string, Value> data;
  data["amount"] = Value(Json(1500000));
  data["limit"] = Value(Json(2000000));
  data["doc"] = Value(Json::parse(R"({"a":{"b":[10,20]}})"));
  Value event(Json::parse(R"({"name":"decide","data":{"ok":true}})"));
  Scope scope{&data, &event, "s-1", "grant", [](const std::string& name) { return name == "open"; }};
  auto compiled = Compile(text);
  for (auto _ : state) benchmark::DoNotOptimize(EvaluateCondition(**compiled, scope));
}
BENCHMARK_CAPTURE(Condition, amount_and_state, "amount <= limit && In('open')");
BENCHMARK_CAPTURE(Condition, members, "doc.a.b[1] > 3 && _event.data.ok");
BENCHMARK_CAPTURE(Condition, texts, "_event.name + '.' + _name == 'decide.grant'");

void CompileCondition(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Compile("amount <= limit && In('open')"));
}
BENCHMARK(CompileCondition);

}  // namespace
}  // namespace jissho::expression

BENCHMARK_MAIN();
