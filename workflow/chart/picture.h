// A chart as a picture: text for Graphviz's dot, and the finishing of the SVG that dot makes of it. Nothing
// here runs Graphviz. All functions are pure and thread-safe.
//
// In the SVG every state is a <g id="state:ID" class="… state ID"> and every transition a
// <g id="transition:N" class="… transition transition-N">, N being Transition::order (one to several targets
// has a further <g id="transition:N:K"> for each target after the first), so that a style sheet or a page can
// colour them. What is active or was visited has the class `active` or `visited` besides.
#ifndef JISSHO_WORKFLOW_CHART_PICTURE_H_
#define JISSHO_WORKFLOW_CHART_PICTURE_H_

#include <set>
#include <string>

#include "workflow/chart/chart.h"
#include "workflow/chart/vocabulary.h"

namespace jissho::chart {

enum class Languages { kBoth, kJapanese, kEnglish };

struct PictureOptions {
  Languages languages = Languages::kBoth;  // both: Japanese, and English below it in small type
  std::set<int> active, visited;           // states by index
  std::set<int> transitions;               // that were taken, by Transition::order
};

// States that contain others are clusters, regions of a parallel state have a dashed border. Transitions
// without a target stand inside their state. A transition of a compound state to its own inside starts at a
// small diamond. Labels hold any text.
std::string ToDot(const Chart& chart, const Vocabulary& vocabulary, const PictureOptions& options = {});

// Gives the SVG made from ToDot with the same arguments its style sheet, and the transitions that stand
// inside states their ids and classes.
std::string FinishSvg(const std::string& svg, const Chart& chart, const PictureOptions& options = {});

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_PICTURE_H_
