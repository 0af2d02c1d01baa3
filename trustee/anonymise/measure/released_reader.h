#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise::measuring {

/// Reads a released file record by record, from pieces of bytes: the second reader, apart from
/// those that read the input and from the writer.
///
///     reader.feed(piece);
///     while (TRY(reader.next(fields))) …;   // views, valid until the next feed()
///     CHECK_OK(reader.end());
///
/// CSV and TSV: RFC 4180, `,` or tab, the first record is the header, lines end by LF or all by
/// CRLF. JSON lines: a flat object a line, the first gives the columns; next() answers their names
/// before its values; an absent key and null are the empty text, a nested value its JSON text.
/// Strict: `malformed` with the line for anything else, for bytes that are not UTF-8, for a record
/// of another width and a file that stops within a record. Parquet is not read here.
class ReleasedReader {
 public:
  static constexpr std::size_t record_bytes_max = std::size_t{16} << 20;
  static constexpr std::size_t column_count_max = 1024;

  explicit ReleasedReader(Format format) : format_(format) {}

  /// Takes more bytes; at best at most a mebibyte at a time.
  void feed(View piece);
  /// The fields of the next whole record; false when it needs more bytes.
  Result<bool> next(std::vector<std::string_view>& fields);
  /// `malformed` when a record is left unfinished, or when CSV has no header.
  Result<void> end() const;
  /// Of the next record, 1-based; a record within which lines end counts as one.
  std::uint64_t line() const { return line_; }

 private:
  Result<bool> read_csv(std::vector<std::string_view>& fields);
  Result<bool> read_json(std::vector<std::string_view>& fields);
  Result<void> use_line_end(bool is_crlf);
  Result<void> keep_width(std::size_t width);
  Result<void> check_text(std::string_view record) const;
  std::unexpected<Error> bad(std::string_view what) const;
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  Format format_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool is_wide_ = false;             ///< some byte fed is not ASCII
  std::deque<std::string> decoded_;  ///< fields that are not in the buffer as they are
  std::uint64_t line_ = 1;
  std::size_t width_ = 0;
  std::optional<bool> is_crlf_;
  std::vector<std::string> keys_;  ///< JSON lines: the columns
  bool keys_told_ = false;
};

}  // namespace usufruct::anonymise::measuring
