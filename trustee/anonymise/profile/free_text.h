#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/profile/distinct_sample.h"

namespace usufruct::anonymise {

/// Whether a text reads like something a person wrote rather than chose: of at least 20 characters
/// and 4 words, or of over 100 bytes. (Scripts without spaces: a word is three characters.)
bool is_sentence(std::string_view text);

/// Whether a column holds free text, which may name anybody and is never released: of the rows
/// with a value at least one in twenty has a sentence, and those sentences are mostly different.
/// Long labels that many rows share are no free text. `values`: distinct, with their rows, all or
/// a sample of the column's.
bool looks_like_free_text(std::span<const ValueCount> values);

/// Watches the cells of one column for free text, row by row, in bounded memory. Several may each
/// watch a part and be merged; the order of the rows does not matter. Cheap for short cells.
class FreeTextWatch {
 public:
  FreeTextWatch() : sentences_(sentences_max) {}
  void add(std::string_view cell) {
    rows_ += cell.empty() ? 0 : 1;
    if (cell.size() >= sentence_bytes_min && is_sentence(cell)) add_sentence(cell);
  }
  void merge(const FreeTextWatch& other);
  /// As looks_like_free_text() would say of all values.
  bool is_free_text() const;

 private:
  static constexpr std::size_t sentences_max = std::size_t{1} << 12;
  static constexpr std::size_t sentence_bytes_min = 20;
  void add_sentence(std::string_view cell);

  std::uint64_t rows_ = 0;  ///< with a value
  std::uint64_t sentence_rows_ = 0;
  DistinctSample sentences_;
};

}  // namespace usufruct::anonymise
