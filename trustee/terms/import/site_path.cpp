#include "trustee/terms/import/site_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

std::optional<int> digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool is_unreserved(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// One way of writing a path: what is unreserved stands for itself, every other octet is `%XX` in
/// capitals. The stars of a pattern stay.
enum class Of : std::uint8_t { path, pattern };
std::string normal(std::string_view text, Of of) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int byte = static_cast<unsigned char>(text[i]);
    const bool is_star = of == Of::pattern && text[i] == '*';
    const auto high = i + 2 < text.size() ? digit_of(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? digit_of(text[i + 2]) : std::nullopt;
    if (text[i] == '%' && high && low) {
      byte = *high * 16 + *low;
      i += 2;
    }
    if (is_star || is_unreserved(byte)) {
      out += static_cast<char>(byte);
      continue;
    }
    out += '%';
    out += digits[static_cast<std::size_t>(byte) / 16];
    out += digits[static_cast<std::size_t>(byte) % 16];
  }
  return out;
}

/// Each run of stars as one: they match the same.
std::string with_single_stars(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (c != '*' || !out.ends_with('*')) out += c;
  }
  return out;
}

/// A segment of one or two dots: a client resolves it before it asks (RFC 3986 §5.2.4).
bool has_dot_segment(std::string_view path) {
  const std::string plain = normal(path.substr(0, path.find_first_of("?#")), Of::path);
  std::string_view rest = plain;
  while (!rest.empty()) {
    const auto end = std::min(rest.find("%2F"), rest.size());
    const auto segment = rest.substr(0, end);
    if (segment == "." || segment == "..") return true;
    rest.remove_prefix(std::min(end + 3, rest.size()));
  }
  return false;
}

}  // namespace

SitePattern::SitePattern(std::string_view written) : is_unread_(written.size() > path_bytes_max) {
  if (is_unread_) return;
  const bool is_whole = written.ends_with('$');
  if (is_whole) written.remove_suffix(1);
  text_ = with_single_stars(normal(written, Of::pattern));
  const auto escapes = static_cast<std::size_t>(std::ranges::count(text_, '%'));
  octets_ = text_.size() - 2 * escapes + (is_whole ? 1 : 0);
  if (!is_whole && !text_.ends_with('*')) text_ += '*';
}

bool SitePattern::matches(std::string_view raw_path) const {
  if (is_unread_ || raw_path.size() > path_bytes_max) return false;
  const std::string path = normal(raw_path, Of::path);
  // Greedy: when a character does not fit, the last star takes one more.
  std::size_t p = 0;
  std::size_t after_star = std::string::npos;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < path.size();) {
    if (p < text_.size() && text_[p] == '*') {
      after_star = ++p;
      taken = i;
    } else if (p < text_.size() && text_[p] == path[i]) {
      ++p;
      ++i;
    } else if (after_star != std::string::npos) {
      p = after_star;
      i = ++taken;
    } else {
      return false;
    }
    if (p == text_.size() && after_star == p) return true;
  }
  while (p < text_.size() && text_[p] == '*') ++p;
  return p == text_.size();
}

Result<std::string> path_on_site(std::string_view written) {
  const bool is_url = written.starts_with("https://") || written.starts_with("http://");
  if (!is_url && (!written.starts_with('/') || written.starts_with("//"))) {
    return malformed(fmt::format("'{}' is no path on a site", printable(written, 100)),
                     "begin it with a slash, as /docs/a.html, or give the whole URL");
  }
  std::string path = path_of(written.substr(0, written.find('#')));
  CHECK_OK(check_path(path));
  return path;
}

Result<void> check_path(std::string_view path) {
  if (path.size() > path_bytes_max) {
    return malformed(
        fmt::format("a path of {} bytes is longer than {}", path.size(), path_bytes_max),
        "name a path above it");
  }
  if (!path.starts_with('/')) {
    return malformed(fmt::format("'{}' is no path on a site", printable(path, 100)),
                     "begin it with a slash");
  }
  if (has_dot_segment(path)) {
    return malformed(fmt::format("'{}' goes up or stays with dots", printable(path, 100)),
                     "write the path that is meant, without '.' and '..'");
  }
  return {};
}

std::string path_of(std::string_view url) {
  if (url.starts_with('/') && !url.starts_with("//")) return std::string(url);
  const auto scheme = url.find("//");
  if (scheme == url.npos) return std::string(url);
  const auto end = url.find_first_of("/?#", scheme + 2);
  if (end == url.npos) return "/";
  return (url[end] == '/' ? "" : "/") + std::string(url.substr(end));
}

}  // namespace usufruct::terms
