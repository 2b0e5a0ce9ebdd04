// Tampering is found, on both databases.
#include "workflow/act/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/act/act_fixture.h"
#include "workflow/act/reasons.h"

namespace jissho::act {
namespace {

using ::testing::SizeIs;

constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="asked">
  <datamodel><data id="n" expr="1"/></datamodel>
  <state id="asked">
    <transition event="lend" target="lent" jissho:role="clerk" jissho:label="貸す" jissho:label-en="Lend">
      <assign location="n" expr="n + 1"/></transition></state>
  <state id="lent">
    <transition event="back" target="asked" jissho:role="clerk" jissho:label="返す" jissho:label-en="Return"/></state>
</scxml>)";

// Instances "a", "b" and "d" with five entries each.
class AuditTest : public ActFixture {
 protected:
  void SetUp() override {
    ActFixture::SetUp();
    service_ = Make(kChart);
    for (const char* id : {"a", "b", "d"}) StartLoan(*service_, id, {"lend", "back", "lend", "back"});
    ASSERT_THAT(Audit().faults, SizeIs(0));
  }

  AuditPage Audit(const std::string& after = "", int limit = 100) {
    auto session = Session();
    auto page = AuditJournals(*session, service_->catalog(), after, limit);
    EXPECT_OK(page);
    return *page;
  }

  // Instance and first bad entry of the one fault.
  std::pair<std::string, int64_t> TheFault() {
    const AuditPage page = Audit();
    EXPECT_THAT(page.faults, SizeIs(1));
    if (page.faults.empty()) return {"", -1};
    return {page.faults[0].instance_id, page.faults[0].sequence};
  }

  std::unique_ptr<Service> service_;
};

using Place = std::pair<std::string, int64_t>;

TEST_P(AuditTest, CountsWhatItHasLookedAt) {
  const AuditPage page = Audit();
  EXPECT_EQ(page.instances, 3);
  EXPECT_EQ(page.entries, 15);
  EXPECT_EQ(page.last, "");
}

TEST_P(AuditTest, GoesThroughAllInstancesPageByPage) {
  const AuditPage first = Audit("", 2);
  EXPECT_EQ(first.instances, 2);
  EXPECT_EQ(first.last, "b");
  const AuditPage second = Audit(first.last, 2);
  EXPECT_EQ(second.instances, 1);
  EXPECT_EQ(second.last, "");
}

// One changed byte, in every column of an entry in the middle and in the last.
TEST_P(AuditTest, FindsOneFlippedByteInEveryColumn) {
  const storage::TableSpec& table = storage::TableOf<JournalRow>();
  for (const int64_t sequence : {3, 5}) {
    for (const storage::ColumnSpec& column : table.columns) {
      const auto rows = All<JournalRow>("WHERE instance_id = 'b' AND sequence = " + std::to_string(sequence));
      ASSERT_THAT(rows, SizeIs(1));
      const storage::Cell original = storage::ToCells(rows[0])[&column - table.columns.data()];
      storage::Cell flipped = original;
      if (auto* text = std::get_if<std::string>(&flipped)) {
        ASSERT_FALSE(text->empty()) << column.name;
        text->at(text->size() / 2) ^= 1;
      } else {
        std::get<int64_t>(flipped) ^= 64;
      }
      const std::string change =
          "UPDATE act_journal SET " + column.name + " = ? WHERE instance_id = ? AND sequence = ?";
      ASSERT_EQ(Execute(change, {flipped, std::string("b"), sequence}), 1) << column.name;
      const AuditPage page = Audit();
      bool found = false;
      for (const JournalFault& fault : page.faults) {
        found = found || (fault.instance_id == "b" && fault.sequence == sequence);
      }
      EXPECT_TRUE(found) << column.name << " of entry " << sequence;
      storage::CellRow key{original, std::string("b"), sequence};
      if (column.name == "instance_id") key[1] = flipped;
      if (column.name == "sequence") key[2] = flipped;
      ASSERT_EQ(Execute(change, key), 1) << column.name;
      ASSERT_THAT(Audit().faults, SizeIs(0)) << column.name;
    }
  }
}

TEST_P(AuditTest, FindsAMissingEntry) {
  Execute("DELETE FROM act_journal WHERE instance_id = 'b' AND sequence = 2");
  EXPECT_EQ(TheFault(), Place("b", 2));
}

TEST_P(AuditTest, FindsACutTail) {
  Execute("DELETE FROM act_journal WHERE instance_id = 'b' AND sequence > 3");
  EXPECT_EQ(TheFault(), Place("b", 4));
}

TEST_P(AuditTest, FindsALostJournal) {
  Execute("DELETE FROM act_journal WHERE instance_id = 'b'");
  EXPECT_EQ(TheFault(), Place("b", 1));
}

TEST_P(AuditTest, FindsTwoExchangedEntries) {
  const std::string move = "UPDATE act_journal SET sequence = ? WHERE instance_id = 'b' AND sequence = ?";
  Execute(move, {int64_t{99}, int64_t{2}});
  Execute(move, {int64_t{2}, int64_t{4}});
  Execute(move, {int64_t{4}, int64_t{99}});
  EXPECT_EQ(TheFault(), Place("b", 2));
}

TEST_P(AuditTest, FindsAnEntryThatTheInstanceDoesNotKnow) {
  JournalRow entry = All<JournalRow>("WHERE instance_id = 'b' AND sequence = 5").at(0);
  entry.sequence = 6;
  Execute("INSERT INTO act_journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", storage::ToCells(entry));
  EXPECT_EQ(TheFault(), Place("b", 6));
}

TEST_P(AuditTest, FindsTheEntriesOfAnInstanceThatIsGone) {
  Execute("DELETE FROM act_instance WHERE id = 'b'");
  EXPECT_EQ(TheFault(), Place("b", 1));
}

TEST_P(AuditTest, FindsAStateThatWasChangedPastTheJournal) {
  InstanceRow row = Get("b");
  engine::Snapshot snapshot = SnapshotOf(row);
  snapshot.configuration = {"lent"};
  Execute("UPDATE act_instance SET snapshot = ? WHERE id = 'b'", {engine::ToJson(snapshot).dump()});
  EXPECT_EQ(TheFault(), Place("b", 0));
  snapshot = SnapshotOf(row);
  snapshot.data["n"] = expression::Value(Json(4));
  Execute("UPDATE act_instance SET snapshot = ? WHERE id = 'b'", {engine::ToJson(snapshot).dump()});
  EXPECT_EQ(TheFault(), Place("b", 0));
}

TEST_P(AuditTest, FindsAVersionThatWasExchangedPastTheJournal) {
  Make(std::string(kChart) + "<!-- other -->");
  auto session = Session();
  Execute(
      "UPDATE act_instance SET chart_hash = (SELECT MAX(hash) FROM act_chart WHERE hash <> ?) WHERE id = 'b'",
      {Get("b").chart_hash});
  EXPECT_EQ(TheFault(), Place("b", 0));
}

TEST_P(AuditTest, FindsEveryBrokenInstance) {
  Execute("UPDATE act_journal SET actor = 'user:x' WHERE sequence = 2 AND instance_id <> 'b'");
  EXPECT_THAT(Audit().faults, SizeIs(2));
}

TEST_P(AuditTest, AnInstanceNobodyKnowsIsNotFound) {
  auto session = Session();
  EXPECT_THAT(AuditInstance(*session, service_->catalog(), "none").status(),
              testing::ReasonIs(kInstanceNotFound));
}

INSTANTIATE_TEST_SUITE_P(Databases, AuditTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
