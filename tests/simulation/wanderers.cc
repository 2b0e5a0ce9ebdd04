#include "tests/simulation/wanderers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jissho/options/v1/options.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "nlohmann/json.hpp"
#include "tests/simulation/methods.h"
#include "tests/simulation/require.h"
#include "workflow/act/rows.h"
#include "workflow/engine/snapshot.h"

namespace jissho::simulation {
namespace {

using google::protobuf::Message;
using Json = nlohmann::json;

namespace sb = subsidy::v1;

constexpr absl::Duration kPauseMax = absl::Seconds(6);
constexpr int kAttemptsMax = 20;         // then he gives up, until the weather is calm
constexpr uint64_t kBeginOneIn = 8;      // acts that begin something
constexpr uint64_t kForbiddenOneIn = 8;  // tries of what is not his to do
constexpr uint64_t kUnplayedOneIn = 3;   // acts that the season never does, where there are some
constexpr uint64_t kFinishedOneIn = 20;  // looks at what has come to its end

// Acts that fire no event of a thing that exists: those that begin one, and those on what has no chart.
struct Beginning {
  const char* service;
  const char* method;
};
constexpr Beginning kBeginnings[] = {{"programme", "CreateCall"},        {"programme", "UpdateProgramme"},
                                     {"programme", "EnterSheetValues"},  {"programme", "ComputeSheet"},
                                     {"intake", "RegisterOrganisation"}, {"intake", "UpdateOrganisation"},
                                     {"intake", "CreateProposal"},       {"intake", "OpenConsultation"},
                                     {"subsidy", "DraftAppropriation"},  {"subsidy", "AllotBudget"},
                                     {"subsidy", "BookDirectCost"},      {"subsidy", "AllocateRevenue"},
                                     {"survey", "CreateCampaign"},       {"cases", "ImportCase"}};

bool Shares(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(),
                     [&b](const std::string& one) { return std::find(b.begin(), b.end(), one) != b.end(); });
}

constexpr int kYearsEndowed = 4;
constexpr int64_t kEndowment = 1'000'000'000;

}  // namespace

Wanderer::Wanderer(World* world, Identity* identity, Register* book, const season::Season* season,
                   const std::vector<Deed>* deeds, Random random, const std::string& name)
    : world_(world),
      identity_(identity),
      book_(book),
      season_(season),
      random_(random),
      name_(name),
      requests_(world, identity, deeds, &random_) {}

void Wanderer::Walk(int64_t acts) {
  for (int64_t i = 0; i < acts; ++i) {
    world_->scheduler().Sleep(kPauseMax * (static_cast<double>(random_.Below(1000)) / 1000));
    Plan plan;
    if (FindPlan(plan)) Act(std::move(plan));
  }
}

bool Wanderer::FindPlan(Plan& plan) {
  if (random_.OneIn(kBeginOneIn)) {
    PlanBeginning(plan);
    return true;
  }
  const std::string& service = world_->services()[random_.Below(world_->services().size())];
  plan.thing.service = service;
  world_->LookAt(service, [&](storage::Session& session, const act::Catalog& catalog) {
    const auto instances = storage::Select<act::InstanceRow>(session, "ORDER BY id");
    Require(instances.ok(), "the instances cannot be read");
    const bool finished = random_.OneIn(kFinishedOneIn);
    std::map<std::string, std::vector<const act::InstanceRow*>> by_chart;
    for (const act::InstanceRow& instance : *instances)
      if (instance.finished == finished) by_chart[instance.chart].push_back(&instance);
    if (by_chart.empty()) return;
    const auto& of_chart =
        std::next(by_chart.begin(), static_cast<int64_t>(random_.Below(by_chart.size())))->second;
    PlanOn(*of_chart[random_.Below(of_chart.size())], catalog, plan);
  });
  return !plan.method.empty();
}

// One of the events that the chart offers to people in the instance's states; once in a while one of another
// state.
void Wanderer::PlanOn(const act::InstanceRow& instance, const act::Catalog& catalog, Plan& plan) {
  const auto snapshot = engine::SnapshotFromJson(Json::parse(instance.snapshot, nullptr, false));
  const auto machine = catalog.Version(instance.chart_hash);
  Require(snapshot.ok() && machine.ok(), "an instance cannot be read");
  plan.thing.chart = instance.chart;
  plan.thing.id = instance.id;
  plan.thing.owner = instance.owner;
  plan.thing.states = {snapshot->configuration.begin(), snapshot->configuration.end()};
  const bool anywhere = random_.OneIn(kFinishedOneIn);
  std::map<std::string, std::vector<const chart::Transition*>> offers, all;
  for (const chart::State& state : (*machine)->chart().states) {
    for (const chart::Transition& transition : state.transitions) {
      if (transition.task.roles.empty()) continue;
      for (const std::string& event : transition.events) {
        all[event].push_back(&transition);
        if (anywhere || plan.thing.states.count(state.id) == 1) offers[event].push_back(&transition);
      }
    }
  }
  std::vector<std::pair<std::string, std::string>> deals, unplayed;  // event, method
  for (const auto& [event, transitions] : offers) {
    for (const std::string& method : MethodsThatFire(plan.thing.service, event)) {
      deals.emplace_back(event, method);
      if (!requests_.HasExample(FullMethod(plan.thing.service, method))) unplayed.push_back(deals.back());
    }
  }
  if (deals.empty()) return;
  const auto& from = !unplayed.empty() && random_.OneIn(kUnplayedOneIn) ? unplayed : deals;
  const auto& [event, method] = from[random_.Below(from.size())];
  plan.method = method;
  const auto& transitions = offers[event];
  const chart::Transition& taken = *transitions[random_.Below(transitions.size())];
  plan.roles = taken.task.roles;
  plan.own = taken.task.own_organisation;
  for (const chart::Transition* transition : all[event])
    plan.all_roles.insert(plan.all_roles.end(), transition->task.roles.begin(), transition->task.roles.end());
}

