#include "trustee/http/server.h"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "tests/trustee/http/served.h"
#include "trustee/http/workers.h"

namespace usufruct::http {
namespace {

using std::chrono::milliseconds;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

constexpr std::string_view close = "Connection: close\r\n";

}  // namespace

TEST_CASE("server: answers a request and keeps the connection") {
  Serving server(echo);
  RawClient client(server->port());
  const std::string first = client.ask(get("/a?b=1"), "GET /a?b=1 \n");
  CHECK(first.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(first, "content-length: 12\r\n"));
  CHECK(has(first, "date: "));
  CHECK(has(first, " GMT\r\n"));
  const std::string second = client.ask(get("/c", close));
  CHECK(has(second, "connection: close\r\n"));
  CHECK(second.ends_with("GET /c? \n"));
}

TEST_CASE("server: leaves out the body of an answer to HEAD but not its length") {
  Serving server(echo);
  const std::string said = server.ask("HEAD /a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  CHECK(has(said, "content-length: 10\r\n"));
  CHECK(body_of(said).empty());
}

TEST_CASE("server: answers pipelined requests in their order") {
  Serving server(echo);
  std::string many;
  for (int i = 0; i < 100; ++i) many += get("/" + std::to_string(i));
  many += get("/last", close);
  const std::string said = server.ask(many);
  CHECK(count(said, "HTTP/1.1 200 OK\r\n") == 101);
  CHECK(said.find("GET /3? ") < said.find("GET /40? "));
  CHECK(said.ends_with("GET /last? \n"));
}

TEST_CASE("server: takes bodies by length and in chunks, and drops trailers") {
  Serving server(echo);
  CHECK(
      server.ask("POST /p HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
          .ends_with("POST /p? abc\n"));
  CHECK(
      server
          .ask("POST /p HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
               "\r\n2\r\nab\r\n1\r\nc\r\n0\r\nHost: other\r\n\r\n")
          .ends_with("POST /p? abc\n"));
}

TEST_CASE("server: says 100 before a body that waits for it") {
  Serving server(echo);
  RawClient client(server->port());
  CHECK(client.ask("POST /p HTTP/1.1\r\nHost: t\r\nConnection: close\r\nExpect: 100-continue\r\n"
                   "Content-Length: 3\r\n\r\n",
                   "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(client.ask("abc").ends_with("POST /p? abc\n"));
}

TEST_CASE("server: keeps an HTTP/1.0 connection only when asked to") {
  Serving server(echo);
  CHECK(server.ask("GET /a HTTP/1.0\r\n\r\n").ends_with("GET /a? \n"));
  const std::string kept =
      server.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /a? \n");
  CHECK(has(kept, "connection: keep-alive\r\n"));
}

TEST_CASE("server: takes a target in absolute form by its path") {
  Serving server(echo);
  CHECK(server.ask(get("http://t/x?q", close)).ends_with("GET /x?q \n"));
  CHECK(server.ask(get("http://t", close)).ends_with("GET /? \n"));
}

TEST_CASE("server: refuses what can be read in two ways, and closes") {
  Serving server(echo);
  const std::string post = "POST /p HTTP/1.1\r\nHost: t\r\n";
  const std::string smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n";
  struct {
    std::string text;
    int status;
  } const cases[] = {
      {post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + smuggled, 400},
      {post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400},
      {post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {post + "Content-Length: 4, 4\r\n\r\nabcd", 400},
      {post + "Content-Length: +4\r\n\r\nabcd", 400},
      {post + "Content-Length: 0x4\r\n\r\nabcd", 400},
      {post + "Content-Length: -1\r\n\r\n", 400},
      {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {post + "Transfer-Encoding: identity\r\n\r\n", 501},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + smuggled, 501},
      {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 400},
      {post + "Transfer-Encoding: xchunked\r\n\r\n" + smuggled, 501},
      {post + "Transfer-Encoding : chunked\r\n\r\n" + smuggled, 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {"POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 400},
      {"GET /a HTTP/1.1\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /a HTTP/1.1\nHost: a\n\n", 400},
      {"GET  /a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a HTTP/1.2\r\nHost: a\r\n\r\n", 400},
      {"GET /a\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: t\r\nX: a\x01z\r\n\r\n", 400},
      {std::string("GET /a HTTP/1.1\r\nHost: t\r\nX: a") + '\0' + "z\r\n\r\n", 400},
      {"GET /a "
       "HTTP/"
       "1.1\r\nHost: "
       "t\r\nNo "
       "colon\r\n\r\n",
       400},
      {"GET /a HTTP/1.1\r\nHost: t\r\n: nothing\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: t\r\nExpect: tea\r\n\r\n", 417},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n", 400},
  };
  for (const auto& [text, status] : cases) {
    CAPTURE(text);
    const std::string said = server.ask(text);
    CHECK(said.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    CHECK(has(said, "connection: close\r\n"));
    CHECK(has(said, "\"code\":\"malformed\""));
    CHECK(!has(said, "smuggled?"));
    CHECK(count(said, "HTTP/1.1 ") == 1);
  }
  CHECK(has(server.log(), "\"status\":501"));
}

TEST_CASE("server: garbage after a good request does not take its answer away") {
  Serving server(echo);
  const std::string said = server.ask(get("/good") + "\xff\xfe garbage\r\n\r\n");
  CHECK(said.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(said, "HTTP/1.1 400 Bad Request\r\n"));
}

TEST_CASE("server: holds head, target, fields and body to their limits") {
  ServerOptions options;
  options.limits.head_bytes = 2000;
  options.limits.target_bytes = 100;
  options.limits.header_count = 10;
  options.limits.body_bytes = 1000;
  Serving server(echo, options);
  std::string fields;
  for (int i = 0; i < 10; ++i) fields += "X: y\r\n";
  const std::string post = "POST /p HTTP/1.1\r\nHost: t\r\n";
  CHECK(server.ask(get("/a", "X: " + std::string(2000, 'x') + "\r\n")).starts_with("HTTP/1.1 431"));
  CHECK(server.ask(get("/a", fields)).starts_with("HTTP/1.1 431"));
  CHECK(server.ask(get("/" + std::string(100, 'x'))).starts_with("HTTP/1.1 414"));
  CHECK(server.ask(post + "Content-Length: 1001\r\n\r\n").starts_with("HTTP/1.1 413"));
  CHECK(server.ask(post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x'))
            .starts_with("HTTP/1.1 413"));
  CHECK(
      server
          .ask(post + "Connection: close\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'))
          .starts_with("HTTP/1.1 200"));
}

TEST_CASE("server: takes no more bodies at once than it has room for") {
  ServerOptions options;
  options.limits.body_bytes = 1000;
  options.limits.bodies_bytes = 1500;
  Serving server(echo, options);
  RawClient first(server->port());
  first.send("POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" + std::string(999, 'x'));
  std::this_thread::sleep_for(milliseconds(100));
  const std::string second = server.ask(
      "POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  CHECK(second.starts_with("HTTP/1.1 503"));
  CHECK(has(second, "retry-after: 1\r\n"));
  CHECK(first.ask("x", "x\n").starts_with("HTTP/1.1 200"));
}

TEST_CASE("server: gives up a client that is slow with its head or its body") {
  ServerOptions options;
  options.limits.head = milliseconds(200);
  options.limits.body = milliseconds(200);
  Serving server(echo, options);
  RawClient client(server->port());
  const auto began = std::chrono::steady_clock::now();
  bool is_open = true;
  for (int i = 0; i < 40 && is_open; ++i) {  // a byte now and then does not help it
    is_open = client.send(i == 0 ? "GET /a HTTP/1.1\r\nX: " : "x");
    std::this_thread::sleep_for(milliseconds(25));
  }
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
  CHECK(client.read_until().starts_with("HTTP/1.1 408"));
  CHECK(server.ask("POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nab")
            .starts_with("HTTP/1.1 408"));
  CHECK(server.metrics().timeouts() == 2);
}

TEST_CASE("server: closes a connection that is idle, without a word") {
  ServerOptions options;
  options.limits.idle = milliseconds(100);
  Serving server(echo, options);
  CHECK(server.ask("").empty());
  CHECK(body_of(server.ask(get("/a"))) == "GET /a? \n");
}

TEST_CASE("server: gives up a client that does not take its answer") {
  ServerOptions options;
  options.limits.write = milliseconds(200);
  options.limits.write_bytes_per_second = std::size_t{1} << 30;
  const auto large = std::make_shared<const Bytes>(std::size_t{32} << 20, std::uint8_t{'x'});
  Serving server([large](Request, Reply reply) { reply.send(Response{.body = Body(large)}); },
                 options);
  RawClient client(server->port());
  client.send(get("/a"));
  for (int i = 0; i < 400 && server.metrics().timeouts() == 0; ++i) {
    std::this_thread::sleep_for(milliseconds(25));
  }
  CHECK(server.metrics().timeouts() == 1);
  CHECK(client.read_until().size() < large->size());
}

TEST_CASE("server: turns away one connection too many with 503") {
  ServerOptions options;
  options.limits.connections = 2;
  Serving server(echo, options);
  RawClient first(server->port());
  RawClient second(server->port());
  first.ask(get("/a"), "? \n");
  second.ask(get("/a"), "? \n");
  const std::string third = server.ask(get("/a"));
  CHECK(third.starts_with("HTTP/1.1 503 "));
  CHECK(has(third, "retry-after: 1\r\n"));
  first.close();
  std::this_thread::sleep_for(milliseconds(100));
  CHECK(server.ask(get("/a", close)).starts_with("HTTP/1.1 200"));
}

TEST_CASE("server: ends a connection after so many requests") {
  ServerOptions options;
  options.limits.requests_per_connection = 3;
  Serving server(echo, options);
  const std::string said = server.ask(get("/1") + get("/2") + get("/3") + get("/4"));
  CHECK(count(said, "HTTP/1.1 200 OK\r\n") == 3);
  CHECK(count(said, "connection: close\r\n") == 1);
}

TEST_CASE("server: an answer may come later, from another thread, in any order") {
  std::mutex mutex;
  std::vector<std::pair<std::string, Reply>> waiting;
  Serving server([&](Request request, Reply reply) {
    const std::scoped_lock lock(mutex);
    waiting.emplace_back(request.path, std::move(reply));
  });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(get("/" + std::to_string(i), close));
  }
  std::thread answering([&] {
    for (int left = 20; left > 0;) {
      const std::scoped_lock lock(mutex);
      for (; !waiting.empty(); --left) {
        waiting.back().second.send(text_response(200, waiting.back().first));
        waiting.pop_back();
      }
    }
  });
  for (int i = 0; i < 20; ++i) {
    CHECK(body_of(clients[static_cast<std::size_t>(i)]->read_until()) == "/" + std::to_string(i));
  }
  answering.join();
}

TEST_CASE("server: a reply that is let go answers 500, and a handler that throws does too") {
  Serving server([](Request request, Reply reply) {
    const Reply dropped = std::move(reply);
    if (request.path == "/throw") throw std::runtime_error("secret");
  });
  for (const auto* path : {"/drop", "/throw"}) {
    const std::string said = server.ask(get(path, close));
    CHECK(said.starts_with("HTTP/1.1 500 "));
    CHECK(!has(said, "secret"));
  }
}

TEST_CASE("server: waits so long for an answer, then says 503, and never gives it to another") {
  ServerOptions options;
  options.limits.handling = milliseconds(100);
  std::optional<Reply> kept;
  Serving server(
      [&](Request request, Reply reply) {
        if (request.path == "/slow") {
          kept.emplace(std::move(reply));
        } else {
          reply.send(text_response(200, "quick\n"));
        }
      },
      options);
  RawClient client(server->port());
  const std::string slow = client.ask(get("/slow"), "\n");
  CHECK(slow.starts_with("HTTP/1.1 503 "));
  kept->send(text_response(200, "late\n"));
  kept.reset();
  CHECK(body_of(client.ask(get("/quick", close))) == "quick\n");
}

TEST_CASE("server: a client that left before its answer harms nobody") {
  std::mutex mutex;
  std::vector<Reply> waiting;
  Serving server([&](Request request, Reply reply) {
    if (request.path == "/now") return reply.send(text_response(200, "now\n"));
    const std::scoped_lock lock(mutex);
    waiting.push_back(std::move(reply));
  });
  {
    RawClient gone(server->port());
    gone.send(get("/later"));
    std::this_thread::sleep_for(milliseconds(50));
  }
  {
    const std::scoped_lock lock(mutex);
    REQUIRE(waiting.size() == 1);
    waiting.front().send(text_response(200, std::string(1 << 20, 'x')));
    waiting.clear();
  }
  CHECK(body_of(server.ask(get("/now", close))) == "now\n");
}

TEST_CASE("server: stops when what runs is answered, and takes nothing new") {
  std::optional<Reply> kept;
  std::mutex mutex;
  Serving server([&](Request, Reply reply) {
    const std::scoped_lock lock(mutex);
    kept.emplace(std::move(reply));
  });
  RawClient busy(server->port());
  RawClient idle(server->port());
  busy.send("POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx");
  std::this_thread::sleep_for(milliseconds(100));
  std::thread stopping([&] { server->stop(milliseconds(5000)); });
  CHECK(idle.read_until().empty());
  {
    const std::scoped_lock lock(mutex);
    REQUIRE(kept);
    kept->send(text_response(200, "done\n"));
    kept.reset();
  }
  const std::string said = busy.read_until();
  CHECK(said.starts_with("HTTP/1.1 200 "));
  CHECK(has(said, "connection: close\r\n"));
  busy.close();
  stopping.join();
}

TEST_CASE("server: stops in bounded time though a handler never answers") {
  std::vector<Reply> kept;
  const auto began = std::chrono::steady_clock::now();
  {
    Serving server([&](Request, Reply reply) { kept.push_back(std::move(reply)); });
    RawClient client(server->port());
    client.send(get("/a"));
    std::this_thread::sleep_for(milliseconds(50));
    server->stop(milliseconds(200));
  }
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(4));
  kept.clear();  // answers a server that is no more
}

TEST_CASE("server: refuses to speak in the clear beyond this machine unless told to") {
  const SystemClock clock;
  Metrics metrics;
  AccessLog log({});
  const auto refused = Server::start({.host = "0.0.0.0"}, echo, clock, metrics, log);
  REQUIRE(!refused);
  CHECK(refused.error().code == Code::denied);
  CHECK(Server::start({.host = "0.0.0.0", .plain = Plain::anywhere}, echo, clock, metrics, log));
  const auto taken = Server::start({}, echo, clock, metrics, log);
  const auto twice = Server::start({.port = (*taken)->port()}, echo, clock, metrics, log);
  REQUIRE(!twice);
  CHECK(twice.error().code == Code::unavailable);
}

TEST_CASE("server: no line of its log is a client's to write") {
  Serving server(echo);
  server.ask(get("/\"}%0a\xff\xfe", close));
  const std::string log = server.log();
  CHECK(count(log, "\n") == 1);
  CHECK(has(log, "\"target\":\"/\\\"}%0a\\\\xff\\\\xfe\""));
  CHECK(has(log, "\"method\":\"GET\""));
  CHECK(has(log, "\"duration_ms\":"));
}

TEST_CASE("workers: answer off the server's thread, and refuse what has no room") {
  Workers workers(1, 1);
  std::mutex gate;
  gate.lock();
  Serving server([&](Request request, Reply reply) {
    workers.answer(std::move(request), std::move(reply), [&gate](const Request&) {
      const std::scoped_lock lock(gate);
      return text_response(200, "worked\n");
    });
  });
  RawClient running(server->port());
  RawClient queued(server->port());
  running.send(get("/", close));
  std::this_thread::sleep_for(milliseconds(100));
  queued.send(get("/", close));
  std::this_thread::sleep_for(milliseconds(100));
  CHECK(server.ask(get("/", close)).starts_with("HTTP/1.1 503"));
  gate.unlock();
  CHECK(body_of(running.read_until()) == "worked\n");
  CHECK(body_of(queued.read_until()) == "worked\n");
}

}  // namespace usufruct::http
