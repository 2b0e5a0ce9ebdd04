#include "services/review/review_module.h"

#include "absl/strings/strip.h"
#include "embedded/review_charts.h"
#include "embedded/review_schema.h"
#include "services/review/support.h"

namespace jissho::review {
namespace {

class ReviewModule : public runtime::Module {
 public:
  std::string name() const override { return "review"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations("review", embedded::review_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    for (const auto& [path, text] : embedded::review_charts()) {
      absl::string_view name = path;
      name.remove_prefix(name.rfind('/') == absl::string_view::npos ? 0 : name.rfind('/') + 1);
      definitions.charts.emplace_back(std::string(absl::StripSuffix(name, ".scxml")), std::string(text));
    }
    definitions.actions = Actions();
    definitions.events = EventHandlers();
    return definitions;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.review.v1.ReviewService");
    AddBoardMethods(registry);
    AddRoundReads(registry);
    AddScoreMethods(registry);
    AddStageMethods(registry);
    AddMeetingMethods(registry);
    AddDecisionMethods(registry);
    return {std::move(registry)};
  }
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies&) {
  return std::make_unique<ReviewModule>();
}

}  // namespace jissho::review
