#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/act/journal.h"
#include "workflow/chart/parser.h"

namespace jissho::act {
namespace {

TEST(OpenTasksTest, LeaveOutWhatIsAllowedButInNobodysTaskList) {
  auto chart = chart::Parse(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" datamodel="ecmascript" name="n"
      xmlns:jissho="https://jissho.dev/ns/scxml/1"><state id="a">
    <transition event="decide" jissho:role="mayor" jissho:label="決める" jissho:label-en="Decide"/>
    <transition event="note" jissho:role="clerk" jissho:task="none" jissho:label="書き留める" jissho:label-en="Note"/>
  </state></scxml>)");
  ASSERT_TRUE(chart.ok()) << chart.status();
  const auto machine = engine::Machine::Build(*std::move(chart));
  ASSERT_TRUE(machine.ok()) << machine.status();
  const auto start = (*machine)->Start({"i", nullptr}, engine::Json());
  ASSERT_TRUE(start.ok()) << start.status();
  const auto tasks = OpenTasks(**machine, "i", start->next, "");
  ASSERT_TRUE(tasks.ok()) << tasks.status();
  ASSERT_EQ(tasks->size(), 1u);
  EXPECT_EQ((*tasks)[0].at("event"), "decide");
  EXPECT_EQ((*tasks)[0].at("ja"), "決める");
  const auto offers = (*machine)->Offers({"i", nullptr}, start->next);
  ASSERT_TRUE(offers.ok());
  EXPECT_EQ(offers->size(), 2u) << "the event itself is still accepted";
}

}  // namespace
}  // namespace jissho::act
