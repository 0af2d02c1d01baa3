// How fast a node answers over HTTP: one signed record per request with its receipt in the reply,
// batches, and reads of full tiles; each beside a bare Beast server that answers the same requests
// with as many bytes and does nothing, under the same load in the same run. Client and server share
// the machine.
//
//     bench_http [--json] [--only WORD] [records]      only figures whose name has the word
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <memory>
#include <thread>

#include "ledger/intake.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/records.h"
#include "tests/support/scratch.h"
#include "trustee/http/node.h"
#include "trustee/http/record_batch.h"
#include "trustee/http/server.h"
#include "trustee/log_node.h"

namespace usufruct {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

constexpr std::size_t envelope_padding = 700;  // makes an entry of about 1 KiB
constexpr std::size_t connections = 256;
bool is_json = false;
std::string only;

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "bench_http: {}\n", result.error().message);
  std::exit(1);
}

// ---- the load ----------------------------------------------------------------------------------

struct Load {
  const std::vector<std::string>& requests;  ///< whole, as they go over the wire
  std::size_t count;                         ///< how many are sent; the list repeats
  std::size_t connections;
};

struct Answered {
  double seconds = 0;
  std::size_t bytes = 0;
  std::vector<double> ms{};  ///< of each request, ascending

  double rate() const { return static_cast<double>(ms.size()) / seconds; }
  double at(double share) const {
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  }
};

/// One connection that asks, waits for the whole answer, and asks again.
class Asker : public std::enable_shared_from_this<Asker> {
 public:
  Asker(asio::io_context& context, const Load& load, std::size_t& next, Answered& answered)
      : socket_(context), load_(load), next_(next), answered_(answered) {}

  void start(std::uint16_t port) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(tcp::no_delay(true));
    ask();
  }

 private:
  void ask() {
    if (next_ == load_.count) return;
    const std::string& request = load_.requests[next_++ % load_.requests.size()];
    began_ = Steady::now();
    asio::async_write(socket_, asio::buffer(request),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error) fail(error.message());
                        self->read();
                      });
  }
  void read() {
    socket_.async_read_some(buffer_.prepare(64 * 1024),
                            [self = shared_from_this()](error_code error, std::size_t count) {
                              if (error) fail(error.message());
                              self->buffer_.commit(count);
                              self->take();
                            });
  }
  void take() {
    const std::string_view all(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    if (need_ == 0) {
      const auto end = all.find("\r\n\r\n");
      if (end == all.npos) return read();
      if (!all.starts_with("HTTP/1.1 200")) fail(std::string(all.substr(0, 300)));
      need_ = end + 4 + length(all.substr(0, end));
    }
    if (all.size() < need_) return read();
    answered_.ms.push_back(
        std::chrono::duration<double, std::milli>(Steady::now() - began_).count());
    answered_.bytes += need_;
    buffer_.consume(need_);
    need_ = 0;
    ask();
  }
  static std::size_t length(std::string_view head) {
    auto at = head.find("ontent-length: ");
    if (at == head.npos) at = head.find("ontent-Length: ");
    std::size_t value = 0;
    if (at == head.npos) fail("no length");
    std::from_chars(head.data() + at + 15, head.data() + head.size(), value);
    return value;
  }
  [[noreturn]] static void fail(const std::string& why) {
    fmt::print(stderr, "bench_http: {}\n", why);
    std::exit(1);
  }

  tcp::socket socket_;
  const Load& load_;
  std::size_t& next_;
  Answered& answered_;
  beast::flat_buffer buffer_;
  std::size_t need_ = 0;
  Steady::time_point began_;
};

Answered put_to(std::uint16_t port, const Load& load) {
  asio::io_context context(1);
  std::size_t next = 0;
  Answered answered;
  answered.ms.reserve(load.count);
  for (std::size_t i = 0; i < load.connections; ++i) {
    std::make_shared<Asker>(context, load, next, answered)->start(port);
  }
  const auto began = Steady::now();
  context.run();
  answered.seconds = std::chrono::duration<double>(Steady::now() - began).count();
  std::ranges::sort(answered.ms);
  return answered;
}

