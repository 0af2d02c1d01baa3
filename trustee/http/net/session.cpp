#include "trustee/http/net/session.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "trustee/http/net/date.h"
#include "trustee/http/net/request_parser.h"

namespace usufruct::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
template <class T>
using Awaitable = asio::awaitable<T>;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t body_read_bytes = 64 * 1024;
/// Answers to pipelined requests are written together, up to so many and so much.
constexpr std::size_t queued_max = 32;
constexpr std::size_t queued_bytes_max = 256 * 1024;
/// How long, and how much, is read on after the last answer, so that closing does not destroy it
/// (RFC 9112 §9.6).
constexpr std::chrono::milliseconds linger{1000};
constexpr std::size_t linger_bytes_max = 256 * 1024;
enum class Stage { handshake, idle, head, body, handling, writing, closing };

template <class Stream>
inline constexpr bool is_tls = !std::is_same_v<Stream, tcp::socket>;

std::string address_of(const tcp::socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return "?";
  return peer.address().is_v6() ? fmt::format("[{}]:{}", peer.address().to_string(), peer.port())
                                : fmt::format("{}:{}", peer.address().to_string(), peer.port());
}

/// The part of all bodies' memory that one request has.
class BodyShare {
 public:
  explicit BodyShare(Shared& shared) : shared_(shared) {}
  ~BodyShare() { shared_.bodies_bytes -= bytes_; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  /// False when all have too much.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::size_t more = bytes - bytes_;
    bytes_ = bytes;
    return shared_.bodies_bytes.fetch_add(more) + more <= shared_.limits.bodies_bytes;
  }

