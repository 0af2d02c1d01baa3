#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "trustee/http/access_log.h"
#include "trustee/http/limits.h"
#include "trustee/http/metrics.h"
#include "trustee/http/net/loop.h"
#include "trustee/http/reply.h"

namespace usufruct::http {

/// What all connections of a server share. The counts are of the moment.
struct Shared {
  Limits limits;
  Handler handler;
  const Clock& clock;
  Metrics& metrics;
  AccessLog& access_log;
  std::string id_prefix;  ///< of request ids: when the server started
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> turned_away = 0;
  std::atomic<std::size_t> bodies_bytes = 0;
  std::atomic<bool> is_draining = false;
};

/// Serves a connection to its end. `tls` null: in the clear. Runs on the loop, which it outlives
/// never; counts itself in `shared.connections`.
void serve(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls, Loop& loop,
           Shared& shared);

/// Answers 503 and closes: for one connection too many.
void turn_away(boost::asio::ip::tcp::socket socket, bool speaks_tls, Shared& shared);

}  // namespace usufruct::http
