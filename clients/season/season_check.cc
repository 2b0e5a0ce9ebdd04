#include "clients/season/season_check.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/civil/date.h"
#include "services/civil/identifiers.h"

namespace jissho::season {
namespace {

void Walk(const YAML::Node& node, const std::string& path, Lines& lines) {
  lines[path] = node.Mark().is_null() ? 0 : node.Mark().line + 1;
  if (node.IsMap()) {
    for (const auto& pair : node) {
      const std::string key = pair.first.as<std::string>("");
      Walk(pair.second, path.empty() ? key : absl::StrCat(path, ".", key), lines);
    }
  } else if (node.IsSequence()) {
    for (size_t i = 0; i < node.size(); ++i) Walk(node[i], absl::StrCat(path, "[", i, "]"), lines);
  }
}

class Check {
 public:
  Check(const Season& season, const Lines& lines, Faults* faults)
      : season_(season), lines_(lines), faults_(faults) {}

  void Run() {
    People();
    Call();
    for (size_t i = 0; i < season_.proposals.size(); ++i) Proposal(i);
    Review();
    Budget();
    for (size_t i = 0; i < season_.grants.size(); ++i) Grant(i);
    Costs(season_.programme, "programme");
    for (size_t i = 0; i < season_.neighbours.size(); ++i) {
      Costs(season_.neighbours[i], absl::StrCat("neighbours[", i, "]"));
    }
    for (size_t i = 0; i < season_.surveys.size(); ++i) Survey(i);
    Order("sheet", {{"enter", season_.sheet.enter},
                    {"compute", season_.sheet.compute},
                    {"approve", season_.sheet.approve},
                    {"publish", season_.sheet.publish}});
  }

 private:
  using Times = std::vector<std::pair<const char*, Moment>>;

  void Fault(const std::string& path, const std::string& ja, const std::string& en) {
    // A part that is missing has the line of what should hold it.
    for (std::string at = path;; at = at.substr(0, at.rfind('.'))) {
      const auto found = lines_.find(at);
      if (found != lines_.end()) return faults_->Add(found->second, path, ja, en);
      if (at.rfind('.') == std::string::npos) return faults_->Add(0, path, ja, en);
    }
  }
  void Unless(bool holds, const std::string& path, const std::string& ja, const std::string& en) {
    if (!holds) Fault(path, ja, en);
  }
  // Each moment that is given lies at or after the one before it.
  void Order(const std::string& path, const Times& times) {
    Moment last;
    const char* last_name = "";
    for (const auto& [name, time] : times) {
      if (!time || *time == absl::Time()) continue;
      if (last && *time < *last) {
        Fault(absl::StrCat(path, ".", name), absl::StrCat(last_name, " より前にはできません"),
              absl::StrCat("cannot lie before ", last_name));
      }
      last = time;
      last_name = name;
    }
  }
  bool HasRole(const std::string& person, const std::string& role) const {
    const auto found = season_.people.find(person);
    if (found == season_.people.end()) return false;
    const auto& roles = found->second.roles;
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  }
  const season::Proposal* FindProposal(const std::string& key) const {
    for (const season::Proposal& proposal : season_.proposals) {
      if (proposal.key == key) return &proposal;
    }
    return nullptr;
  }

  void People();
  void Call();
  void Proposal(size_t index);
  void ScoresFit(const Scores& scores, const std::string& path);
  void Review();
  void Budget();
  void Grant(size_t index);
  void Payment(const PaymentPlan& plan, const std::string& path);
  void Costs(const Programme& programme, const std::string& path);
  void Survey(size_t index);

