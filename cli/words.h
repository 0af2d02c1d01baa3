#pragma once

#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::cli {

/// A word of a vocabulary by its full id; a word it does not know is a usage error with the nearest
/// known one.
Result<std::string> known_word(terms::Scheme scheme, const std::string& word,
                               const std::string& option,
                               const terms::Vocabulary& vocabulary = terms::Vocabulary::builtin());
Result<std::vector<std::string>> known_words(
    terms::Scheme scheme, const std::vector<std::string>& words, const std::string& option,
    const terms::Vocabulary& vocabulary = terms::Vocabulary::builtin());

/// An enumerator by its name as records spell it.
template <class Enum>
Result<Enum> known_name(const std::string& word, const std::string& option);

}  // namespace usufruct::cli
