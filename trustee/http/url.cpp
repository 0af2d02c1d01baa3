#include "trustee/http/url.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::http {
namespace {

constexpr std::size_t url_bytes_max = 2048;
constexpr std::uint16_t port_http = 80;
constexpr std::uint16_t port_https = 443;

std::uint16_t own_port(bool is_tls) { return is_tls ? port_https : port_http; }

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':';
  });
}

bool is_prefix(std::string_view path) {
  return std::ranges::all_of(
      path, [](char c) { return c > ' ' && c < 127 && c != '?' && c != '#' && c != '\\'; });
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const auto refused = [&] {
    return malformed(fmt::format("'{}' is no http or https URL", printable(text)),
                     "write it as https://host[:port][/prefix]");
  };
  Url url;
  if (text.size() > url_bytes_max) return refused();
  url.is_tls = text.starts_with("https://");
  if (!url.is_tls && !text.starts_with("http://")) return refused();
  const auto rest = text.substr(url.is_tls ? 8 : 7);
  const auto slash = std::min(rest.find('/'), rest.size());
  auto authority = rest.substr(0, slash);
  url.prefix = rest.substr(slash);
  while (url.prefix.ends_with('/')) url.prefix.pop_back();
  const bool is_bracketed = authority.starts_with('[');
  const auto host_end = is_bracketed ? authority.find(']') : authority.find(':');
  url.host = authority.substr(is_bracketed ? 1 : 0, host_end - (is_bracketed ? 1 : 0));
  auto after = host_end == authority.npos ? std::string_view{} : authority.substr(host_end);
  if (is_bracketed && host_end == authority.npos) return refused();
  if (is_bracketed) after.remove_prefix(1);
  url.port = own_port(url.is_tls);
  if (!after.empty()) {
    const auto port = after.starts_with(':') ? parse_decimal(after.substr(1)) : refused();
    if (!port || *port == 0 || *port > 65'535) return refused();
    url.port = static_cast<std::uint16_t>(*port);
  }
  const bool has_colon = url.host.find(':') != std::string::npos;
  if (!is_host(url.host) || has_colon != is_bracketed || !is_prefix(url.prefix)) return refused();
  return url;
}

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  return port == own_port(is_tls) ? name : fmt::format("{}:{}", name, port);
}

std::string print_url(const Url& url) {
  return fmt::format("{}://{}{}", url.is_tls ? "https" : "http", url.authority(), url.prefix);
}

}  // namespace usufruct::http
