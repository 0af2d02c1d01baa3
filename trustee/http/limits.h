#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace usufruct::http {

/// What a server lets a client use. Reaching one has a named outcome; the time it takes to notice
/// is a quarter of the shortest time here, at most a quarter of a second.
struct Limits {
  std::size_t head_bytes = 16 * 1024;  ///< 431; the target alone: 414
  std::size_t target_bytes = 4 * 1024;
  std::size_t header_count = 100;                     ///< 431
  std::size_t body_bytes = std::size_t{16} << 20;     ///< 413
  std::size_t bodies_bytes = std::size_t{256} << 20;  ///< of all connections together: 503
  std::size_t connections = 4096;                     ///< 503, and closed
  std::uint64_t requests_per_connection = 1'000'000;  ///< the last is answered with `close`
  std::chrono::milliseconds idle{60'000};             ///< between requests: closed
  std::chrono::milliseconds head{10'000};             ///< from a request's first byte: 408
  std::chrono::milliseconds body{30'000};             ///< from its head: 408
  std::chrono::milliseconds handling{30'000};         ///< until its answer: 503
  std::chrono::milliseconds write{30'000};            ///< until an answer is taken: closed
  /// A slow reader of a large answer is given a second more for each so many bytes.
  std::size_t write_bytes_per_second = 64 * 1024;
};

}  // namespace usufruct::http
