#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace usufruct::http {

/// The fields of a message, in their order, as they stand on the wire:
///
///     content-type: text/plain\r\n
///     etag: "5c1f"\r\n
///
/// One text, so that a message costs one allocation and is printed by copying it. Names compare
/// without case (RFC 9110 §5.1). A value.
class Headers {
 public:
  /// Adds a field. That the name is a token and the value has no control character is the caller's
  /// promise: anything else would be a second field, or a second message, and is a bug.
  void add(std::string_view name, std::string_view value);
  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// Whether a comma-separated list, in one or more fields of that name, has the token. A token
  /// with `;q=0` after it is not there.
  bool lists(std::string_view name, std::string_view token) const;
  std::size_t size() const { return size_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t size_ = 0;
};

/// What a name and a value may be (RFC 9110 §§5.1, 5.5).
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);

bool equal_without_case(std::string_view a, std::string_view b);

}  // namespace usufruct::http
