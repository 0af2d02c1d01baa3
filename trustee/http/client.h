#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/http/headers.h"
#include "trustee/http/url.h"

namespace usufruct::http {

struct ClientOptions {
  std::filesystem::path ca_file{};  ///< PEM; empty: the machine's own. Read for https only
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds answer{30'000};  ///< from the first byte sent to the last one read
  std::size_t response_bytes_max = std::size_t{32} << 20;  ///< unfolded, where it came as gzip
  bool accepts_gzip = true;
  std::string user_agent = "usufruct";
};

/// Whether a request may be sent again when a kept connection turns out to be closed. Sending a
/// record, or asking for a cosignature, twice is the same as once.
enum class Repeat { never, safe };

struct ClientRequest {
  std::string_view method = "GET";
  std::string_view path;  ///< after the URL's prefix; begins with '/'; may have a query
  std::string_view content_type{};
  View body{};
  Headers headers{};
  Repeat repeat = Repeat::safe;
};

/// What a server answered, whatever its status: that is the caller's to judge. The body is
/// unfolded.
struct Fetched {
  int status = 0;
  Headers headers;
  Bytes body;
};

/// One connection to an HTTP/1.1 server, kept open between requests. Blocking calls, bounded in
/// time and size.
///
///     auto client = TRY(Client::open("https://log.example.org"));
///     Fetched head = TRY(client->get("/checkpoint"));
///
/// Errors: `unavailable` when the server cannot be reached, closes early or takes too long;
/// `unverified` when its certificate is not good for its name; `malformed` when what comes is no
/// HTTP or too large. It follows no redirects. One thread at a time; may move between threads.
class Client {
 public:
  /// Connects when first asked.
  static Result<std::unique_ptr<Client>> open(const Url& url, ClientOptions options = {});
  static Result<std::unique_ptr<Client>> open(std::string_view url, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Result<Fetched> send(const ClientRequest& request);
  Result<Fetched> get(std::string_view path) { return send({.path = path}); }
  Result<Fetched> post(std::string_view path, std::string_view content_type, View body) {
    return send({.method = "POST", .path = path, .content_type = content_type, .body = body});
  }
  const Url& url() const;

 private:
  struct Parts;
  explicit Client(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace usufruct::http
