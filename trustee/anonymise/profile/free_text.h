#pragma once

#include <span>
#include <string_view>

#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// Whether a text reads like something a person wrote rather than chose: of at least 20 characters
/// and 4 words, or of over 100 bytes. (Scripts without spaces: a word is three characters.)
bool is_sentence(std::string_view text);

/// Whether a column holds free text, which may name anybody and is never released: of the rows
/// with a value at least one in twenty has a sentence, and those sentences are mostly different.
/// Long labels that many rows share are no free text. `values`: distinct, with their rows, all or
/// a sample of the column's.
bool looks_like_free_text(std::span<const ValueCount> values);

}  // namespace usufruct::anonymise
