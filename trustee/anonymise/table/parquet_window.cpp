#include "trustee/anonymise/table/parquet_window.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::uint64_t mark_bytes = 4;               // PAR1, at both ends
constexpr std::uint64_t tail_bytes = 4 + mark_bytes;  // and the size of the footer, low byte first

std::unexpected<Error> no_room(int error) {
  return unavailable(fmt::format("no room for a row group in memory: {}", strerror(error)),
                     "use a machine with more memory, or write another format");
}

std::unexpected<Error> no_parquet() {
  return malformed("it is no Parquet file, or its row groups are not in order",
                   "write it anew, or give another format");
}

}  // namespace

Result<ParquetWindow> ParquetWindow::make(const Spool& spool) {
  const std::uint64_t size = spool.size_bytes();
  if (size < mark_bytes + tail_bytes) return no_parquet();
  const Bytes tail = TRY(spool.read(size - tail_bytes, size));
  std::uint64_t footer = 0;
  for (std::size_t i = 4; i-- > 0;) footer = footer << 8 | tail[i];
  if (footer > size - mark_bytes - tail_bytes) return no_parquet();

  Descriptor descriptor(::memfd_create("table", MFD_CLOEXEC));
  if (descriptor.get() < 0 || ::ftruncate(descriptor.get(), static_cast<off_t>(size)) != 0)
    return no_room(errno);
  ParquetWindow window(spool, std::move(descriptor), size - tail_bytes - footer);
  CHECK_OK(window.copy(0, mark_bytes));
  CHECK_OK(window.copy(window.footer_, size));
  return window;
}

std::string ParquetWindow::path() const {
  return fmt::format("/proc/self/fd/{}", descriptor_.get());
}

Result<void> ParquetWindow::open(std::vector<RowGroup> groups) {
  groups_ = std::move(groups);
  for (std::size_t g = 0; g < groups_.size(); ++g)
    if (groups_[g].start > end_of(g) || end_of(g) > footer_) return no_parquet();
  if (groups_.empty()) return {};
  rows_left_ = groups_.front().rows;
  CHECK_OK(fill_ahead());
  return passed(0);
}

Result<void> ParquetWindow::passed(std::uint64_t rows) {
  while (current_ < groups_.size() && rows >= rows_left_) {
    rows -= rows_left_;
    CHECK_OK(drop(current_));
    ++current_;
    rows_left_ = current_ < groups_.size() ? groups_[current_].rows : 0;
    rows_ahead_ -= rows_left_;
    CHECK_OK(fill_ahead());
  }
  rows_left_ -= std::min(rows, rows_left_);
  return {};
}

Result<void> ParquetWindow::fill_ahead() {
  for (; filled_ < groups_.size(); ++filled_) {
    if (filled_ > current_ && rows_ahead_ >= ahead_rows_min) return {};
    CHECK_OK(copy(groups_[filled_].start, end_of(filled_)));
    if (filled_ > current_) rows_ahead_ += groups_[filled_].rows;
  }
  return {};
}

Result<void> ParquetWindow::copy(std::uint64_t from, std::uint64_t to) {
  while (from < to) {
    const Bytes piece = TRY(spool_.read(from, std::min(to, from + Spool::page_bytes)));
    for (std::size_t at = 0; at < piece.size();) {
      const ssize_t count = ::pwrite(descriptor_.get(), piece.data() + at, piece.size() - at,
                                     static_cast<off_t>(from + at));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return no_room(errno);
      at += static_cast<std::size_t>(count);
    }
    from += piece.size();
  }
  return {};
}

Result<void> ParquetWindow::drop(std::size_t group) {
  const std::uint64_t start = groups_[group].start;
  if (start == end_of(group)) return {};
  // Whole pages are given back; what a page shares with the next group is zeroed of ours only.
  if (::fallocate(descriptor_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(start), static_cast<off_t>(end_of(group) - start)) != 0)
    return no_room(errno);
  return {};
}

std::uint64_t ParquetWindow::end_of(std::size_t group) const {
  return group + 1 < groups_.size() ? groups_[group + 1].start : footer_;
}

}  // namespace usufruct::anonymise
