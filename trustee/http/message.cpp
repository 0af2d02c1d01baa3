#include "trustee/http/message.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/json.h"
#include "crypto/base/text.h"

namespace usufruct::http {
namespace {

std::string_view whole(const std::string& text) { return text; }
std::string_view whole(const Bytes& bytes) { return as_text(bytes); }
std::string_view whole(const std::shared_ptr<const Bytes>& shared) { return as_text(*shared); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return malformed(fmt::format("'{}' has a broken escape", printable(text, 80)));
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

Body::Body(std::string text) : bytes_(std::move(text)) {
  size_ = std::get<std::string>(bytes_).size();
}
Body::Body(Bytes bytes) : bytes_(std::move(bytes)) { size_ = std::get<Bytes>(bytes_).size(); }
Body::Body(std::shared_ptr<const Bytes> shared) : bytes_(std::move(shared)) {
  size_ = std::get<std::shared_ptr<const Bytes>>(bytes_)->size();
}

View Body::view() const {
  return as_view(std::visit([](const auto& bytes) { return whole(bytes); }, bytes_))
      .subspan(offset_, size_);
}

void Body::narrow(std::size_t offset, std::size_t size) {
  CHECK_THAT(offset <= size_ && size <= size_ - offset);
  offset_ += offset;
  size_ = size;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
  }
  return "Status";  // the phrase says nothing that the number does not (RFC 9112 §4)
}

Response text_response(int status, std::string text) {
  Response response{.status = status};
  response.headers.add("content-type", "text/plain; charset=utf-8");
  response.body = Body(std::move(text));
  return response;
}

Response error_response(int status, const Error& error, std::string_view request_id) {
  Json told = Json::object();
  told.set("code", row_of(error.code).name).set("message", error.message).set("hint", error.hint);
  told.set("rule", error.rule).set("request_id", request_id);
  Response response{.status = status};
  response.headers.add("content-type", "application/json");
  response.headers.add("cache-control", "no-store");
  if (status == 503) response.headers.add("retry-after", "1");
  response.body = Body(Json::object().set("error", std::move(told)).print() + '\n');
  return response;
}

Response error_response(const Error& error, std::string_view request_id) {
  return error_response(row_of(error.code).http_status, error, request_id);
}

Result<std::optional<std::string>> query_value(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  for (const auto item : split(query, '&')) {
    const auto equals = item.find('=');
    if (item.substr(0, equals) != name) continue;
    if (found) return malformed(fmt::format("'{}' stands in the query twice", name));
    found = TRY(percent_decode(equals == item.npos ? std::string_view{} : item.substr(equals + 1)));
  }
  return found;
}

}  // namespace usufruct::http
