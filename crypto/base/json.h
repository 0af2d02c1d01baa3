#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace usufruct {

/// A JSON value to be printed (RFC 8259). Members keep the order they were added in; 64-bit
/// integers print as strings, since many readers of JSON hold numbers as doubles. Writing only:
/// what is read comes in through trustee/document.
class Json {
 public:
  Json() : value_(nullptr) {}
  Json(bool value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(std::uint64_t value) : value_(std::to_string(value)) {}
  Json(std::int64_t value) : value_(std::to_string(value)) {}
  Json(std::uint32_t value) : value_(static_cast<double>(value)) {}
  Json(int value) : value_(static_cast<double>(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}

  static Json object() { return Json(Members{}); }
  static Json array() { return Json(Items{}); }
  template <class Range>
  static Json array_of(const Range& range) {
    Json out = array();
    for (const auto& item : range) out.push(Json(item));
    return out;
  }
  /// JSON text that another printer made, taken as it is.
  static Json raw(std::string text) { return Json(Raw{std::move(text)}); }

  /// Adds a member to an object, an item to an array; returns itself.
  Json& set(std::string name, Json value);
  Json& push(Json value);

  /// One line, no spaces.
  std::string print() const;
  /// For people: each member and item on a line of its own, two spaces a level, a line feed at the
  /// end.
  std::string print_indented() const;

 private:
  struct Raw {
    std::string text;
  };
  using Members = std::vector<std::pair<std::string, Json>>;
  using Items = std::vector<Json>;
  explicit Json(Members members) : value_(std::move(members)) {}
  explicit Json(Items items) : value_(std::move(items)) {}
  explicit Json(Raw raw) : value_(std::move(raw)) {}
  /// `indent` is where a line of this level begins; none: all on one line.
  void print_to(std::string& out, std::optional<std::size_t> indent) const;

  std::variant<std::nullptr_t, bool, double, std::string, Raw, Members, Items> value_;
};

/// A JSON string with its quotes: everything RFC 8259 §7 asks to escape, bad UTF-8 shown as \xNN.
std::string quote_json(std::string_view text);

}  // namespace usufruct
