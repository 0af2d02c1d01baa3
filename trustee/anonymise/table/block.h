#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/anonymise/table/byte_mask.h"

namespace usufruct::anonymise {

/// Rows are read, and handed from thread to thread, in blocks of about this size.
inline constexpr std::size_t block_bytes = std::size_t{256} << 10;
/// The longest row of a text file, its line end included.
inline constexpr std::size_t row_bytes_max = std::size_t{1} << 20;

/// Where the text of a cell lies in its block.
struct CellText {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
};

/// A run of whole rows: first the bytes as they stand in the file, then, once parsed, their cells.
///
/// The text is a buffer of its own with mask_bytes readable bytes after it, so that it may be
/// looked at in large steps; parsing undoes quotes and escapes where they stand.
struct Block {
  std::unique_ptr<char[]> text;
  std::size_t start = 0;  ///< where the rows begin: after the header in the first block
  std::size_t size = 0;   ///< where they end
  std::size_t file = 0;
  std::uint64_t index = 0;       ///< 0-based, over all files
  std::uint64_t first_line = 1;  ///< 1-based line of `start` in its file
  std::uint64_t first_row = 0;   ///< 0-based, over all files; known once it is the block's turn
  bool is_parsed = false;
  std::size_t columns = 0;
  std::vector<CellText> cells{};  ///< [row · columns + column]
  /// [row]: the number (AskedK) of what it asks for; empty when no row asks.
  std::vector<std::uint32_t> asked{};

  static Block with_room(std::size_t bytes) {
    Block block;
    block.text = std::make_unique_for_overwrite<char[]>(bytes + mask_bytes);
    return block;
  }
  std::size_t row_count() const { return columns == 0 ? 0 : cells.size() / columns; }
  std::string_view cell(std::size_t row, std::size_t column) const {
    const CellText& found = cells[row * columns + column];
    return {text.get() + found.at, found.size};
  }
  /// The bytes as they stand in the file.
  std::string_view raw() const { return {text.get() + start, size - start}; }
};

}  // namespace usufruct::anonymise
