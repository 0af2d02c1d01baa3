#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/http/headers.h"

namespace usufruct::http {

/// What a message carries: bytes of its own, or some that a cache shares with it. Cheap to move.
class Body {
 public:
  Body() = default;
  Body(std::string text);
  Body(Bytes bytes);
  /// Not null. Immutable, so that any number of answers may be written from it at once.
  Body(std::shared_ptr<const Bytes> shared);

  std::size_t size() const { return size_; }
  View view() const;
  /// Narrows to [offset, offset + size), which must lie within.
  void narrow(std::size_t offset, std::size_t size);

 private:
  std::variant<std::string, Bytes, std::shared_ptr<const Bytes>> bytes_;
  std::size_t offset_ = 0;
  std::size_t size_ = 0;
};

/// A request whose head and body are here whole, within the server's limits.
struct Request {
  std::string method;  ///< as sent: "GET"
  std::string target;  ///< as sent; any bytes but controls and spaces
  std::string path;    ///< of the target, begins with '/'; not decoded
  std::string query;   ///< after the '?'; not decoded
  Headers headers;
  Bytes body;
  std::string id;    ///< unique per server: in the log, and in errors as `request_id`
  std::string peer;  ///< address and port
};

/// `content-length`, `date` and `connection` are the server's to write.
struct Response {
  int status = 200;
  Headers headers{};
  Body body{};
};

std::string_view reason_of(int status);

/// A short text as an answer.
Response text_response(int status, std::string text);
/// An error as an answer: its status by specs/errors.def and
/// `{"error":{"code","message","hint","rule","request_id"}}`. `unavailable` says to come back in a
/// second.
Response error_response(const Error& error, std::string_view request_id);
/// The same with a status the table has no row for: 405, 413, 415.
Response error_response(int status, const Error& error, std::string_view request_id);

/// The value of a name in a query (`a=1&b=2`), percent-decoded; nothing when it is not there.
/// `malformed` when it stands there twice or its escapes are broken.
Result<std::optional<std::string>> query_value(std::string_view query, std::string_view name);

}  // namespace usufruct::http
