// Due times in business days become rows with instants, and fire to the minute.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/act/act_fixture.h"
#include "workflow/act/reasons.h"

namespace jissho::act {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="open">
  <datamodel><data id="days" expr="2"/></datamodel>
  <state id="open">
    <transition event="ask" jissho:role="clerk" jissho:label="照会する" jissho:label-en="Ask">
      <send event="late" jissho:business-days-expr="days" jissho:time="17:15"/>
    </transition>
    <transition event="late" target="over"/>
  </state>
  <final id="over"/>
</scxml>)";

// The city works every other day: on days with an even number.
class EvenDays : public WorkingDays {
 public:
  absl::StatusOr<absl::CivilDay> NthAfter(absl::CivilDay day, int n) const override {
    while (n > 0) n -= (++day).day() % 2 == 0;
    return day;
  }
  absl::StatusOr<absl::CivilDay> OnOrAfter(absl::CivilDay day) const override { return day + day.day() % 2; }
  absl::StatusOr<absl::CivilDay> OnOrBefore(absl::CivilDay day) const override { return day - day.day() % 2; }
};

class BusinessDaysTest : public ActFixture {
 protected:
  void SetUp() override {
    ActFixture::SetUp();
    calendar_.Set(At(10, 17, 0));
  }

  static absl::Time At(int day, int hour, int minute) {
    return absl::FromCivil(absl::CivilMinute(2022, 6, day, hour, minute), Tokyo());
  }

  std::unique_ptr<Service> Make(const WorkingDays* working_days) {
    ServiceOptions options;
    options.service = "test";
    options.progress_receiver = "";
    options.working_days = working_days;
    Definitions definitions;
    definitions.charts = {{"loan", kChart}};
    auto service = Service::Create(options, std::move(definitions), pool_.get(), &calendar_, &monotonic_,
                                   nullptr, nullptr);
    EXPECT_OK(service);
    return *std::move(service);
  }

  const EvenDays even_days_;
};

TEST_P(BusinessDaysTest, TheTimerHasTheInstantThatTheCalendarGives) {
  const auto service = Make(&even_days_);
  StartLoan(*service, "a", {"ask"});
  ASSERT_THAT(All<TimerRow>(), SizeIs(1));
  EXPECT_EQ(All<TimerRow>()[0].due, At(14, 17, 15));
}

TEST_P(BusinessDaysTest, ItFiresAtTheMinuteAndNotBefore) {
  const auto service = Make(&even_days_);
  StartLoan(*service, "a", {"ask"});
  calendar_.Set(At(14, 17, 15) - absl::Microseconds(1));
  PumpUntilQuiet(*service);
  EXPECT_FALSE(Get("a").finished);
  calendar_.Set(At(14, 17, 15));
  PumpUntilQuiet(*service);
  EXPECT_TRUE(Get("a").finished);
}

TEST_P(BusinessDaysTest, ACalendarThatJumpsByAnHourMovesNoDueTime) {
  const auto service = Make(&even_days_);
  StartLoan(*service, "a", {"ask"});
  Later(absl::Hours(1));
  PumpUntilQuiet(*service);
  Later(-absl::Hours(2));
  PumpUntilQuiet(*service);
  EXPECT_EQ(All<TimerRow>().at(0).due, At(14, 17, 15));
}

TEST_P(BusinessDaysTest, WithoutACalendarTheActIsRefusedAndNothingIsSet) {
  const auto service = Make(nullptr);
  StartLoan(*service, "a");
  EXPECT_THAT(Fire(*service, clerk_, "a", "ask"), testing::ReasonIs(kChartError));
  EXPECT_THAT(All<TimerRow>(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Databases, BusinessDaysTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
