#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace usufruct::anonymise {

/// The k that a cell asks for: a whole number up to 2^32 - 1; the empty text asks for 0. Nothing
/// for any other text.
std::optional<std::uint32_t> parse_asked_k(std::string_view cell);

/// What the persons of rows ask for by themselves (personalised k): every k above the floor's is
/// numbered as it comes, 0 being those that ask for no more, and rows are counted by it. That count
/// is of the rows as they are read, so that what is found in a release can be held against it.
class AskedK {
 public:
  struct Share {
    std::uint32_t k = 0;
    std::uint64_t rows = 0;

    bool operator==(const Share&) const = default;
  };

  explicit AskedK(std::uint32_t k_of_floor) : k_of_floor_(k_of_floor) {}
  /// Counts a row, and answers the number of what it asks.
  std::uint32_t add(std::uint32_t k);
  /// Whether some row asks for more than the floor.
  bool is_any() const { return shares_.size() > 1; }
  /// [number]
  const std::vector<Share>& shares() const { return shares_; }

 private:
  std::uint32_t k_of_floor_;
  std::vector<Share> shares_ = std::vector<Share>(1);
  std::map<std::uint32_t, std::uint32_t> numbers_;
};

/// The k that each row of a release asks for, in the order of the file, on its way from the thread
/// that writes rows to the one that measures them. A row is told before its bytes are given on.
class AskedRows {
 public:
  void add(std::vector<std::uint32_t> asked);
  /// Of the next row. Of a row that nobody told of more than any class can have: it is not of the
  /// writer.
  std::uint32_t next();

 private:
  std::mutex mutex_;  ///< guards told_
  std::deque<std::vector<std::uint32_t>> told_;
  std::vector<std::uint32_t> now_;  ///< of who asks alone, as what is next
  std::size_t at_ = 0;
};

}  // namespace usufruct::anonymise
