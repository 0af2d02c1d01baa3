#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise::measuring {

/// The classes of a release, told apart by the text of their quasi-identifiers, and how often each
/// holds each sensitive value. Classes are numbered in the order of their first row.
///
/// A text is kept once per class and compared in full: two tuples never share a class because
/// their hashes do. Cost: one look into a hash table a row, about 40 bytes and the text a class,
/// 24 bytes for each (class, value) that occurs.
class Classes {
 public:
  static constexpr std::size_t classes_max = 0xFFFF'FFFE;

  struct Class {
    const char* text = nullptr;
    std::uint32_t size = 0;
    std::uint32_t k_asked = 0;  ///< the most that one of its rows asks for
    std::uint64_t rows = 0;
  };

  /// Takes a row; it is counted by the next settle(). Rows wait so that what they will look at is
  /// on its way from memory meanwhile: that halves the time of a table of a million classes.
  void stage(std::span<const std::string_view> values);
  static constexpr std::size_t staged_max = 32;
  std::size_t staged() const { return staged_.size(); }
  /// Counts the rows staged, and tells the class of each, in order; valid until the next call.
  std::span<const std::uint32_t> settle();

  std::size_t size() const { return classes_.size(); }
  const Class& operator[](std::size_t index) const { return classes_[index]; }
  Class& operator[](std::size_t index) { return classes_[index]; }
  /// What the class shows, one text a quasi-identifier.
  std::vector<std::string_view> values(std::size_t index) const;

 private:
  struct Staged {
    std::size_t first = 0;  ///< of its key in keys_
    std::size_t size = 0;
    std::uint64_t hash = 0;
  };
  std::uint32_t add(std::string_view key, std::uint64_t hash);
  /// The first class in the slots of a hash that may be it; null when there is none.
  const Class* likely(std::uint64_t hash) const;
  std::string_view keep(std::string_view text);
  void grow();

  KeyedHash hash_;
  std::vector<Class> classes_;
  std::vector<std::uint64_t> slots_;  ///< upper half: of the hash; lower half: class + 1
  std::deque<std::string> blocks_;    ///< the texts; a block never moves
  std::string keys_;                  ///< of the rows staged
  std::vector<Staged> staged_;
  std::vector<std::uint32_t> settled_;
};

/// How often each (class, value) occurs.
class PairCounts {
 public:
  struct Share {
    std::uint32_t value = 0;
    std::uint64_t rows = 0;
  };

  void add(std::uint32_t group, std::uint32_t value);
  /// Calls `each(class, shares)` for every class below `classes`, shares ascending by value.
  template <class Each>
  void each_class(std::size_t classes, const Each& each) const {
    const Sorted sorted = by_class(classes);
    for (std::size_t c = 0; c < classes; ++c)
      each(c, std::span<const Share>(sorted.shares)
                  .subspan(sorted.first[c], sorted.first[c + 1] - sorted.first[c]));
  }

 private:
  struct Sorted {
    std::vector<std::size_t> first;
    std::vector<Share> shares;
  };
  struct Slot {
    std::uint64_t pair = 0;
    std::uint64_t rows = 0;  ///< 0: the slot is free
  };
  Sorted by_class(std::size_t classes) const;
  void grow();
  std::size_t place_of(std::uint64_t pair) const;

  KeyedHash hash_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace usufruct::anonymise::measuring
