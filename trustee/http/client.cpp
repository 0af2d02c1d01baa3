#include "trustee/http/client.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <optional>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/http/gzip.h"
#include "trustee/http/net/response_parser.h"

namespace usufruct::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 64 * 1024;

/// A connection in the clear or under TLS.
struct Line {
  explicit Line(asio::io_context& context) : plain(context) {}
  Line(asio::io_context& context, asio::ssl::context& tls) : plain(context) {
    secure.emplace(plain, tls);
  }
  tcp::socket plain;
  std::optional<asio::ssl::stream<tcp::socket&>> secure;
  beast::flat_buffer buffer;
};

/// How far an exchange came before it failed: only what the server cannot have seen, or may see
/// twice, is sent again.
struct Failure {
  Error error;
  bool is_stale = false;  ///< a kept connection closed before any byte of an answer
};

template <class T>
using Outcome = std::expected<T, Failure>;

std::unexpected<Failure> failure(std::unexpected<Error> error, bool is_stale = false) {
  return std::unexpected(Failure{std::move(error).error(), is_stale});
}

}  // namespace

struct Client::Parts {
  Parts(Url where, ClientOptions chosen) : url(std::move(where)), options(std::move(chosen)) {}

  Url url;
  ClientOptions options;
  asio::io_context context{1};
  std::optional<asio::ssl::context> tls;
  std::unique_ptr<Line> line;
  bool is_expired = false;

  Result<void> trust();
  Outcome<Fetched> exchange(const ClientRequest& request);
  std::string head_of(const ClientRequest& request) const;
  Error lost(std::string_view what, error_code error) const;

  asio::awaitable<Outcome<void>> connect();
  asio::awaitable<Outcome<void>> shake_hands();
  asio::awaitable<Outcome<Fetched>> converse(const ClientRequest& request);
  asio::awaitable<error_code> write(std::string_view head, View body);
  asio::awaitable<std::pair<error_code, std::size_t>> read_some();

  template <class T>
  Outcome<T> run(asio::awaitable<Outcome<T>> work, std::chrono::milliseconds time);
};

Result<void> Client::Parts::trust() {
  if (!url.is_tls) return {};
  tls.emplace(asio::ssl::context::tls_client);
  error_code error;
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1,
                   error);
  tls->set_verify_mode(asio::ssl::verify_peer, error);
  if (options.ca_file.empty()) {
    tls->set_default_verify_paths(error);
  } else {
    tls->load_verify_file(options.ca_file.string(), error);
  }
  if (!error) return {};
  return malformed(
      fmt::format("{} holds no certificates: {}", options.ca_file.string(), error.message()));
}

Error Client::Parts::lost(std::string_view what, error_code error) const {
  const std::string why = is_expired ? "it took too long" : error.message();
  return Error{Code::unavailable, fmt::format("{}: {}: {}", print_url(url), what, why),
               "see that the address is right and the server runs, and try again"};
}

/// Runs one piece of work to its end; when the time is over its socket is closed under it.
template <class T>
Outcome<T> Client::Parts::run(asio::awaitable<Outcome<T>> work, std::chrono::milliseconds time) {
  is_expired = false;
  asio::steady_timer timer(context, time);
  timer.async_wait([this](error_code error) {
    if (error) return;
    is_expired = true;
    error_code ignored;
    if (line) line->plain.close(ignored);
  });
  std::optional<Outcome<T>> outcome;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr thrown, Outcome<T> got) {
    timer.cancel();
    if (!thrown) outcome.emplace(std::move(got));
  });
  context.restart();
  context.run();
  if (!outcome) return failure(unavailable(fmt::format("{}: out of memory", print_url(url))));
  return *std::move(outcome);
}

