#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/profile/column_profile.h"
#include "trustee/anonymise/table/reading.h"

namespace usufruct::anonymise {

/// Every column of a table as it is read; each worker gathers its own rows.
class TableGather final : public RowTaker {
 public:
  /// At most `values_max` values a column, fewer where there are many columns.
  TableGather(std::uint32_t threads, std::size_t values_max);

  Result<void> columns(const std::vector<std::string>& names) override;
  Result<void> in_order(Block&) override { return {}; }
  Result<void> at_once(Block& block, std::size_t worker) override;

  const std::vector<std::string>& names() const { return names_; }
  /// [column]
  std::vector<ColumnGather> merged() const;

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<ColumnGather>> workers_;  ///< [worker][column]
  std::size_t values_max_;
};

/// Some columns of a table taken together, by a hash of 64 bits.
class TupleGather final : public RowTaker {
 public:
  TupleGather(std::vector<std::size_t> columns, std::uint32_t threads);

  Result<void> columns(const std::vector<std::string>&) override { return {}; }
  Result<void> in_order(Block&) override { return {}; }
  Result<void> at_once(Block& block, std::size_t worker) override;

  DistinctSample merged() const;

 private:
  std::vector<std::size_t> columns_;
  std::vector<DistinctSample> workers_;
};

}  // namespace usufruct::anonymise
