#include "workflow/storage/dsn.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "workflow/storage/reasons.h"

namespace jissho::storage {
namespace {

using ::jissho::testing::ReasonIs;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(DsnTest, ReadsASqlitePathAsItStands) {
  ASSERT_OK_AND_ASSIGN(const Dsn dsn, ParseDsn("sqlite:/var/lib/a b%20=c.db"));
  EXPECT_TRUE(dsn.sqlite);
  EXPECT_EQ(dsn.path, "/var/lib/a b%20=c.db");
}

TEST(DsnTest, ReadsHostPortAndPercentEncodedPassword) {
  ASSERT_OK_AND_ASSIGN(const Dsn dsn, ParseDsn("mysql://app:p%40s%3As%2F'%5C@db.example:3307/intake"));
  EXPECT_EQ(dsn.user, "app");
  EXPECT_EQ(dsn.password, "p@s:s/'\\");
  EXPECT_EQ(dsn.host, "db.example");
  EXPECT_EQ(dsn.port, 3307);
  EXPECT_EQ(dsn.database, "intake");
}

TEST(DsnTest, ReadsASocketAndNoHost) {
  ASSERT_OK_AND_ASSIGN(const Dsn dsn, ParseDsn("mysql://root@/intake?socket=/run/my%20sql.sock"));
  EXPECT_EQ(dsn.socket, "/run/my sql.sock");
  EXPECT_EQ(dsn.host, "");
}

TEST(DsnTest, ReadsAnIpv6HostAndTheDefaultPort) {
  ASSERT_OK_AND_ASSIGN(const Dsn dsn, ParseDsn("mysql://app@[::1]/intake"));
  EXPECT_EQ(dsn.host, "::1");
  EXPECT_EQ(dsn.port, 3306);
}

TEST(DsnTest, QuotesWhatTheLibraryWouldMisread) {
  ASSERT_OK_AND_ASSIGN(const Dsn dsn, ParseDsn("mysql://app:a%20'%5C@h/intake"));
  EXPECT_THAT(SociConnectString(dsn), HasSubstr(R"(password='a \'\\')"));
}

class BadDsnTest : public ::testing::TestWithParam<const char*> {};

TEST_P(BadDsnTest, IsRefusedWithoutQuotingThePassword) {
  const auto dsn = ParseDsn(GetParam());
  EXPECT_THAT(dsn, ReasonIs(kDsnInvalid));
  EXPECT_THAT(dsn.status().ToString(), Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(All, BadDsnTest,
                         ::testing::Values("", "postgres://secret",
                                           "sqlite:", "sqlite::memory:", "sqlite:a\"b", "mysql://u:secret@h",
                                           "mysql://u:secret@h/", "mysql://h/db", "mysql://:secret@h/db",
                                           "mysql://u:secret%4@h/db", "mysql://u:secret%zz@h/db",
                                           "mysql://u:secret%00@h/db", "mysql://u:secret@h:0/db",
                                           "mysql://u:secret@h:99999/db", "mysql://u:secret@h:x/db",
                                           "mysql://u:secret@/db", "mysql://u:secret@h/db?socket=/s",
                                           "mysql://u:secret@h/db?reconnect=1", "mysql://u:secret@[::1/db",
                                           "mysql://u:secret@h/d`b"));

}  // namespace
}  // namespace jissho::storage