  const Season& season_;
  const Lines& lines_;
  Faults* faults_;
};

void Check::People() {
  for (const Duty& duty : kDuties) {
    const auto person = season_.duties.find(duty.name);
    if (person == season_.duties.end() || person->second.empty()) continue;
    Unless(HasRole(person->second, duty.role), absl::StrCat("duties.", duty.name),
           absl::StrCat("役割 ", duty.role, " をもつ people の id を入れてください"),
           absl::StrCat("must be the id of somebody in people with the role ", duty.role));
  }
  const auto differ = [&](const char* a, const char* b) {
    Unless(season_.duties.count(a) == 0 || season_.duties.at(a) != season_.duties.at(b),
           absl::StrCat("duties.", b), absl::StrCat(a, " と別の人にしてください（相互牽制）"),
           absl::StrCat("must be somebody else than ", a));
  };
  differ("checker", "payer");
  differ("drafter", "manager");
  differ("drafter", "mayor");
  differ("inspector", "manager");
  std::set<std::string> ids;
  for (size_t i = 0; i < season_.organisations.size(); ++i) {
    const Organisation& org = season_.organisations[i];
    const std::string path = absl::StrCat("organisations[", i, "]");
    Unless(ids.insert(org.id).second, path + ".id", "同じidが二度あります", "stands twice");
    const bool exempt = org.kind == "sole_proprietor" || org.kind == "unincorporated";
    Unless(!org.corporate_number.empty() || exempt, path + ".corporate_number", "法人番号が必要です",
           "is required of this kind of body");
    if (!org.corporate_number.empty()) {
      Unless(civil::CheckCorporateNumber("", org.corporate_number).problem == civil::IdentifierProblem::kNone,
             path + ".corporate_number", "法人番号の桁数か検査数字が正しくありません",
             "needs 13 digits with a valid check digit");
    }
  }
}

void Check::Call() {
  const season::Call& call = season_.call;
  Order("call",
        {{"draft", call.draft}, {"publish", call.publish}, {"open", call.open}, {"close", call.close}});
  Unless(season_.starts <= call.draft, "call.draft", "starts より前にはできません",
         "cannot lie before starts");
  Unless(call.cap_yen <= call.grant_budget_yen, "call.cap_yen", "grant_budget_yen 以下にしてください",
         "cannot exceed grant_budget_yen");
  Unless(call.rounding_unit_yen == 1 || call.rounding_unit_yen == 10 || call.rounding_unit_yen == 100 ||
             call.rounding_unit_yen == 1000,
         "call.rounding_unit_yen", "1、10、100、1000 のどれかにしてください", "must be 1, 10, 100 or 1000");
  Unless(call.trial_start_date <= call.trial_end_date, "call.trial_end_date",
         "trial_start_date 以後にしてください", "cannot lie before trial_start_date");
  Unless(call.first_review_places >= call.quota, "call.first_review_places", "quota 以上にしてください",
         "cannot be less than quota");
}

void Check::ScoresFit(const Scores& scores, const std::string& path) {
  const auto fits = [&](const std::vector<int>& grades, const std::string& where) {
    Unless(grades.size() == season_.call.criteria.size(), where, "call.criteria と同じ数の評点にしてください",
           "needs one grade for each of call.criteria");
    for (int grade : grades) {
      const auto& known = season_.call.grades;
      Unless(std::find(known.begin(), known.end(), grade) != known.end(), where, "call.grades にない評点です",
             "holds a grade that call.grades lacks");
    }
  };
  fits(scores.all, path + ".all");
  for (const auto& [reviewer, grades] : scores.by) {
    const auto& seats = season_.review.seats;
    Unless(std::find(seats.begin(), seats.end(), reviewer) != seats.end(),
           absl::StrCat(path, ".by.", reviewer), "review.seats にいない人です", "is nobody of review.seats");
    fits(grades, absl::StrCat(path, ".by.", reviewer));
  }
}

void Check::Proposal(size_t index) {
  const season::Proposal& proposal = season_.proposals[index];
  const std::string path = absl::StrCat("proposals[", index, "]");
  const auto same = std::count_if(season_.proposals.begin(), season_.proposals.end(),
                                  [&](const season::Proposal& other) { return other.key == proposal.key; });
  Unless(same == 1, path + ".key", "同じ key が二度あります", "stands twice");
  Unless(std::any_of(season_.organisations.begin(), season_.organisations.end(),
                     [&](const Organisation& org) { return org.id == proposal.organisation; }),
         path + ".organisation", "organisations にない団体です", "is none of organisations");
  const auto& sections = season_.call.sections;
  Unless(std::find(sections.begin(), sections.end(), proposal.section) != sections.end(), path + ".section",
         "call.sections にない部門です", "is none of call.sections");
  Order(path, {{"create", proposal.create}, {"submit", proposal.submit}});
  Order(path, {{"submit", proposal.submit}, {"accept", proposal.accept}});
  int64_t total = 0;
  for (const CostItem& item : proposal.budget) total += item.amount_yen;
  Unless(total == proposal.requested_yen + proposal.own_money_yen, path + ".budget",
         absl::StrCat("合計", total, "円を requested_yen と own_money_yen の和に合わせてください"),
         absl::StrCat("adds up to ", total, " yen, not to requested_yen + own_money_yen"));
  if (proposal.submit && proposal.submit_refused.empty()) {
    Unless(*proposal.submit >= season_.call.open && *proposal.submit < season_.call.close, path + ".submit",
           "受付期間の外です。拒まれる提出なら submit_refused を書いてください",
           "lies outside the call; a submission that is to be refused needs submit_refused");
  }
  Unless(!proposal.accept || proposal.Received(), path + ".accept", "提出のない提案は受理できません",
         "needs a submission that was received");
  if (proposal.returned) {
    Order(path + ".returned", {{"submit", proposal.submit},
                               {"at", proposal.returned->at},
                               {"resubmit", proposal.returned->resubmit},
                               {"accept", proposal.accept}});
  }
  if (proposal.first) ScoresFit(*proposal.first, path + ".first");
  if (proposal.second) ScoresFit(*proposal.second, path + ".second");
}

void Check::Review() {
  const season::Review& review = season_.review;
  Order("review", {{"create_board", review.create_board},
                   {"declare", review.declare},
                   {"first_start", review.first_start},
                   {"first_score", review.first_score},
                   {"first_close", review.first_close},
                   {"second_start", review.second_start},
                   {"second_score", review.second_score},
                   {"second_close", review.second_close},
                   {"rank", review.rank},
                   {"draft", review.draft},
                   {"approve", review.approve},
                   {"release", review.release}});
  Unless(review.first_start > season_.call.close, "review.first_start", "公募の締切より後にしてください",
         "must lie after the call has closed");
  for (size_t i = 0; i < review.seats.size(); ++i) {
    Unless(HasRole(review.seats[i], i == 0 ? "chair" : "reviewer"), absl::StrCat("review.seats[", i, "]"),
           i == 0 ? "先頭は役割 chair の人にしてください" : "役割 reviewer の人にしてください",
           i == 0 ? "the first seat needs the role chair" : "needs the role reviewer");
  }
  Unless(static_cast<int>(review.seats.size()) >= season_.call.quorum, "review.seats", "定足数に足りません",
         "are fewer than call.quorum");
  for (size_t i = 0; i < review.interests.size(); ++i) {
    const std::string path = absl::StrCat("review.interests[", i, "]");
    const auto& seats = review.seats;
    Unless(std::find(seats.begin(), seats.end(), review.interests[i].reviewer) != seats.end(),
           path + ".reviewer", "review.seats にいない人です", "is nobody of review.seats");
    Unless(FindProposal(review.interests[i].proposal) != nullptr, path + ".proposal",
           "proposals にない key です", "is no key of proposals");
  }
}

void Check::Budget() {
  Order("budget", {{"draft", season_.budget.draft},
                   {"approve", season_.budget.approve},
                   {"allot", season_.budget.allot}});
  int64_t funds = 0;
  for (const auto& [source, yen] : season_.budget.funds) funds += yen;
  int64_t allotted = season_.programme.allotment_yen;
  for (const Programme& neighbour : season_.neighbours) allotted += neighbour.allotment_yen;
  Unless(allotted <= funds, "budget.funds", absl::StrCat("配当の合計", allotted, "円より少ないです"),
         absl::StrCat("are less than the ", allotted, " yen that are allotted"));
}

void Check::Payment(const PaymentPlan& plan, const std::string& path) {
  Order(path, {{"order", plan.order}, {"check", plan.check}, {"pay", plan.pay}});
  if (plan.refused) {
    Unless(!plan.order, path + ".order", "refused のある支払には書けません", "cannot stand beside refused");
    return;
  }
  Unless(plan.order && plan.check && plan.pay, path, "order、check、pay が必要です",
         "needs order, check and pay");
  if (plan.rejection) {
    Order(path + ".rejection", {{"pay", plan.pay},
                                {"at", plan.rejection->at},
                                {"corrected", plan.rejection->corrected_at},
                                {"check", plan.rejection->check},
                                {"pay", plan.rejection->pay}});
  }
  if (plan.reversal) Order(path + ".reversal", {{"pay", plan.pay}, {"at", plan.reversal->at}});
}

void Check::Grant(size_t index) {
  const season::Grant& grant = season_.grants[index];
  const std::string path = absl::StrCat("grants[", index, "]");
  Unless(FindProposal(grant.proposal) != nullptr, path + ".proposal", "proposals にない key です",
         "is no key of proposals");
  if (grant.decline) return;
  Order(path, {{"apply", grant.apply},
               {"draft", grant.draft},
               {"decide", grant.decide},
               {"start", grant.start},
               {"complete", grant.complete},
               {"report", grant.report},
               {"inspect", grant.inspect},
               {"fix", grant.fix},
               {"invoice", grant.invoice}});
  int64_t eligible = 0;
  for (const CostItem& item : grant.actual_costs) eligible += item.eligible ? item.amount_yen : 0;
  Unless(grant.accepted_eligible_yen <= eligible, path + ".accepted_eligible_yen",
         absl::StrCat("報告した対象経費", eligible, "円を超えています"),
         absl::StrCat("exceeds the ", eligible, " yen of eligible cost reported"));
  Unless(grant.invoice.has_value() == grant.payment.has_value(), path + ".invoice",
         "invoice と payment は両方書くか、両方省いてください", "invoice and payment go together");
  if (grant.advance) Payment(grant.advance->payment, path + ".advance.payment");
  if (grant.payment) Payment(*grant.payment, path + ".payment");
}

void Check::Costs(const Programme& programme, const std::string& path) {
  for (size_t i = 0; i < programme.direct_costs.size(); ++i) {
    const DirectCost& cost = programme.direct_costs[i];
    const std::string where = absl::StrCat(path, ".direct_costs[", i, "]");
    Order(where, {{"book", cost.book}, {"accept", cost.accept}, {"payment", cost.payment.order}});
    Payment(cost.payment, where + ".payment");
  }
}

void Check::Survey(size_t index) {
  const season::Survey& survey = season_.surveys[index];
  const std::string path = absl::StrCat("surveys[", index, "]");
  Order(path, {{"create", survey.create}, {"open", survey.open}, {"close", survey.close}});
  std::set<std::string> known;
  for (const PastCohort& cohort : season_.past) {
    for (const PastCase& past : cohort.cases) known.insert(past.title);
  }
  for (const season::Proposal& proposal : season_.proposals) known.insert(proposal.title);
  for (size_t i = 0; i < survey.answers.size(); ++i) {
    Unless(known.count(survey.answers[i].title) != 0, absl::StrCat(path, ".answers[", i, "].case"),
           "過年度の案件にも提案にもない件名です", "is the title of no past case and of no proposal");
  }
}

}  // namespace

Lines LinesOf(const YAML::Node& root) {
  Lines lines;
  Walk(root, "", lines);
  return lines;
}

void CheckSeason(const Season& season, const Lines& lines, Faults* faults) {
  Check(season, lines, faults).Run();
}

}  // namespace jissho::season
