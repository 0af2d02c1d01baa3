#include "trustee/terms/import/robots_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

/// A path begins with a slash, or with a star for any beginning; of everything it is empty.
bool is_comparable(std::string_view path) {
  return path.empty() || path.front() == '/' || path.front() == '*';
}

/// What others write and what says nothing of use.
constexpr std::array<std::string_view, 6> harmless = {"sitemap",     "crawl-delay",  "host",
                                                      "clean-param", "request-rate", "visit-time"};

class Reader {
 public:
  Result<RobotsFile> run(std::string_view text, std::string_view file) {
    if (text.size() > robots_bytes_max) {
      return malformed(
          fmt::format("{}: {} bytes are more than {}", file, text.size(), robots_bytes_max));
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    while (!text.empty()) {
      const auto end = std::min(text.find_first_of("\r\n"), text.size());
      line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!is_robots_) {
      return malformed(fmt::format("{}: there is no directive of robots.txt", file),
                       "give the file that the site has at /robots.txt");
    }
    return std::move(file_);
  }

 private:
  void line(std::string_view raw) {
    const auto text = trim(raw.substr(0, raw.find('#')));
    if (text.empty()) return;
    const auto colon = text.find(':');
    if (colon == text.npos || text.size() > robots_line_bytes_max)
      return add_once(text, file_.unknown);
    const std::string key = to_lower_ascii(trim(text.substr(0, colon)));
    const auto value = trim(text.substr(colon + 1));
    if (key == "user-agent") return agent(value);
    if (key == "license") {
      is_robots_ = true;
      file_.licences.emplace_back(value);
    } else if (std::ranges::find(harmless, key) != harmless.end()) {
      is_robots_ = true;
      add_once(text, file_.silent);
    } else if (!rule(key, value)) {
      add_once(text, file_.unknown);
    }
  }

  void agent(std::string_view name) {
    is_robots_ = true;
    if (!is_naming_) file_.groups.emplace_back();
    is_naming_ = true;
    file_.groups.back().agents.push_back(to_lower_ascii(name));
  }

  /// False for what is no rule, or stands under no crawler.
  bool rule(std::string_view key, std::string_view value) {
    using enum RobotsRule::Kind;
    RobotsRule rule{disallow, std::string(value), "", SitePattern("")};
    if (key == "allow") {
      rule.kind = allow;
    } else if (key == "content-usage" || key == "content-signal") {
      rule.kind = key == "content-usage" ? content_usage : content_signal;
      const bool has_path = value.starts_with('/');
      const auto space = has_path ? std::min(value.find_first_of(" \t"), value.size()) : 0;
      rule.path = value.substr(0, space);
      rule.value = trim(value.substr(space));
    } else if (key != "disallow") {
      return false;
    }
    rule.pattern = SitePattern(rule.path);
    if (file_.groups.empty()) return false;
    is_naming_ = false;
    // One that cannot be compared is asked about, as what nobody knows.
    if (!is_comparable(rule.path) || rule.pattern.is_unread()) return false;
    file_.groups.back().rules.push_back(std::move(rule));
    return true;
  }

  void add_once(std::string_view text, std::vector<std::string>& lines) {
    std::string shown = printable(text, 120);
    if (seen_.insert(shown).second) lines.push_back(std::move(shown));
  }

  RobotsFile file_;
  std::set<std::string> seen_;
  bool is_naming_ = false;  // the last line was a User-agent
  bool is_robots_ = false;
};

}  // namespace

Result<RobotsFile> parse_robots(std::string_view text, std::string_view file) {
  return Reader().run(text, file);
}

}  // namespace usufruct::terms
