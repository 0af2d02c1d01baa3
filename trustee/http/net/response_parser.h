#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <string>

#include "trustee/http/client.h"

namespace usufruct::http {

/// Beast's incremental parser, made to fill what was fetched.
class ResponseParser final : public boost::beast::http::basic_parser<false> {
 public:
  ResponseParser(Fetched& fetched, bool is_to_head, std::size_t body_bytes_max);

  /// A 1xx: not yet the answer.
  bool is_interim() const { return is_done() && fetched_.status / 100 == 1; }
  std::string meaning(boost::beast::error_code error) const;

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, string_view, string_view, int,
                       error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code& error) override;
  void on_field_impl(boost::beast::http::field, string_view name, string_view value,
                     error_code& error) override;
  void on_header_impl(error_code& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) override;
  std::size_t on_body_impl(string_view body, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t, string_view, error_code& error) override { error = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) override;
  void on_finish_impl(error_code& error) override { error = {}; }

  Fetched& fetched_;
  std::size_t body_bytes_max_;
  bool is_head_done_ = false;
};

}  // namespace usufruct::http
