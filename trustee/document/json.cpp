#include "trustee/document/json.h"

#include <algorithm>

#include "crypto/base/ascii.h"
#include "crypto/base/text.h"

namespace usufruct::document {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xc0 | point >> 6);
    add(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    add(0xe0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3f));
    add(0x80 | (point & 0x3f));
  } else {
    add(0xf0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3f));
    add(0x80 | (point >> 6 & 0x3f));
    add(0x80 | (point & 0x3f));
  }
}

/// What a plain scalar is, when it is not a number.
struct Literal {
  std::string_view text;
  Kind kind;
};
constexpr Literal literals[] = {
    {"true", Kind::scalar}, {"false", Kind::scalar}, {"null", Kind::null}};

class Reader {
 public:
  Reader(std::string_view text, File& file) : text_(text), file_(file) {}

  Result<void> run() {
    skip_space();
    if (at_ == text_.size()) return fault("nothing is written here");
    CHECK_OK(value(file_.root, 0));
    skip_space();
    if (at_ != text_.size()) return not_json("something follows the value");
    return {};
  }

 private:
  Place place() const { return {line_, static_cast<std::uint32_t>(at_ - line_begin_) + 1}; }
  std::unexpected<Error> fault(std::string_view message, std::string hint = {}) const {
    return file_.fault(place(), message, std::move(hint));
  }

  /// What a reader of RFC 8259 would refuse too; what only our limits refuse is a fault.
  std::unexpected<Error> not_json(std::string_view message, std::string hint = {}) const {
    return fault(fmt::format("not JSON: {}", message), std::move(hint));
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char wanted) {
    if (peek() != wanted || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  /// Recurses once a level: no deeper than depth_max.
  Result<void> value(Node& node, std::size_t depth) {
    node.place = place();
    if (++count_ > node_count_max) return fault(fmt::format("more than {} values", node_count_max));
    const char first = peek();
    if (first == '{' || first == '[') {
      if (depth >= depth_max) return fault(fmt::format("nested deeper than {}", depth_max));
      ++at_;
      return first == '{' ? object(node, depth + 1) : array(node, depth + 1);
    }
    if (first == '"') {
      node.kind = Kind::scalar;
      node.quoted = true;
      return string(node.text);
    }
    return plain(node);
  }

  Result<void> array(Node& node, std::size_t depth) {
    node.kind = Kind::sequence;
    skip_space();
    if (take(']')) return {};
    while (true) {
      CHECK_OK(value(node.items.emplace_back(), depth));
      skip_space();
      if (take(']')) return {};
      if (!take(',')) return not_json("',' or ']' is missing");
      skip_space();
    }
  }

  Result<void> object(Node& node, std::size_t depth) {
    node.kind = Kind::mapping;
    skip_space();
    if (take('}')) return {};
    while (true) {
      Node& item = node.items.emplace_back();
      item.key_place = place();
      if (peek() != '"') return not_json("a key is missing", "keys are texts in double quotes");
      CHECK_OK(string(item.key));
      skip_space();
      if (!take(':')) return not_json("':' is missing");
      skip_space();
      CHECK_OK(value(item, depth));
      skip_space();
      if (take('}')) return check_keys(node);
      if (!take(',')) return not_json("',' or '}' is missing");
      skip_space();
    }
  }

  Result<void> check_keys(const Node& node) const {
    const Node* twice = node.items.size() <= 16 ? twice_of_few(node) : twice_of_many(node);
    if (!twice) return {};
    return file_.fault(twice->key_place,
                       fmt::format("'{}' is written twice", printable(twice->key)),
                       "keep one of them");
  }
  static const Node* twice_of_few(const Node& node) {
    for (auto item = node.items.begin(); item != node.items.end(); ++item) {
      const auto same = [&](const Node& before) { return before.key == item->key; };
      if (std::any_of(node.items.begin(), item, same)) return &*item;
    }
    return nullptr;
  }
  static const Node* twice_of_many(const Node& node) {
    std::vector<const Node*> sorted;
    for (const auto& item : node.items) sorted.push_back(&item);
    std::ranges::stable_sort(sorted, {}, &Node::key);
    const auto found = std::ranges::adjacent_find(sorted, {}, &Node::key);
    return found == sorted.end() ? nullptr : found[1];
  }

  Result<void> plain(Node& node) {
    for (const auto& literal : literals) {
      if (!text_.substr(at_).starts_with(literal.text)) continue;
      node.kind = literal.kind;
      if (node.kind == Kind::scalar) node.text = literal.text;
      at_ += literal.text.size();
      return {};
    }
    const std::size_t begin = at_;
    node.kind = Kind::scalar;
    if (!number()) {
      at_ = begin;
      return not_json("this is no value");
    }
    node.text = text_.substr(begin, at_ - begin);
    return {};
  }

  bool digits() {
    const std::size_t begin = at_;
    while (is_ascii_digit(peek())) ++at_;
    return at_ > begin;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  Result<void> string(std::string& out) {
    ++at_;
    while (true) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20 && text_[at_] != 0x7f) {
        ++at_;
      }
      out.append(text_.substr(begin, at_ - begin));
      if (take('"')) return {};
      if (at_ == text_.size()) return not_json("the text has no end");
      if (!take('\\')) return fault("a control character is not taken");
      CHECK_OK(escape(out));
    }
  }

  Result<void> escape(std::string& out) {
    const char c = peek();
    ++at_;
    if (c == '"' || c == '\\' || c == '/') {
      out += c;
    } else if (c == 'n' || c == 't') {
      out += c == 'n' ? '\n' : '\t';
    } else if (c == 'u') {
      append_utf8(out, TRY(point()));
    } else {
      --at_;
      if (c == 'b' || c == 'f' || c == 'r') return fault("a control character is not taken");
      return not_json("there is no such escape");
    }
    return {};
  }

  Result<std::uint32_t> point() {
    const std::uint32_t first = TRY(unit());
    if (first >= 0xdc00 && first <= 0xdfff)
      return not_json("half a surrogate pair is no character");
    if (first < 0xd800 || first > 0xdbff) {
      const bool is_control = (first < 0x20 && first != '\n' && first != '\t') || first == 0x7f;
      if (is_control) return fault("a control character is not taken");
      return first;
    }
    std::uint32_t second = 0;
    if (take('\\') && take('u')) second = TRY(unit());
    if (second < 0xdc00 || second > 0xdfff)
      return not_json("half a surrogate pair is no character");
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }
  /// Four hexadecimal digits.
  Result<std::uint32_t> unit() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const char lower = static_cast<char>(c | 0x20);
      if (!is_ascii_digit(c) && (lower < 'a' || lower > 'f'))
        return not_json("four digits follow \\u");
      value =
          value << 4 | static_cast<std::uint32_t>(is_ascii_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    return value;
  }

  std::string_view text_;
  File& file_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  std::size_t count_ = 0;
};

}  // namespace

Result<File> parse_json(std::string_view text, std::string_view name) {
  File file{std::string(name), {}};
  if (text.size() > text_bytes_max) {
    return malformed(
        fmt::format("{}: {} bytes are more than {}", file.name, text.size(), text_bytes_max));
  }
  if (!is_utf8(text)) return file.fault({}, "this is not UTF-8", "save the file as UTF-8");
  // RFC 8259 §8.1: one that others wrote may be ignored.
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  CHECK_OK(Reader(text, file).run());
  return file;
}

}  // namespace usufruct::document
