#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "trustee/document/document.h"

/// What every text is held to before it is parsed.
namespace usufruct::document {

/// The text with LF for CR LF. `malformed` with its place: more than text_bytes_max, no UTF-8, a
/// control character.
Result<std::string> clean_text(std::string_view text, const File& file);

/// Where a byte of a text stands. Linear.
Place place_at(std::string_view text, std::size_t offset);

}  // namespace usufruct::document
