#include "trustee/anonymise/table/json_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/table/strict_text.h"

namespace usufruct::anonymise {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is wrong with a value; the parser adds where.
using Wrong = std::optional<std::string_view>;

void append_utf8(char*& to, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

/// Walks one line of JSON; what it reads is left, unescaped and without spaces, where it stood.
class Line {
 public:
  Line(char* at, char* end) : at_(at), end_(end) {}

  bool takes(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }
  bool is_at_end() const { return at_ == end_; }

  /// After the opening quote: the text up to the closing one, escapes undone.
  Wrong text(std::string_view& found) {
    char* to = at_;
    const char* start = at_;
    for (;; ++at_) {
      if (at_ == end_) return "a text is never closed";
      if (*at_ == '"') break;
      if (static_cast<unsigned char>(*at_) < 0x20) return "a control character in a text";
      if (*at_ == '\\') {
        if (auto wrong = escape(to)) return wrong;
      } else {
        *to++ = *at_;
      }
    }
    ++at_;
    found = {start, static_cast<std::size_t>(to - start)};
    return {};
  }

  Wrong value(std::string_view& found) {
    if (takes('"')) return text(found);
    if (at_ != end_ && (*at_ == '{' || *at_ == '[')) return nested(found);
    const char* start = at_;
    if (auto wrong = scalar()) return wrong;
    found = {start, static_cast<std::size_t>(at_ - start)};
    if (found == "null") found = {};
    return {};
  }

 private:
  /// At a backslash; leaves at_ on the last character of the escape.
  Wrong escape(char*& to) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (++at_ == end_) return "a text is never closed";
    if (const auto i = letters.find(*at_); i != std::string_view::npos) {
      *to++ = meant[i];
      return {};
    }
    std::uint32_t code = 0;
    if (*at_ != 'u' || !hexadecimal(code)) return "an escape that JSON does not have";
    if (code >= 0xD800 && code < 0xDC00) {
      std::uint32_t low = 0;
      if (end_ - at_ < 3 || at_[1] != '\\' || at_[2] != 'u') return "half of a surrogate pair";
      at_ += 2;
      if (!hexadecimal(low) || low < 0xDC00 || low > 0xDFFF) return "half of a surrogate pair";
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      return "half of a surrogate pair";
    }
    if (code == 0) return "a zero byte";
    append_utf8(to, code);
    return {};
  }

  /// Four digits after the `u` that at_ is on.
  bool hexadecimal(std::uint32_t& code) {
    if (end_ - at_ < 5) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = *++at_;
      const char low = static_cast<char>(c | 0x20);
      if (is_digit(c))
        code = code << 4 | static_cast<std::uint32_t>(c - '0');
      else if (low >= 'a' && low <= 'f')
        code = code << 4 | static_cast<std::uint32_t>(low - 'a' + 10);
      else
        return false;
    }
    return true;
  }

  /// A number or one of the three words.
  Wrong scalar() {
    for (const std::string_view word : {"true", "false", "null"})
      if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
        at_ += word.size();
        return {};
      }
    takes('-');
    const char* start = at_;
    if (!digits()) return "not a JSON value";
    if (*start == '0' && at_ - start > 1) return "a number with a leading zero";
    if (takes('.') && !digits()) return "a number that ends in a point";
    if (takes('e') || takes('E')) {
      if (!takes('+')) takes('-');
      if (!digits()) return "a number without its exponent";
    }
    return {};
  }
  bool digits() {
    const char* start = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != start;
  }

  /// An array or object, its white space taken out: a walk with a stack of open brackets.
  Wrong nested(std::string_view& found) {
    char* const start = at_;
    char* to = at_;
    char open[json_depth_max];
    std::size_t depth = 0;
    bool wants_value = true;  ///< else a comma or a closing bracket
    bool may_close = false;   ///< just after an opening bracket
    const auto keep = [&](const char* from) {
      const auto size = static_cast<std::size_t>(at_ - from);
      std::memmove(to, from, size);
      to += size;
    };
    do {
      skip_spaces();
      if (at_ == end_) return "an array or object is never closed";
      const char* from = at_;
      const char c = *at_;
      if ((c == '}' || c == ']') && (may_close || !wants_value)) {
        if (depth == 0 || open[--depth] != c) return "brackets that do not match";
        ++at_;
        wants_value = may_close = false;
      } else if (c == ',' && !wants_value) {
        ++at_;
        wants_value = true;
        keep(from);
        if (open[depth - 1] == '}')
          if (auto wrong = key(to)) return wrong;
        continue;
      } else if (!wants_value) {
        return "a comma is missing";
      } else if (c == '{' || c == '[') {
        if (depth == json_depth_max) return "values nested too deeply";
        open[depth++] = c == '{' ? '}' : ']';
        ++at_;
        keep(from);
        may_close = true;
        skip_spaces();
        if (c == '{' && at_ != end_ && *at_ != '}') {
          may_close = false;
          if (auto wrong = key(to)) return wrong;
        }
        continue;
      } else {
        if (auto wrong = c == '"' ? skip_text() : scalar()) return wrong;
        wants_value = may_close = false;
      }
      keep(from);
    } while (depth > 0);
    found = {start, static_cast<std::size_t>(to - start)};
    return {};
  }

  /// `"key":` inside a nested object.
  Wrong key(char*& to) {
    skip_spaces();
    const char* from = at_;
    if (at_ == end_ || *at_ != '"') return "a key is missing";
    if (auto wrong = skip_text()) return wrong;
    const auto size = static_cast<std::size_t>(at_ - from);
    std::memmove(to, from, size);
    to += size;
    skip_spaces();
    if (!takes(':')) return "a colon is missing";
    *to++ = ':';
    return {};
  }

  /// A text of a nested value stays as written.
  Wrong skip_text() {
    for (++at_;; ++at_) {
      if (at_ == end_) return "a text is never closed";
      if (*at_ == '"') break;
      if (static_cast<unsigned char>(*at_) < 0x20) return "a control character in a text";
      if (*at_ != '\\') continue;
      // Checked by undoing it into a place of its own.
      char scratch[4];
      char* to = scratch;
      if (auto wrong = escape(to)) return wrong;
    }
    ++at_;
    return {};
  }

  char* at_;
  char* end_;
};

