// The process's figures for Prometheus.
//
//   jissho_calls_total{method,code}            calls answered
//   jissho_call_seconds{method}                their duration, histogram
//   jissho_calls_in_flight                     admitted and not yet answered
//   jissho_<name>{service}                     sampled when they are asked for: queue depth, outbox lag, …
// Thread-safe.
#ifndef JISSHO_SERVICES_RUNTIME_METRICS_METRICS_H_
#define JISSHO_SERVICES_RUNTIME_METRICS_METRICS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace jissho::runtime {

// The figures of one method's calls.
class CallMeter {
 public:
  virtual ~CallMeter() = default;
  // A call that was dealt with in `duration`.
  virtual void Record(absl::StatusCode code, absl::Duration duration) = 0;
  // A call that took no time worth measuring.
  virtual void Count(absl::StatusCode code) = 0;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // Lives as long as the metrics do. One for each method: finding a figure costs more than counting.
  std::unique_ptr<CallMeter> MeterOf(const std::string& method);

  // `sample` is called on the exposer's thread whenever the figures are asked for; must be quick and
  // thread-safe.
  void AddGauge(const std::string& name, const std::string& help, const std::string& service,
                std::function<double()> sample);

  // Serves http://ADDRESS/metrics. INVALID_ARGUMENT (CONFIG_INVALID) when the address cannot be had.
  absl::Status Expose(const std::string& address);

  // Ends serving; afterwards no `sample` is called any more, and what they look at may go.
  void StopExposing();

  // What would be served.
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_METRICS_METRICS_H_
