#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/table/kept_rows.h"
#include "trustee/anonymise/table/pages.h"

namespace usufruct::anonymise {

inline constexpr std::uint32_t no_class = static_cast<std::uint32_t>(-1);

/// A row as it will be written: the class it is shown as, its atom, and its kept cells.
struct ShuffledRow {
  std::uint32_t group = 0;
  std::uint32_t atom = 0;
  View cells;
};

/// Unbiased numbers, from chance drawn in blocks.
class Draw {
 public:
  explicit Draw(Chance& chance) : chance_(chance) {}
  /// Below a bound of at least 1.
  std::uint32_t below(std::uint32_t bound);

 private:
  std::uint32_t next();
  Chance& chance_;
  std::array<std::uint8_t, 4096> block_{};
  std::size_t at_ = block_.size();
};

/// Puts rows in a uniformly random order, of which nothing but `chance` decides: each row goes to a
/// random bucket, and each bucket is shuffled by itself (Rao 1961, Sandelius 1962). The count of
/// buckets depends on the count of rows alone, so memory and spilling change nothing.
///
/// Which rows of an atom go to which of its classes, and which are suppressed, is random by the
/// same order: those that come first take its first class, and so on. Where a row stood in the file
/// may tell whose it is, so nothing of that order stays.
class Shuffle {
 public:
  /// Takes what KeptRows holds; `columns` is how many cells a row keeps.
  static Result<Shuffle> make(KeptRows& rows, std::size_t columns, const Recoding& recoding,
                              std::size_t atom_count, Chance& chance, Pages& pages);
  /// The next rows, in order, without those that are suppressed; nothing when all were given. They
  /// look into the shuffle until it is asked again.
  Result<std::span<const ShuffledRow>> next();
  bool is_done() const { return bucket_ == buckets_.size(); }

 private:
  /// A record is its atom (4 bytes) and its cells.
  struct Bucket {
    Bytes open;
    std::vector<Pages::Page> pages;
    std::size_t size = 0;
  };
  Shuffle(std::size_t columns, const Recoding& recoding, std::size_t atom_count, Chance& chance,
          Pages& pages);
  Result<void> put(std::size_t bucket, std::uint32_t atom, View cells);
  std::uint32_t class_of(std::uint32_t atom);

  std::size_t columns_;
  const Recoding& recoding_;
  Draw draw_;
  Pages& pages_;
  std::vector<Bucket> buckets_;
  std::size_t bucket_ = 0;  ///< the next
  Bytes records_;
  std::vector<std::uint32_t> places_;
  std::vector<ShuffledRow> rows_;
  std::vector<std::uint32_t> next_share_;  ///< [atom]
  std::vector<std::uint32_t> taken_;       ///< [share]
};

}  // namespace usufruct::anonymise