// ---- the baseline ------------------------------------------------------------------------------

/// A server with nothing of ours in it: Beast parses, Beast prints, every answer is the same.
class Bare {
 public:
  explicit Bare(std::size_t answer_bytes)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}), answer_(answer_bytes, 'x') {
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Bare() {
    context_.stop();
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  struct Session : std::enable_shared_from_this<Session> {
    Session(tcp::socket taken, const std::string& said) : socket(std::move(taken)), answer(said) {}
    void read() {
      parser.emplace();
      parser->body_limit(std::uint64_t{64} << 20);
      beast::http::async_read(socket, buffer, *parser,
                              [self = shared_from_this()](error_code error, std::size_t) {
                                if (!error) self->write();
                              });
    }
    void write() {
      response = {beast::http::status::ok, 11};
      response.set(beast::http::field::content_type, "application/octet-stream");
      response.body() = beast::span<const char>(answer.data(), answer.size());
      response.prepare_payload();
      beast::http::async_write(socket, response,
                               [self = shared_from_this()](error_code error, std::size_t) {
                                 if (!error) self->read();
                               });
    }
    tcp::socket socket;
    const std::string& answer;
    beast::flat_buffer buffer;
    std::optional<beast::http::request_parser<beast::http::string_body>> parser;
    beast::http::response<beast::http::span_body<const char>> response;
  };
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      socket.set_option(tcp::no_delay(true));
      std::make_shared<Session>(std::move(socket), answer_)->read();
      accept();
    });
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::string answer_;
  std::thread thread_;
};

// ---- the figures -------------------------------------------------------------------------------

void print(std::string_view name, const Answered& ours, const Answered& bare,
           double items_per_request) {
  const double rate = ours.rate() * items_per_request;
  const double baseline = bare.rate() * items_per_request;
  if (is_json) {
    fmt::print(
        "{{\"figure\":\"{}\",\"value\":{:.6g},\"unit\":\"/s\",\"p50_ms\":{:.4g},\"p99_ms\":{:.4g},"
        "\"baseline\":\"bare Beast\",\"baseline_value\":{:.6g},\"ratio\":{:.4g}}}\n",
        name, rate, ours.at(0.5), ours.at(0.99), baseline, rate / baseline);
  } else {
    fmt::print("{}: {:.0f}/s, p50 {:.2f} ms, p99 {:.2f} ms; bare Beast: {:.0f}/s; ratio {:.3f}\n",
               name, rate, ours.at(0.5), ours.at(0.99), baseline, rate / baseline);
  }
  std::fflush(stdout);
}

std::string post(std::string_view type, View body) {
  std::string text = fmt::format(
      "POST /v1/records HTTP/1.1\r\nhost: bench\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
      type, body.size());
  return text += as_text(body);
}

/// A node over a log on disk, as `usufruct log serve` makes one, with a law without rules.
struct Served {
  Scratch folder;
  SystemClock clock;
  std::unique_ptr<RocksdbStore> store = must(RocksdbStore::open(folder.path() / "store"));
  std::unique_ptr<FileHeadGuard> guard = must(FileHeadGuard::open(folder.path() / "guard"));
  std::unique_ptr<Log> log = must(Log::open(*store, test_log_key(), permit, clock, guard.get()));
  http::Workers workers{2, 4096};
  Intake intake{*log};
  http::Metrics metrics;
  http::AccessLog access_log{{}};
  http::Node node{node_parts(*store, *log, intake), workers, metrics};
  std::unique_ptr<http::Server> server =
      must(http::Server::start({}, node.handler(), clock, metrics, access_log));
};

