#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct::terms {

/// Longer paths and patterns are not compared.
inline constexpr std::size_t path_bytes_max = 2048;

/// A pattern of paths as robots.txt has them (RFC 9309 §2.2.2 and §2.2.3): what begins with it, in
/// which `*` is any run of characters and a `$` at the end is the end; any other `$` is itself.
///
/// Both sides are compared in one way of writing (§2.2.2): what is unreserved in RFC 3986 as itself
/// (`%61` is `a`), every other octet percent-encoded, so that `%2F` and `/` are one.
class SitePattern {
 public:
  explicit SitePattern(std::string_view written);

  /// Too long to be compared: nobody knows what it matches.
  bool is_unread() const { return is_unread_; }
  /// Whether a path of a site (`/a/b?c`) matches. O(pattern × path).
  bool matches(std::string_view path) const;
  /// How specific it is: its octets, an encoded one as one. Of patterns that match the one with
  /// most counts.
  std::size_t octets() const { return octets_; }

 private:
  std::string text_;  // ends with a star where the end is not the end
  std::size_t octets_ = 0;
  bool is_unread_ = false;
};

/// The path that a person names, to be compared with patterns: `/docs/a?b` as it is, of
/// `https://host/docs` its path, without a fragment, which no server gets. `malformed` for anything
/// else, which would match nothing and so be of no rule: a path without its slash, one with
/// segments that a client takes out before it asks (`.` and `..`, also percent-encoded), one too
/// long.
Result<std::string> path_on_site(std::string_view written);
/// Whether a path is one that path_on_site() gives: `malformed` when it is not.
Result<void> check_path(std::string_view path);

/// The path and query of `https://host/path?query`, or the text itself when it begins with a slash;
/// a URL without a path has "/".
std::string path_of(std::string_view url);

}  // namespace usufruct::terms
