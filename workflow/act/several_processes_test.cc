// Two processes serve one database: no message and no event is lost or applied twice, and one that stops or
// lags in the middle changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workflow/act/act_fixture.h"

namespace jissho::act {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Sends itself a message for each "go", and tells the neighbour of each that it hears.
constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="open">
  <datamodel><data id="heard" expr="0"/></datamodel>
  <state id="open">
    <transition event="go" jissho:role="clerk" jissho:label="進める" jissho:label-en="Go"><send event="said"/></transition>
    <transition event="said"><assign location="heard" expr="heard + 1"/><jissho:do action="tell"/></transition>
  </state>
</scxml>)";

// Carries events to the receiver, with something that happens before and an answer that may be lost.
class Wire : public EventTransport {
 public:
  explicit Wire(Service* receiver) : receiver_(receiver) {}
  absl::Status Deliver(const Envelope& envelope) override {
    if (before) std::exchange(before, nullptr)();
    absl::Status answer;
    receiver_->Deliver({envelope.source, envelope.stream, envelope.sequence, envelope.type, envelope.payload},
                       [&](const absl::StatusOr<std::string>& outcome) { answer = outcome.status(); });
    return answer_lost ? absl::UnavailableError("the answer was lost") : answer;
  }

  std::function<void()> before;
  bool answer_lost = false;

 private:
  Service* receiver_;
};

class SeveralProcessesTest : public ActFixture {
 protected:
  void SetUp() override {
    ActFixture::SetUp();
    Definitions receiving;
    receiving.events["test.Said"] = [](const IncomingEvent& event, const Context&, const View&,
                                       WriteSet& writes) {
      return writes.NextNumber(absl::StrCat("taken/", event.stream)).status();
    };
    receiver_ = MakeProcess("receiver", std::move(receiving));
    a_ = MakeProcess("a", Sending(), &wire_a_.emplace(receiver_.get()));
    b_ = MakeProcess("b", Sending(), &wire_b_.emplace(receiver_.get()));
  }

  static Definitions Sending() {
    Definitions definitions;
    definitions.charts = {{"loan", kChart}};
    definitions.actions["tell"] = [](const ActionCall& call, const Context&, const View&, WriteSet& writes) {
      writes.Emit({"receiver", call.instance_id, "test.Said", ""});
      return absl::OkStatus();
    };
    return definitions;
  }

  int64_t Heard(const std::string& id) { return SnapshotOf(Get(id)).data.at("heard").json().get<int64_t>(); }
  int64_t Taken(const std::string& stream) {
    const auto rows = All<CounterRow>(absl::StrCat("WHERE series = 'taken/", stream, "'"));
    return rows.empty() ? 0 : rows[0].value;
  }

  // An act of `service` that takes the message, as its pump does, and ends with this error.
  absl::Status Take(Service& service, const MailRow& mail, const absl::Status& end = absl::OkStatus()) {
    return Do(service, clerk_,
              [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                JISSHO_RETURN_IF_ERROR(writes.TakeMail(mail.instance_id, mail.sequence));
                JISSHO_RETURN_IF_ERROR(end);
                return std::string();
              })
        .status();
  }

  std::optional<Wire> wire_a_, wire_b_;
  std::unique_ptr<Service> receiver_, a_, b_;
};

TEST_P(SeveralProcessesTest, BothAtOnceHearEveryMessageAndTellOfItOnce) {
  const std::vector<std::string> ids = {"loan-0", "loan-1", "loan-2", "loan-3", "loan-4"};
  StartLoans(*a_, ids, std::vector<std::string>(12, "go"));
  const auto work = [](Service& service) {
    for (auto left = service.GetPending(); left.ok() && left->ready > 0; left = service.GetPending()) {
      ASSERT_OK(service.Pump(true));
    }
  };
  std::thread other([&] { work(*b_); });
  work(*a_);
  other.join();
  for (const std::string& id : ids) {
    EXPECT_EQ(Heard(id), 12);
    EXPECT_EQ(Taken(id), 12);
  }
  EXPECT_THAT(All<InboxRow>(), SizeIs(5));
  EXPECT_THAT(All<OutboxRow>(), IsEmpty());
}

TEST_P(SeveralProcessesTest, AMessageThatAnotherHasTakenMeanwhileIsNotHeardAgain) {
  StartLoan(*a_, "loan", {"go"});
  const MailRow mail = All<MailRow>().at(0);
  PumpUntilQuiet(*b_);
  const int64_t version = Get("loan").version;
  EXPECT_OK(Take(*a_, mail));
  EXPECT_EQ(Heard("loan"), 1);
  EXPECT_EQ(Get("loan").version, version);
}

TEST_P(SeveralProcessesTest, AMessageWhoseProcessStopsInTheMiddleIsHeardByTheOther) {
  StartLoan(*a_, "loan", {"go"});
  EXPECT_THAT(Take(*a_, All<MailRow>().at(0), absl::UnavailableError("stopping")),
              testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Heard("loan"), 0);
  a_.reset();
  PumpUntilQuiet(*b_);
  EXPECT_EQ(Heard("loan"), 1);
  EXPECT_EQ(Taken("loan"), 1);
}

TEST_P(SeveralProcessesTest, AnEventWhoseSenderStopsAfterTheDeliveryIsTakenOnce) {
  StartLoan(*a_, "loan", {"go", "go"});
  wire_a_->answer_lost = true;
  EXPECT_THAT(a_->Pump(true), testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Taken("loan"), 1);
  EXPECT_THAT(All<OutboxRow>(), SizeIs(2));
  a_.reset();
  PumpUntilQuiet(*b_);
  EXPECT_EQ(Taken("loan"), 2);
  EXPECT_THAT(All<OutboxRow>(), IsEmpty());
}

TEST_P(SeveralProcessesTest, ASenderThatLagsBehindAnotherIsFencedOff) {
  StartLoan(*a_, "loan", {"go", "go"});
  // a has read its events and is about to deliver the first; meanwhile b delivers these and one more.
  wire_a_->before = [this] {
    EXPECT_OK(Fire(*b_, clerk_, "loan", "go"));
    PumpUntilQuiet(*b_);
    EXPECT_EQ(Taken("loan"), 3);
  };
  PumpUntilQuiet(*a_);
  EXPECT_EQ(Taken("loan"), 3);
  EXPECT_EQ(All<InboxRow>().at(0).sequence, 3);
  EXPECT_THAT(All<OutboxRow>(), IsEmpty());
}

TEST_P(SeveralProcessesTest, EachFiresWhatIsDueOnceOverItsOwnPump) {
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(absl::StrCat("loan-", i));
  StartLoans(*a_, ids);
  ASSERT_OK(Do(*a_, clerk_,
               [&](const Context& context, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                 for (const std::string& id : ids) {
                   JISSHO_RETURN_IF_ERROR(writes.SetTimer(id, "t", "said", context.now() + absl::Hours(1)));
                 }
                 return std::string();
               }));
  Later(absl::Hours(1));
  std::thread other([&] { PumpUntilQuiet(*b_); });
  PumpUntilQuiet(*a_);
  other.join();
  PumpUntilQuiet(*a_);
  for (const std::string& id : ids) EXPECT_EQ(Heard(id), 1);
  EXPECT_EQ(a_->timer_statistics().fired + b_->timer_statistics().fired, 20);
}

INSTANTIATE_TEST_SUITE_P(Databases, SeveralProcessesTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
