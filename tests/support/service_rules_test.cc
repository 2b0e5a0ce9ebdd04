// That each rule of a single service finds what breaks it, in a good database of which one thing was spoilt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/cases/store/rows.h"
#include "services/intake/store/rows.h"
#include "services/review/store/rows.h"
#include "services/subsidy/domain/ledger.h"
#include "services/subsidy/store/rows.h"
#include "services/survey/store/rows.h"
#include "tests/support/good_services.h"

namespace jissho::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

// --- good databases
// -----------------------------------------------------------------------------------------------

absl::Time At(int64_t second) { return absl::FromUnixSeconds(1653034500 + second); }

// The entries e1, e2, … of one book: appropriated, allotted, reserved, committed, paid by p1 (e5), reversed,
// paid by p1 again (e7), and a claim on the grantee (e8).
class Ledger {
 public:
  explicit Ledger(RuledService* service) : service_(*service) {}

  void Write() {
    const subsidy::Book book{"01", 2022};
    const subsidy::Scope grant{book, "093", subsidy::SubjectKind::kGrant, "g1"};
    Post(subsidy::Appropriate(book, {{subsidy::Fund::kGeneral, 100}}));
    Post(subsidy::Allot(book, "093", 100));
    Post(subsidy::Reserve(grant, 40));
    Post(subsidy::Commit(grant, 40, 40));
    Post(subsidy::Pay(grant, 30), "p1");
    Post(subsidy::Reverse(subsidy::Pay(grant, 30)), "p1", "e5");
    Post(subsidy::Pay(grant, 30), "p1");
    Post(subsidy::Claim(grant, 5));
    for (const auto& [id, row] : balances_) service_.Put(row);
    subsidy::GrantRow row;
    row.id = "g1";
    row.decided_yen = 40;
    service_.Put(row);
  }

 private:
  void Post(const subsidy::Entry& entry, const std::string& reference = "",
            const std::string& reverses = "") {
    const auto changes =
        subsidy::Post(entry, [this](const subsidy::BalanceKey& key) -> absl::StatusOr<int64_t> {
          return balances_[key.Id()].amount;
        });
    ASSERT_OK(changes);
    const subsidy::Scope& scope = entry.scope;
    for (const subsidy::BalanceChange& change : *changes) {
      balances_[change.key.Id()] = {change.key.Id(),
                                    1,
                                    "01",
                                    2022,
                                    change.key.programme_id,
                                    std::string(subsidy::AccountName(change.key.account)),
                                    static_cast<int64_t>(change.key.fund),
                                    change.key.subject_id,
                                    change.after};
    }
    subsidy::EntryRow row;
    row.id = absl::StrCat("e", ++entries_);
    row.fiscal_year = 2022;
    row.number = entries_;
    row.kind = static_cast<int64_t>(entry.kind);
    row.line = "01";
    row.programme_id = scope.programme_id;
    row.subject_id = scope.subject_id;
    row.reference = reference;
    row.reverses_id = reverses;
    service_.Put(row);
    int64_t position = 0;
    for (const subsidy::Posting& posting : entry.postings) {
      service_.Put(subsidy::PostingRow{row.id, ++position, "01", 2022, scope.programme_id, 0,
                                       std::string(subsidy::AccountName(posting.account)),
                                       static_cast<int64_t>(posting.fund), posting.amount});
    }
  }

  RuledService& service_;
  std::map<std::string, subsidy::BalanceRow> balances_;
  int64_t entries_ = 0;
};

void MakeGoodReview(RuledService& service) {
  service.Put(review::EntryRow{"case-1", 1, "c1", 1, "", "", "org-1", "", 0});
  service.Put(review::InterestRow{"case-1", "seat-1", 1, "c1", "RELATED", "", "", At(0)});
  service.Put(review::InterestRow{"case-1", "seat-2", 1, "c1", "NONE", "", "", At(0)});
  service.Put(review::SheetRow{"case-1", "FIRST", "seat-1", 1, "c1", "ABSTAINED", "[]", 0, "", At(0)});
  service.Put(review::SheetRow{"case-1", "FIRST", "seat-2", 1, "c1", "SCORED", "[]", 9, "", At(0)});
  service.Put(review::DecisionRow{"case-1", 1, "c1", "d1", "ADOPTED", 1, 1, 0, 0, 0, ""});
}

