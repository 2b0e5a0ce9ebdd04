#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "clients/cli/catalogue.h"
#include "clients/cli/output.h"
#include "clients/cli/run.h"
#include "jissho/engine/v1/chart.pb.h"
#include "jissho/engine/v1/engine.pb.h"
#include "workflow/base/error.h"

namespace jissho::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FixedIds : public IdSource {
 public:
  std::string NewId() override { return "id-" + std::to_string(++count_); }

 private:
  int count_ = 0;
};

class CliTest : public ::testing::Test {
 protected:
  CliTest() {
    directory_ = std::filesystem::temp_directory_path() / ("jissho-cli-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    ::setenv("JISSHO_CONFIG", (directory_ / "config.yaml").c_str(), 1);
  }
  ~CliTest() override { std::filesystem::remove_all(directory_); }

  int Go(const std::vector<std::string>& arguments) {
    out_.str("");
    error_.str("");
    return cli::Run(arguments,
                    {out_, error_, in_, ids_,
                     [this](const Connection& connection, const std::string& method,
                            const google::protobuf::Message& request, google::protobuf::Message* response) {
                       connection_ = connection;
                       method_ = method;
                       request_ = ToJson(request);
                       if (!answer_.empty()) {
                         const auto* field = response->GetDescriptor()->FindFieldByName("token");
                         if (field) response->GetReflection()->SetString(response, field, answer_);
                       }
                       return status_;
                     }});
  }

  std::filesystem::path directory_;
  std::ostringstream out_, error_;
  std::istringstream in_;
  FixedIds ids_;
  Connection connection_;
  std::string method_, request_, answer_;
  absl::Status status_;
};

TEST_F(CliTest, TurnsNounVerbAndArgumentsIntoARequest) {
  EXPECT_EQ(Go({"--server", "h:1", "instance", "get", "case-1", "--service", "subsidy"}), 0);
  EXPECT_EQ(method_, "jissho.engine.v1.WorkflowService/GetInstance");
  EXPECT_THAT(request_, HasSubstr("\"service\":\"subsidy\""));
  EXPECT_THAT(request_, HasSubstr("\"id\":\"case-1\""));
  EXPECT_EQ(connection_.server, "h:1");
}

TEST_F(CliTest, ReadsTimesInTokyo) {
  EXPECT_EQ(Go({"clock", "advance", "--target", "2022-06-10 17:15"}), 0);
  EXPECT_THAT(request_, HasSubstr("2022-06-10T08:15:00Z"));
}

TEST_F(CliTest, UnknownFlagIsAUsageError) {
  EXPECT_EQ(Go({"instance", "get", "--colour", "red"}), 2);
  EXPECT_TRUE(method_.empty());
}

TEST_F(CliTest, BadNumberIsAUsageErrorAndNothingIsSent) {
  EXPECT_EQ(Go({"instance", "journal", "x", "--page-size", "many"}), 2);
  EXPECT_THAT(error_.str(), HasSubstr("--page-size"));
  EXPECT_TRUE(method_.empty());
}

TEST_F(CliTest, ExitCodeTellsWhatWentWrong) {
  status_ = absl::NotFoundError("x");
  EXPECT_EQ(Go({"clock", "get"}), 3);
  status_ = absl::AbortedError("x");
  EXPECT_EQ(Go({"clock", "get"}), 4);
  status_ = absl::PermissionDeniedError("x");
  EXPECT_EQ(Go({"clock", "get"}), 5);
  status_ = absl::UnavailableError("x");
  EXPECT_EQ(Go({"clock", "get"}), 6);
}

TEST_F(CliTest, ErrorShowsReasonAndEveryFieldFault) {
  status_ =
      MakeFieldError({{"title", "必須です。", "is required."}, {"cap", "正の数です。", "must be positive."}});
  EXPECT_EQ(Go({"clock", "get"}), 2);
  EXPECT_THAT(error_.str(), HasSubstr("FIELD_INVALID"));
  EXPECT_THAT(error_.str(), HasSubstr("title: 必須です。"));
  EXPECT_THAT(error_.str(), HasSubstr("cap: 正の数です。"));
  EXPECT_TRUE(out_.str().empty());
}

TEST_F(CliTest, DryRunPrintsTheRequestAndSendsNothing) {
  EXPECT_EQ(Go({"instance", "get", "x", "--service", "cases", "--dry-run"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\"service\":\"cases\""));
  EXPECT_TRUE(method_.empty());
}

TEST_F(CliTest, ReadsAWholeRequestFromStandardInputAndFlagsOverrideIt) {
  in_.str(R"({"service":"intake","id":"a"})");
  EXPECT_EQ(Go({"instance", "get", "-f", "-", "--id", "b"}), 0);
  EXPECT_THAT(request_, HasSubstr("\"id\":\"b\""));
  EXPECT_THAT(request_, HasSubstr("\"service\":\"intake\""));
}

TEST_F(CliTest, ReadsAMigrationPlanFromAYamlFileAndLetsTheServerTryIt) {
  const std::string plan = (directory_ / "plan.yaml").string();
  std::ofstream(plan) << "chart: grant\nstates: {OLD: NEW}\nset:\n  days: 0\n  late: true\nremove: [junk]\n";
  EXPECT_EQ(Go({"chart", "migrate", "--plan", plan, "--dry-run"}), 0);
  EXPECT_EQ(method_, "jissho.engine.v1.ChartService/StartMigration");
  EXPECT_THAT(request_, HasSubstr("\"dry_run\":true"));
  EXPECT_THAT(request_, HasSubstr("\"OLD\":\"NEW\""));
  EXPECT_THAT(request_, HasSubstr("\"days\":\"0\""));
  EXPECT_THAT(request_, HasSubstr("\"late\":\"true\""));
}

TEST_F(CliTest, WithoutDryRunTheMigrationIsNotOnlyTried) {
  EXPECT_EQ(Go({"chart", "migrate", "--dry-run", "false", "--plan", R"({"chart":"grant"})", "--reason", "x"}),
            0);
  EXPECT_THAT(request_, HasSubstr("\"dry_run\":false"));
  EXPECT_EQ(Go({"chart", "migrate", "--plan", R"({"chart":"grant"})", "--reason", "x"}), 0);
  EXPECT_THAT(request_, HasSubstr("\"dry_run\":false"));
}

TEST_F(CliTest, FaultyPlanFileIsAUsageErrorAndNothingIsSent) {
  const std::string plan = (directory_ / "plan.yaml").string();
  std::ofstream(plan) << "chart: grant\nstaets: {OLD: NEW}\n";
  EXPECT_EQ(Go({"chart", "migrate", "--plan", plan}), 2);
  EXPECT_THAT(error_.str(), HasSubstr("staets"));
  EXPECT_EQ(Go({"chart", "migrate", "--plan", (directory_ / "none.yaml").string()}), 2);
  EXPECT_TRUE(method_.empty());
}

TEST_F(CliTest, AuditAddsUpAllPagesAndFailsWhenAJournalIsBroken) {
  std::vector<std::string> tokens;
  const auto audit = [&](int broken) {
    tokens.clear();
    out_.str("");
    return cli::Run({"audit", "verify"},
                    {out_, error_, in_, ids_,
                     [&](const Connection&, const std::string&, const google::protobuf::Message& request,
                         google::protobuf::Message* response) {
                       const auto& asked = static_cast<const engine::v1::VerifyJournalsRequest&>(request);
                       auto& page = static_cast<engine::v1::VerifyJournalsResponse&>(*response);
                       tokens.push_back(asked.page_token());
                       page.set_instances(10);
                       page.set_entries(100);
                       if (asked.page_token().empty()) page.set_next_page_token("second");
                       for (int i = 0; i < broken && asked.page_token().empty(); ++i) {
                         auto& fault = *page.add_faults();
                         fault.set_service("subsidy");
                         fault.set_instance_id("grant-1");
                         fault.set_sequence(7);
                       }
                       return absl::OkStatus();
                     }});
  };
  EXPECT_EQ(audit(0), 0);
  EXPECT_THAT(tokens, ::testing::ElementsAre("", "second"));
  EXPECT_THAT(out_.str(), HasSubstr("instances: 20"));
  EXPECT_THAT(out_.str(), HasSubstr("entries: 200"));
  EXPECT_EQ(audit(1), 1);
  EXPECT_THAT(out_.str(), HasSubstr("subsidy grant-1 #7"));
}

TEST_F(CliTest, AuditPassesAnErrorOn) {
  status_ = absl::PermissionDeniedError("x");
  EXPECT_EQ(Go({"audit", "verify", "--service", "subsidy", "--instance", "g"}), 5);
  EXPECT_THAT(request_, HasSubstr("\"instance\":\"g\""));
}

TEST_F(CliTest, CompletionKnowsVerbsOfBothKinds) {
  EXPECT_EQ(Go({"completion"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("audit) words=\"verify\""));
  EXPECT_THAT(out_.str(), HasSubstr("instance) words=\"at get journal\""));
}

TEST_F(CliTest, LoginKeepsTheTokenInAFileOfItsOwnAndUsesIt) {
  answer_ = "secret-token";
  EXPECT_EQ(Go({"--server", "h:1", "login", "user:clerk", "--role", "secretariat"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("secret-token")));
  EXPECT_EQ(Go({"clock", "get"}), 0);
  EXPECT_EQ(connection_.token, "secret-token");
  EXPECT_EQ(connection_.server, "h:1");
  EXPECT_EQ(Go({"context", "list"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("user:clerk"));
}

TEST_F(CliTest, UnknownContextIsNotUsed) { EXPECT_EQ(Go({"context", "use", "nowhere"}), 3); }

TEST_F(CliTest, HelpOfACommandNamesItsFlagsWithTheContractsComments) {
  EXPECT_EQ(Go({"clock", "advance", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("--target"));
  EXPECT_THAT(out_.str(), HasSubstr("Where to go."));
}

TEST(OutputTest, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("実証"), 4);
  EXPECT_EQ(DisplayWidth("ｶﾅ"), 2);
  EXPECT_EQ(DisplayWidth("𠮷野"), 4);
}

TEST(OutputTest, TableLinesUpUnderJapaneseHeadings) {
  EXPECT_EQ(Table({"名前", "x"}, {{"実証実験", "1"}, {"a", "2"}}),
            "名前      x\n--------  -\n実証実験  1\na         2\n");
}

TEST(OutputTest, AMapStandsInOneLine) {
  Catalogue catalogue;
  engine::v1::Migration migration;
  (*migration.mutable_plan()->mutable_states())["OLD"] = "NEW";
  (*migration.mutable_plan()->mutable_states())["LOST"] = "";
  EXPECT_THAT(ToTable(catalogue, migration), HasSubstr("LOST=, OLD=NEW\n"));
}

TEST(CatalogueTest, EveryCommandHasBothSummariesAndIsUnique) {
  const Catalogue catalogue;
  std::set<std::string> seen;
  ASSERT_GT(catalogue.commands().size(), 4u);
  for (const Command& command : catalogue.commands()) {
    EXPECT_TRUE(seen.insert(command.noun + " " + command.verb).second) << command.noun << " " << command.verb;
    EXPECT_FALSE(command.summary_ja.empty()) << command.method;
    EXPECT_FALSE(command.summary_en.empty()) << command.method;
  }
}

}  // namespace
}  // namespace jissho::cli
