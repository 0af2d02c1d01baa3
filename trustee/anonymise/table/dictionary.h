#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace usufruct::anonymise {

/// Numbers the distinct texts it is shown: 0, 1, 2 … in the order first seen.
class Dictionary {
 public:
  std::uint32_t code_of(std::string_view text);
  std::size_t size() const { return texts_.size(); }
  const std::string& text(std::uint32_t code) const { return texts_[code]; }
  std::uint64_t count(std::uint32_t code) const { return counts_[code]; }

 private:
  std::deque<std::string> texts_;  // A deque: the map looks into these strings.
  std::vector<std::uint64_t> counts_;
  std::unordered_map<std::string_view, std::uint32_t> codes_;
};

/// Numbers the distinct rows of `width` codes it is shown, in the order first seen, and counts.
class TupleTable {
 public:
  explicit TupleTable(std::size_t width);
  std::uint32_t add(const std::uint32_t* codes);
  std::size_t size() const { return counts_.size(); }
  std::uint32_t code(std::uint32_t tuple, std::size_t column) const {
    return codes_[tuple * width_ + column];
  }
  const std::vector<std::uint64_t>& counts() const { return counts_; }

 private:
  void grow();
  std::size_t width_;
  std::vector<std::uint32_t> codes_;
  std::vector<std::uint64_t> counts_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> slots_;
};

}  // namespace usufruct::anonymise
