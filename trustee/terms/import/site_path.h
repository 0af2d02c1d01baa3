#pragma once

#include <cstddef>
#include <string_view>

namespace usufruct::terms {

/// Longer paths and patterns match nothing.
inline constexpr std::size_t path_bytes_max = 2048;

/// Whether a path of a site (`/a/b?c`) matches a pattern as robots.txt has them (RFC 9309 §2.2.2
/// and §2.2.3): it begins with the pattern, in which `*` is any run of characters and a `$` at the
/// end is the end. Percent-encoded letters and digits count as themselves. O(pattern × path).
bool matches_path(std::string_view pattern, std::string_view path);

/// The path of `https://host/path`, or the text itself when it begins with a slash; a URL without
/// one has "/".
std::string_view path_of(std::string_view url);

}  // namespace usufruct::terms
