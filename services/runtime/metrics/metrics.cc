#include "services/runtime/metrics/metrics.h"

#include <array>
#include <atomic>
#include <mutex>
#include <sstream>
#include <vector>

#include "absl/status/status.h"
#include "prometheus/counter.h"
#include "prometheus/exposer.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

// Prometheus asks this when it collects: a gauge that is computed then needs nobody to keep it up to date.
class SampledGauges : public prometheus::Collectable {
 public:
  struct Gauge {
    std::string name;
    std::string help;
    std::string service;
    std::function<double()> sample;
  };

  void Add(Gauge gauge) {
    std::lock_guard lock(mutex_);
    gauges_.push_back(std::move(gauge));
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::lock_guard lock(mutex_);
    std::map<std::string, prometheus::MetricFamily> families;
    for (const Gauge& gauge : gauges_) {
      prometheus::MetricFamily& family = families[gauge.name];
      family.name = gauge.name;
      family.help = gauge.help;
      family.type = prometheus::MetricType::Gauge;
      prometheus::ClientMetric metric;
      if (!gauge.service.empty()) metric.label.push_back({"service", gauge.service});
      metric.gauge.value = gauge.sample();
      family.metric.push_back(std::move(metric));
    }
    std::vector<prometheus::MetricFamily> out;
    for (auto& [name, family] : families) out.push_back(std::move(family));
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Gauge> gauges_;
};

const prometheus::Histogram::BucketBoundaries& Bounds() {
  static const auto& bounds = *new prometheus::Histogram::BucketBoundaries{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
  return bounds;
}

// What never happened has no line, as Prometheus wants it. The families hand out the same figure to two who
// ask at once.
class PrometheusCallMeter : public CallMeter {
 public:
  PrometheusCallMeter(std::string method, prometheus::Family<prometheus::Counter>* calls,
                      prometheus::Family<prometheus::Histogram>* seconds)
      : method_(std::move(method)), calls_(*calls), seconds_(*seconds) {}

  void Count(absl::StatusCode code) override {
    std::atomic<prometheus::Counter*>& counter = by_code_[static_cast<size_t>(code) % by_code_.size()];
    if (counter == nullptr)
      counter = &calls_.Add({{"method", method_}, {"code", absl::StatusCodeToString(code)}});
    counter.load()->Increment();
  }

  void Record(absl::StatusCode code, absl::Duration duration) override {
    Count(code);
    if (histogram_ == nullptr) histogram_ = &seconds_.Add({{"method", method_}}, Bounds());
    histogram_.load()->Observe(absl::ToDoubleSeconds(duration));
  }

 private:
  const std::string method_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  std::array<std::atomic<prometheus::Counter*>, 17> by_code_ = {};  // canonical codes: 0 to 16
  std::atomic<prometheus::Histogram*> histogram_ = nullptr;
};

}  // namespace

struct Metrics::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::shared_ptr<SampledGauges> gauges = std::make_shared<SampledGauges>();
  prometheus::Family<prometheus::Counter>& calls =
      prometheus::BuildCounter().Name("jissho_calls_total").Help("Calls answered.").Register(*registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram().Name("jissho_call_seconds").Help("Duration of calls.").Register(*registry);
  std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

std::unique_ptr<CallMeter> Metrics::MeterOf(const std::string& method) {
  return std::make_unique<PrometheusCallMeter>(method, &state_->calls, &state_->seconds);
}

void Metrics::AddGauge(const std::string& name, const std::string& help, const std::string& service,
                       std::function<double()> sample) {
  state_->gauges->Add({"jissho_" + name, help, service, std::move(sample)});
}

absl::Status Metrics::Expose(const std::string& address) {
  try {
    state_->exposer = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception& error) {
    return MakeError(kConfigInvalid, {{"detail", "metrics_listen " + address + ": " + error.what()}});
  }
  state_->exposer->RegisterCollectable(state_->registry);
  state_->exposer->RegisterCollectable(state_->gauges);
  return absl::OkStatus();
}

void Metrics::StopExposing() { state_->exposer.reset(); }

std::string Metrics::Text() const {
  std::ostringstream out;
  const prometheus::TextSerializer serializer;
  serializer.Serialize(out, state_->registry->Collect());
  serializer.Serialize(out, state_->gauges->Collect());
  return out.str();
}

}  // namespace jissho::runtime