// A call that closes at At(0), two proposals that were received before, and a draft.
void MakeGoodIntake(RuledService& service) {
  intake::CallRow call;
  call.id = "c1";
  call.close_at = At(0);
  service.Put(call);
  for (const auto& [id, number] : {std::pair("p1", 1), {"p2", 2}, {"p3", 0}}) {
    intake::ProposalRow proposal;
    proposal.id = id;
    proposal.call_id = "c1";
    proposal.receipt_number = number;
    proposal.revision = number;
    service.Put(proposal);
    // A correction may come after the close.
    for (int revision = 1; revision <= number; ++revision)
      service.Put(intake::RevisionRow{id, revision, "", "", "", At(revision == 1 ? -1 : 9)});
  }
}

void MakeGoodSurvey(RuledService& service) {
  survey::InvitationRow invitation;
  invitation.id = "i1";
  invitation.answered_at = At(0);
  service.Put(invitation);
  survey::AnswerRow answer;
  answer.invitation_id = "i1";
  service.Put(answer);
  for (const int number : {1, 2})
    service.Put(survey::NoticeRow{absl::StrCat("n", number), "", "i1", 2, number, At(0)});
}

// Case "k1" with two entries of one instance, and one of another.
void MakeGoodCases(RuledService& service) {
  int64_t position = 0;
  for (const auto& [instance, count] : {std::pair("t1", 2), {"g1", 1}}) {
    std::string last;
    for (int sequence = 1; sequence <= count; ++sequence) {
      cases::HistoryRow row;
      row.case_id = "k1";
      row.position = ++position;
      row.service = "trial";
      row.instance_id = instance;
      row.sequence = sequence;
      row.at = At(sequence);
      row.entered = row.exited = "[]";
      row.previous_hash = last;
      act::JournalRow entry;
      entry.instance_id = instance;
      entry.sequence = sequence;
      entry.case_id = "k1";
      entry.at = row.at;
      entry.entered = entry.exited = "[]";
      entry.previous_hash = last;
      last = row.hash = act::JournalHash(entry);
      service.Put(row);
    }
    service.Put(cases::ChainRow{"trial", instance, 1, "k1", count, last});
  }
  service.Put(cases::HeadRow{"k1", 1, position, false});
}

void MakeGood(RuledService& service, const std::string& name) {
  if (name == "programme") MakeGoodProgramme(service);
  if (name == "intake") MakeGoodIntake(service);
  if (name == "review") MakeGoodReview(service);
  if (name == "subsidy") Ledger(&service).Write();
  if (name == "trial") MakeGoodTrial(service);
  if (name == "survey") MakeGoodSurvey(service);
  if (name == "cases") MakeGoodCases(service);
}

// --- spoilt ones
// --------------------------------------------------------------------------------------------------

struct Spoilt {
  std::string name;
  std::string service;
  std::vector<std::string> sql;
  std::vector<std::string> found;
};

void PrintTo(const Spoilt& spoilt, std::ostream* out) { *out << spoilt.name; }

void ExpectNothingFound(std::string (*make_dsn)()) {
  for (const server::ModuleFactory& factory : server::AllModules()) {
    RuledService service(factory.name, make_dsn());
    MakeGood(service, factory.name);
    EXPECT_THAT(service.Found(), IsEmpty()) << factory.name;
  }
}

TEST(ServiceRules, FindNothingInAGoodDatabase) { ExpectNothingFound(FreshSqliteDsn); }

TEST(ServiceRules, AreUnderstoodByMariadbAsWell) { ExpectNothingFound(FreshMysqlDsn); }

class ServiceRule : public ::testing::TestWithParam<Spoilt> {};

TEST_P(ServiceRule, FindsWhatBreaksIt) {
  RuledService service(GetParam().service);
  MakeGood(service, GetParam().service);
  service.Spoil(GetParam().sql);
  EXPECT_THAT(service.Found(), ElementsAreArray(GetParam().found));
}

TEST_P(ServiceRule, IsTheMoneysOnlyWhereMoneyIsBroken) {
  RuledService service(GetParam().service);
  MakeGood(service, GetParam().service);
  service.Spoil(GetParam().sql);
  std::vector<std::string> found;
  const auto broken = CheckMoney(GetParam().service, *service.Session());
  ASSERT_OK(broken);
  for (const Broken& one : *broken) found.push_back(absl::StrCat(one.rule, ": ", one.what));
  if (GetParam().service == "subsidy") {
    EXPECT_THAT(found, ElementsAreArray(GetParam().found));
  } else {
    EXPECT_THAT(found, IsEmpty());
  }
}

