#include "workflow/chart/walk.h"

namespace jissho::chart {
namespace {

void WalkBlock(const Block& block, const std::function<void(const Content&)>& visit) {
  for (const Content& content : block) {
    visit(content);
    if (const auto* choice = std::get_if<If>(&content.what)) {
      for (const Branch& branch : choice->branches) WalkBlock(branch.block, visit);
    } else if (const auto* loop = std::get_if<Foreach>(&content.what)) {
      WalkBlock(loop->block, visit);
    }
  }
}

// Calls the visitor for each text of one element that is an expression.
class ExpressionVisitor {
 public:
  explicit ExpressionVisitor(const std::function<void(Use, absl::string_view, const Position&)>& visit)
      : visit_(visit) {}

  void Visit(const Content& content) {
    at_ = content.position;
    std::visit([this](const auto& what) { (*this)(what); }, content.what);
  }
  void Visit(const Data& data) {
    at_ = data.position;
    Say(Use::kValue, data.expr);
  }
  void Visit(const DoneData& done) {
    at_ = done.position;
    Params(done.params);
    if (done.content) Say(Use::kValue, done.content->expr);
  }
  void Visit(const Invoke& invoke) {
    at_ = invoke.position;
    Say(Use::kValue, invoke.type_expr);
    Say(Use::kValue, invoke.src_expr);
    Say(Use::kLocation, invoke.id_location);
    for (const std::string& name : invoke.namelist) Say(Use::kValue, name);
    Params(invoke.params);
    if (invoke.content) Say(Use::kValue, invoke.content->expr);
    if (!invoke.has_finalize || !invoke.finalize.empty()) return;
    for (const std::string& name : invoke.namelist) Say(Use::kLocation, name);
    for (const Param& param : invoke.params) Say(Use::kLocation, param.location);
  }

  void operator()(const Raise&) {}
  void operator()(const Assign& assign) {
    Say(Use::kLocation, assign.location);
    Say(Use::kValue, assign.expr);
  }
  void operator()(const If& choice) {
    for (const Branch& branch : choice.branches) {
      if (!branch.condition.empty()) visit_(Use::kCondition, branch.condition, branch.position);
    }
  }
  void operator()(const Log& log) { Say(Use::kValue, log.expr); }
  void operator()(const Send& send) {
    for (const auto* text : {&send.event_expr, &send.target_expr, &send.type_expr, &send.delay_expr, &send.at,
                             &send.business_days_expr}) {
      Say(Use::kValue, *text);
    }
    Say(Use::kLocation, send.id_location);
    for (const std::string& name : send.namelist) Say(Use::kValue, name);
    Params(send.params);
    if (send.content) Say(Use::kValue, send.content->expr);
  }
  void operator()(const Cancel& cancel) { Say(Use::kValue, cancel.send_id_expr); }
  void operator()(const Foreach& loop) { Say(Use::kValue, loop.array); }
  void operator()(const Script& script) { Say(Use::kScript, script.source); }
  void operator()(const Do& effect) { Params(effect.params); }

 private:
  void Say(Use use, const std::string& text) {
    if (!text.empty()) visit_(use, text, at_);
  }
  void Params(const std::vector<Param>& params) {
    for (const Param& param : params) {
      if (!param.expr.empty()) visit_(Use::kValue, param.expr, param.position);
      if (!param.location.empty()) visit_(Use::kValue, param.location, param.position);
    }
  }

  const std::function<void(Use, absl::string_view, const Position&)>& visit_;
  Position at_;
};

}  // namespace

void ForEachTransition(const Chart& chart, const std::function<void(const Transition&)>& visit) {
  for (const State& state : chart.states) {
    for (const Transition& transition : state.transitions) visit(transition);
  }
  for (const State& state : chart.states) {
    if (state.initial) visit(*state.initial);
  }
}

void ForEachContent(const Chart& chart, const std::function<void(const Content&)>& visit) {
  for (const State& state : chart.states) {
    for (const Block& block : state.on_entry) WalkBlock(block, visit);
    for (const Block& block : state.on_exit) WalkBlock(block, visit);
    for (const Invoke& invoke : state.invokes) WalkBlock(invoke.finalize, visit);
  }
  ForEachTransition(chart, [&](const Transition& transition) { WalkBlock(transition.content, visit); });
}

void ForEachExpression(const Chart& chart,
                       const std::function<void(Use, absl::string_view, const Position&)>& visit) {
  ExpressionVisitor visitor(visit);
  for (const Script& script : chart.scripts) visitor.Visit(Content{script, chart.root().position});
  for (const State& state : chart.states) {
    for (const Data& data : state.data) visitor.Visit(data);
    for (const Invoke& invoke : state.invokes) visitor.Visit(invoke);
    if (state.done_data) visitor.Visit(*state.done_data);
  }
  ForEachTransition(chart, [&](const Transition& transition) {
    if (!transition.condition.empty()) visit(Use::kCondition, transition.condition, transition.position);
  });
  ForEachContent(chart, [&](const Content& content) { visitor.Visit(content); });
}

}  // namespace jissho::chart
