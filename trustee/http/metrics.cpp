#include "trustee/http/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace usufruct::http {

void PrometheusText::head(std::string_view name, std::string_view help, std::string_view type) {
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void PrometheusText::sample(std::string_view name, std::string_view labels, double value) {
  fmt::format_to(std::back_inserter(text_), "{}{} {:.12g}\n", name, labels, value);
}

void PrometheusText::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  head(name, help, "counter");
  fmt::format_to(std::back_inserter(text_), "{} {}\n", name, value);
}

void PrometheusText::gauge(std::string_view name, std::string_view help, double value) {
  head(name, help, "gauge");
  sample(name, "", value);
}

void Metrics::request(int status, std::size_t body_bytes_in, std::size_t body_bytes_out,
                      std::chrono::nanoseconds took) {
  // Relaxed: each number stands for itself, none is read to decide about another.
  constexpr auto relaxed = std::memory_order_relaxed;
  const auto row = std::clamp(status / 100, 0, 5);
  by_class_[static_cast<std::size_t>(row)].fetch_add(1, relaxed);
  const double ms = std::chrono::duration<double, std::milli>(took).count();
  const auto bucket = std::ranges::lower_bound(bounds_ms, ms) - bounds_ms.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, relaxed);
  took_us_.fetch_add(static_cast<std::uint64_t>(took.count()) / 1000, relaxed);
  bytes_in_.fetch_add(body_bytes_in, relaxed);
  bytes_out_.fetch_add(body_bytes_out, relaxed);
}

std::uint64_t Metrics::requests() const {
  std::uint64_t sum = 0;
  for (const auto& count : by_class_) sum += count;
  return sum;
}

void Metrics::print_to(PrometheusText& text) const {
  text.head("usufruct_http_requests_total", "requests answered, by class of status", "counter");
  for (std::size_t i = 1; i < by_class_.size(); ++i) {
    text.sample("usufruct_http_requests_total", fmt::format("{{status=\"{}xx\"}}", i),
                static_cast<double>(by_class_[i].load()));
  }
  constexpr std::string_view took = "usufruct_http_request_duration_seconds";
  text.head(took, "from the whole request to its answer", "histogram");
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < bounds_ms.size(); ++i) {
    below += buckets_[i];
    text.sample(fmt::format("{}_bucket", took), fmt::format("{{le=\"{:g}\"}}", bounds_ms[i] / 1000),
                static_cast<double>(below));
  }
  below += buckets_.back();
  text.sample(fmt::format("{}_bucket", took), "{le=\"+Inf\"}", static_cast<double>(below));
  text.sample(fmt::format("{}_sum", took), "", static_cast<double>(took_us_.load()) / 1e6);
  text.sample(fmt::format("{}_count", took), "", static_cast<double>(below));
  text.counter("usufruct_http_request_bytes_total", "bytes of bodies taken", bytes_in_);
  text.counter("usufruct_http_response_bytes_total", "bytes of bodies given", bytes_out_);
  text.gauge("usufruct_http_connections", "connections open",
             static_cast<double>(open_connections()));
  text.counter("usufruct_http_connections_total", "connections accepted", opened_);
  text.counter("usufruct_http_connections_refused_total", "connections beyond the limit", refused_);
  text.counter("usufruct_http_timeouts_total", "clients that took too long", timed_out_);
  text.counter("usufruct_http_bad_requests_total", "requests that did not parse", bad_);
}

}  // namespace usufruct::http
