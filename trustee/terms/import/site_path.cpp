#include "trustee/terms/import/site_path.h"

#include <optional>
#include <string>

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

/// One way of writing a path: what may stand for itself does, what may not is `%XX` in capitals; so
/// are the signs in `special`, which patterns write so when they mean themselves.
std::string normal(std::string_view text, std::string_view special) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  const auto put_encoded = [&](int byte) {
    out += '%';
    out += digits[static_cast<std::size_t>(byte) / 16];
    out += digits[static_cast<std::size_t>(byte) % 16];
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = static_cast<unsigned char>(text[i]);
    const auto high = i + 2 < text.size() ? digit_of(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? digit_of(text[i + 2]) : std::nullopt;
    if (text[i] == '%' && high && low) {
      const int encoded = *high * 16 + *low;
      if (is_unreserved(encoded)) {
        out += static_cast<char>(encoded);
      } else {
        put_encoded(encoded);
      }
      i += 2;
    } else if (byte >= 0x80 || byte <= 0x20 || special.contains(text[i])) {
      put_encoded(byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

bool matches_path(std::string_view raw_pattern, std::string_view raw_path) {
  if (raw_pattern.size() > path_bytes_max || raw_path.size() > path_bytes_max) return false;
  std::string pattern = normal(raw_pattern, "");
  const std::string path = normal(raw_path, "*$");
  if (pattern.ends_with('$')) {
    pattern.pop_back();
  } else {
    pattern += '*';
  }
  // Greedy: when a character does not fit, the last star takes one more.
  std::size_t p = 0;
  std::size_t after_star = std::string::npos;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < path.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      taken = i;
    } else if (p < pattern.size() && pattern[p] == path[i]) {
      ++p;
      ++i;
    } else if (after_star != std::string::npos) {
      p = after_star;
      i = ++taken;
    } else {
      return false;
    }
    if (p == pattern.size() && after_star == p) return true;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view path_of(std::string_view url) {
  if (url.starts_with('/') && !url.starts_with("//")) return url;
  const auto scheme = url.find("//");
  if (scheme == url.npos) return url;
  const auto slash = url.find('/', scheme + 2);
  return slash == url.npos ? "/" : url.substr(slash);
}

}  // namespace usufruct::terms
