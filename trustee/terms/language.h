#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/base/result.h"

namespace usufruct::terms {

/// A language tag (RFC 5646 §2.1) by its shape: subtags of 1 to 8 letters and digits, the first of
/// 2 to 8 letters, at most 35 bytes together.
bool is_language_tag(std::string_view text);

/// The language of a text, or of who reads it, by its BCP 47 tag: `fr`, `zh-hant`. Which languages
/// there are is said by the files of a vocabulary (texts.h), not here: only English, which stands
/// in where a text is missing, has a name in the code.
///
/// Tags are alike in upper and lower case and are kept in lower case. A value.
class Language {
 public:
  static const Language en;

  /// `malformed` for what is_language_tag() refuses.
  static Result<Language> parse(std::string_view tag);

  const std::string& tag() const { return tag_; }
  /// The tag without its last subtag (RFC 4647 §3.4): `zh-hant` for `zh-hant-tw`; the same when it
  /// has but one.
  Language broader() const;

  auto operator<=>(const Language&) const = default;

 private:
  explicit Language(std::string tag) : tag_(std::move(tag)) {}

  std::string tag_;
};

inline const Language Language::en{"en"};

}  // namespace usufruct::terms
