#include "trustee/http/client.h"

#include <doctest/doctest.h>

#include <thread>

#include "tests/trustee/http/served.h"
#include "trustee/http/gzip.h"

namespace usufruct::http {
namespace {

std::unique_ptr<Client> client_of(Server& server, ClientOptions options = {}) {
  auto client = Client::open(server.url(), std::move(options));
  REQUIRE(client);
  return *std::move(client);
}

}  // namespace

TEST_CASE("client: gets and posts over one connection") {
  Serving server(echo);
  const auto client = client_of(*server);
  for (int i = 0; i < 3; ++i) {
    const auto got = client->get("/a?x=1");
    REQUIRE(got);
    CHECK(got->status == 200);
    CHECK(as_text(got->body) == "GET /a?x=1 \n");
    CHECK(got->headers.find("Content-Type") == "text/plain; charset=utf-8");
  }
  const auto posted = client->post("/p", "text/plain", as_view("body"));
  REQUIRE(posted);
  CHECK(as_text(posted->body) == "POST /p? body\n");
  CHECK(server.metrics().open_connections() == 1);
  const auto head = client->send({.method = "HEAD", .path = "/a"});
  REQUIRE(head);
  CHECK(head->body.empty());
}

TEST_CASE("client: takes an answer of any status as an answer") {
  Serving server([](Request request, Reply reply) {
    reply.send(error_response(not_found("no such tile").error(), request.id));
  });
  const auto got = client_of(*server)->get("/a");
  REQUIRE(got);
  CHECK(got->status == 404);
}

TEST_CASE("client: connects again when the kept connection was closed") {
  ServerOptions options;
  options.limits.requests_per_connection = 1;
  options.limits.idle = std::chrono::milliseconds(50);
  Serving server(echo, options);
  const auto client = client_of(*server);
  CHECK(client->get("/a"));
  CHECK(client->get("/b"));
  ServerOptions lasting;
  lasting.limits.idle = std::chrono::milliseconds(50);
  Serving closing(echo, lasting);
  const auto stale = client_of(*closing);
  CHECK(stale->get("/a"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  CHECK(stale->get("/b"));
}

TEST_CASE("client: unfolds gzip, and no more of it than asked for") {
  const std::string text(100'000, 'a');
  Serving server([&](Request request, Reply reply) {
    CHECK(request.headers.lists("accept-encoding", "gzip"));
    Response response{.body = Body(gzip(as_view(text), 6))};
    response.headers.add("content-encoding", "gzip");
    reply.send(std::move(response));
  });
  const auto got = client_of(*server)->get("/a");
  REQUIRE(got);
  CHECK(as_text(got->body) == text);
  const auto bomb = client_of(*server, {.response_bytes_max = 99'999})->get("/a");
  REQUIRE(!bomb);
  CHECK(bomb.error().code == Code::malformed);
}

TEST_CASE("client: refuses an answer that is too large") {
  Serving server(
      [](Request, Reply reply) { reply.send(text_response(200, std::string(2000, 'x'))); });
  const auto got = client_of(*server, {.response_bytes_max = 1999})->get("/a");
  REQUIRE(!got);
  CHECK(got.error().code == Code::malformed);
}

TEST_CASE("client: waits so long and no longer") {
  std::vector<Reply> kept;
  Serving server([&](Request, Reply reply) { kept.push_back(std::move(reply)); });
  const auto client = client_of(*server, {.answer = std::chrono::milliseconds(100)});
  const auto got = client->get("/a");
  REQUIRE(!got);
  CHECK(got.error().code == Code::unavailable);
  CHECK(got.error().message.ends_with("it took too long"));
  server->stop(std::chrono::milliseconds(0));
  kept.clear();
}

TEST_CASE("client: says when nobody is there") {
  std::uint16_t port = 0;
  {
    Serving server(echo);
    port = server->port();
  }
  const auto got = (*Client::open("http://127.0.0.1:" + std::to_string(port)))->get("/a");
  REQUIRE(!got);
  CHECK(got.error().code == Code::unavailable);
}

TEST_CASE("client: speaks TLS with a server whose certificate it can check, and with no other") {
  const std::filesystem::path folder = USUFRUCT_SOURCE_DIR "/tests/vectors/tls";
  ServerOptions options;
  options.tls = TlsFiles{folder / "server.pem", folder / "server.key"};
  Serving server(echo, options);
  CHECK(server->url().starts_with("https://127.0.0.1:"));
  const auto client = client_of(*server, {.ca_file = folder / "ca.pem"});
  for (int i = 0; i < 3; ++i) {
    const std::string large(100'000, 'x');
    const auto got = client->post("/p", "text/plain", as_view(large));
    REQUIRE_MESSAGE(got, (got ? "" : got.error().message));
    CHECK(got->body.size() == large.size() + 10);
  }
  CHECK(server.metrics().open_connections() == 1);
  const auto stranger = client_of(*server, {.ca_file = folder / "other.pem"})->get("/a");
  REQUIRE(!stranger);
  CHECK(stranger.error().code == Code::unverified);
  CHECK(!RawClient(server->port()).ask(get("/a")).starts_with("HTTP"));  // plain words
}

TEST_CASE("client: a certificate for another name is refused") {
  const std::filesystem::path folder = USUFRUCT_SOURCE_DIR "/tests/vectors/tls";
  ServerOptions options;
  options.host = "127.0.0.2";
  options.tls = TlsFiles{folder / "server.pem", folder / "server.key"};
  Serving server(echo, options);
  const auto got = client_of(*server, {.ca_file = folder / "ca.pem"})->get("/a");
  REQUIRE(!got);
  CHECK(got.error().code == Code::unverified);
}

TEST_CASE("url: parses what it prints and nothing else") {
  for (const auto* text :
       {"http://a", "https://log.example.org/prefix/more", "http://127.0.0.1:80801",
        "http://127.0.0.1:8080", "https://[::1]:8443/x", "http://a:80/"}) {
    CAPTURE(text);
    const auto url = parse_url(text);
    if (std::string_view(text).ends_with("80801")) {
      CHECK(!url);
      continue;
    }
    REQUIRE(url);
    CHECK(parse_url(print_url(*url)) == *url);
  }
  CHECK(print_url(*parse_url("http://a:80/")) == "http://a");
  for (const auto* text : {"", "a", "ftp://a", "http://", "http://u@a", "http://a?b", "http://a/#c",
                           "http://a:0", "http://a:", "http://[::1", "http://::1", "http://a/\n"}) {
    CAPTURE(text);
    CHECK(!parse_url(text));
  }
}

TEST_CASE("gzip: folds and unfolds; refuses what is cut, changed or followed by more") {
  const Bytes text = to_bytes(std::string(5000, 'a') + "end");
  Bytes folded = gzip(text, 6);
  CHECK(folded.size() < 100);
  CHECK(gunzip(folded, 5003) == text);
  CHECK(!gunzip(folded, 5002));
  CHECK(!gunzip(View(folded).first(folded.size() - 1), 6000));
  CHECK(!gunzip({}, 6000));
  folded.push_back(0);
  CHECK(!gunzip(folded, 6000));
  folded.pop_back();
  folded[folded.size() / 2] ^= 1;
  CHECK(!gunzip(folded, 6000));
}

}  // namespace usufruct::http
