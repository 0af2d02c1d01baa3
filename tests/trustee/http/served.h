#pragma once

#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <utility>

#include "tests/support/raw_client.h"
#include "trustee/http/server.h"

namespace usufruct::http {

/// A real server on a loopback port of its own, with what it logged.
class Serving {
 public:
  explicit Serving(Handler handler, ServerOptions options = {})
      : log_([this](std::string_view lines) {
          const std::scoped_lock lock(mutex_);
          lines_ += lines;
        }) {
    auto server = Server::start(std::move(options), std::move(handler), clock_, metrics_, log_);
    REQUIRE_MESSAGE(server, (server ? "" : server.error().message));
    server_ = *std::move(server);
  }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  Metrics& metrics() { return metrics_; }
  std::string log() {
    log_.flush();
    const std::scoped_lock lock(mutex_);
    return lines_;
  }
  std::string ask(std::string_view bytes, std::string_view end = {}) {
    return RawClient(server_->port()).ask(bytes, end);
  }

 private:
  SystemClock clock_;
  Metrics metrics_;
  std::mutex mutex_;
  std::string lines_;  ///< guarded by mutex_
  AccessLog log_;
  std::unique_ptr<Server> server_;
};

/// Answers each request with what it was.
inline void echo(Request request, Reply reply) {
  std::string said = request.method + ' ' + request.path + '?' + request.query + ' ';
  said += as_text(request.body);
  reply.send(text_response(200, said + '\n'));
}

inline std::string get(std::string_view path, std::string_view more = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n" + std::string(more) + "\r\n";
}

/// The body of a text that is one response.
inline std::string body_of(const std::string& response) {
  const auto end = response.find("\r\n\r\n");
  return end == std::string::npos ? response : response.substr(end + 4);
}

}  // namespace usufruct::http
