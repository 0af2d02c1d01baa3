#include "trustee/anonymise/measure/csv_record.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace usufruct::anonymise::measuring {

namespace {

/// Eight bytes at once: the high bit of each byte that is `wanted`. Only the lowest is exact.
std::uint64_t equal_bytes(std::uint64_t eight, char wanted) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const std::uint64_t other = eight ^ (ones * static_cast<unsigned char>(wanted));
  return (other - ones) & ~other & (ones << 7);
}

bool ends_field(char c, char delimiter) {
  return c == delimiter || c == '\n' || c == '\r' || c == '"';
}

/// The first delimiter, line end or quote at or after `at`; the size of the text if there is none.
std::size_t find_end(std::string_view text, std::size_t at, char delimiter) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text.data() + at, sizeof eight);
      const std::uint64_t found = equal_bytes(eight, delimiter) | equal_bytes(eight, '\n') |
                                  equal_bytes(eight, '\r') | equal_bytes(eight, '"');
      if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
  }
  while (at < text.size() && !ends_field(text[at], delimiter)) ++at;
  return at;
}

/// Reads a quoted field whose opening quote is at at - 1; at is left after the closing quote.
/// False when the text stops before that quote is known to close.
bool read_quoted(std::string_view text, std::size_t& at, std::string_view& field,
                 std::deque<std::string>& decoded) {
  const std::size_t first = at;
  std::string* doubled = nullptr;
  for (std::size_t from = first;;) {
    const std::size_t quote = text.find('"', from);
    if (quote == std::string_view::npos || quote + 1 == text.size()) return false;
    const std::string_view part = text.substr(from, quote - from);
    at = quote + 1;
    if (text[at] != '"') {
      if (doubled == nullptr) {
        field = part;
      } else {
        doubled->append(part);
        field = *doubled;
      }
      return true;
    }
    if (doubled == nullptr) doubled = &decoded.emplace_back();
    doubled->append(part).push_back('"');
    from = at + 1;
  }
}

}  // namespace

Result<CsvRecord> read_csv_record(std::string_view text, char delimiter,
                                  std::vector<std::string_view>& fields,
                                  std::deque<std::string>& decoded) {
  fields.clear();
  std::size_t at = 0;
  if (text.starts_with('\n') || text.starts_with("\r\n")) return malformed("an empty line");
  for (;;) {
    std::string_view field;
    if (at < text.size() && text[at] == '"') {
      if (!read_quoted(text, ++at, field, decoded)) return CsvRecord{};
      if (text[at] == '"' || !ends_field(text[at], delimiter))
        return malformed("text after a closing quote");
    } else {
      const std::size_t end = find_end(text, at, delimiter);
      if (end == text.size()) return CsvRecord{};
      field = text.substr(at, end - at);
      at = end;
      if (text[at] == '"') return malformed("a quote inside a field");
    }
    fields.push_back(field);
    const char c = text[at++];
    if (c == delimiter) continue;
    if (c == '\n') return CsvRecord{at, false};
    if (at == text.size()) return CsvRecord{};
    if (text[at++] != '\n') return malformed("a lone carriage return");
    return CsvRecord{at, true};
  }
}

}  // namespace usufruct::anonymise::measuring
