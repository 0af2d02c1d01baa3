#include "trustee/anonymise/table/delimited.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "crypto/base/text.h"
#include "trustee/anonymise/table/strict_text.h"

namespace usufruct::anonymise {

namespace {

constexpr std::string_view delimiters = ",;\t|";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The places of delimiters, quotes and line ends in a text, one after the other.
class Specials {
 public:
  Specials(const char* text, std::size_t start, std::size_t size, char delimiter)
      : text_(text), group_(start), size_(size), delimiter_(delimiter) {
    if (group_ < size_) fill();
  }
  /// The next place, or the size of the text when there is none.
  std::size_t next() {
    while (mask_ == 0) {
      if (group_ >= size_ || (group_ += mask_bytes) >= size_) return size_;
      fill();
    }
    const std::size_t at = group_ + static_cast<std::size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return at < size_ ? at : size_;
  }

 private:
  void fill() { mask_ = byte_mask(text_ + group_, delimiter_, '"', '\n', '\r'); }
  const char* text_;
  std::size_t group_;
  std::size_t size_;
  std::uint64_t mask_ = 0;
  char delimiter_;
};

class Parser {
 public:
  Parser(Block& block, const Layout& layout)
      : block_(block),
        layout_(layout),
        text_(block.text.get()),
        specials_(text_, block.start, block.size, layout.delimiter),
        line_(block.first_line) {}

  Result<void> rows() {
    std::size_t at = block_.start;
    while (at < block_.size) at = TRY(row(at));
    return {};
  }
  std::uint64_t line() const { return line_; }

 private:
  /// Reads the row that starts at `start`, and says where the next one does.
  Result<std::size_t> row(std::size_t start) {
    const std::uint64_t first_line = line_;
    std::size_t from = start;
    std::size_t width = 0;
    for (;;) {
      const bool is_quoted = from < block_.size && text_[from] == '"';
      const std::size_t end = is_quoted ? TRY(quoted(from, width)) : specials_.next();
      if (end - start > row_bytes_max) return too_long();
      if (!is_quoted) add(from, end);
      ++width;
      if (end == block_.size) return last(start, end, width, first_line);
      const char c = text_[end];
      if (c == layout_.delimiter) [[likely]] {
        from = end + 1;
        continue;
      }
      if (c == '"')
        return wrong(width - 1, "a quote inside an unquoted field",
                     "quote the whole field and double the quote");
      if (end == start) return empty_line();
      CHECK_OK(check_width(width, first_line));
      return line_end(end, width);
    }
  }

  /// The end of a text whose last line has no line end.
  Result<std::size_t> last(std::size_t start, std::size_t end, std::size_t width,
                           std::uint64_t first_line) {
    if (end == start) return empty_line();
    CHECK_OK(check_width(width, first_line));
    return end;
  }

  void add(std::size_t from, std::size_t end) {
    block_.cells.push_back(
        {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(end - from)});
  }

  /// Reads a quoted field, undoes its doubled quotes in place, and says where it ends.
  Result<std::size_t> quoted(std::size_t from, std::size_t column) {
    const std::uint64_t first_line = line_;
    const std::size_t inside = from + 1;
    specials_.next();  // the opening quote
    std::size_t to = inside;
    std::size_t copied = inside;
    for (;;) {
      const std::size_t at = specials_.next();
      if (at - from > row_bytes_max) return too_long();
      if (at == block_.size) {
        line_ = first_line;
        return wrong(column, "a quote is never closed",
                     "close it, or double a quote that is part of the value");
      }
      if (text_[at] == '\n') ++line_;
      if (text_[at] != '"') continue;
      const std::size_t count = at - copied;
      if (to != copied) std::memmove(text_ + to, text_ + copied, count);
      to += count;
      if (at + 1 < block_.size && text_[at + 1] == '"') {
        specials_.next();
        text_[to++] = '"';
        copied = at + 2;
        continue;
      }
      add(inside, to);
      return after_quote(at + 1, column);
    }
  }

  Result<std::size_t> after_quote(std::size_t end, std::size_t column) {
    if (end == block_.size) return end;
    const char c = text_[end];
    if (c == layout_.delimiter || c == '\n' || c == '\r') return specials_.next();
    return wrong(column, "text after a closing quote", "double a quote that is part of the value");
  }

