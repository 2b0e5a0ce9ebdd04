// One service as its module describes it, without a server around it: for tests of a service's methods,
// charts and events on a real database.
//
//   auto harness = ServiceHarness::Create(
//       {.dsn = FreshSqliteDsn(), .start = absl::FromUnixSeconds(…)},
//       [](const runtime::ModuleDependencies& d) { return intake::MakeModule(d); });
//   ASSERT_OK(harness);
//   auto& h = **harness;
//   auto receipt = h.Call<Receipt>(Applicant("org-a", "sato"), "SubmitProposal", request);
//   ASSERT_OK(h.Deliver("programme", "call-1", call_published));
//   ASSERT_OK(h.AdvanceTo(due));                          // fires the timers on the way, one instant after
//   another EXPECT_THAT(h.Sent<ProposalSubmitted>(), SizeIs(1));
//
// A call is checked as the pipeline does it (roles and field options) before the method runs. Events that the
// service sends are captured in order; none is delivered anywhere. Calls to other services are answered by
// AnswerPeer. Threading: from one thread, but for Call after Start, which is thread-safe.
#ifndef JISSHO_TESTS_SUPPORT_SERVICE_HARNESS_H_
#define JISSHO_TESTS_SUPPORT_SERVICE_HARNESS_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/civil/business_days.h"
#include "services/runtime/module.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/storage/session.h"

namespace jissho::testing {

// An applicant of an organisation, and a member of the city's staff.
act::Actor Applicant(const std::string& organisation, const std::string& id);
act::Actor Staff(const std::string& role, const std::string& id);

class ServiceHarness {
 public:
  struct Options {
    std::string dsn;
    absl::Time start;  // where the virtual calendar stands
    std::string municipality = "082201";
    act::ExecutorOptions executor = {};  // counts after Start
    int sessions_max = 8;
  };
  using Factory = std::function<std::unique_ptr<runtime::Module>(const runtime::ModuleDependencies&)>;

  // Migrates an empty database and makes the service. Any fault of charts or schema is returned.
  static absl::StatusOr<std::unique_ptr<ServiceHarness>> Create(const Options& options,
                                                                const Factory& factory);
  ~ServiceHarness();

  // Calls a method by its name without the service, e.g. "SubmitProposal". `request_id` is that of the
  // request where it has one; otherwise each call is a command of its own.
  template <class ResponseMessage>
  absl::StatusOr<ResponseMessage> Call(const act::Actor& actor, const std::string& method,
                                       const google::protobuf::Message& request) {
    ResponseMessage response;
    absl::Status status = CallMessage(actor, method, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // Takes an event as if `source` had sent it; numbers the stream itself.
  absl::Status Deliver(const std::string& source, const std::string& stream,
                       const google::protobuf::Message& event);

  // Works off mailbox, due timers and outbox until nothing is left.
  absl::Status Settle();
  // Moves the calendar forward, stopping at every timer on the way.
  absl::Status AdvanceTo(absl::Time time);
  absl::Status Advance(absl::Duration by) { return AdvanceTo(calendar_.Now() + by); }
  absl::Time now() const { return calendar_.Now(); }

  // What the service has sent and Settle has carried out, in order.
  const std::vector<act::Envelope>& sent() const { return transport_.sent; }
  template <class Event>
  std::vector<Event> Sent() const {
    std::vector<Event> events;
    for (const act::Envelope& envelope : transport_.sent) {
      if (envelope.type != std::string(Event::descriptor()->full_name())) continue;
      events.emplace_back();
      events.back().ParseFromString(envelope.payload);
    }
    return events;
  }

  // The answer of another service's method (full name, "jissho.cases.v1.CasesService/CountCases") from now
  // on.
  void AnswerPeer(const std::string& method, std::shared_ptr<google::protobuf::Message> answer);

  // From now on calls go through the executor's lanes, and the pump runs by itself.
  void Start();

  act::Service& service() { return *service_; }
  storage::Pool& pool() { return *pool_; }
  VirtualCalendar& calendar() { return calendar_; }

 private:
  struct CapturingTransport : act::EventTransport {
    absl::Status Deliver(const act::Envelope& envelope) override;
    std::mutex mutex;
    std::vector<act::Envelope> sent;
  };
  class FixedPeers : public runtime::Peers {
   public:
    std::map<std::string, std::shared_ptr<google::protobuf::Message>> answers;

   protected:
    absl::Status CallMessage(const runtime::CallContext* call, const std::string& service,
                             const std::string& method, const google::protobuf::Message& request,
                             google::protobuf::Message* response) override;
  };

  explicit ServiceHarness(const Options& options) : options_(options), calendar_(options.start) {}
  absl::Status Build(const Factory& factory);
  absl::Status CallMessage(const act::Actor& actor, const std::string& method,
                           const google::protobuf::Message& request, google::protobuf::Message* response);
  absl::StatusOr<std::string> RunAct(act::Act act);

  const Options options_;
  const civil::CityWorkingDays working_days_;
  VirtualCalendar calendar_;
  ManualMonotonicClock monotonic_;
  CapturingTransport transport_;
  FixedPeers peers_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<runtime::Module> module_;
  std::vector<runtime::MethodRegistry> methods_;
  std::unique_ptr<act::Service> service_;
  std::map<std::pair<std::string, std::string>, int64_t> delivered_;
  std::mutex mutex_;
  int64_t calls_ = 0;
  bool started_ = false;
};

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_SERVICE_HARNESS_H_