asio::awaitable<Outcome<void>> Client::Parts::connect() {
  tcp::resolver resolver(context);
  const auto [unknown, endpoints] =
      co_await resolver.async_resolve(url.host, std::to_string(url.port), as_result);
  if (unknown) co_return std::unexpected(Failure{lost("no address of that name", unknown)});
  if (is_expired) co_return std::unexpected(Failure{lost("connecting", unknown)});
  const auto [error, endpoint] = co_await asio::async_connect(line->plain, endpoints, as_result);
  if (error) co_return std::unexpected(Failure{lost("connecting", error)});
  error_code ignored;
  line->plain.set_option(tcp::no_delay(true), ignored);
  if (line->secure) co_return co_await shake_hands();
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<void>> Client::Parts::shake_hands() {
  error_code wrong;
  line->secure->set_verify_callback(asio::ssl::host_name_verification(url.host), wrong);
  // Names only: an address is no server name (RFC 6066 §3).
  asio::ip::make_address(url.host, wrong);
  if (wrong) {
    SSL_ctrl(line->secure->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             url.host.data());
  }
  const auto [error] =
      co_await line->secure->async_handshake(asio::ssl::stream_base::client, as_result);
  if (!error) co_return Outcome<void>{};
  if (error.category() != asio::error::get_ssl_category()) {
    co_return std::unexpected(Failure{lost("TLS", error)});
  }
  co_return failure(unverified(
      fmt::format("{}: the certificate is not trusted: {}", print_url(url), error.message()),
      "name the file of the authority that signed it, or do not trust this server"));
}

std::string Client::Parts::head_of(const ClientRequest& request) const {
  std::string head =
      fmt::format("{} {}{} HTTP/1.1\r\nhost: {}\r\nuser-agent: {}\r\n", request.method, url.prefix,
                  request.path, url.authority(), options.user_agent);
  if (options.accepts_gzip) head += "accept-encoding: gzip\r\n";
  if (!request.content_type.empty())
    head += fmt::format("content-type: {}\r\n", request.content_type);
  if (!request.body.empty() || request.method == "POST") {
    head += fmt::format("content-length: {}\r\n", request.body.size());
  }
  return head + request.headers.text() + "\r\n";
}

asio::awaitable<error_code> Client::Parts::write(std::string_view head, View body) {
  const std::array<asio::const_buffer, 2> pieces{asio::buffer(head.data(), head.size()),
                                                 asio::buffer(body.data(), body.size())};
  if (line->secure) {
    const auto [error, count] = co_await asio::async_write(*line->secure, pieces, as_result);
    co_return error;
  }
  const auto [error, count] = co_await asio::async_write(line->plain, pieces, as_result);
  co_return error;
}

asio::awaitable<std::pair<error_code, std::size_t>> Client::Parts::read_some() {
  const auto room = line->buffer.prepare(read_bytes);
  if (line->secure) {
    const auto [error, count] = co_await line->secure->async_read_some(room, as_result);
    co_return std::pair(error, count);
  }
  const auto [error, count] = co_await line->plain.async_read_some(room, as_result);
  co_return std::pair(error, count);
}

asio::awaitable<Outcome<Fetched>> Client::Parts::converse(const ClientRequest& request) {
  const std::string head = head_of(request);
  // A server that refuses may answer before it has read all, and close: what it said is read then.
  const error_code unsent = co_await write(head, request.body);
  Fetched fetched;
  const bool is_to_head = request.method == "HEAD";
  std::optional<ResponseParser> parser;
  parser.emplace(fetched, is_to_head, options.response_bytes_max);
  bool is_silent = true;
  while (!parser->is_done()) {
    error_code error;
    if (line->buffer.size() > 0) {
      line->buffer.consume(parser->put(line->buffer.data(), error));
      if (error && error != beast::http::error::need_more) {
        co_return failure(malformed(fmt::format("{}: {}", print_url(url), parser->meaning(error))));
      }
      if (parser->is_interim()) {
        fetched = {};
        parser.emplace(fetched, is_to_head, options.response_bytes_max);
        continue;
      }
      if (parser->is_done() || !error) continue;
    }
    const auto [lost_at, count] = co_await read_some();
    if (lost_at) {
      if (parser->got_some() && !is_expired) {
        parser->put_eof(error);
        if (!error && parser->is_done()) break;
      }
      const error_code why = is_silent && unsent ? unsent : lost_at;
      co_return std::unexpected(Failure{lost("no whole answer", why), is_silent && !is_expired});
    }
    is_silent = false;
    line->buffer.commit(count);
  }
  if (!parser->keep_alive() || unsent || line->buffer.size() > 0) line.reset();
  co_return std::move(fetched);
}

Outcome<Fetched> Client::Parts::exchange(const ClientRequest& request) {
  const bool is_kept = line != nullptr;
  if (!is_kept) {
    line = tls ? std::make_unique<Line>(context, *tls) : std::make_unique<Line>(context);
    auto connected = run(connect(), options.connect);
    if (!connected) {
      line.reset();
      return std::unexpected(std::move(connected).error());
    }
  }
  auto answer = run(converse(request), options.answer);
  if (!answer) {
    line.reset();
    answer.error().is_stale &= is_kept;
  }
  return answer;
}

Client::Client(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Client::~Client() = default;
const Url& Client::url() const { return parts_->url; }

Result<std::unique_ptr<Client>> Client::open(const Url& url, ClientOptions options) {
  auto parts = std::make_unique<Parts>(url, std::move(options));
  CHECK_OK(parts->trust());
  return std::unique_ptr<Client>(new Client(std::move(parts)));
}

Result<std::unique_ptr<Client>> Client::open(std::string_view url, ClientOptions options) {
  return open(TRY(parse_url(url)), std::move(options));
}

Result<Fetched> Client::send(const ClientRequest& request) {
  if (!is_token(request.method) || !request.path.starts_with('/') ||
      !is_field_value(request.content_type)) {
    return malformed(
        fmt::format("'{} {}' is no request", printable(request.method), printable(request.path)));
  }
  auto answer = parts_->exchange(request);
  if (!answer && answer.error().is_stale && request.repeat == Repeat::safe) {
    answer = parts_->exchange(request);
  }
  if (!answer) return std::unexpected(std::move(answer).error().error);
  if (answer->headers.lists("content-encoding", "gzip")) {
    answer->body =
        TRY_IN(print_url(url()), gunzip(answer->body, parts_->options.response_bytes_max));
  }
  return *std::move(answer);
}

}  // namespace usufruct::http