  Result<std::size_t> line_end(std::size_t end, std::size_t width) {
    const bool is_crlf = text_[end] == '\r';
    if (is_crlf) {
      if (end + 1 >= block_.size || text_[end + 1] != '\n')
        return wrong(width - 1, "a carriage return without a line feed",
                     "end lines with LF or CRLF");
      specials_.next();
    }
    if (is_crlf != layout_.ends_crlf)
      return malformed(fmt::format("line {} ends unlike the lines before it", line_),
                       "end all lines with LF, or all with CRLF");
    ++line_;
    return end + (is_crlf ? 2 : 1);
  }

  Result<void> check_width(std::size_t width, std::uint64_t first_line) const {
    const bool is_header = layout_.columns.empty();
    if (width == layout_.columns.size() || is_header) [[likely]]
      return {};
    return malformed(
        fmt::format("line {} has {} fields and the header has {}", first_line, width,
                    layout_.columns.size()),
        "give every row a field for every column, and quote fields that hold the delimiter");
  }

  std::unexpected<Error> empty_line() const {
    return malformed(fmt::format("line {} is empty", line_), "remove empty lines");
  }
  std::unexpected<Error> too_long() const {
    return malformed(fmt::format("line {}: a row is over {} bytes", line_, row_bytes_max),
                     "close the quote that is left open, or split the row");
  }
  std::unexpected<Error> wrong(std::size_t column, std::string_view what, std::string hint) const {
    return malformed(fmt::format("{}: {}", place_of(line_, layout_.columns, column), what),
                     std::move(hint));
  }

  Block& block_;
  const Layout& layout_;
  char* text_;
  Specials specials_;
  std::uint64_t line_;
};

}  // namespace

char detect_delimiter(std::string_view text) {
  std::array<std::size_t, 4> counts{};
  bool is_quoted = false;
  for (const char c : text.substr(0, row_bytes_max)) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n') break;
    if (const auto at = delimiters.find(c); at != std::string_view::npos) ++counts[at];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return delimiters[static_cast<std::size_t>(most - counts.begin())];
}

Result<Layout> parse_header(std::string_view start_of_file, std::optional<char> delimiter) {
  if (delimiter && delimiters.find(*delimiter) == std::string_view::npos)
    return malformed(fmt::format("delimiter '{}'", printable(std::string(1, *delimiter))),
                     "use one of comma, semicolon, tab and |");
  std::string_view text = start_of_file;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.empty()) return malformed("the file is empty", "give a header line and rows");
  Layout layout{.delimiter = delimiter.value_or(detect_delimiter(text))};

  // The header is a block of one row, as wide as it is.
  std::size_t end = 0;
  for (bool is_quoted = false; end < text.size() && (is_quoted || text[end] != '\n'); ++end)
    if (text[end] == '"') is_quoted = !is_quoted;
  if (end > row_bytes_max)
    return malformed(fmt::format("line 1: the header is over {} bytes", row_bytes_max),
                     "close the quote that is left open");
  layout.ends_crlf = end > 0 && end < text.size() && text[end - 1] == '\r';
  const std::string_view line = text.substr(0, end - (layout.ends_crlf ? 1 : 0));
  Block block = Block::with_room(line.size());
  std::copy(line.begin(), line.end(), block.text.get());
  block.size = line.size();
  CHECK_OK(check_text(line, 1));
  CHECK_OK(Parser(block, layout).rows());
  layout.columns.resize(block.cells.size());
  block.columns = layout.columns.size();
  for (std::size_t c = 0; c < block.columns; ++c) layout.columns[c] = block.cell(0, c);
  CHECK_OK(check_column_names(layout.columns));
  layout.header_bytes = start_of_file.size() - text.size() + std::min(end + 1, text.size());
  layout.header_lines = static_cast<std::uint64_t>(std::count(line.begin(), line.end(), '\n')) + 1;
  return layout;
}

Result<void> parse_delimited(Block& block, const Layout& layout) {
  block.columns = layout.columns.size();
  const std::string_view raw = block.raw();
  const bool is_text = is_plain_text(raw);
  const auto unchanged = is_text ? std::string{} : std::string(raw);
  CHECK_OK(Parser(block, layout).rows());
  block.is_parsed = true;
  if (is_text) return {};
  return check_cells(block, unchanged, layout.columns);
}

}  // namespace usufruct::anonymise
