#include "trustee/http/net/request_parser.h"

#include "trustee/http/net/beast_text.h"

namespace usufruct::http {
namespace {

namespace beast = boost::beast;

/// A target in absolute form (RFC 9112 §3.2.2) is the path after its authority.
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() ||
        !equal_without_case(target.substr(0, scheme.size()), scheme)) {
      continue;
    }
    const auto slash = target.find_first_of("/?", scheme.size());
    return slash == target.npos || target[slash] == '?' ? "/" : target.substr(slash);
  }
  return target;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

RequestParser::RequestParser(Request& request, const Limits& limits)
    : request_(request), limits_(limits) {
  header_limit(static_cast<std::uint32_t>(limits.head_bytes));
  body_limit(limits.body_bytes);
  eager(false);
}

void RequestParser::refuse(int status, std::string_view why, error_code& error) {
  refusal_ = {status, why};
  error = beast::http::make_error_code(beast::http::error::bad_value);
}

void RequestParser::on_request_impl(beast::http::verb, string_view method, string_view target,
                                    int version, error_code& error) {
  error = {};
  if (target.size() > limits_.target_bytes) return refuse(414, "the target is too long", error);
  is_http_1_0_ = version == 10;
  request_.method = view_of(method);
  request_.target = view_of(target);
  const auto local = without_authority(request_.target);
  if (!local.starts_with('/') && local != "*") return refuse(400, "the target is no path", error);
  const auto question = local.find('?');
  request_.path = local.substr(0, question);
  if (question != local.npos) request_.query = local.substr(question + 1);
}

void RequestParser::on_field_impl(beast::http::field which, string_view name, string_view value,
                                  error_code& error) {
  error = {};
  if (is_head_done_) return;  // trailers say nothing we want to know
  if (request_.headers.size() == limits_.header_count) {
    return refuse(431, "there are too many header fields", error);
  }
  if (!is_token(view_of(name)) || !is_field_value(view_of(value))) {
    return refuse(400, "a header field has a character that none may have", error);
  }
  using beast::http::field;
  if (which == field::host) ++hosts_;
  if (which == field::content_length && (++lengths_ > 1 || !is_number(view_of(value)))) {
    return refuse(400, "the length of the body is no single number", error);
  }
  if (which == field::transfer_encoding && !equal_without_case(view_of(value), "chunked")) {
    return refuse(501, "no transfer coding but chunked is known", error);
  }
  if (which == field::expect) {
    expects_continue_ = equal_without_case(view_of(value), "100-continue");
    if (!expects_continue_) return refuse(417, "only 100-continue can be expected", error);
  }
  request_.headers.add(view_of(name), view_of(value));
}

void RequestParser::on_header_impl(error_code& error) {
  error = {};
  is_head_done_ = true;
  if (hosts_ > 1 || (hosts_ == 0 && !is_http_1_0_)) {
    return refuse(400, "there must be one Host field", error);
  }
  if (chunked() && (lengths_ > 0 || is_http_1_0_)) {
    return refuse(400, "the length of the body can be read in two ways", error);
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) {
  error = {};  // nothing is reserved by a number the client only says
}

std::size_t RequestParser::on_body_impl(string_view body, error_code& error) {
  error = {};
  append(request_.body, view_of(body));
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, string_view, error_code& error) {
  error = {};
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) {
  return on_body_impl(body, error);
}

Refusal RequestParser::refusal(error_code error) const {
  if (refusal_.status != 0) return refusal_;
  if (error == beast::http::error::header_limit) return {431, "the head is too large"};
  if (error == beast::http::error::body_limit) return {413, "the body is too large"};
  if (error == beast::http::error::bad_transfer_encoding ||
      error == beast::http::error::bad_content_length) {
    return {400, "the length of the body can be read in two ways"};
  }
  return {400, "this is no HTTP request"};
}

}  // namespace usufruct::http
