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
    walk(left, right, [&](std::int64_t low, std::int64_t high) {
      both.pieces_.emplace_back(low, high);
      return true;
    });
    return both;
  }
  bool meets(const IntervalSet& other) const {
    bool has_met = false;
    walk(*this, other, [&](std::int64_t, std::int64_t) { return has_met = true, false; });
    return has_met;
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
  /// Each piece of both, ascending, until told to stop: one walk along the two.
  template <class Visit>
  static void walk(const IntervalSet& left, const IntervalSet& right, Visit visit) {
    auto one = left.pieces_.begin();
    auto other = right.pieces_.begin();
    while (one != left.pieces_.end() && other != right.pieces_.end()) {
      const std::int64_t low = std::max(one->first, other->first);
      const std::int64_t high = std::min(one->second, other->second);
      if (low < high && !visit(low, high)) return;
      if (one->second < other->second) {
        ++one;
      } else {
        ++other;
      }
    }
  }

  std::vector<std::pair<std::int64_t, std::int64_t>> pieces_;
};

}  // namespace usufruct::terms
