// Events between services: the way out (transport, progress of instances) and the way in (EventService).
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_EVENTS_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_EVENTS_H_

#include <optional>
#include <string>

#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/method_registry.h"
#include "services/runtime/rpc/peers.h"
#include "workflow/act/pump.h"
#include "workflow/act/unit.h"

namespace jissho::runtime {

// Carries an event to the process that has the receiver, this one included: both go through the receiver's
// pipeline.
class PeerTransport : public act::EventTransport {
 public:
  explicit PeerTransport(ConfiguredPeers* peers) : peers_(peers) {}
  absl::Status Deliver(const act::Envelope& envelope) override;

 private:
  ConfiguredPeers* const peers_;
};

// InstanceProgressed of jissho.engine.v1.
class ProtoProgressEncoder : public act::ProgressEncoder {
 public:
  std::string type() const override;
  std::string Encode(const act::Progress& progress) const override;
};

// ChartEvent of jissho.engine.v1.
class ProtoChartEventCodec : public act::ChartEventCodec {
 public:
  std::string type() const override;
  std::string Encode(const act::ChartEvent& event) const override;
  std::optional<act::ChartEvent> Decode(const std::string& payload) const override;
};

// jissho.engine.v1.EventService: hands an event to the local service that the envelope names. NOT_FOUND
// (SERVICE_NOT_HERE). Only services may call it (role "system").
MethodRegistry EventMethods(const LocalServices* services);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_EVENTS_H_