// A ninth entry, that nobody refused.
std::vector<std::string> Moved(const std::string& from, const std::string& to, int yen) {
  return {
      "INSERT INTO subsidy_entry SELECT 'e9', fiscal_year, 9, 3, line, programme_id, 0, '', '', '', actor, "
      "posted_at, value_date FROM subsidy_entry WHERE id = 'e2'",
      absl::StrCat("INSERT INTO subsidy_posting VALUES ('e9', 1, '01', 2022, '093', 0, '", from, "', 0, ",
                   -yen, "), ('e9', 2, '01', 2022, '093', 0, '", to, "', 0, ", yen, ")"),
      absl::StrCat("UPDATE subsidy_balance SET amount = amount - ", yen,
                   " WHERE subject_id = '' AND account = '", from, "'"),
      absl::StrCat("INSERT INTO subsidy_balance VALUES ('b/01/2022/093/", to, "/0', 1, '01', 2022, '093', '",
                   to, "', 0, '', ", yen,
                   ") ON CONFLICT (id) DO UPDATE SET amount = amount + excluded.amount")};
}

const Spoilt kMoney[] = {
    {"AnAccountBelowZero", "subsidy", Moved("available", "reserved", 61), {"I1: b/01/2022/093/available/0"}},
    {"AReturnThatTookMoney", "subsidy", Moved("available", "returned", 5), {"I1: b/01/2022/093/returned/0"}},
    {"ABookThatDiffersFromItsPostings",
     "subsidy",
     {"UPDATE subsidy_balance SET amount = amount + 1 WHERE id = 'b/01/2022/093/available/0'"},
     {"I1: b/01/2022/093/available/0"}},
    {"AGrantThatDiffersFromItsPostings",
     "subsidy",
     {"UPDATE subsidy_balance SET amount = amount + 1 WHERE id = 's/g1/paid'"},
     {"I1: s/g1/paid"}},
    {"ABalanceThatIsMissing",
     "subsidy",
     {"DELETE FROM subsidy_balance WHERE account = 'unallotted'"},
     {"I1: e1", "I1: e2"}},
    {"ABalanceOfAGrantThatIsMissing",
     "subsidy",
     {"DELETE FROM subsidy_balance WHERE id = 's/g1/paid'"},
     {"I1: e5"}},
    {"MoneyThatLeftTheBudget", "subsidy", Moved("available", "later_income", 5), {"I1: 01"}},
    {"AnEntryThatDoesNotAddUp",
     "subsidy",
     {"UPDATE subsidy_posting SET amount = amount + 1 WHERE entry_id = 'e8' AND account = 'receivable'",
      "UPDATE subsidy_balance SET amount = amount + 1 WHERE account = 'receivable'"},
     {"I2: e8"}},
    {"AnEntryWithoutPostings",
     "subsidy",
     {"INSERT INTO subsidy_entry SELECT 'e9', fiscal_year, 9, 3, line, programme_id, 0, '', '', '', actor, "
      "posted_at, value_date FROM subsidy_entry WHERE id = 'e2'"},
     {"entry-without-postings: e9"}},
    {"AnEntryNumberThatIsMissing",
     "subsidy",
     {"UPDATE subsidy_entry SET number = 9 WHERE id = 'e8'"},
     {"entry-numbers-without-gaps: e8"}},
    {"AnEntryThatIsReversedTwice",
     "subsidy",
     {"UPDATE subsidy_entry SET reverses_id = 'e5' WHERE id = 'e8'"},
     {"reversed-once: e5"}},
    {"APaymentThatIsPaidTwice",
     "subsidy",
     {"UPDATE subsidy_entry SET reverses_id = '' WHERE id = 'e6'"},
     {"paid-once: p1"}},
    {"MorePaidThanDecided",
     "subsidy",
     {"UPDATE subsidy_grant SET decided_yen = 29 WHERE id = 'g1'"},
     {"paid-within-decision: g1"}},
};
INSTANTIATE_TEST_SUITE_P(Subsidy, ServiceRule, ::testing::ValuesIn(kMoney),
                         [](const auto& info) { return info.param.name; });

const Spoilt kReview[] = {
    {"AScoreInSpiteOfAnInterest",
     "review",
     {"UPDATE review_sheet SET kind = 'SCORED' WHERE seat_id = 'seat-1'"},
     {"I6: case-1"}},
    {"AnInterestDeclaredAfterTheScore",
     "review",
     {"UPDATE review_interest SET kind = 'RELATED' WHERE seat_id = 'seat-2'"},
     {"I6: case-1"}},
    {"ADecisionOnWhatNobodyEntered",
     "review",
     {"UPDATE review_decision SET case_id = 'case-2'"},
     {"decided-within-entries: case-2"}},
};
INSTANTIATE_TEST_SUITE_P(Review, ServiceRule, ::testing::ValuesIn(kReview),
                         [](const auto& info) { return info.param.name; });