void Wanderer::PlanBeginning(Plan& plan) {
  const Beginning& beginning = kBeginnings[random_.Below(std::size(kBeginnings))];
  plan.thing.service = beginning.service;
  plan.thing.owner = season_->organisations[random_.Below(season_->organisations.size())].id;
  plan.method = beginning.method;
  const auto& rule =
      MethodOf(FullMethod(beginning.service, beginning.method))->options().GetExtension(options::v1::method);
  plan.roles = {rule.roles().begin(), rule.roles().end()};
  plan.all_roles = plan.roles;
  plan.own = true;
}

// Somebody who may do it; once in a while somebody who may not.
act::Actor Wanderer::Choose(Plan& plan) {
  // Whoever has the link may answer a survey.
  if (plan.method != "AnswerSurvey" && random_.OneIn(kForbiddenOneIn)) {
    const auto person =
        std::next(season_->people.begin(), static_cast<int64_t>(random_.Below(season_->people.size())));
    if (!Shares(person->second.roles, plan.all_roles)) {
      plan.forbidden = true;
      return {"user:" + person->first, person->second.roles, "", "MEMBER"};
    }
  }
  const std::string role = plan.roles[random_.Below(plan.roles.size())];
  if (role == "applicant") {
    const auto& bodies = season_->organisations;
    const std::string body = plan.own ? plan.thing.owner : bodies[random_.Below(bodies.size())].id;
    return {"user:" + body, {role}, body, "MEMBER"};
  }
  std::vector<const season::Person*> able;
  for (const auto& [id, person] : season_->people)
    if (Shares(person.roles, {role})) able.push_back(&person);
  if (able.empty()) return {"user:" + role, {role}, "", "MEMBER"};
  const season::Person& person = *able[random_.Below(able.size())];
  return {"user:" + person.id, person.roles, "", "MEMBER"};
}

void Wanderer::Act(Plan plan) {
  const act::Actor who = Choose(plan);
  const std::string method = FullMethod(plan.thing.service, plan.method);
  std::unique_ptr<Message> request = requests_.Make(plan.method, plan.thing);
  request->GetReflection()->SetString(request.get(), request->GetDescriptor()->FindFieldByName("request_id"),
                                      absl::StrCat(name_, "-", ++count_));
  const Wish wish{who, method, std::move(request)};
  const std::unique_ptr<Message> response = NewMessage(MethodOf(method)->output_type());
  const absl::Status status =
      AskUntilAnswered(*world_, *identity_, *book_, wish, kAttemptsMax, response.get());
  if (absl::IsDeadlineExceeded(status)) return book_->Add(wish);
  ++counters_.acts;
  if (!status.ok()) return;
  ++counters_.accepted;
  if (plan.forbidden) book_->Complain(absl::StrCat(who.id, " does ", method, ", for which he has no role"));
}

void Endow(World& world, Identity& identity, Register& book, const season::Season& season) {
  const act::Actor drafter{"user:" + season.duties.at("drafter"), {"secretariat"}, "", "MEMBER"};
  const act::Actor manager{"user:" + season.duties.at("manager"), {"manager"}, "", "MEMBER"};
  int64_t count = 0;
  const auto ask = [&](const act::Actor& who, const std::string& method, auto request, Message* response) {
    request.set_request_id(absl::StrCat("endowment-", ++count));
    const Wish wish{who, FullMethod("subsidy", method), std::make_shared<decltype(request)>(request)};
    return AskUntilAnswered(world, identity, book, wish, kAttemptsMax, response).ok();
  };
  for (int year = season.fiscal_year; year < season.fiscal_year + kYearsEndowed; ++year) {
    sb::CreateBudgetLineRequest line;
    line.set_code(season.budget.line);
    line.set_fiscal_year(year);
    line.set_title(season.budget.line_name);
    sb::BudgetLine there;
    ask(drafter, "CreateBudgetLine", line, &there);  // unless there is one already
    sb::DraftAppropriationRequest draft;
    draft.set_budget_line(season.budget.line);
    draft.set_fiscal_year(year);
    sb::FundAmount* const fund = draft.add_funds();
    fund->set_source(sb::FUND_SOURCE_GENERAL);
    fund->set_amount_yen(kEndowment);
    sb::Appropriation appropriation;
    if (!ask(drafter, "DraftAppropriation", draft, &appropriation)) continue;
    sb::ApproveAppropriationRequest approve;
    approve.set_id(appropriation.id());
    if (!ask(manager, "ApproveAppropriation", approve, &appropriation)) continue;
    sb::AllotBudgetRequest allot;
    allot.set_budget_line(season.budget.line);
    allot.set_fiscal_year(year);
    allot.set_programme_id(season.programme.id);
    allot.set_amount_yen(kEndowment);
    ask(manager, "AllotBudget", allot, &there);
  }
}

}  // namespace jissho::simulation
