#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/table/input_rows.h"
#include "trustee/anonymise/table/kept_rows.h"
#include "trustee/anonymise/table/pages.h"

namespace usufruct::anonymise {

inline constexpr std::uint32_t no_class = static_cast<std::uint32_t>(-1);

/// A row as it will be written: the class it is shown as, its atom, which row of the input it is
/// (0 where nobody asks), and its kept cells.
struct ShuffledRow {
  std::uint32_t group = 0;
  std::uint32_t atom = 0;
  std::uint32_t input_row = 0;
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

/// What decides about rows beyond the recoding.
struct Placing {
  Chance& placement;                ///< which rows of an atom go to which of its classes
  Chance& order;                    ///< of what is written
  InputRows* input_rows = nullptr;  ///< the numbers of the kept rows, where somebody asks
};

/// Which rows of an atom go to which of its classes, and which are suppressed: uniformly random,
/// one draw for each row of an atom that is not of one piece, in the order of the file. So it
/// depends on the recoding, the kept rows and the chance, not on the order they are written in.
class Placement {
 public:
  /// Memory: 4 bytes for an atom, and for a row of an atom that is not of one piece.
  Placement(const Recoding& recoding, std::span<const Histogram::Atom> atoms, Chance& chance);
  /// Of the next row of the atom; no_class when it is suppressed. As often as the atom has rows.
  std::uint32_t class_of(std::uint32_t atom);

 private:
  struct Place {
    std::uint32_t group = no_class;  ///< of all its rows, where `left` is 0
    std::uint32_t left = 0;          ///< rows that were not asked for
    std::size_t first = 0;           ///< of them, in pool_
  };
  Draw draw_;
  std::vector<Place> places_;        ///< [atom]
  std::vector<std::uint32_t> pool_;  ///< classes that are still to be given
};

/// Puts rows in a uniformly random order, of which nothing but chance decides: each row goes to a
/// random bucket, and each bucket is shuffled by itself (Rao 1961, Sandelius 1962). The count of
/// buckets depends on the count of rows alone, so memory and spilling change nothing. Where a row
/// stood in the file may tell whose it is: nothing of that order stays.
class Shuffle {
 public:
  /// Takes what KeptRows holds, less what is suppressed; `columns` is how many cells a row keeps.
  static Result<Shuffle> make(KeptRows& rows, std::size_t columns, const Recoding& recoding,
                              std::span<const Histogram::Atom> atoms, const Placing& placing,
                              Pages& pages);
  /// The next rows, in order; nothing when all were given. They look into the shuffle until it is
  /// asked again.
  Result<std::span<const ShuffledRow>> next();
  bool is_done() const { return bucket_ == buckets_.size(); }

 private:
  /// A record is what Head has, and its cells.
  struct Head {
    std::uint32_t atom = 0;
    std::uint32_t group = 0;
    std::uint32_t input_row = 0;
  };
  struct Bucket {
    Bytes open;
    std::vector<Pages::Page> pages;
    std::size_t size = 0;
  };
  Shuffle(std::size_t columns, Chance& order, Pages& pages)
      : columns_(columns), draw_(order), pages_(pages) {}
  Result<void> put(std::size_t bucket, const Head& head, View cells);

  std::size_t columns_;
  Draw draw_;
  Pages& pages_;
  std::vector<Bucket> buckets_;
  std::size_t bucket_ = 0;  ///< the next
  Bytes records_;
  std::vector<ShuffledRow> rows_;
};

}  // namespace usufruct::anonymise