 private:
  Shared& shared_;
  std::size_t bytes_ = 0;
};

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, Loop& loop, Shared& shared)
      : stream_(std::move(stream)), loop_(loop), shared_(shared), peer_(address_of(socket())) {
    ++shared_.connections;
    shared_.metrics.connection_opened();
  }
  ~Session() override {
    --shared_.connections;
    shared_.metrics.connection_closed();
  }

  void start() {
    loop_.add(this->shared_from_this());
    asio::co_spawn(
        loop_.context(), [self = this->shared_from_this()] { return self->run(); },
        [self = this->shared_from_this()](std::exception_ptr) {
          // What threw, if anything, is memory that ran out: the connection goes, the server stays.
          self->abort();
          self->loop_.remove(self);
        });
  }

  void look(Steady::time_point now, bool is_draining) override {
    // What a client has sent already is answered, though nobody has read it yet.
    error_code ignored;
    if (stage_ == Stage::idle && is_draining && socket().available(ignored) == 0) return cancel();
    if (now < deadline_) return;
    is_expired_ = true;
    deadline_ = Steady::time_point::max();
    if (stage_ != Stage::handling) return cancel();
    shared_.metrics.timed_out();
    exchange_->answer(error_response(
        Error{Code::unavailable, "the answer took too long", "ask again: it may be there by then"},
        request_id_));
  }

  void abort() override {
    error_code ignored;
    socket().close(ignored);
    if (exchange_) exchange_->forget();
  }

 private:
  tcp::socket& socket() {
    if constexpr (is_tls<Stream>) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }
  void cancel() {
    error_code ignored;
    socket().cancel(ignored);
  }
  void enter(Stage stage, std::chrono::milliseconds time) {
    stage_ = stage;
    is_expired_ = false;
    deadline_ = Steady::now() + time;
  }

  Awaitable<void> run() {
    if (!co_await shake_hands()) co_return;
    auto next = Next::again;
    while (next == Next::again) next = co_await serve_one();
    if (next == Next::part && co_await flush()) co_await part();
  }

  Awaitable<bool> shake_hands() {
    if constexpr (is_tls<Stream>) {
      enter(Stage::handshake, shared_.limits.head);
      const auto [error] =
          co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
      if (error && is_expired_) shared_.metrics.timed_out();
      co_return !error;
    }
    co_return true;
  }

  enum class Next { again, part, end };

  /// One request and its answer.
  Awaitable<Next> serve_one() {
    Request request;
    RequestParser parser(request, shared_.limits);
    BodyShare share(shared_);
    if (const auto refused = co_await read(parser, request, share)) {
      if (refused->status == 0) co_return Next::end;
      refuse(*refused, request);
      co_return Next::part;
    }
    const auto began = Steady::now();
    const std::string method = request.method;
    const std::string target = request.target;
    const std::size_t body_bytes = request.body.size();
    request.peer = peer_;
    name(request);
    Response response = co_await handle(std::move(request));
    const auto took = Steady::now() - began;
    const int status = response.status;
    const bool stays = parser.keep_alive() && !shared_.is_draining &&
                       ++served_ < shared_.limits.requests_per_connection;
    const std::size_t sent =
        queue(std::move(response), method == "HEAD", stays, parser.is_http_1_0());
    shared_.metrics.request(status, body_bytes, sent, took);
    shared_.access_log.add(
        {shared_.clock.now(), method, target, status, sent, took, request_id_, peer_});
    if (!stays) co_return Next::part;
    const bool is_full = queued_.size() >= queued_max || queued_bytes_ >= queued_bytes_max;
    if (is_full && !co_await flush()) co_return Next::end;
    co_return Next::again;
  }

  void name(Request& request) {
    request_id_ = fmt::format("{}-{}", shared_.id_prefix, ++shared_.requests);
    request.id = request_id_;
  }

  /// Reads a whole request. A refusal of status 0 ends the connection without a word.
  Awaitable<std::optional<Refusal>> read(RequestParser& parser, Request& request,
                                         BodyShare& share) {
    const bool is_idle = buffer_.size() == 0;
    enter(is_idle ? Stage::idle : Stage::head, is_idle ? shared_.limits.idle : shared_.limits.head);
    if (auto refused =
            co_await read_until(parser, request, share, [&] { return parser.is_header_done(); })) {
      co_return refused;
    }
    if (parser.is_done()) co_return std::nullopt;
    enter(Stage::body, shared_.limits.body);
    if (parser.expects_continue() && buffer_.size() == 0) {
      queued_.push_back({"HTTP/1.1 100 Continue\r\n\r\n", {}});
      if (!co_await flush()) co_return Refusal{};
      enter(Stage::body, shared_.limits.body);
    }
    parser.eager(true);
    co_return co_await read_until(parser, request, share, [&] { return parser.is_done(); });
  }

  template <class Done>
  Awaitable<std::optional<Refusal>> read_until(RequestParser& parser, Request& request,
                                               BodyShare& share, Done is_done) {
    while (true) {
      if (buffer_.size() > 0) {
        error_code error;
        buffer_.consume(parser.put(buffer_.data(), error));
        if (error && error != beast::http::error::need_more) co_return parser.refusal(error);
        if (!share.grow_to(request.body.size())) co_return Refusal{503, "too much is sent at once"};
        if (is_done()) co_return std::nullopt;
        if (!error) continue;
      }
      if (auto refused = co_await fill(parser.is_header_done() ? body_read_bytes : read_bytes)) {
        co_return refused;
      }
    }
  }

  /// More bytes from the client. Answers that wait are written first: it may wait for them too.
  Awaitable<std::optional<Refusal>> fill(std::size_t bytes) {
    if (!queued_.empty()) {
      const Stage stage = stage_;
      const auto deadline = deadline_;
      if (!co_await flush()) co_return Refusal{};
      stage_ = stage;
      is_expired_ = false;
      deadline_ = deadline;
    }
    const auto [error, count] = co_await stream_.async_read_some(buffer_.prepare(bytes), as_result);
    if (error) co_return gave_up();
    buffer_.commit(count);
    if (stage_ == Stage::idle) enter(Stage::head, shared_.limits.head);
    co_return std::nullopt;
  }

  Refusal gave_up() {
    if (!is_expired_) return {};
    if (stage_ == Stage::idle) return {};
    shared_.metrics.timed_out();
    return {408, "the request took too long"};
  }

  Awaitable<Response> handle(Request request) {
    if (exchange_ && exchange_.use_count() == 1) {
      exchange_->reset();
    } else {
      exchange_ = std::make_shared<Exchange>(loop_.mailbox());
    }
    enter(Stage::handling, shared_.limits.handling);
    Reply reply(exchange_);
    try {
      shared_.handler(std::move(request), std::move(reply));
    } catch (const std::exception&) {
      // The reply went with the handler's frame, or is answered here.
      exchange_->answer(text_response(500, "this is a fault of the server\n"));
    }
    if (!exchange_->is_answered()) co_await answered();
    co_return exchange_->take();
  }

  Awaitable<void> answered() {
    // Named, not a temporary of the co_await: g++ 12 destroys what such a one captured twice.
    auto begin = [exchange = exchange_.get()](auto handler) {
      const auto executor = asio::get_associated_executor(handler);
      if (exchange->wait([kept = std::move(handler)]() mutable { std::move(kept)(); })) return;
      asio::post(executor, [kept = exchange->shared_from_this()] { kept->wake(); });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(begin,
                                                                          asio::use_awaitable);
  }

  void refuse(const Refusal& refusal, Request& request) {
    shared_.metrics.bad_request();
    name(request);
    Response response =
        error_response(refusal.status,
                       Error{refusal.status == 503 ? Code::unavailable : Code::malformed,
                             std::string(refusal.why), ""},
                       request_id_);
    const std::size_t sent = queue(std::move(response), false, false, false);
    shared_.metrics.request(refusal.status, 0, sent, {});
    shared_.access_log.add({shared_.clock.now(),
                            request.method,
                            request.target,
                            refusal.status,
                            sent,
                            {},
                            request_id_,
                            peer_});
  }

  /// Puts an answer in the row of those to be written; says how many bytes of body it has.
  std::size_t queue(Response response, bool is_head, bool stays, bool is_old) {
    const std::size_t length = response.body.size();
    const bool has_length =
        response.status >= 200 && response.status != 204 && response.status != 304;
    std::string head;
    head.reserve(response.headers.text().size() + 160);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                   reason_of(response.status));
    head += response.headers.text();
    head += dates_.line(shared_.clock.now());
    if (has_length) fmt::format_to(std::back_inserter(head), "content-length: {}\r\n", length);
    if (!stays) head += "connection: close\r\n";
    if (stays && is_old) head += "connection: keep-alive\r\n";
    head += "\r\n";
    const bool has_body = has_length && !is_head && length > 0;
    queued_bytes_ += head.size() + (has_body ? length : 0);
    queued_.push_back({std::move(head), has_body ? std::move(response.body) : Body{}});
    return has_body ? length : 0;
  }

  /// Writes what is queued; false when the client is gone.
  Awaitable<bool> flush() {
    if (queued_.empty()) co_return true;
    enter(Stage::writing,
          shared_.limits.write +
              std::chrono::seconds(queued_bytes_ / shared_.limits.write_bytes_per_second));
    pieces_.clear();
    for (const auto& answer : queued_) {
      pieces_.emplace_back(answer.head.data(), answer.head.size());
      const View body = answer.body.view();
      if (!body.empty()) pieces_.emplace_back(body.data(), body.size());
    }
    error_code error = co_await write();
    if (error && is_expired_) shared_.metrics.timed_out();
    queued_.clear();
    queued_bytes_ = 0;
    co_return !error;
  }

  /// In the clear first without waiting: most answers fit the socket's buffer, and a trip through
  /// the scheduler costs as much as the write.
  Awaitable<error_code> write() {
    if constexpr (!is_tls<Stream>) {
      error_code error;
      std::size_t written = stream_.write_some(pieces_, error);
      if (error && error != asio::error::would_block) co_return error;
      if (error) written = 0;
      while (!pieces_.empty() && written >= pieces_.front().size()) {
        written -= pieces_.front().size();
        pieces_.erase(pieces_.begin());
      }
      if (pieces_.empty()) co_return error_code{};
      pieces_.front() += written;
    }
    const auto [error, count] = co_await asio::async_write(stream_, pieces_, as_result);
    co_return error;
  }

  Awaitable<void> part() {
    enter(Stage::closing, linger);
    error_code ignored;
    if constexpr (is_tls<Stream>) co_await stream_.async_shutdown(as_result);
    socket().shutdown(tcp::socket::shutdown_send, ignored);
    buffer_.clear();
    for (std::size_t left = linger_bytes_max; left > 0;) {
      const auto [error, count] =
          co_await socket().async_read_some(buffer_.prepare(read_bytes), as_result);
      if (error) break;
      left -= std::min(left, count);
    }
  }

  struct Answer {
    std::string head;
    Body body;
  };

  Stream stream_;
  Loop& loop_;
  Shared& shared_;
  std::string peer_;
  std::string request_id_;
  beast::flat_buffer buffer_;
  std::vector<Answer> queued_;
  std::size_t queued_bytes_ = 0;
  std::vector<asio::const_buffer> pieces_;
  std::shared_ptr<Exchange> exchange_;
  std::uint64_t served_ = 0;
  DateLine dates_;
  Stage stage_ = Stage::idle;
  Steady::time_point deadline_ = Steady::time_point::max();
  bool is_expired_ = false;
};

}  // namespace

