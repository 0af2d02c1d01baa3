#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/spool.h"

namespace usufruct::anonymise {

/// A Parquet file of which only the part that is being read is in memory: for the library that
/// wants a path and reads row groups in their order. Never on a disk unsealed, gone with the
/// object.
///
/// It is a sparse file in memory (memfd_create). The start and the footer are there from the
/// beginning; row groups are put in their places before they are read and taken out after, always
/// with ahead_rows_min rows beyond the group that is being read.
/// Who reads where nothing is yet reads zeros, and no page of Parquet begins with them: that is an
/// error of the reader, never a wrong row.
class ParquetWindow {
 public:
  struct RowGroup {
    std::uint64_t rows = 0;
    std::uint64_t start = 0;  ///< of its bytes
  };

  static constexpr std::uint64_t ahead_rows_min = 200'000;

  /// The spool is borrowed. `malformed` when it holds no Parquet.
  static Result<ParquetWindow> make(const Spool& spool);

  /// Opens it, while the object lives.
  std::string path() const;

  /// What the footer says of the row groups. To be told before the first row is read. `malformed`
  /// when they are not one after the other.
  Result<void> open(std::vector<RowGroup> groups);
  /// Puts all of it in its place at once, for whoever reads in any order.
  Result<void> open_whole() { return copy(0, footer_); }
  /// So many rows more were read.
  Result<void> passed(std::uint64_t rows);

 private:
  ParquetWindow(const Spool& spool, Descriptor descriptor, std::uint64_t footer)
      : spool_(spool), descriptor_(std::move(descriptor)), footer_(footer) {}
  Result<void> copy(std::uint64_t from, std::uint64_t to);
  Result<void> fill_ahead();
  Result<void> drop(std::size_t group);
  std::uint64_t end_of(std::size_t group) const;

  const Spool& spool_;
  Descriptor descriptor_;
  std::uint64_t footer_;  ///< where it begins
  std::vector<RowGroup> groups_;
  std::size_t current_ = 0;       ///< the group that is being read
  std::uint64_t rows_left_ = 0;   ///< of it
  std::size_t filled_ = 0;        ///< groups that were put in their places
  std::uint64_t rows_ahead_ = 0;  ///< of those beyond the current one
};

}  // namespace usufruct::anonymise
