#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "crypto/base/time.h"

namespace usufruct::http {

/// One request that was answered.
struct Served {
  Time time;
  std::string_view method;
  std::string_view target;
  int status = 0;
  std::size_t bytes = 0;  ///< of the answer's body
  std::chrono::nanoseconds took{};
  std::string_view request_id;
  std::string_view peer;
};

/// One line of JSON for each request, gathered so that a busy server does not write for each:
///
///     {"time":"2026-11-24T19:15:35.120Z","method":"GET","target":"/checkpoint","status":200,
///      "bytes":215,"duration_ms":0.04,"request_id":"19ab…-1","peer":"127.0.0.1:50312"}
///
/// What a client sent is shown by quote_json(): no line of the log is a client's to write. Safe
/// between threads.
class AccessLog {
 public:
  using Write = std::function<void(std::string_view lines)>;
  /// A `write` that is empty: no log. It is called by one thread at a time.
  explicit AccessLog(Write write) : write_(std::move(write)) {}
  ~AccessLog() { flush(); }
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void add(const Served& served);
  /// Writes what is gathered. The server does so a few times a second.
  void flush();

 private:
  Write write_;
  std::mutex mutex_;
  std::string lines_;  ///< guarded by mutex_
};

}  // namespace usufruct::http
