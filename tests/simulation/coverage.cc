#include "tests/simulation/coverage.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "tests/simulation/require.h"
#include "workflow/chart/parser.h"
#include "workflow/charts/product_charts.h"

namespace jissho::simulation {

ProductPlaces::ProductPlaces() {
  for (const charts::ProductChart& one : charts::ProductCharts()) {
    const auto chart = chart::Parse(one.text);
    Require(chart.ok(), "a chart of the product cannot be read");
    for (const chart::State& state : chart->states) {
      if (state.kind != chart::StateKind::kRoot && !state.IsHistory())
        all_.insert(absl::StrCat(chart->name, "/", state.id));
      for (const chart::Transition& transition : state.transitions) {
        const std::string name = absl::StrCat(chart->name, "#", transition.order, " ", state.id, " -",
                                              absl::StrJoin(transition.events, "|"), "-> ",
                                              absl::StrJoin(transition.targets, "+"));
        transitions_[{chart->name, transition.order}] = name;
        all_.insert(name);
      }
    }
  }
}

void ProductPlaces::AddStates(storage::Session& session, Coverage& coverage) const {
  const auto journal = session.Query(
      "SELECT i.chart, j.entered FROM act_journal j JOIN act_instance i ON i.id = j.instance_id "
      "WHERE j.outcome = 'done'",
      {}, {storage::CellType::kText, storage::CellType::kText});
  Require(journal.ok(), "a journal cannot be read");
  for (const storage::CellRow& row : *journal) {
    for (const auto& state : nlohmann::json::parse(std::get<std::string>(row[1]), nullptr, false))
      coverage.insert(absl::StrCat(std::get<std::string>(row[0]), "/", state.get<std::string>()));
  }
}

void ProductPlaces::AddTransitions(const std::set<std::pair<std::string, int>>& taken,
                                   Coverage& coverage) const {
  for (const auto& transition : taken) {
    if (const auto found = transitions_.find(transition); found != transitions_.end())
      coverage.insert(found->second);
  }
}

}  // namespace jissho::simulation
