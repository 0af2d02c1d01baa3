#include "trustee/document/text.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct::document {
namespace {

/// The length of the longest start of the text that a check holds for: by halving, so that a large
/// text costs a few passes.
template <class Check>
std::size_t good_bytes(std::string_view text, Check check) {
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (check(text.substr(0, middle))) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

Result<void> check_bytes(const File& file, std::string_view text) {
  if (text.size() > text_bytes_max) {
    return malformed(
        fmt::format("{}: {} bytes are more than {}", file.name, text.size(), text_bytes_max));
  }
  if (!is_utf8(text)) {
    // A whole character may be cut by the halving: the place is right to within one character.
    std::size_t good = 0;
    while (good < text.size()) {
      std::size_t next = good + 1;
      while (next < text.size() && next < good + 4 && !is_utf8(text.substr(good, next - good)))
        ++next;
      if (!is_utf8(text.substr(good, next - good))) break;
      good = next;
    }
    return file.fault(place_at(text, good), "this is not UTF-8", "save the file as UTF-8");
  }
  if (has_control(text)) {
    const auto good = good_bytes(text, [](std::string_view start) { return !has_control(start); });
    return file.fault(place_at(text, good), "a control character is not taken");
  }
  return {};
}

}  // namespace

Place place_at(std::string_view text, std::size_t offset) {
  Place place;
  for (const char c : text.substr(0, offset)) {
    ++place.column;
    if (c == '\n') place = {place.line + 1, 1};
  }
  return place;
}

Result<std::string> clean_text(std::string_view text, const File& file) {
  std::string clean = with_line_feeds(text);
  CHECK_OK(check_bytes(file, clean));
  return clean;
}

}  // namespace usufruct::document
