#include <fmt/format.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <utility>

#include "crypto/base/text.h"
#include "ledger/tile.h"
#include "tests/fuzz/target.h"
#include "trustee/http/content.h"
#include "trustee/http/net/request_parser.h"
#include "trustee/http/net/response_parser.h"
#include "trustee/http/record_batch.h"
#include "trustee/http/router.h"
#include "trustee/http/url.h"

namespace usufruct::http {
namespace {

using fuzz::Dice;
namespace beast = boost::beast;

/// Small, so that the limits are met too.
const Limits& limits() {
  static const Limits small{
      .head_bytes = 2048, .target_bytes = 512, .header_count = 20, .body_bytes = 8192};
  return small;
}

/// What a session sees of a connection: one request, or none and why.
struct Seen {
  Request request{};
  std::size_t taken = 0;
  bool is_whole = false;
  int refusal = 0;  ///< 0: it waits for more
  bool is_http_1_0 = false;
};

/// As trustee/http/net/session.cpp reads, from a client whose writes arrive in such pieces.
template <class Size>
Seen read_in_pieces(View input, Size next_size) {
  Seen seen;
  RequestParser parser(seen.request, limits());
  beast::flat_buffer buffer;
  while (!parser.is_done()) {
    beast::error_code error;
    if (parser.is_header_done()) parser.eager(true);
    if (buffer.size() > 0) {
      const std::size_t taken = parser.put(buffer.data(), error);
      buffer.consume(taken);
      seen.taken += taken;
      if (error && error != beast::http::error::need_more) {
        const Refusal refusal = parser.refusal(error);
        CHECK_THAT(refusal.status >= 400 && refusal.status < 600 && !refusal.why.empty());
        seen.refusal = refusal.status;
        return seen;
      }
      if (!error) continue;
    }
    if (input.empty()) return seen;
    const View piece = input.first(std::min<std::size_t>(input.size(), 1 + next_size()));
    input = input.subspan(piece.size());
    const auto place = buffer.prepare(piece.size());
    std::ranges::copy(piece, static_cast<std::uint8_t*>(place.data()));
    buffer.commit(piece.size());
  }
  seen.is_whole = true;
  seen.is_http_1_0 = parser.is_http_1_0();
  return seen;
}

Seen read_at_once(View input) {
  return read_in_pieces(input, [&] { return input.size(); });
}

bool is_same(const Request& a, const Request& b) {
  return a.method == b.method && a.target == b.target && a.path == b.path && a.query == b.query &&
         a.headers.text() == b.headers.text() && a.body == b.body;
}

std::string print(const Seen& seen) {
  const Request& request = seen.request;
  std::string text = fmt::format("{} {} HTTP/1.{}\r\n{}\r\n", request.method, request.target,
                                 seen.is_http_1_0 ? 0 : 1, request.headers.text());
  const std::string_view body = as_text(request.body);
  if (!request.headers.find("transfer-encoding")) return text.append(body);
  if (!body.empty()) text += fmt::format("{:x}\r\n{}\r\n", body.size(), body);
  return text + "0\r\n\r\n";
}

struct Kept final : ReplySink {
  std::optional<Response> response;
  void answer(Response given) override { response = std::move(given); }
};

const Content& content() {
  static const Content made = make_content(Bytes(1000, 'a'), Fold::attempt);
  return made;
}

const Router& router() {
  static const Router made = [] {
    Router all(Cors::everyone);
    for (const auto* pattern : {"/content", "/v1/{id}/of/{other}", "/tile/{level}/{index...}"}) {
      all.add("GET", pattern, [](const Request& request, const PathValues& values, Reply reply) {
        for (const auto value : values) {
          CHECK_THAT(!value.empty() && request.path.find(value) != std::string::npos);
        }
        reply.send(serve_content(request, content()));
      });
    }
    return all;
  }();
  return made;
}

/// A part is the part its head says, and what is whole is whole.
void hold_response(const Request& request, const Response& response) {
  const View body = response.body.view();
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = response.headers.text().find("\r\n", at)) != std::string::npos;) {
    ++lines;
    at += 2;
  }
  CHECK_THAT(lines == response.headers.size());
  if (response.status == 304) CHECK_THAT(body.empty() && request.headers.find("if-none-match"));
  if (response.status == 200) {
    const bool is_folded = response.headers.find("content-encoding").has_value();
    CHECK_THAT(!is_folded || request.headers.lists("accept-encoding", "gzip"));
    CHECK_THAT(std::ranges::equal(body, is_folded ? *content().folded : *content().plain));
  }
  if (response.status != 206) return;
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t size = 0;
  const std::string range(response.headers.find("content-range").value_or(""));
  CHECK_THAT(std::sscanf(range.c_str(), "bytes %zu-%zu/%zu", &first, &last, &size) == 3);
  CHECK_THAT(first <= last && last < size && size == content().plain->size());
  CHECK_THAT(std::ranges::equal(body, View(*content().plain).subspan(first, last - first + 1)));
}

void hold_query(std::string_view query) {
  const auto value = query_value(query, "hash");
  if (!value || !*value) return;
  std::string escaped = "hash=";
  for (const char c : **value) escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  const auto again = query_value(escaped, "hash");
  CHECK_THAT(again.has_value() && *again == *value);
}