/// Reads the members of one line's object: take(key, value) answers what is wrong, if anything.
template <class Take>
Wrong read_object(Line& line, std::string_view& key, Take take) {
  line.skip_spaces();
  if (!line.takes('{')) return "not a JSON object";
  line.skip_spaces();
  if (!line.takes('}')) {
    do {
      line.skip_spaces();
      if (!line.takes('"')) return "a key is missing";
      if (auto wrong = line.text(key)) return wrong;
      line.skip_spaces();
      if (!line.takes(':')) return "a colon is missing";
      line.skip_spaces();
      std::string_view value;
      if (auto wrong = line.value(value)) return wrong;
      if (auto wrong = take(value)) return wrong;
      line.skip_spaces();
    } while (line.takes(','));
    if (!line.takes('}')) return "a comma or the closing bracket is missing";
  }
  line.skip_spaces();
  if (!line.is_at_end()) return "text after the object";
  return {};
}

std::unexpected<Error> wrong_line(std::uint64_t line, std::string_view key, std::string_view what) {
  const std::string column = key.empty() ? "" : fmt::format(", column '{}'", printable(key));
  return malformed(fmt::format("line {}{}: {}", line, column, what),
                   "give one JSON object a line, with the keys of the first");
}

/// Which column a key is. Most rows have their keys in the order of the first.
class Keys {
 public:
  explicit Keys(const std::vector<std::string>& columns) : columns_(columns) {
    for (std::size_t c = 0; c < columns.size(); ++c) sorted_.emplace_back(columns[c], c);
    std::sort(sorted_.begin(), sorted_.end());
  }
  std::optional<std::size_t> find(std::string_view key, std::size_t guess) const {
    if (guess < columns_.size() && columns_[guess] == key) return guess;
    const auto at = std::lower_bound(sorted_.begin(), sorted_.end(),
                                     std::pair<std::string_view, std::size_t>(key, 0));
    if (at == sorted_.end() || at->first != key) return std::nullopt;
    return at->second;
  }

 private:
  const std::vector<std::string>& columns_;
  std::vector<std::pair<std::string_view, std::size_t>> sorted_;
};

}  // namespace

Result<std::vector<std::string>> parse_keys(std::string_view start_of_file) {
  std::string text(start_of_file.substr(0, start_of_file.find('\n')));
  if (text.empty()) return malformed("the file is empty", "give one JSON object a line");
  if (text.size() > row_bytes_max)
    return malformed(fmt::format("line 1 is over {} bytes", row_bytes_max), "shorten the row");
  CHECK_OK(check_text(text, 1));
  std::vector<std::string> names;
  Line line(text.data(), text.data() + text.size());
  std::string_view key;
  const auto wrong = read_object(line, key, [&](std::string_view) -> Wrong {
    names.emplace_back(key);
    return {};
  });
  if (wrong) return wrong_line(1, key, *wrong);
  CHECK_OK(check_column_names(names));
  if (names.empty()) return malformed("the first row has no columns", "give it every key");
  return names;
}

Result<void> parse_json_lines(Block& block, const std::vector<std::string>& columns) {
  const Keys keys(columns);
  block.columns = columns.size();
  char* const text = block.text.get();
  const bool is_text = is_plain_text(block.raw());
  std::vector<std::uint64_t> seen(columns.size(), 0);
  std::uint64_t number = block.first_line;
  for (std::size_t at = block.start; at < block.size; ++number) {
    const void* found = std::memchr(text + at, '\n', block.size - at);
    const std::size_t end = found == nullptr
                                ? block.size
                                : static_cast<std::size_t>(static_cast<const char*>(found) - text);
    if (end - at > row_bytes_max)
      return malformed(fmt::format("line {}: a row is over {} bytes", number, row_bytes_max),
                       "shorten the row");
    if (!is_text) CHECK_OK(check_text({text + at, end - at}, number));
    const std::size_t first = block.cells.size();
    block.cells.resize(first + columns.size());
    Line line(text + at, text + end);
    std::string_view key;
    std::size_t guess = 0;
    const auto wrong = read_object(line, key, [&](std::string_view value) -> Wrong {
      const auto column = keys.find(key, guess);
      if (!column) return "a key that the first row does not have";
      if (seen[*column] == number) return "a key that occurs twice";
      seen[*column] = number;
      guess = *column + 1;
      if (!value.empty())
        block.cells[first + *column] = {static_cast<std::uint32_t>(value.data() - text),
                                        static_cast<std::uint32_t>(value.size())};
      return {};
    });
    if (wrong) return wrong_line(number, key, *wrong);
    at = end + 1;
  }
  block.is_parsed = true;
  return {};
}

}  // namespace usufruct::anonymise
