#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Where a quoted scalar ends. yaml-cpp says where a scalar begins and what it holds, not whether
/// its quote was closed, or how far away.
namespace usufruct::document {

enum class QuoteEnd : std::uint8_t {
  in_line,      ///< closed in the line it was opened in, or no quoted scalar at all
  lines_below,  ///< closed, in another line
  never,
};

/// Where the scalar itself begins whose node begins at an offset: behind its tag, if it has one.
std::size_t scalar_offset(std::string_view text, std::size_t node_offset);

/// Of the scalar that begins at an offset (YAML 1.2 §7.3.1, §7.3.2). Linear in the scalar.
QuoteEnd quote_end(std::string_view text, std::size_t scalar_offset);

}  // namespace usufruct::document
