#include "services/runtime/config/settings.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Detail(const absl::StatusOr<Settings>& settings) {
  EXPECT_TRUE(HasReason(settings.status(), kConfigInvalid));
  return settings.ok() ? "" : GetErrorDetail(settings.status())->metadata.at("detail");
}

TEST(SettingsTest, TakesFlagsBeforeTheEnvironmentBeforeTheFile) {
  const auto settings =
      ReadSettings("listen: file:1\nissuer: file\naudience: file",
                   {{"JISSHO_LISTEN", "env:1"}, {"JISSHO_ISSUER", "env"}}, {{"listen", "flag:1"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->listen, "flag:1");
  EXPECT_EQ(settings->issuer, "env");
  EXPECT_EQ(settings->audience, "file");
}

TEST(SettingsTest, RefusesAnUnknownNameWithTheNearestKnownOne) {
  EXPECT_THAT(Detail(ReadSettings("lisen: x", {}, {})), HasSubstr("\"listen\""));
  EXPECT_THAT(Detail(ReadSettings("", {{"JISSHO_BATCHMAX", "1"}}, {})), HasSubstr("\"batch_max\""));
}

TEST(SettingsTest, LeavesOtherProgramsVariablesAlone) {
  EXPECT_TRUE(ReadSettings("", {{"JISSHO_CASES_SERVICE_HOST", "10.0.0.1"}, {"PATH", "/bin"}}, {}).ok());
}

TEST(SettingsTest, NamesAllFaultsAtOnce) {
  const std::string detail =
      Detail(ReadSettings("mode: fast\nlanes: 0\nmunicipality_code: '123456'", {}, {}));
  EXPECT_THAT(detail, HasSubstr("mode"));
  EXPECT_THAT(detail, HasSubstr("lanes"));
  EXPECT_THAT(detail, HasSubstr("municipality_code"));
}

TEST(SettingsTest, ReadsMapsFromTheFileAndFromText) {
  const auto file = ReadSettings("peers:\n  cases: cases:50051\n  trial: trial:50051", {}, {});
  const auto text = ReadSettings("", {{"JISSHO_PEERS", "cases=cases:50051,trial=trial:50051"}}, {});
  ASSERT_TRUE(file.ok() && text.ok());
  EXPECT_EQ(file->peers, text->peers);
  EXPECT_EQ(file->peers.at("trial"), "trial:50051");
}

TEST(SettingsTest, FindsADatabaseForEachService) {
  Settings settings;
  settings.data_dir = "/var/lib/jissho";
  EXPECT_EQ(settings.DatabaseOf("intake"), "sqlite:/var/lib/jissho/intake.db");
  settings.database = "mysql://u:p@db:3306/jissho";
  EXPECT_EQ(settings.DatabaseOf("intake"), "mysql://u:p@db:3306/jissho_intake");
  settings.database = "mysql://u@/jissho?socket=/run/s";
  EXPECT_EQ(settings.DatabaseOf("intake"), "mysql://u@/jissho_intake?socket=/run/s");
  settings.databases["intake"] = "sqlite:/x.db";
  EXPECT_EQ(settings.DatabaseOf("intake"), "sqlite:/x.db");
}

TEST(SettingsTest, PrintsNoPassword) {
  Settings settings;
  settings.database = "mysql://user:geheim@db:3306/jissho";
  settings.databases["cases"] = "mysql://user:secreta@db/cases";
  const std::string text = PrintSettings(settings);
  EXPECT_THAT(text, Not(HasSubstr("geheim")));
  EXPECT_THAT(text, Not(HasSubstr("secreta")));
  EXPECT_THAT(text, HasSubstr("mysql://user:***@db:3306/jissho"));
}

TEST(SettingsTest, PrintsWhatItReads) {
  Settings settings;
  settings.listen = "0.0.0.0:7";
  settings.peers = {{"cases", "c:1"}};
  settings.start_time = absl::FromUnixSeconds(1648738800);
  const auto back = ReadSettings(PrintSettings(settings), {}, {});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->listen, settings.listen);
  EXPECT_EQ(back->peers, settings.peers);
  EXPECT_EQ(back->start_time, settings.start_time);
}

TEST(SettingsTest, AllowsAMovableCalendarInDevelopmentOnly) {
  EXPECT_THAT(
      Detail(ReadSettings("mode: production\njwks_file: k\nstart_time: 2022-04-01T00:00:00Z", {}, {})),
      HasSubstr("start_time"));
  EXPECT_THAT(Detail(ReadSettings("mode: production", {}, {})), HasSubstr("jwks_file"));
}

}  // namespace
}  // namespace jissho::runtime
