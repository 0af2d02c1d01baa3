#include "trustee/http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "trustee/http/net/loop.h"
#include "trustee/http/net/session.h"

namespace usufruct::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds look_every_max{250};
/// How long nothing is accepted after an accept failed: for want of descriptors, mostly.
constexpr std::chrono::milliseconds accept_pause{50};

std::chrono::milliseconds look_every(const Limits& limits) {
  const auto shortest =
      std::min({limits.idle, limits.head, limits.body, limits.handling, limits.write});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), look_every_max);
}

Result<tcp::endpoint> endpoint_of(const ServerOptions& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.host, error);
  if (error) {
    return malformed(fmt::format("'{}' is no address to listen on", options.host),
                     "write an address such as 127.0.0.1, 0.0.0.0 or ::1");
  }
  if (!options.tls && options.plain == Plain::loopback_only && !address.is_loopback()) {
    return denied(fmt::format("{} is not this machine alone, and there is no TLS", options.host),
                  "give a certificate and its key; or say that plain HTTP is meant, as behind a "
                  "proxy that speaks TLS");
  }
  return tcp::endpoint(address, options.port);
}

Result<std::unique_ptr<asio::ssl::context>> tls_of(const std::optional<TlsFiles>& files) {
  if (!files) return nullptr;
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1,
                       error);
  context->use_certificate_chain_file(files->certificate.string(), error);
  if (error) {
    return malformed(
        fmt::format("{} holds no certificate: {}", files->certificate.string(), error.message()));
  }
  context->use_private_key_file(files->key.string(), asio::ssl::context::pem, error);
  if (error) {
    return malformed(fmt::format("{} holds no private key of that certificate: {}",
                                 files->key.string(), error.message()));
  }
  return context;
}

}  // namespace

struct Server::Parts {
  ServerOptions options;
  std::unique_ptr<asio::ssl::context> tls;
  std::unique_ptr<Shared> shared;
  std::vector<std::unique_ptr<Loop>> loops;
  std::unique_ptr<tcp::acceptor> acceptor;    ///< on the first loop
  std::unique_ptr<asio::steady_timer> pause;  ///< likewise
  tcp::endpoint local;
  std::size_t next = 0;

  Result<void> listen(const tcp::endpoint& endpoint);
  void accept();
  void accepted(error_code error, tcp::socket socket, Loop& loop);
};

Result<void> Server::Parts::listen(const tcp::endpoint& endpoint) {
  error_code error;
  const auto failed = [&] {
    return unavailable(
        fmt::format("cannot listen on {} port {}: {}", options.host, options.port, error.message()),
        "choose another port; 0 takes a free one");
  };
  acceptor = std::make_unique<tcp::acceptor>(loops.front()->context());
  pause = std::make_unique<asio::steady_timer>(loops.front()->context());
  if (acceptor->open(endpoint.protocol(), error); error) return failed();
  acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (acceptor->bind(endpoint, error); error) return failed();
  if (acceptor->listen(asio::socket_base::max_listen_connections, error); error) return failed();
  local = acceptor->local_endpoint(error);
  if (error) return failed();
  return {};
}

void Server::Parts::accept() {
  Loop& loop = *loops[next++ % loops.size()];
  acceptor->async_accept(loop.context(), [this, &loop](error_code error, tcp::socket socket) {
    accepted(error, std::move(socket), loop);
  });
}

void Server::Parts::accepted(error_code error, tcp::socket socket, Loop& loop) {
  if (shared->is_draining) return;
  if (error) {
    pause->expires_after(accept_pause);
    pause->async_wait([this](error_code stopped) {
      if (!stopped && !shared->is_draining) accept();
    });
    return;
  }
  if (shared->connections >= options.limits.connections) {
    turn_away(std::move(socket), tls != nullptr, *shared);
  } else {
    // On the connection's own loop: what belongs to a loop is touched by its thread alone.
    asio::post(loop.context(), [this, &loop, taken = std::move(socket)]() mutable {
      serve(std::move(taken), tls.get(), loop, *shared);
    });
  }
  accept();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler,
                                              const Clock& clock, Metrics& metrics,
                                              AccessLog& access_log) {
  const auto endpoint = TRY(endpoint_of(options));
  auto parts = std::make_unique<Parts>();
  parts->tls = TRY(tls_of(options.tls));
  parts->shared.reset(new Shared{options.limits, std::move(handler), clock, metrics, access_log,
                                 fmt::format("{:x}", clock.now().ms)});
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    parts->loops.push_back(std::make_unique<Loop>(look_every(options.limits)));
  }
  parts->options = std::move(options);
  CHECK_OK(parts->listen(endpoint));
  parts->accept();
  for (const auto& loop : parts->loops) {
    loop->start([&access_log] { access_log.flush(); });
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const { return parts_->local.port(); }

std::string Server::url() const {
  const auto address = parts_->local.address();
  const std::string host =
      address.is_v6() ? fmt::format("[{}]", address.to_string()) : address.to_string();
  return fmt::format("{}://{}:{}", parts_->tls ? "https" : "http", host, port());
}

void Server::stop(std::chrono::milliseconds bound) {
  Shared& shared = *parts_->shared;
  if (shared.is_draining.exchange(true)) return;
  asio::post(parts_->loops.front()->context(), [this] {
    error_code ignored;
    parts_->acceptor->close(ignored);
  });
  for (const auto& loop : parts_->loops) loop->drain();
  const auto end = std::chrono::steady_clock::now() + bound;
  while (shared.connections > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  for (const auto& loop : parts_->loops) loop->stop();
  shared.access_log.flush();
}

}  // namespace usufruct::http
