#include "services/runtime/process/events.h"

#include "jissho/engine/v1/engine.pb.h"
#include "services/runtime/process/instances.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;

constexpr char kDeliverEvent[] = "jissho.engine.v1.EventService/DeliverEvent";
constexpr absl::Duration kDeliveryTimeout = absl::Seconds(20);

}  // namespace

absl::Status PeerTransport::Deliver(const act::Envelope& envelope) {
  v1::DeliverEventRequest request;
  v1::Envelope& out = *request.mutable_envelope();
  out.set_source(envelope.source);
  out.set_receiver(envelope.receiver);
  out.set_stream(envelope.stream);
  out.set_sequence(envelope.sequence);
  out.set_type(envelope.type);
  out.set_payload(envelope.payload);
  v1::DeliverEventResponse response;
  return peers_->CallProcess(envelope.receiver, kDeliverEvent, kDeliveryTimeout, request, &response);
}

std::string ProtoProgressEncoder::type() const { return v1::InstanceProgressed::descriptor()->full_name(); }

std::string ProtoProgressEncoder::Encode(const act::Progress& progress) const {
  v1::InstanceProgressed out;
  out.set_service(progress.service);
  out.set_instance_id(progress.instance.id);
  out.set_chart(progress.instance.chart);
  out.set_case_id(progress.instance.case_id);
  *out.mutable_entry() = ToProto(progress.entry, progress.entered, progress.exited);
  out.mutable_configuration()->Add(progress.configuration.begin(), progress.configuration.end());
  AddTasks(progress.service, progress.instance, progress.tasks, out.mutable_tasks());
  out.set_finished(progress.instance.finished);
  return out.SerializeAsString();
}

std::string ProtoChartEventCodec::type() const { return v1::ChartEvent::descriptor()->full_name(); }

std::string ProtoChartEventCodec::Encode(const act::ChartEvent& event) const {
  v1::ChartEvent out;
  out.set_instance_id(event.instance_id);
  out.set_event(event.event);
  if (event.data) out.set_data_json(event.data->dump(-1, ' ', false, act::Json::error_handler_t::replace));
  out.set_sender_instance_id(event.sender_instance_id);
  out.set_send_id(event.send_id);
  return out.SerializeAsString();
}

std::optional<act::ChartEvent> ProtoChartEventCodec::Decode(const std::string& payload) const {
  v1::ChartEvent in;
  if (!in.ParseFromString(payload) || in.instance_id().empty() || in.event().empty()) return std::nullopt;
  act::ChartEvent event{in.instance_id(), in.event(), std::nullopt, in.sender_instance_id(), in.send_id()};
  if (in.data_json().empty()) return event;
  event.data = act::Json::parse(in.data_json(), nullptr, false);
  return event.data->is_discarded() ? std::nullopt : std::optional(event);
}

MethodRegistry EventMethods(const LocalServices* services) {
  MethodRegistry registry("jissho.engine.v1.EventService");
  registry.Async<v1::DeliverEventRequest, v1::DeliverEventResponse>(
      "DeliverEvent", [services](const CallContext&, const v1::DeliverEventRequest& request,
                                 std::function<void(absl::StatusOr<v1::DeliverEventResponse>)> respond) {
        const v1::Envelope& envelope = request.envelope();
        const auto found = services->find(envelope.receiver());
        if (found == services->end())
          return respond(MakeError(kServiceNotHere, {{"service", envelope.receiver()}}));
        act::IncomingEvent event{envelope.source(), envelope.stream(), envelope.sequence(), envelope.type(),
                                 envelope.payload()};
        found->second.service->Deliver(std::move(event), [respond](absl::StatusOr<std::string> result) {
          if (!result.ok()) return respond(result.status());
          respond(v1::DeliverEventResponse());
        });
      });
  return registry;
}

}  // namespace jissho::runtime
