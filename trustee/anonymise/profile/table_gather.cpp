#include "trustee/anonymise/profile/table_gather.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace usufruct::anonymise {

namespace {

constexpr std::size_t values_max_of_all_columns = std::size_t{1} << 22;
constexpr std::size_t values_max_least = 4096;

std::size_t worker_count(std::uint32_t threads) { return std::max<std::uint32_t>(threads, 1); }

}  // namespace

TableGather::TableGather(std::uint32_t threads, std::size_t values_max)
    : workers_(worker_count(threads)), values_max_(values_max) {}

Result<void> TableGather::columns(const std::vector<std::string>& names) {
  names_ = names;
  const std::size_t share = values_max_of_all_columns / std::max<std::size_t>(names.size(), 1);
  const ColumnGather empty(std::min(std::max(share, values_max_least), values_max_));
  for (auto& gathers : workers_) gathers.assign(names.size(), empty);
  return {};
}

Result<void> TableGather::at_once(Block& block, std::size_t worker) {
  auto& gathers = workers_[worker];
  for (std::size_t row = 0; row < block.row_count(); ++row)
    for (std::size_t c = 0; c < gathers.size(); ++c) gathers[c].add(block.cell(row, c));
  return {};
}

std::vector<ColumnGather> TableGather::merged() const {
  std::vector<ColumnGather> all = workers_.front();
  for (std::size_t worker = 1; worker < workers_.size(); ++worker)
    for (std::size_t c = 0; c < all.size(); ++c) all[c].merge(workers_[worker][c]);
  return all;
}

TupleGather::TupleGather(std::vector<std::size_t> columns, std::uint32_t threads)
    : columns_(std::move(columns)),
      workers_(worker_count(threads), DistinctSample(ColumnGather::values_max_default)) {}

Result<void> TupleGather::at_once(Block& block, std::size_t worker) {
  for (std::size_t row = 0; row < block.row_count(); ++row) {
    std::uint64_t hash = 0;
    for (const std::size_t c : columns_) {
      hash = (hash ^ std::hash<std::string_view>{}(block.cell(row, c))) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 32;
    }
    char key[sizeof hash];
    for (std::size_t i = 0; i < sizeof hash; ++i)
      key[i] = static_cast<char>(static_cast<unsigned char>(hash >> (8 * i)));
    workers_[worker].add(std::string_view(key, sizeof hash), 1);
  }
  return {};
}

DistinctSample TupleGather::merged() const {
  DistinctSample all = workers_.front();
  for (std::size_t worker = 1; worker < workers_.size(); ++worker) all.merge(workers_[worker]);
  return all;
}

}  // namespace usufruct::anonymise
