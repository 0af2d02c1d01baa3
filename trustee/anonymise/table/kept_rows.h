#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/table/pages.h"

namespace usufruct::anonymise {

/// What is kept of each row between counting and writing: which atom it is of, and the cells that
/// are released as they are. In memory or, beyond a limit, in a sealed file.
class KeptRows {
 public:
  /// A run of rows of one block: atom[i] and cells[i] are of its i-th row; the cells are sizes and
  /// texts as append_cell() writes them.
  struct Run {
    std::span<const std::uint32_t> atoms;
    View cells;
  };
  using TakeRun = std::function<Result<void>(const Run&)>;

  explicit KeptRows(std::unique_ptr<Pages> pages) : pages_(std::move(pages)) {}

  /// Puts the rows of a block aside, in any order of blocks, from any thread.
  Result<void> put(std::uint64_t block, std::span<const std::uint32_t> numbers, View cells);
  /// What the numbers that were put mean: the atom of number n is atoms[n % parts][n / parts].
  void name_atoms(std::vector<std::vector<std::uint32_t>> atoms);
  /// Gives the rows back in the order of the blocks, once.
  Result<void> take(const TakeRun& each);

  std::uint64_t row_count() const { return row_count_; }
  std::uint64_t spilled_bytes() const { return pages_->spilled_bytes(); }

 private:
  struct Stored {
    std::uint64_t block = 0;
    std::uint32_t rows = 0;
    Pages::Page page;
  };
  std::unique_ptr<Pages> pages_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();  ///< guards the next two
  std::vector<Stored> stored_;
  std::uint64_t row_count_ = 0;
  std::vector<std::vector<std::uint32_t>> atoms_;
};

/// A cell as it is kept: its size in groups of seven bits, lowest first, then its text.
void append_cell(Bytes& to, std::string_view text);
/// Reads one, and takes it off the front.
std::string_view take_cell(View& from);

}  // namespace usufruct::anonymise