void measure(std::string_view name, const std::vector<std::string>& requests, Load load,
             std::uint16_t port, double items) {
  if (name.find(only) == name.npos) return;
  const Answered ours = put_to(port, load);
  const std::size_t answer_bytes = ours.bytes / ours.ms.size();
  Bare bare(answer_bytes > 200 ? answer_bytes - 200 : 0);
  Load again = load;
  again.count = std::max<std::size_t>(load.count, std::min<std::size_t>(50'000, 20 * load.count));
  print(name, ours, put_to(bare.port(), Load{requests, again.count, load.connections}), items);
}

std::vector<Bytes> envelopes_of(std::uint64_t from, std::uint64_t to) {
  std::vector<Bytes> envelopes;
  for (std::uint64_t n = from; n < to; ++n) {
    envelopes.push_back(test_record(n, envelope_padding).envelope());
  }
  return envelopes;
}

/// The same records under one signature for each `at_once` of them, as `record sign --batch` does.
std::vector<Bytes> batch_signed(std::uint64_t from, std::uint64_t to, std::size_t at_once) {
  const SigningKey key = key_from(3);
  std::vector<Bytes> envelopes;
  for (std::uint64_t begin = from; begin < to; begin += at_once) {
    std::vector<Record> records;
    for (std::uint64_t n = begin; n < std::min<std::uint64_t>(to, begin + at_once); ++n) {
      Record record;
      record.issuer = print_did_key(key.verify_key());
      record.body =
          Party{.name = fmt::format("party {}", n), .contact = std::string(envelope_padding, 'x')};
      records.push_back(std::move(record));
    }
    for (const auto& signed_record : must(sign_batch(records, key))) {
      envelopes.push_back(signed_record.envelope());
    }
  }
  return envelopes;
}

std::vector<std::string> batches(std::span<const Bytes> envelopes, std::size_t at_once) {
  std::vector<std::string> requests;
  for (std::size_t i = 0; i + at_once <= envelopes.size(); i += at_once) {
    requests.push_back(
        post(http::envelopes_type, http::encode_envelopes(envelopes.subspan(i, at_once))));
  }
  return requests;
}

void run(std::uint64_t records) {
  Served served;
  const std::uint16_t port = served.server->port();
  {
    std::vector<std::string> singles;
    for (const auto& envelope : envelopes_of(0, records)) {
      singles.push_back(post("application/octet-stream", envelope));
    }
    measure("one signed record per request, 256 connections, receipt in the reply", singles,
            {singles, singles.size(), connections}, port, 1);
    const std::vector<std::string> first(singles.begin(), singles.begin() + 1);
    measure("one client, a record again and again (logged already)", first, {first, 1000, 1}, port,
            1);
  }
  {
    constexpr std::size_t at_once = 1000;
    const auto requests = batches(envelopes_of(records, 2 * records), at_once);
    measure("records in batches of 1,000, each signed", requests, {requests, requests.size(), 8},
            port, at_once);
    const auto signed_at_once =
        batches(batch_signed(2 * records, 2 * records + 3 * records, at_once), at_once);
    measure("records in batches of 1,000, signed by the batch", signed_at_once,
            {signed_at_once, signed_at_once.size(), 8}, port, at_once);
  }
  // What the figures above left out is there for those below.
  std::vector<Verified> rest;
  for (std::uint64_t n = served.log->state().size; n < std::uint64_t{tile_width} * 16; ++n) {
    rest.push_back(test_record(9 * records + n));
  }
  served.log->append_all(std::move(rest));
  const std::uint64_t full = served.log->state().size / tile_width;
  std::vector<std::string> tiles;
  for (std::uint64_t i = 0; i < full; ++i) {
    tiles.push_back(fmt::format("GET /{} HTTP/1.1\r\nhost: bench\r\n\r\n",
                                print_path(TileId{.level = 0, .index = i})));
  }
  measure("reads of full tiles, 256 connections", tiles, {tiles, 200'000, connections}, port, 1);
  const std::vector<std::string> head{"GET /checkpoint HTTP/1.1\r\nhost: bench\r\n\r\n"};
  measure("reads of the checkpoint, 256 connections", head, {head, 200'000, connections}, port, 1);
}

}  // namespace
}  // namespace usufruct

int main(int argc, char** argv) {
  std::uint64_t records = 20'000;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--json") {
      usufruct::is_json = true;
    } else if (std::string_view(argv[i]) == "--only" && i + 1 < argc) {
      usufruct::only = argv[++i];
    } else {
      records = std::max(2000UL, std::strtoul(argv[i], nullptr, 10));
    }
  }
  usufruct::run(records);
}