const Spoilt kIntake[] = {
    {"AReceiptNumberThatIsMissing",
     "intake",
     {"UPDATE intake_proposal SET receipt_number = 3 WHERE id = 'p2'"},
     {"receipt-numbers-without-gaps: p2"}},
    {"AReceiptNumberGivenTwice",
     "intake",
     {"UPDATE intake_proposal SET receipt_number = 1 WHERE id = 'p2'"},
     {"receipt-numbers-without-gaps: p2"}},
    {"ARevisionThatIsLost",
     "intake",
     {"DELETE FROM intake_revision WHERE proposal_id = 'p2' AND revision = 2"},
     {"received-is-kept: p2"}},
    {"AProposalReceivedAtTheVeryClose",
     "intake",
     {"UPDATE intake_revision SET received_at = (SELECT close_at FROM intake_call) WHERE proposal_id = 'p1'"},
     {"received-in-time: p1"}},
};
INSTANTIATE_TEST_SUITE_P(Intake, ServiceRule, ::testing::ValuesIn(kIntake),
                         [](const auto& info) { return info.param.name; });

const Spoilt kSurvey[] = {
    {"AnAnswerOfAnInvitationThatIsOpen",
     "survey",
     {"UPDATE survey_invitation SET answered_at = NULL"},
     {"answer-of-an-invitation: i1"}},
    {"AnAnswerOfNobody",
     "survey",
     {"UPDATE survey_answer SET invitation_id = 'i2'"},
     {"answer-of-an-invitation: i2"}},
    {"AReminderSentTwice", "survey", {"UPDATE survey_notice SET number = 1"}, {"reminded-once: i1"}},
};
INSTANTIATE_TEST_SUITE_P(Survey, ServiceRule, ::testing::ValuesIn(kSurvey),
                         [](const auto& info) { return info.param.name; });