void hold_batch(View body) {
  if (const auto envelopes = decode_envelopes(body)) {
    CHECK_THAT(std::ranges::equal(encode_envelopes(*envelopes), body));
  }
  if (const auto answers = decode_answers(body)) {
    Bytes again;
    for (const auto& answer : *answers) append_answer(again, answer);
    CHECK_THAT(std::ranges::equal(again, body));
  }
}

/// Two readers of one connection see the same requests in it, however its bytes arrive and whoever
/// printed them again in between.
void run_request(View input) {
  Dice dice(input);
  const std::uint32_t most = 1 + dice.byte();
  const View sent = dice.rest();
  std::uint32_t turn = most;
  const Seen seen = read_at_once(sent);
  const Seen pieces =
      read_in_pieces(sent, [&] { return (turn = turn * 1'103'515'245 + 12'345) % most; });
  // How much of a head was counted when its end came differs by a line: at the limit, and only
  // there, one way of arriving is refused and the other is not.
  const bool is_at_limit = seen.refusal == 431 || pieces.refusal == 431;
  CHECK_THAT(seen.is_whole == pieces.is_whole || is_at_limit);
  if (!seen.is_whole || !pieces.is_whole) return;
  CHECK_THAT(seen.taken == pieces.taken && is_same(seen.request, pieces.request));
  CHECK_THAT(seen.request.path.starts_with('/') || seen.request.path == "*");

  const std::string printed = print(seen);
  const Seen again = read_at_once(as_view(printed));
  CHECK_THAT(again.is_whole && again.taken == printed.size());
  CHECK_THAT(is_same(again.request, seen.request));

  const auto kept = std::make_shared<Kept>();
  router()(seen.request, Reply(kept));
  CHECK_THAT(kept->response.has_value());
  hold_response(seen.request, *kept->response);
  hold_query(seen.request.query);
  hold_batch(seen.request.body);
}

/// An answer is the same however it arrives.
std::pair<Fetched, bool> fetch(View input, std::size_t piece_bytes) {
  Fetched fetched;
  bool is_whole = false;
  ResponseParser parser(fetched, false, 8192);
  beast::flat_buffer buffer;
  beast::error_code error;
  while (!parser.is_done()) {
    if (buffer.size() > 0) {
      buffer.consume(parser.put(buffer.data(), error));
      if (error && error != beast::http::error::need_more) {
        CHECK_THAT(!parser.meaning(error).empty());
        return {};
      }
      if (parser.is_interim()) return {};
      if (parser.is_done() || !error) continue;
    }
    if (input.empty()) {
      if (!parser.got_some()) return {};
      parser.put_eof(error);
      is_whole = !error && parser.is_done();
      return is_whole ? std::pair(fetched, true) : std::pair(Fetched{}, false);
    }
    const View piece = input.first(std::min(input.size(), piece_bytes));
    input = input.subspan(piece.size());
    const auto place = buffer.prepare(piece.size());
    std::ranges::copy(piece, static_cast<std::uint8_t*>(place.data()));
    buffer.commit(piece.size());
  }
  return {fetched, true};
}

void run_response(View input) {
  Dice dice(input);
  const std::size_t piece = 1 + dice.byte();
  const View sent = dice.rest();
  const auto [whole, is_whole] = fetch(sent, sent.size());
  const auto [parts, are_whole] = fetch(sent, piece);
  CHECK_THAT(is_whole == are_whole);
  CHECK_THAT(whole.status == parts.status && whole.body == parts.body &&
             whole.headers.text() == parts.headers.text());
  if (const auto url = parse_url(as_text(input))) {
    const auto again = parse_url(print_url(*url));
    CHECK_THAT(again.has_value() && *again == *url);
  }
}

Bytes after_byte(std::uint8_t byte, std::string_view text) {
  Bytes bytes{byte};
  append(bytes, text);
  return bytes;
}

std::vector<Bytes> request_seeds() {
  const std::string envelopes("\x00\x03one\x00\x00", 7);
  return {
      after_byte(0, "GET /content HTTP/1.1\r\nHost: log\r\nRange: bytes=2-5\r\n\r\n"),
      after_byte(9, "GET /content HTTP/1.1\r\nHost: log\r\naccept-encoding: br, gzip\r\n\r\n"),
      after_byte(30, "HEAD /tile/0/x001/067.p/8?hash=%41b HTTP/1.0\r\nIf-None-Match: *\r\n\r\n"),
      after_byte(3, "OPTIONS http://log/v1/7/of/8 HTTP/1.1\r\nhost: log\r\n\r\n"),
      after_byte(64, "POST /v1/records HTTP/1.1\r\nhost: log\r\ncontent-length: 7\r\n\r\n" +
                         envelopes + "GET / HTTP/1.1\r\n\r\n"),
      after_byte(5,
                 "POST /v1/records HTTP/1.1\r\nhost: log\r\nexpect: 100-continue\r\n"
                 "transfer-encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\ntrailer: x\r\n\r\n")};
}

std::vector<Bytes> response_seeds() {
  return {
      after_byte(7, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"),
      after_byte(2, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
      after_byte(40, "HTTP/1.0 404 Not Found\r\netag: \"x\"\r\n\r\nto the end"),
      after_byte(1, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"),
      to_bytes("https://log.example.org:8443/prefix"),
      to_bytes("http://[::1]:80")};
}

}  // namespace
}  // namespace usufruct::http

namespace usufruct::fuzz {

const Target request_target{"request", http::run_request, http::request_seeds};
const Target response_target{"response", http::run_response, http::response_seeds};

}  // namespace usufruct::fuzz
