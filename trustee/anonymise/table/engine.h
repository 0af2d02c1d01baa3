#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/table/format.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

/// A borrowed batch of rows, valid during the callback. rows[i] is the 0-based row number in the
/// file; cells[c][i] is the text of the i-th row in the c-th column asked for. An absent value
/// (NULL, empty field, missing JSON key) is the empty text.
struct Batch {
  std::span<const std::uint64_t> rows;
  std::vector<std::vector<std::string_view>> cells;
};
using EachBatch = std::function<Result<void>(const Batch&)>;

/// One file of rows to look at: its columns, its rows in order, the values of a column. Nothing of
/// it is held; every question is a pass over the file, which stays open, whatever its name means by
/// then. What a release is made from is counted in one pass: count.h.
///
/// One thread at a time. Errors: as read_rows; open() has read all rows once.
class Engine {
 public:
  static Result<Engine> open(const EngineOptions& options, const Source& source);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  const std::vector<std::string>& columns() const;
  std::uint64_t row_count() const;

  /// All rows in file order, the columns asked for.
  Result<void> each(std::span<const std::size_t> columns, const EachBatch& take) const;
  /// The distinct values of a column with their counts, by value, at most `count_max` of them.
  Result<std::vector<ValueCount>> distinct(std::size_t column, std::uint64_t count_max) const;
  Result<std::uint64_t> distinct_count(std::size_t column) const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace usufruct::anonymise
