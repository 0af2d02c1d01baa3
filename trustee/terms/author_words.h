#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trustee/document/fields.h"
#include "trustee/terms/vocabulary.h"

/// What every file that people write has: words of the vocabulary, days. Errors come with their
/// place and what may have been meant.
namespace usufruct::terms {

inline constexpr std::int64_t days_limit = 36'525;  // a hundred years

/// For a hint: the command that lists the words of a scheme.
std::string where_words_are(Scheme scheme, const Vocabulary& vocabulary);

/// The full id of a word.
Result<std::string> known_word(const document::File& file, Scheme scheme,
                               const document::Word& word, const Vocabulary& vocabulary);
/// Those under a key; none when it is absent.
Result<std::vector<std::string>> known_words(document::Fields& fields, std::string_view key,
                                             Scheme scheme, const Vocabulary& vocabulary);

/// `730`, `730 days`, `1 day`; 0 when the key is absent.
Result<std::int64_t> days(document::Fields& fields, std::string_view key);

}  // namespace usufruct::terms
