#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise {

/// What the name of a column says of its role, whatever its values look like.
struct TellingWord {
  std::string word;  ///< as the dictionary has it
  ColumnRole role = ColumnRole::identifier;
  bool is_remark = false;  ///< a place where people write what they like
};

/// The longest word of the dictionary that stands in a column's name as a whole: `age` in
/// `Age_years` and `ageYears`, not in `wage`. Case and accents do not count. The dictionary has
/// English, French, German, Spanish, Italian, Portuguese and Dutch words, and some Chinese ones.
std::optional<TellingWord> telling_word(std::string_view column);

/// `_age_years_`: words in lower case between underscores, accents left out. Digits and marks end
/// words.
std::string folded_name(std::string_view column);

}  // namespace usufruct::anonymise
