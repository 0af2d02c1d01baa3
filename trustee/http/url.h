#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct::http {

/// Where a server is: `http://127.0.0.1:8080`, `https://log.example.org/prefix`.
struct Url {
  bool is_tls = false;
  std::string host;  ///< a name or an address; IPv6 without brackets
  std::uint16_t port = 0;
  std::string prefix;  ///< empty, or begins with '/' and does not end with one

  bool operator==(const Url&) const = default;
  /// What the Host field says: without the port where it is the scheme's own.
  std::string authority() const;
};

/// `malformed` for anything but http and https, and for user names, queries and fragments.
Result<Url> parse_url(std::string_view text);
std::string print_url(const Url& url);

}  // namespace usufruct::http
