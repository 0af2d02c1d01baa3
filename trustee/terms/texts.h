#pragma once

#include <map>
#include <string>
#include <string_view>

#include "trustee/document/fields.h"
#include "trustee/terms/language.h"

namespace usufruct::terms {

/// One thing said in several languages. Nothing is judged by it: texts are no part of a
/// vocabulary's words nor of its digest (specs/terms.md §2).
class Texts {
 public:
  /// False, and nothing is changed, when it is said in that language already.
  bool add(const Language& language, std::string text);
  /// The text for a reader: in the language, or in the nearest broader one (`zh` for `zh-hant-tw`;
  /// RFC 4647 §3.4), or in English, or in the first there is by its tag. Empty when there is none.
  std::string_view in(const Language& language) const;
  /// Null where another would stand in. Of `zh-hant` a text in `zh` is one.
  const std::string* find(const Language& language) const;

  const std::map<Language, std::string>& all() const { return all_; }
  bool is_empty() const { return all_.empty(); }

 private:
  std::map<Language, std::string> all_;
};

/// What a row of a vocabulary is called and what that means.
struct RowTexts {
  Texts labels;
  Texts definitions;
};
/// The texts among a row's fields: `en` holds its label in English, `definition_en` what it means.
/// The language is a tag whose first subtag has two letters, and never Indonesian, whose tag `id`
/// is another field: all others are said in a file of texts, so that no misspelt field passes for a
/// language.
Result<RowTexts> read_row_texts(document::Fields& fields);
/// The texts of a row that holds nothing else, each under its tag; English must be there.
Result<Texts> read_texts(document::Fields& fields);

}  // namespace usufruct::terms