const Spoilt kCases[] = {
    {"AnEntryThatCameBroken", "cases", {"UPDATE cases_head SET broken = 1"}, {"history-came-whole: k1"}},
    {"AnEntryThatWasChanged",
     "cases",
     {"UPDATE cases_history SET actor = 'somebody' WHERE position = 1"},
     {"history-is-whole: k1, trial t1/1"}},
    {"AnEntryThatWasTakenOut",
     "cases",
     {"DELETE FROM cases_history WHERE position = 3", "UPDATE cases_head SET entries = 2"},
     {"history-is-whole: k1, trial g1/1"}},
    {"AnEndThatIsAnother",
     "cases",
     {"UPDATE cases_chain SET hash = 'x' WHERE instance_id = 't1'"},
     {"history-is-whole: k1, trial t1/3"}},
    {"AnEntryThatNobodyCounted", "cases", {"UPDATE cases_head SET entries = 2"}, {"history-is-whole: k1"}},
    {"AHistoryWithoutAHead", "cases", {"DELETE FROM cases_head"}, {"history-is-whole: k1"}},
};
INSTANTIATE_TEST_SUITE_P(Cases, ServiceRule, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

const Spoilt kProgramme[] = {
    {"ACallThatClosesBeforeItOpens",
     "programme",
     {"UPDATE programme_call SET open_at = close_at"},
     {"published-in-order: c1"}},
    {"ACallPublishedAfterItsClose",
     "programme",
     {"UPDATE programme_call SET published_at = close_at"},
     {"published-in-order: c1"}},
    {"ACallPublishedWithoutAClose",
     "programme",
     {"UPDATE programme_call SET close_at = NULL"},
     {"published-in-order: c1"}},
    {"APublishedCallThatNobodyPublished",
     "programme",
     {"UPDATE programme_call SET published_at = NULL"},
     {"published-unless-draft: c1"}},
    {"APublishedCallThatIsADraftAgain",
     "programme",
     {"UPDATE programme_call SET state = 'draft'"},
     {"published-unless-draft: c1", "state-is-the-charts: c1"}},
    {"AnExtensionThatNobodyMade",
     "programme",
     {"UPDATE programme_call SET amendments = 2"},
     {"amended-as-journalled: c1"}},
    {"ACallInAnotherStateThanItsChart",
     "programme",
     {"UPDATE programme_call SET state = 'closed'"},
     {"state-is-the-charts: c1"}},
    {"ASheetInAnotherStateThanItsChart",
     "programme",
     {"UPDATE programme_sheet SET state = 'published'"},
     {"state-is-the-charts: s1"}},
    {"ASheetThatWasChangedAfterItsApproval",
     "programme",
     {"UPDATE programme_sheet SET computed = '{}'"},
     {"sheet-as-computed: s1"}},
    {"ASheetApprovedWithoutAComputation",
     "programme",
     {"UPDATE programme_sheet SET computed = '', content_hash = '', computed_at = NULL"},
     {"sheet-as-computed: s1"}},
};
INSTANTIATE_TEST_SUITE_P(Programme, ServiceRule, ::testing::ValuesIn(kProgramme),
                         [](const auto& info) { return info.param.name; });

const Spoilt kTrial[] = {
    {"ATrialOfAnotherCase", "trial", {"UPDATE act_instance SET case_id = 'k9'"}, {"trial-of-a-case: t1"}},
    {"AMilestoneOfNoTrial", "trial", {"UPDATE trial_milestone SET trial_id = 't9'"}, {"part-of-a-trial: m1"}},
    {"ANoteOfNoTrial", "trial", {"UPDATE trial_note SET trial_id = 't9'"}, {"part-of-a-trial: n1"}},
    {"AnIncidentOfNoTrial", "trial", {"UPDATE trial_incident SET trial_id = 't9'"}, {"part-of-a-trial: i1"}},
    {"OutreachOfNoTrial", "trial", {"UPDATE trial_outreach SET trial_id = 't9'"}, {"part-of-a-trial: o1"}},
    {"APromiseOfNoTrial",
     "trial",
     {"UPDATE trial_promise SET trial_id = 't9' WHERE id = 'p1'"},
     {"part-of-a-trial: p1"}},
    {"AnotherWindowThanWasPublished",
     "trial",
     {"UPDATE trial_trial SET window_end = '2023-03-31'"},
     {"window-as-published: t1"}},
    {"AStartBeforeTheGrantDecision",
     "trial",
     {"UPDATE trial_trial SET start_date = '2022-08-19'"},
     {"trial-starts-in-time: t1"}},
    {"AStartWithoutAGrantDecision",
     "trial",
     {"UPDATE trial_trial SET grant_decision_date = ''"},
     {"trial-starts-in-time: t1"}},
    {"AStartBeforeTheWindow",
     "trial",
     {"UPDATE trial_trial SET window_start = '2022-09-02'",
      "UPDATE trial_call SET window_start = '2022-09-02'"},
     {"trial-starts-in-time: t1"}},
    {"AStartAfterTheWindow",
     "trial",
     {"UPDATE trial_trial SET start_date = '2023-03-16', end_date = ''"},
     {"trial-starts-in-time: t1"}},
    {"AnEndBeforeTheStart",
     "trial",
     {"UPDATE trial_trial SET end_date = '2022-08-31'"},
     {"trial-ends-in-time: t1"}},
    {"ACompletionAfterTheWindow",
     "trial",
     {"UPDATE trial_trial SET end_date = '2023-03-16'"},
     {"trial-ends-in-time: t1"}},
    {"AMilestoneAfterTheWindow",
     "trial",
     {"UPDATE trial_milestone SET due_date = '2023-03-16'"},
     {"milestone-within-the-window: m1"}},
    {"AMilestoneBeforeTheWindow",
     "trial",
     {"UPDATE trial_milestone SET due_date = '2022-07-31'"},
     {"milestone-within-the-window: m1"}},
    {"APromiseThatNobodyCounts",
     "trial",
     {"UPDATE trial_trial SET open_promises = 0"},
     {"open-promises-counted: t1"}},
    {"ADeliveryWithoutADay",
     "trial",
     {"UPDATE trial_promise SET delivered_date = '' WHERE id = 'p1'"},
     {"promise-followed-up: p1"}},
    {"AnOpenPromiseThatWasDelivered",
     "trial",
     {"UPDATE trial_promise SET delivered_date = '2022-10-06' WHERE id = 'p2'"},
     {"promise-followed-up: p2"}},
    {"APromiseGivenUpWithoutAReason",
     "trial",
     {"UPDATE trial_promise SET state = 3, delivered_date = '' WHERE id = 'p1'"},
     {"promise-followed-up: p1"}},
};
INSTANTIATE_TEST_SUITE_P(Trial, ServiceRule, ::testing::ValuesIn(kTrial),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace jissho::testing
