#include "trustee/http/net/response_parser.h"

#include <fmt/format.h>

#include "trustee/http/net/beast_text.h"

namespace usufruct::http {
namespace {

namespace beast = boost::beast;

constexpr std::uint32_t head_bytes_max = 64 * 1024;

}  // namespace

ResponseParser::ResponseParser(Fetched& fetched, bool is_to_head, std::size_t body_bytes_max)
    : fetched_(fetched), body_bytes_max_(body_bytes_max) {
  header_limit(head_bytes_max);
  body_limit(body_bytes_max);
  eager(true);
  if (is_to_head) skip(true);
}

std::string ResponseParser::meaning(error_code error) const {
  if (error == beast::http::error::body_limit) {
    return fmt::format("the answer has more than {} bytes", body_bytes_max_);
  }
  return fmt::format("the answer is no HTTP: {}", error.message());
}

void ResponseParser::on_response_impl(int code, string_view, int, error_code& error) {
  error = {};
  fetched_.status = code;
}

void ResponseParser::on_field_impl(beast::http::field, string_view name, string_view value,
                                   error_code& error) {
  error = {};
  if (is_head_done_) return;
  if (!is_token(view_of(name)) || !is_field_value(view_of(value))) {
    error = beast::http::make_error_code(beast::http::error::bad_value);
    return;
  }
  fetched_.headers.add(view_of(name), view_of(value));
}

void ResponseParser::on_header_impl(error_code& error) {
  error = {};
  is_head_done_ = true;
}

void ResponseParser::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) {
  error = {};
}

std::size_t ResponseParser::on_body_impl(string_view body, error_code& error) {
  error = {};
  append(fetched_.body, view_of(body));
  return body.size();
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) {
  return on_body_impl(body, error);
}

}  // namespace usufruct::http
