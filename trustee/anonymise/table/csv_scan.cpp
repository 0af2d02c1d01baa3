#include "trustee/anonymise/table/csv_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "crypto/base/text.h"
#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise {

namespace {

constexpr std::string_view delimiters = ",;\t|";

class Scan {
 public:
  Scan(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
    for (const char c : {delimiter, '\n', '\r', '"'}) is_special_[static_cast<std::uint8_t>(c)] = 1;
  }

  Result<std::vector<std::string>> header() {
    std::vector<std::string> names;
    CHECK_OK(record([&](std::string_view raw) {
      std::string name(raw);
      if (raw.starts_with('"')) {
        name = std::string(raw.substr(1, raw.size() - 2));
        for (std::size_t at = 0; (at = name.find("\"\"", at)) != std::string::npos; ++at)
          name.erase(at, 1);
      }
      names.push_back(std::move(name));
    }));
    return names;
  }

  Result<std::uint64_t> rows(std::size_t width) {
    std::uint64_t count = 0;
    while (at_ < text_.size()) {
      const std::uint64_t first_line = line_;
      std::size_t fields = 0;
      CHECK_OK(record([&](std::string_view) { ++fields; }));
      if (fields != width)
        return malformed(
            fmt::format("line {} has {} fields and the header has {}", first_line, fields, width),
            "give every row a field for every column, and quote fields that hold the delimiter");
      ++count;
    }
    return count;
  }

 private:
  /// Reads one record with its line end, giving each field as it is written.
  template <class Take>
  Result<void> record(Take take) {
    const std::size_t start = at_;
    for (;;) {
      const std::size_t from = at_;
      if (at_ < text_.size() && text_[at_] == '"')
        CHECK_OK(skip_quoted());
      else
        skip_plain();
      if (at_ - start > csv_record_bytes_max)
        return malformed(
            fmt::format("line {}: a row is over {} bytes", line_, csv_record_bytes_max),
            "close the quote that is left open, or split the row");
      const bool is_whole_line = from == start;
      const std::string_view field = text_.substr(from, at_ - from);
      if (at_ < text_.size() && text_[at_] == delimiter_) {
        take(field);
        ++at_;
        continue;
      }
      if (is_whole_line && field.empty())
        return malformed(fmt::format("line {} is empty", line_), "remove empty lines");
      take(field);
      return line_end();
    }
  }

  void skip_plain() {
    while (at_ < text_.size() && !is_special_[static_cast<std::uint8_t>(text_[at_])]) ++at_;
  }

  Result<void> skip_quoted() {
    const std::uint64_t first_line = line_;
    const std::size_t end = std::min(text_.size(), at_ + csv_record_bytes_max + 2);
    for (++at_; at_ < end; ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') continue;
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        ++at_;
        continue;
      }
      ++at_;
      const bool ends = at_ == text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n' ||
                        text_[at_] == '\r';
      if (ends) return {};
      return malformed(fmt::format("line {}: text after a closing quote", line_),
                       "double a quote that is part of the value");
    }
    if (end < text_.size()) return {};  // too long: the caller says so
    return malformed(fmt::format("line {}: a quote is never closed", first_line),
                     "close it, or double a quote that is part of the value");
  }

  Result<void> line_end() {
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    if (c == '"')
      return malformed(fmt::format("line {}: a quote inside an unquoted field", line_),
                       "quote the whole field and double the quote");
    const bool is_crlf = c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    if (c == '\r' && !is_crlf)
      return malformed(fmt::format("line {}: a carriage return without a line feed", line_),
                       "end lines with LF or CRLF");
    if (line_ends_crlf_.value_or(is_crlf) != is_crlf)
      return malformed(fmt::format("line {} ends unlike the lines before it", line_),
                       "end all lines with LF, or all with CRLF");
    line_ends_crlf_ = is_crlf;
    at_ += is_crlf ? 2 : 1;
    ++line_;
    return {};
  }

  std::string_view text_;
  char delimiter_;
  std::array<std::uint8_t, 256> is_special_{};
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::optional<bool> line_ends_crlf_;
};

Result<void> check_names(const std::vector<std::string>& names) {
  if (names.size() > column_count_max)
    return malformed(fmt::format("{} columns", names.size()),
                     fmt::format("keep to {}", column_count_max));
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty())
      return malformed(fmt::format("line 1: column {} has no name", i + 1), "name every column");
    if (!seen.insert(names[i]).second)
      return malformed(fmt::format("line 1: column '{}' occurs twice", printable(names[i])),
                       "give every column its own name");
  }
  return {};
}

/// Plain ASCII is passed over eight bytes at a time; only then is UTF-8 decoded, by line.
Result<void> check_utf8(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (word & 0x8080808080808080ULL) break;
  }
  const auto start = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  at = start == std::string_view::npos ? 0 : start + 1;
  auto line = 1 + static_cast<std::uint64_t>(std::count(
                      text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  for (; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (!is_utf8(text.substr(at, end - at)))
      return malformed(fmt::format("line {} is not UTF-8", line), "convert the file to UTF-8");
    at = end + 1;
  }
  return {};
}

}  // namespace

char detect_delimiter(std::string_view text) {
  std::array<std::size_t, 4> counts{};
  bool is_quoted = false;
  for (const char c : text.substr(0, csv_record_bytes_max)) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n') break;
    if (const auto at = delimiters.find(c); at != std::string_view::npos) ++counts[at];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return delimiters[static_cast<std::size_t>(most - counts.begin())];
}

Result<CsvShape> scan_csv(std::string_view text, std::optional<char> delimiter) {
  if (delimiter && delimiters.find(*delimiter) == std::string_view::npos)
    return malformed(fmt::format("delimiter '{}'", printable(std::string(1, *delimiter))),
                     "use one of comma, semicolon, tab and |");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.empty()) return malformed("the file is empty", "give a header line and rows");
  CHECK_OK(check_utf8(text));
  if (const auto at = text.find('\0'); at != std::string_view::npos)
    return malformed(fmt::format("a zero byte at offset {}", at), "give a text file");
  CsvShape shape{.delimiter = delimiter.value_or(detect_delimiter(text))};
  Scan scan(text, shape.delimiter);
  shape.columns = TRY(scan.header());
  CHECK_OK(check_names(shape.columns));
  shape.rows = TRY(scan.rows(shape.columns.size()));
  if (shape.rows == 0)
    return malformed("the file has a header and no rows", "give at least one row");
  return shape;
}

}  // namespace usufruct::anonymise
