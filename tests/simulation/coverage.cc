#include "tests/simulation/coverage.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "tests/simulation/require.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/way.h"
#include "workflow/charts/product_charts.h"

namespace jissho::simulation {
namespace {

using Json = nlohmann::json;

std::vector<std::string> TextsOf(const storage::Cell& cell) {
  std::vector<std::string> texts;
  for (const auto& text : Json::parse(std::get<std::string>(cell), nullptr, false))
    texts.push_back(text.get<std::string>());
  return texts;
}

std::string NameOf(const chart::Chart& chart, const chart::Transition& transition) {
  return absl::StrCat(chart.name, "#", transition.order, " ", chart.states[transition.source].id, " -",
                      absl::StrJoin(transition.events, "|"), "-> ", absl::StrJoin(transition.targets, "+"));
}

}  // namespace

ProductPlaces::ProductPlaces() {
  for (const charts::ProductChart& one : charts::ProductCharts()) {
    auto chart = chart::Parse(one.text);
    Require(chart.ok(), "a chart of the product cannot be read");
    for (const chart::State& state : chart->states) {
      if (state.kind != chart::StateKind::kRoot && !state.IsHistory())
        all_.insert(absl::StrCat(chart->name, "/", state.id));
      for (const chart::Transition& transition : state.transitions) {
        const std::string name = NameOf(*chart, transition);
        transitions_[chart->name][transition.order] = name;
        all_.insert(name);
      }
    }
    const std::string name = chart->name;
    charts_.emplace(name, *std::move(chart));
  }
}

void ProductPlaces::Cover(storage::Session& session, Coverage& coverage) const {
  const auto journal = session.Query(
      "SELECT i.chart, j.instance_id, j.event, j.entered, j.exited FROM act_journal j "
      "JOIN act_instance i ON i.id = j.instance_id WHERE j.outcome = 'done' "
      "ORDER BY i.chart, j.instance_id, j.sequence",
      {}, std::vector<storage::CellType>(5, storage::CellType::kText));
  Require(journal.ok(), "a journal cannot be read");
  for (size_t begin = 0; begin < journal->size();) {
    const storage::CellRow& first = (*journal)[begin];
    std::vector<chart::WayStep> steps;
    for (; begin < journal->size() && (*journal)[begin][1] == first[1]; ++begin) {
      const storage::CellRow& row = (*journal)[begin];
      steps.push_back({std::get<std::string>(row[2]), TextsOf(row[3]), TextsOf(row[4]), {}});
    }
    const auto& chart = charts_.at(std::get<std::string>(first[0]));
    const chart::Way way = chart::TraceWay(chart, steps);
    for (const int state : way.visited)
      coverage.insert(absl::StrCat(chart.name, "/", chart.states[state].id));
    for (const int order : way.transitions) {
      const auto& named = transitions_.at(chart.name);
      if (const auto found = named.find(order); found != named.end()) coverage.insert(found->second);
    }
  }
}

}  // namespace jissho::simulation
