#include "trustee/terms/import/structured_field.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/ascii.h"
#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_token_char(char c) {
  return is_alpha(c) || is_ascii_digit(c) || std::string_view("!#$%&'*+-.^_`|~:/").contains(c);
}
bool is_base64(char c) {
  return is_alpha(c) || is_ascii_digit(c) || c == '+' || c == '/' || c == '=';
}

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}

  Result<std::vector<FieldMember>> dictionary() {
    std::vector<FieldMember> members;
    skip(" ");
    while (!is_end()) {
      if (members.size() == field_members_max) return fault("more members than are taken");
      auto member = TRY(this->member());
      members.push_back(std::move(member));
      skip(" \t");
      if (is_end()) break;
      if (!take(',')) return fault("a comma is wanted");
      skip(" \t");
      if (is_end()) return fault("nothing follows the comma");
    }
    return members;
  }

 private:
  Result<FieldMember> member() {
    FieldMember member;
    member.key = TRY(key());
    member.value = {FieldKind::boolean, "?1"};
    if (take('=')) member.value = TRY(peek() == '(' ? list() : item());
    member.parameters = TRY(parameters());
    return member;
  }

  Result<std::string> key() {
    if (!is_lower(peek()) && peek() != '*') return fault("a key begins with a small letter");
    const auto is_inside = [](char c) {
      return is_lower(c) || is_ascii_digit(c) || std::string_view("_-.*").contains(c);
    };
    return std::string(while_of(is_inside));
  }

  Result<FieldItem> item() {
    const char c = peek();
    if (is_alpha(c) || c == '*') {
      return FieldItem{FieldKind::token, std::string(while_of(is_token_char))};
    }
    if (c == '"') return text();
    if (c == '?') return boolean();
    if (c == ':') return bytes();
    if (take('@') || c == '-' || is_ascii_digit(c)) return number();
    if (c == '%') return display_text();
    return fault("this is no value");
  }

  Result<FieldItem> text() {
    FieldItem item{FieldKind::text, ""};
    take('"');
    while (!is_end()) {
      char c = text_[at_++];
      if (c == '"') return item;
      if (c < 0x20 || c > 0x7e) break;
      if (c == '\\') {
        c = peek();
        if (c != '"' && c != '\\') break;
        ++at_;
      }
      item.text += c;
    }
    return fault("the string does not end");
  }

  Result<FieldItem> boolean() {
    take('?');
    const char c = peek();
    if (c != '0' && c != '1') return fault("a boolean is ?0 or ?1");
    ++at_;
    return FieldItem{FieldKind::boolean, fmt::format("?{}", c)};
  }

  Result<FieldItem> bytes() {
    take(':');
    FieldItem item{FieldKind::other, std::string(while_of(is_base64))};
    if (!take(':')) return fault("the byte sequence does not end");
    return item;
  }

  Result<FieldItem> number() {
    constexpr std::size_t digits_max = 15;
    std::string digits(take('-') ? "-" : "");
    const auto whole = while_of(is_ascii_digit);
    if (whole.empty() || whole.size() > digits_max) return fault("this is no number");
    digits += whole;
    if (take('.')) {
      const auto part = while_of(is_ascii_digit);
      if (part.empty() || part.size() > 3 || whole.size() > 12) return fault("this is no number");
      digits += fmt::format(".{}", part);
    }
    return FieldItem{FieldKind::other, std::move(digits)};
  }

  /// `%"f%c3%bc"`; what it says is of no use here, only where it ends.
  Result<FieldItem> display_text() {
    take('%');
    if (!take('"')) return fault("this is no value");
    const auto is_inside = [](char c) { return c >= 0x20 && c <= 0x7e && c != '"'; };
    FieldItem item{FieldKind::other, std::string(while_of(is_inside))};
    if (!take('"')) return fault("the string does not end");
    return item;
  }

  Result<FieldItem> list() {
    take('(');
    std::size_t count = 0;
    while (!is_end()) {
      skip(" ");
      if (take(')')) return FieldItem{FieldKind::other, fmt::format("a list of {}", count)};
      TRY(item());
      TRY(parameters());
      ++count;
      if (peek() != ' ' && peek() != ')') break;
    }
    return fault("the list does not end");
  }

  Result<std::vector<std::pair<std::string, FieldItem>>> parameters() {
    std::vector<std::pair<std::string, FieldItem>> all;
    while (take(';')) {
      skip(" ");
      if (all.size() == field_members_max) return fault("more parameters than are taken");
      auto name = TRY(key());
      FieldItem value{FieldKind::boolean, "?1"};
      if (take('=')) value = TRY(item());
      std::erase_if(all, [&](const auto& one) { return one.first == name; });
      all.emplace_back(std::move(name), std::move(value));
    }
    return all;
  }

  bool is_end() const { return at_ == text_.size(); }
  char peek() const { return is_end() ? '\0' : text_[at_]; }
  bool take(char wanted) {
    if (is_end() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void skip(std::string_view any) {
    while (!is_end() && any.contains(text_[at_])) ++at_;
  }
  template <class Is>
  std::string_view while_of(Is is) {
    const std::size_t start = at_;
    while (!is_end() && is(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  std::unexpected<Error> fault(std::string_view what) const {
    return malformed(fmt::format("column {}: {}", at_ + 1, what));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<FieldMember>> parse_dictionary(std::string_view field) {
  if (field.size() > field_bytes_max) {
    return malformed(fmt::format("{} bytes are more than {}", field.size(), field_bytes_max));
  }
  while (field.ends_with(' ')) field.remove_suffix(1);
  return FieldReader(field).dictionary();
}

}  // namespace usufruct::terms
