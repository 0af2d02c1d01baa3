#pragma once

#include <iostream>
#include <memory>

#include "ledger/intake.h"
#include "ledger/store/memory_store.h"
#include "tests/support/records.h"
#include "trustee/http/node.h"
#include "trustee/http/server.h"
#include "trustee/log_node.h"

namespace usufruct {

/// A log in memory with so many records of test_record(), served on a loopback port of its own.
class ServedLog {
 public:
  explicit ServedLog(std::uint64_t size, http::ServerOptions options = {})
      : log_(must(Log::open(store_, test_log_key(), permit, clock_))), access_log_({}) {
    if (size > 0) log_->append_all(test_records(0, size));
    intake_ = std::make_unique<Intake>(*log_);
    node_ = std::make_unique<http::Node>(node_parts(store_, *log_, *intake_), workers_, metrics_);
    server_ = must(
        http::Server::start(std::move(options), node_->handler(), clock_, metrics_, access_log_));
  }
  http::Server& server() { return *server_; }
  http::Node& node() { return *node_; }
  Log& log() { return *log_; }

 private:
  template <class T>
  static T must(Result<T> result) {
    if (result) return *std::move(result);
    std::cerr << result.error().message << '\n';
    std::exit(1);
  }

  SystemClock clock_;
  MemoryStore store_;
  std::unique_ptr<Log> log_;
  http::Workers workers_{2, 1024};
  std::unique_ptr<Intake> intake_;
  http::Metrics metrics_;
  http::AccessLog access_log_;
  std::unique_ptr<http::Node> node_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace usufruct
