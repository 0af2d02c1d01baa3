#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>

#include "trustee/http/limits.h"
#include "trustee/http/message.h"

namespace usufruct::http {

/// Why a request is not one, as an answer. `status` 0: nothing is wrong.
struct Refusal {
  int status = 0;
  std::string_view why{};
};

/// Beast's incremental parser, made to fill a Request, with the rules that keep two readers of one
/// connection from seeing different requests in it (RFC 9112 §§3.2, 5.1, 6.1, 11.2): one length or
/// chunks, never both; no coding but `chunked`; one Host; no obsolete folding. Trailers are
/// dropped.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, const Limits& limits);

  /// What the error of put() means. `why` lives as long as the program.
  Refusal refusal(boost::beast::error_code error) const;
  bool is_http_1_0() const { return is_http_1_0_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, string_view method, string_view target,
                       int version, error_code& error) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field which, string_view name, string_view value,
                     error_code& error) override;
  void on_header_impl(error_code& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) override;
  std::size_t on_body_impl(string_view body, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t, string_view, error_code& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) override;
  void on_finish_impl(error_code& error) override { error = {}; }

  void refuse(int status, std::string_view why, error_code& error);

  Request& request_;
  const Limits& limits_;
  Refusal refusal_;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  bool is_http_1_0_ = false;
  bool is_head_done_ = false;
  bool expects_continue_ = false;
};

}  // namespace usufruct::http
