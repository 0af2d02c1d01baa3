#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <vector>

#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise {

/// Counts the distinct rows of `width` codes that several threads show it, and of what rows ask for
/// beside them. Each gets a number, which depends on who comes first and is for this run only.
///
/// Codes are packed: a column has as many bits as its largest code so far needs and one or two
/// more, so that a tuple is a word or two. Tuples are spread by their hash over parts that have
/// locks of their own and fit a core's cache.
class TupleTable {
 public:
  static constexpr std::size_t part_count = 64;

  explicit TupleTable(std::size_t width);

  /// One thread's memory for add().
  struct Scratch {
    std::vector<std::uint64_t> words;
    std::vector<std::uint64_t> hashes;
    std::vector<std::uint32_t> order;
  };
  /// Counts `rows` rows: codes[column · rows + row]; numbers[row] says which tuple it is. What a
  /// row asks for is one more code of it, asked[row], and costs nothing while all are 0, as they
  /// are without `asked`.
  void add(const std::uint32_t* codes, std::size_t rows, std::uint32_t* numbers, Scratch& scratch,
           const std::uint32_t* asked = nullptr);

  std::uint64_t memory_bytes() const { return memory_bytes_.load(std::memory_order_relaxed); }

  /// What follows is for when nobody adds. A number is index · part_count + part.
  std::size_t size() const;
  std::size_t size_of_part(std::size_t part) const { return parts_[part].counts.size(); }
  std::uint32_t count(std::size_t part, std::size_t index) const {
    return parts_[part].counts[index];
  }
  std::uint32_t code(std::size_t part, std::size_t index, std::size_t column) const {
    return fields_[column].code_in(&parts_[part].words[index * words_]);
  }
  std::uint32_t asked(std::size_t part, std::size_t index) const {
    return code(part, index, width_);
  }
  /// Gives up the memory of what is only for adding.
  void close();

 private:
  /// Where a column's code is in a tuple's words.
  struct Field {
    std::uint32_t word = 0;
    std::uint32_t shift = 0;
    std::uint32_t bits = 1;
    std::uint64_t mask() const { return (1ULL << bits) - 1; }
    std::uint32_t code_in(const std::uint64_t* words) const {
      return static_cast<std::uint32_t>(words[word] >> shift & mask());
    }
  };
  struct Part {
    std::mutex mutex;
    std::vector<std::uint64_t> slots;  ///< upper half of the hash, and index + 1; 0: free
    std::vector<std::uint64_t> words;  ///< [index · words_]
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> hashes;  ///< lower half
  };

  bool fits(std::span<const std::uint32_t> largest) const;
  void widen(std::span<const std::uint32_t> largest);
  void lay_out();
  void count_part(std::size_t part, std::span<const std::uint32_t> rows, const Scratch& scratch,
                  std::uint32_t* numbers);
  std::uint32_t find(Part& part, std::uint64_t hash, const std::uint64_t* words);
  static void grow(Part& part);

  std::size_t width_;
  KeyedHash hash_;
  /// [field]: odd, so that the hash of a tuple does not depend on how codes are packed.
  std::vector<std::uint64_t> factors_;
  std::shared_mutex layout_;   ///< held alone to change what is next, together to use it
  std::vector<Field> fields_;  ///< of the columns, and of what is asked
  std::size_t words_ = 1;
  std::array<Part, part_count> parts_;
  std::atomic<std::uint64_t> memory_bytes_ = 0;
};

}  // namespace usufruct::anonymise
