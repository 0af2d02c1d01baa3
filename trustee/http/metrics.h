#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace usufruct::http {

/// Text in the exposition format of Prometheus, version 0.0.4.
///
///     # HELP usufruct_log_entries entries under the published checkpoint
///     # TYPE usufruct_log_entries gauge
///     usufruct_log_entries 4812
class PrometheusText {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t value);
  void gauge(std::string_view name, std::string_view help, double value);
  /// A family by hand: its head, then samples; labels as `{a="b"}` or empty.
  void head(std::string_view name, std::string_view help, std::string_view type);
  void sample(std::string_view name, std::string_view labels, double value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// What a server counts. Safe between threads; a count may be a moment old.
class Metrics {
 public:
  void request(int status, std::size_t body_bytes_in, std::size_t body_bytes_out,
               std::chrono::nanoseconds took);
  void connection_opened() { ++opened_; }
  void connection_closed() { ++closed_; }
  void connection_refused() { ++refused_; }
  void timed_out() { ++timed_out_; }
  void bad_request() { ++bad_; }

  std::uint64_t requests() const;
  std::uint64_t open_connections() const { return opened_ - closed_; }
  std::uint64_t timeouts() const { return timed_out_; }

  void print_to(PrometheusText& text) const;

 private:
  static constexpr std::array<double, 14> bounds_ms{0.1, 0.25, 0.5, 1,   2.5,  5,    10,
                                                    25,  50,   100, 250, 1000, 5000, 30000};
  using Counter = std::atomic<std::uint64_t>;
  std::array<Counter, 6> by_class_{};  ///< [status / 100]
  std::array<Counter, bounds_ms.size() + 1> buckets_{};
  Counter took_us_{0};
  Counter bytes_in_{0};
  Counter bytes_out_{0};
  Counter opened_{0};
  Counter closed_{0};
  Counter refused_{0};
  Counter timed_out_{0};
  Counter bad_{0};
};

}  // namespace usufruct::http
