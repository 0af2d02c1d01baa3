#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/table/count.h"
#include "trustee/anonymise/table/format.h"
#include "trustee/anonymise/table/shuffle.h"

namespace usufruct::anonymise {

/// The cells of released rows as texts: quasi-identifiers as their class shows them, sensitive
/// values of the histogram by their atom, all others as they were kept.
class ReleasedCells {
 public:
  ReleasedCells(const Counted& counted, const Recoding& recoding);
  std::size_t column_count() const { return cells_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  /// Calls take(column, number of the text among texts(), or -1, and the text) for each column.
  template <class Take>
  void each(const ShuffledRow& row, Take take) const;

  /// Texts that many rows share, with their columns, to be prepared once.
  struct Shared {
    std::size_t column = 0;
    std::string_view text;
  };
  const std::vector<Shared>& shared() const { return shared_; }
  /// [class]: the first class that shows the same; to a reader they are one.
  std::vector<std::uint32_t> shown_classes() const;

 private:
  enum class From { quasi_identifier, sensitive, kept };
  struct Place {
    From from = From::kept;
    std::size_t index = 0;
  };
  void share_classes(const Recoding& recoding);
  void share_values();

  const Histogram& histogram_;
  std::size_t width_;
  std::vector<Place> cells_;  ///< [released column]
  std::vector<std::string> names_;
  std::vector<Shared> shared_;
  std::vector<std::uint32_t> shown_of_;               ///< [class · width + quasi-identifier]
  std::vector<std::vector<std::uint32_t>> value_of_;  ///< [sensitive][combination]
};

template <class Take>
void ReleasedCells::each(const ShuffledRow& row, Take take) const {
  View kept = row.cells;
  const std::uint32_t* const shown = shown_of_.data() + std::size_t{row.group} * width_;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    switch (cells_[i].from) {
      case From::quasi_identifier:
        take(i, static_cast<std::int64_t>(shown[cells_[i].index]), std::string_view{});
        break;
      case From::sensitive: {
        const std::uint32_t combination = histogram_.atoms[row.atom].combination;
        take(i, static_cast<std::int64_t>(value_of_[cells_[i].index][combination]),
             std::string_view{});
        break;
      }
      case From::kept:
        take(i, std::int64_t{-1}, take_cell(kept));
        break;
    }
  }
}

/// Writes rows as CSV, TSV or JSON lines:
///   CSV, TSV    a header, RFC 4180 quoting only where it must be, LF line ends
///   JSON lines  an object a line, all values texts
/// const methods are safe together.
class RowText {
 public:
  RowText(const ReleasedCells& cells, Format format);
  Bytes header() const;
  Bytes rows(std::span<const ShuffledRow> rows) const;

 private:
  void append_value(Bytes& to, std::size_t column, std::string_view text) const;
  std::string before(std::size_t column) const;
  const ReleasedCells& cells_;
  Format format_;
  std::vector<std::string> before_;  ///< [column]: what stands before its value
  std::string_view end_;             ///< of a row
  /// What is shared, as written, with what stands before it; one after the other, with room after.
  Bytes texts_;
  std::vector<std::uint64_t> text_ends_;
};

}  // namespace usufruct::anonymise
