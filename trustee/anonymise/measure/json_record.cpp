#include "trustee/anonymise/measure/json_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace usufruct::anonymise::measuring {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number by the grammar of RFC 8259 §6.
bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - from;
  };
  const bool leads_with_zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (leads_with_zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.' && (++at, digits() == 0)) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

void append_utf8(std::string& to, std::uint32_t point) {
  const auto tail = [&](int shift) { to += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    to += static_cast<char>(point);
  } else if (point < 0x800) {
    to += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    to += static_cast<char>(0xE0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xF0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

class JsonLine {
 public:
  JsonLine(std::string_view text, std::deque<std::string>& decoded)
      : text_(text), decoded_(decoded) {}

  Result<std::vector<JsonField>> object() {
    std::vector<JsonField> fields;
    if (!accept('{')) return malformed("a line is not a JSON object");
    if (!accept('}')) {
      do {
        JsonField field;
        skip_space();
        field.key = TRY(string());
        if (!accept(':')) return malformed("a key without a value");
        field.value = TRY(value());
        fields.push_back(field);
      } while (accept(','));
      if (!accept('}')) return malformed("an object that is not closed");
    }
    skip_space();
    if (at_ != text_.size()) return malformed("text after the object");
    return fields;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Result<std::string_view> value() {
    skip_space();
    if (at_ == text_.size()) return malformed("a key without a value");
    if (text_[at_] == '"') return string();
    const std::size_t from = at_;
    CHECK_OK(skip_value());
    const std::string_view raw = text_.substr(from, at_ - from);
    return raw == "null" ? std::string_view{} : raw;
  }

  /// Passes over one value of any kind. Nested brackets are kept on a stack, not by recursion.
  Result<void> skip_value() {
    std::string open;
    do {
      skip_space();
      if (at_ == text_.size()) return malformed("a value that is not closed");
      const char c = text_[at_];
      if (c == '{' || c == '[') {
        if (open.size() == json_depth_max) return malformed("a value that is nested too deep");
        open += c == '{' ? '}' : ']';
        ++at_;
      } else if (!open.empty() && c == open.back()) {
        open.pop_back();
        ++at_;
      } else if (!open.empty() && (c == ',' || c == ':')) {
        ++at_;
      } else if (c == '"') {
        CHECK_OK(string());
      } else {
        CHECK_OK(skip_word());
      }
    } while (!open.empty());
    return {};
  }

  Result<void> skip_word() {
    const std::size_t end = std::min(text_.find_first_of(",:{}[]\" \t\r", at_), text_.size());
    const std::string_view word = text_.substr(at_, end - at_);
    if (word != "true" && word != "false" && word != "null" && !is_json_number(word))
      return malformed("a value that is not JSON");
    at_ = end;
    return {};
  }

  Result<std::string_view> string() {
    if (at_ == text_.size() || text_[at_] != '"') return malformed("a key that is not a string");
    const std::size_t from = ++at_;
    at_ = std::min(text_.find_first_of("\"\\", at_), text_.size());
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::string_view plain = text_.substr(from, at_++ - from);
      if (has_raw_control(plain)) return malformed("a control character in a string");
      return plain;
    }
    std::string& decoded = decoded_.emplace_back(text_.substr(from, at_ - from));
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        decoded += text_[at_++];
      } else if (!escape(decoded)) {
        return malformed("an escape that is not JSON");
      }
    }
    if (at_++ == text_.size()) return malformed("a string that is not closed");
    return std::string_view(decoded);
  }

  static bool has_raw_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  }

  bool escape(std::string& to) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (++at_ == text_.size()) return false;
    const char letter = text_[at_++];
    if (const auto place = letters.find(letter); place != std::string_view::npos) {
      to += meanings[place];
      return true;
    }
    const auto point = letter == 'u' ? code_point() : std::nullopt;
    if (point) append_utf8(to, *point);
    return point.has_value();
  }

  /// After `\u`: four digits, and the other half of a pair where the first is one.
  std::optional<std::uint32_t> code_point() {
    const auto first = four_digits();
    if (!first || (*first & 0xFC00) == 0xDC00) return std::nullopt;
    if ((*first & 0xFC00) != 0xD800) return first;
    if (text_.substr(at_, 2) != "\\u") return std::nullopt;
    at_ += 2;
    const auto second = four_digits();
    if (!second || (*second & 0xFC00) != 0xDC00) return std::nullopt;
    return 0x10000 + ((*first & 0x3FF) << 10) + (*second & 0x3FF);
  }

  std::optional<std::uint32_t> four_digits() {
    if (text_.size() - at_ < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const int digit = is_digit(c)            ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return std::nullopt;
      value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    return value;
  }

  std::string_view text_;
  std::deque<std::string>& decoded_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<JsonField>> read_json_record(std::string_view line,
                                                std::deque<std::string>& decoded) {
  return JsonLine(line, decoded).object();
}

}  // namespace usufruct::anonymise::measuring
