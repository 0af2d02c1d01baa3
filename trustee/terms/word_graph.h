#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/scheme.h"
#include "trustee/terms/term.h"
#include "trustee/terms/word_set.h"

namespace usufruct::terms {

/// Words of one scheme at most: a clause that names them all still fits the kernel's form.
inline constexpr std::size_t words_max = 2'000;

/// Whether a text can be a word: printable ASCII without spaces.
bool is_printable_word(std::string_view id);

/// The words of one scheme and how they contain each other. Terms are added to `terms`, then
/// close() orders them; the rest holds only after that.
struct WordGraph {
  std::vector<Term> terms;                                   ///< by id
  std::map<std::string, std::size_t, std::less<>> index_of;  ///< ids and short names
  std::map<std::string, std::size_t, std::less<>> same_as;   ///< the words of others
  std::vector<WordSet> kinds;                                ///< of each, with itself
  std::vector<std::vector<std::size_t>> children;            ///< ascending

  /// `malformed` for more words than words_max, what is no word, a word written twice, a parent
  /// that does not exist, a circle. O(words × words / 64) a parent at most.
  Result<void> close(Scheme scheme);

  /// Where a word stands, by its id or its short name.
  std::optional<std::size_t> place_of(std::string_view word) const;
  /// The places of a word and of every kind of it, nearest first.
  std::vector<std::size_t> places_below(std::size_t place) const;
};

}  // namespace usufruct::terms
