#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

namespace usufruct::terms {

/// A set of whole numbers as few intervals [low, high), ascending and apart. A value.
class IntervalSet {
 public:
  IntervalSet() = default;
  /// Empty when low >= high.
  IntervalSet(std::int64_t low, std::int64_t high) {
    if (low < high) pieces_.emplace_back(low, high);
  }

  bool is_empty() const { return pieces_.empty(); }
  bool contains(std::int64_t number) const {
    return std::ranges::any_of(
        pieces_, [&](const auto& piece) { return number >= piece.first && number < piece.second; });
  }
  /// The least number in it, which must not be empty.
  std::int64_t least() const { return pieces_.front().first; }
  const std::vector<std::pair<std::int64_t, std::int64_t>>& pieces() const { return pieces_; }

  friend IntervalSet operator&(const IntervalSet& left, const IntervalSet& right) {
    IntervalSet both;
    for (const auto& [low, high] : left.pieces_) {
      for (const auto& [from, to] : right.pieces_) {
        const std::int64_t begin = std::max(low, from);
        const std::int64_t end = std::min(high, to);
        if (begin < end) both.pieces_.emplace_back(begin, end);
      }
    }
    return both;
  }
  bool meets(const IntervalSet& other) const {
    for (const auto& [low, high] : pieces_) {
      for (const auto& [from, to] : other.pieces_) {
        if (std::max(low, from) < std::min(high, to)) return true;
      }
    }
    return false;
  }
  /// What of a domain is not in it.
  IntervalSet complement(const IntervalSet& domain) const {
    IntervalSet left;
    for (auto [low, high] : domain.pieces_) {
      for (const auto& [from, to] : pieces_) {
        if (to <= low || from >= high) continue;
        if (from > low) left.pieces_.emplace_back(low, from);
        low = std::max(low, to);
      }
      if (low < high) left.pieces_.emplace_back(low, high);
    }
    return left;
  }
  auto operator<=>(const IntervalSet&) const = default;

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> pieces_;
};

}  // namespace usufruct::terms
