#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "trustee/http/access_log.h"
#include "trustee/http/limits.h"
#include "trustee/http/metrics.h"
#include "trustee/http/reply.h"

namespace usufruct::http {

/// PEM files: the certificate with what is between it and its root, and its private key.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// Where bytes may go in the clear.
enum class Plain { loopback_only, anywhere };

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< an address, not a name
  std::uint16_t port = 0;          ///< 0: a free one; see Server::port()
  std::optional<TlsFiles> tls{};
  Plain plain = Plain::loopback_only;
  unsigned threads = 1;  ///< each serves its own connections
  Limits limits{};
};

/// An HTTP/1.1 server (RFC 9112): keep-alive, pipelining, TLS 1.2 and later. It parses strictly,
/// holds each client to the limits, and hands whole requests to a handler that may answer later.
///
///     auto server = TRY(Server::start({.port = 8080}, handler, clock, metrics, access_log));
///     … server->stop(std::chrono::seconds(10));
///
/// A message that could be read in two ways (both lengths, two hosts, a bare line feed) is refused
/// and its connection closed. HEAD is the handler's GET without the body: the server leaves it out.
///
/// Borrows clock, metrics and log. All methods are safe between threads.
class Server {
 public:
  /// Listens. `unavailable` when the address cannot be had, `denied` when it is not loopback and
  /// neither TLS nor Plain::anywhere was asked for, `malformed` when a PEM file is not one.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler,
                                               const Clock& clock, Metrics& metrics,
                                               AccessLog& access_log);
  /// As stop(0).
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::string url() const;  ///< no slash at its end

  /// Stops accepting, closes what is idle, lets what runs be answered, and returns when that is
  /// done or the time is over; then nothing of it runs any more. Answers that come later are
  /// dropped.
  void stop(std::chrono::milliseconds bound);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace usufruct::http
