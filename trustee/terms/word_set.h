#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace usufruct::terms {

/// A set of small numbers: the places of words in a scheme of a vocabulary. All sets of one scheme
/// have the same capacity; operations on two want that. A value.
class WordSet {
 public:
  WordSet() = default;
  /// Empty, for numbers below `count`.
  explicit WordSet(std::size_t count) : cells_((count + 63) / 64), count_(count) {}
  static WordSet all(std::size_t count) {
    WordSet set(count);
    for (std::size_t i = 0; i < count; ++i) set.insert(i);
    return set;
  }

  void insert(std::size_t i) { cells_[i / 64] |= std::uint64_t{1} << i % 64; }
  void erase(std::size_t i) { cells_[i / 64] &= ~(std::uint64_t{1} << i % 64); }
  bool contains(std::size_t i) const { return (cells_[i / 64] >> i % 64 & 1) != 0; }
  /// Numbers that can be in it, not those that are.
  std::size_t capacity() const { return count_; }
  std::span<const std::uint64_t> cells() const { return cells_; }

  bool is_empty() const {
    return std::ranges::all_of(cells_, [](std::uint64_t cell) { return cell == 0; });
  }
  std::size_t size() const {
    std::size_t size = 0;
    for (const auto cell : cells_) size += static_cast<std::size_t>(std::popcount(cell));
    return size;
  }
  /// The least number in it, or capacity() when there is none.
  std::size_t least() const {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if (cells_[at] != 0) {
        return at * 64 + static_cast<std::size_t>(std::countr_zero(cells_[at]));
      }
    }
    return count_;
  }

  bool meets(const WordSet& other) const {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if ((cells_[at] & other.cells_[at]) != 0) return true;
    }
    return false;
  }
  bool is_within(const WordSet& other) const {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if ((cells_[at] & ~other.cells_[at]) != 0) return false;
    }
    return true;
  }
  WordSet& operator|=(const WordSet& other) {
    for (std::size_t at = 0; at < cells_.size(); ++at) cells_[at] |= other.cells_[at];
    return *this;
  }
  WordSet& operator&=(const WordSet& other) {
    for (std::size_t at = 0; at < cells_.size(); ++at) cells_[at] &= other.cells_[at];
    return *this;
  }
  WordSet& operator-=(const WordSet& other) {
    for (std::size_t at = 0; at < cells_.size(); ++at) cells_[at] &= ~other.cells_[at];
    return *this;
  }
  friend WordSet operator|(WordSet left, const WordSet& right) { return left |= right; }
  friend WordSet operator&(WordSet left, const WordSet& right) { return left &= right; }
  friend WordSet operator-(WordSet left, const WordSet& right) { return left -= right; }
  auto operator<=>(const WordSet&) const = default;

 private:
  std::vector<std::uint64_t> cells_;
  std::size_t count_ = 0;
};

}  // namespace usufruct::terms
