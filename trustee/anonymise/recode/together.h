#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace usufruct::anonymise {

/// So many rows that ask for the same k.
struct Asking {
  std::uint32_t k = 0;
  std::uint64_t rows = 0;
};

/// The most of `rows` rows that can be one class by what they ask for: those that ask for more than
/// the answer must stay out, and all others are that many. Of any part of the rows no more can be.
/// `asking` need not have those who ask for nothing; its order is lost.
inline std::uint64_t most_together(std::uint64_t rows, std::span<Asking> asking) {
  std::ranges::sort(asking, std::greater<>(), &Asking::k);
  for (const Asking& each : asking) {
    if (each.k <= rows) break;
    rows -= each.rows;
  }
  return rows;
}

/// The same for each group of tuples: group_of[i], rows[group], asked(i) and count(i) of the i-th.
template <class Asked, class Count>
std::vector<std::uint64_t> most_together(std::span<const std::uint32_t> group_of,
                                         std::span<const std::uint64_t> rows, const Asked& asked,
                                         const Count& count) {
  std::vector<std::uint64_t> most(rows.begin(), rows.end());
  std::vector<std::uint32_t> highest(rows.size(), 0);
  for (std::size_t i = 0; i < group_of.size(); ++i)
    if (count(i) > 0) highest[group_of[i]] = std::max(highest[group_of[i]], asked(i));
  // Few groups have somebody who asks for more than there are.
  std::vector<std::pair<std::uint32_t, Asking>> short_of;
  for (std::size_t i = 0; i < group_of.size(); ++i)
    if (count(i) > 0 && highest[group_of[i]] > rows[group_of[i]])
      short_of.push_back({group_of[i], {asked(i), count(i)}});
  std::ranges::sort(short_of, {}, &std::pair<std::uint32_t, Asking>::first);
  std::vector<Asking> asking;
  for (std::size_t i = 0; i < short_of.size(); ++i) {
    const std::uint32_t group = short_of[i].first;
    asking.push_back(short_of[i].second);
    if (i + 1 < short_of.size() && short_of[i + 1].first == group) continue;
    most[group] = most_together(rows[group], asking);
    asking.clear();
  }
  return most;
}

}  // namespace usufruct::anonymise
