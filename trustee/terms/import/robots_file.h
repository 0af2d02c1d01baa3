#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/terms/import/site_path.h"

namespace usufruct::terms {

/// One line of a robots.txt below a `User-agent`.
struct RobotsRule {
  enum class Kind : std::uint8_t { allow, disallow, content_usage, content_signal };
  Kind kind = Kind::disallow;
  std::string path;   ///< a pattern, as written; empty for all
  std::string value;  ///< of a usage or a signal
  SitePattern pattern;
};

/// The rules that one or several crawlers share.
struct RobotsGroup {
  std::vector<std::string> agents;  ///< in lower case; `*` is everybody who is not named
  std::vector<RobotsRule> rules;
};

/// A robots.txt, RFC 9309 §2: groups in the order written, those of one name not yet put together.
/// Directives that nobody here knows are kept, so that they can be asked about, and so are rules
/// whose path begins with neither a slash nor a star, which match nothing and were meant to.
struct RobotsFile {
  std::vector<RobotsGroup> groups;
  std::vector<std::string> licences;  ///< URLs of RSL licences (`License:`)
  std::vector<std::string> unknown;   ///< lines as written, each once
  std::vector<std::string> silent;    ///< lines that say nothing of use, as `Sitemap:`, each once
};

/// RFC 9309 §2.5 asks for 500 KiB at least.
inline constexpr std::size_t robots_bytes_max = 512 * 1024;
inline constexpr std::size_t robots_line_bytes_max = 8 * 1024;

/// Lines end with CR, LF or both; a byte order mark and comments are left out; what is no directive
/// is unknown. `malformed` when it is too long, or when there is no directive at all, as in a page
/// that says "not found".
Result<RobotsFile> parse_robots(std::string_view text, std::string_view file);

}  // namespace usufruct::terms