void serve(tcp::socket socket, asio::ssl::context* tls, Loop& loop, Shared& shared) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
  if (tls) {
    using Stream = asio::ssl::stream<tcp::socket>;
    std::make_shared<Session<Stream>>(Stream(std::move(socket), *tls), loop, shared)->start();
  } else {
    std::make_shared<Session<tcp::socket>>(std::move(socket), loop, shared)->start();
  }
}

namespace {

constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n"
    "connection: close\r\n\r\n";
/// So many may be told; the others are only closed.
constexpr std::size_t turned_away_max = 64;

Awaitable<void> tell_busy(tcp::socket socket, std::shared_ptr<void> place) {
  error_code ignored;
  socket.write_some(asio::buffer(busy), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  asio::steady_timer patience(socket.get_executor(), linger);
  patience.async_wait([&socket](error_code error) {
    if (!error) socket.close();
  });
  std::array<char, 1024> unread;
  for (std::size_t left = linger_bytes_max; left > 0;) {
    const auto [error, count] = co_await socket.async_read_some(asio::buffer(unread), as_result);
    if (error) break;
    left -= std::min(left, count);
  }
  place.reset();
}

}  // namespace

void turn_away(tcp::socket socket, bool speaks_tls, Shared& shared) {
  shared.metrics.connection_refused();
  if (speaks_tls || shared.turned_away >= turned_away_max) return;
  ++shared.turned_away;
  const std::shared_ptr<void> place(&shared,
                                    [](void* all) { --static_cast<Shared*>(all)->turned_away; });
  error_code ignored;
  socket.non_blocking(true, ignored);
  const auto executor = socket.get_executor();
  asio::co_spawn(executor, tell_busy(std::move(socket), place), asio::detached);
}

}  // namespace usufruct::http
