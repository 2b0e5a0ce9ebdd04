// Short charts for the engine's own tests.
#ifndef JISSHO_WORKFLOW_ENGINE_TESTING_H_
#define JISSHO_WORKFLOW_ENGINE_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workflow/chart/parser.h"
#include "workflow/engine/machine.h"

namespace jissho::engine {

inline absl::StatusOr<std::shared_ptr<const Machine>> TryBuild(absl::string_view inside,
                                                               absl::string_view attributes = "") {
  const std::string model = absl::StrContains(attributes, "datamodel") ? "" : " datamodel='ecmascript' ";
  auto chart = chart::Parse(absl::StrCat("<scxml name='test' xmlns='", chart::kScxmlNamespace,
                                         "' xmlns:jissho='", chart::kJisshoNamespace, "'", model, " ",
                                         attributes, ">\n", inside, "</scxml>"));
  if (!chart.ok()) return chart.status();
  return Machine::Build(*std::move(chart));
}

// One instance of a chart, driven event by event. With `amnesia` everything it is goes through JSON between
// two events, as it does through the store.
class Instance {
 public:
  explicit Instance(absl::string_view inside, absl::string_view attributes = "", bool amnesia = false)
      : amnesia_(amnesia) {
    auto machine = TryBuild(inside, attributes);
    EXPECT_TRUE(machine.ok()) << machine.status();
    machine_ = *std::move(machine);
    Start();
  }

  void Start(const Json& data = nullptr) { Keep(machine_->Start(session, data)); }

  Instance& Fire(const std::string& name, Value data = Value(), const TransitionFilter& filter = nullptr) {
    Event event;
    event.name = name;
    event.data = std::move(data);
    Keep(machine_->Step(session, last.next, event, filter));
    return *this;
  }

  std::vector<std::string> Offered() const {
    std::vector<std::string> names;
    const auto offers = machine_->Offers(session, last.next);
    EXPECT_TRUE(offers.ok()) << offers.status();
    for (const Offer& offer : *offers) names.push_back(offer.event);
    return names;
  }

  const std::vector<std::string>& states() const { return last.next.configuration; }
  Json data(const std::string& id) const { return last.next.data.at(id).json(); }
  const Machine& machine() const { return *machine_; }

  // The texts of <log> and the actions of <jissho:do>, in order.
  std::vector<std::string> Said() const {
    std::vector<std::string> said;
    for (const Effect& effect : last.effects) {
      said.push_back(effect.kind == Effect::Kind::kDo     ? effect.action
                     : effect.kind == Effect::Kind::kSend ? effect.event
                                                          : effect.text);
    }
    return said;
  }

  StepResult last;
  SessionInfo session{"session-1", nullptr};

 private:
  void Keep(absl::StatusOr<StepResult> result) {
    ASSERT_TRUE(result.ok()) << result.status();
    last = *std::move(result);
    if (!amnesia_) return;
    auto restored = SnapshotFromJson(Json::parse(ToJson(last.next).dump()));
    ASSERT_TRUE(restored.ok()) << restored.status();
    last.next = *std::move(restored);
  }

  bool amnesia_;
  std::shared_ptr<const Machine> machine_;
};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_TESTING_H_
