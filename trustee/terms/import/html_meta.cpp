#include "trustee/terms/import/html_meta.h"

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

}  // namespace

std::vector<std::string> meta_of(std::string_view html, std::string_view wanted) {
  std::vector<std::string> values;
  while (true) {
    const auto open = html.find('<');
    if (open == html.npos) return values;
    html.remove_prefix(open + 1);
    if (html.starts_with("!--")) {
      const auto end = html.find("-->");
      html.remove_prefix(end == html.npos ? html.size() : end);
      continue;
    }
    if (to_lower_ascii(html.substr(0, 4)) != "meta" || html.size() < 5 ||
        !(is_space(html[4]) || html[4] == '/')) {
      continue;
    }
    Tag tag(html.substr(4));
    std::string name;
    std::string value;
    std::string is_of;
    std::string content;
    while (tag.next(name, value)) {
      if (name == "name") is_of = to_lower_ascii(trim(value));
      if (name == "content") content = trim(value);
    }
    html = tag.rest();
    if (is_of == wanted) values.push_back(content);
  }
}

}  // namespace usufruct::terms
