#include "trustee/terms/import/html_meta.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crypto/base/ascii.h"
#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/// Reads `name="value"` one by one, up to the end of a tag.
class Tag {
 public:
  explicit Tag(std::string_view rest) : rest_(rest) {}

  /// False at the end of the tag or of the text.
  bool next(std::string& name, std::string& value) {
    skip([](char c) { return is_space(c) || c == '/'; });
    if (rest_.empty() || rest_.front() == '>') return false;
    const auto is_name = [](char c) { return !is_space(c) && c != '=' && c != '>' && c != '/'; };
    name = to_lower_ascii(skip(is_name));
    value.clear();
    skip(is_space);
    // Either a name was read or a lone equals sign is: each turn takes something.
    if (rest_.empty() || rest_.front() != '=') return true;
    rest_.remove_prefix(1);
    skip(is_space);
    value = read_value();
    return true;
  }
  std::string_view rest() const { return rest_; }

 private:
  template <class Is>
  std::string_view skip(Is is) {
    std::size_t size = 0;
    while (size < rest_.size() && is(rest_[size])) ++size;
    const auto skipped = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return skipped;
  }

  std::string_view read_value() {
    if (rest_.empty()) return rest_;
    const char quote = rest_.front();
    if (quote != '"' && quote != '\'') {
      return skip([](char c) { return !is_space(c) && c != '>'; });
    }
    rest_.remove_prefix(1);
    const auto value = skip([&](char c) { return c != quote; });
    if (!rest_.empty()) rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
};

/// What is no markup until its end tag: text, styles and what a script writes.
constexpr std::array<std::string_view, 4> raw_elements = {"script", "style", "textarea", "title"};

bool starts_with_tag(std::string_view html, std::string_view name) {
  if (to_lower_ascii(html.substr(0, name.size())) != name) return false;
  const auto rest = html.substr(name.size());
  return rest.empty() || is_space(rest.front()) || rest.front() == '/' || rest.front() == '>';
}

/// Behind the end of a comment: `-->`, `--!>`, or at once, as `<!-->` and `<!--->`.
std::string_view after_comment(std::string_view html) {
  html.remove_prefix(3);
  for (const std::string_view at_once : {">", "->"}) {
    if (html.starts_with(at_once)) return html.substr(at_once.size());
  }
  while (true) {
    const auto dashes = html.find("--");
    if (dashes == html.npos) return {};
    html.remove_prefix(dashes + 1);
    for (const std::string_view end : {"->", "-!>"}) {
      if (html.starts_with(end)) return html.substr(end.size());
    }
  }
}

/// At the end tag of a raw element, or at the end.
std::string_view after_raw(std::string_view html, std::string_view name) {
  while (true) {
    const auto open = html.find("</");
    if (open == html.npos) return {};
    html.remove_prefix(open + 2);
    if (starts_with_tag(html, name)) return html;
  }
}

/// The first of several attributes of one name counts, as HTML has it (WHATWG §13.2.5.33).
struct Meta {
  std::optional<std::string> name;
  std::optional<std::string> content;
};
Meta read_meta(Tag& tag) {
  Meta meta;
  std::string name;
  std::string value;
  while (tag.next(name, value)) {
    if (name == "name" && !meta.name) meta.name = to_lower_ascii(trim(value));
    if (name == "content" && !meta.content) meta.content = std::string(trim(value));
  }
  return meta;
}

/// Reads a tag of any other name to its end: what stands in its attributes is no tag.
std::string_view after_tag(std::string_view html) {
  Tag tag(html);
  std::string name;
  std::string value;
  while (tag.next(name, value)) {
  }
  return tag.rest();
}

}  // namespace

std::vector<std::string> meta_of(std::string_view html, std::string_view wanted) {
  std::vector<std::string> values;
  while (true) {
    const auto open = html.find('<');
    if (open == html.npos) return values;
    html.remove_prefix(open + 1);
    if (html.starts_with("!--")) {
      html = after_comment(html);
    } else if (starts_with_tag(html, "meta")) {
      Tag tag(html.substr(4));
      const Meta meta = read_meta(tag);
      html = tag.rest();
      if (meta.name == wanted) values.push_back(meta.content.value_or(""));
    } else if (!html.empty() && is_ascii_letter(html.front())) {
      const auto raw = std::ranges::find_if(
          raw_elements, [&](const auto name) { return starts_with_tag(html, name); });
      html = after_tag(html);
      if (raw != raw_elements.end()) html = after_raw(html, *raw);
    }
  }
}

}  // namespace usufruct::terms
