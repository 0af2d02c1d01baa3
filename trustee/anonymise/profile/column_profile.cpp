#include "trustee/anonymise/profile/column_profile.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "trustee/anonymise/profile/free_text.h"
#include "trustee/anonymise/profile/suggest_role.h"

namespace usufruct::anonymise {

namespace {

double as_double(const Number& number) {
  return static_cast<double>(number.units) / std::pow(10.0, number.decimals);
}

bool is_numeric(ValueType type) {
  return type == ValueType::whole_number || type == ValueType::decimal;
}

using Weighted = std::pair<double, std::uint64_t>;

/// The number below which so large a share of the rows lies; `numbers` ascend.
double quantile_of(const std::vector<Weighted>& numbers, double share) {
  double total = 0;
  for (const auto& [number, rows] : numbers) total += static_cast<double>(rows);
  double before = 0;
  for (const auto& [number, rows] : numbers) {
    before += static_cast<double>(rows);
    if (before >= share * total) return number;
  }
  return numbers.back().first;
}

std::uint64_t outlier_rows_of(const std::vector<ValueCount>& values) {
  constexpr double ranges = 3;        // Tukey's outer fence.
  constexpr std::uint64_t crowd = 5;  // Rows of one value that hide each other.
  std::vector<Weighted> numbers;
  for (const ValueCount& each : values)
    if (const auto number = read_number(each.value))
      numbers.emplace_back(as_double(*number), each.count);
  if (numbers.empty()) return 0;
  std::ranges::sort(numbers);
  const double low = quantile_of(numbers, 0.25);
  const double high = quantile_of(numbers, 0.75);
  const double range = high - low;
  if (range <= 0) return 0;
  std::uint64_t rows = 0;
  for (const auto& [number, count] : numbers)
    if (count < crowd && (number < low - ranges * range || number > high + ranges * range))
      rows += count;
  return rows;
}

}  // namespace

void ColumnGather::add(std::string_view value, std::uint64_t rows) {
  rows_ += rows;
  if (value.empty()) {
    empty_ += rows;
    return;
  }
  const bool is_new = sample_.add(value, rows);
  // A value seen before changes nothing below; one outside the sample may.
  if (!is_new && sample_.is_whole()) return;
  widen(value);
}

void ColumnGather::widen(std::string_view value) {
  if (lowest_.empty() || value < lowest_) lowest_ = value;
  if (value > highest_) highest_ = value;
  const auto number = read_number(value);
  if (!number) return;
  const double size = as_double(*number);
  const bool is_within = low_ && size > low_->size && size < high_->size;
  if (!is_within) widen_numbers({size, std::string(value)});
}

void ColumnGather::widen_numbers(const Written& number) {
  if (!low_ || number < *low_) low_ = number;
  if (!high_ || number > *high_) high_ = number;
}

void ColumnGather::merge(const ColumnGather& other) {
  rows_ += other.rows_;
  empty_ += other.empty_;
  sample_.merge(other.sample_);
  if (!other.lowest_.empty() && (lowest_.empty() || other.lowest_ < lowest_))
    lowest_ = other.lowest_;
  highest_ = std::max(highest_, other.highest_);
  if (other.low_) widen_numbers(*other.low_);
  if (other.high_) widen_numbers(*other.high_);
}

bool ColumnGather::is_free_text() const { return looks_like_free_text(sample_.values()); }

ColumnProfile ColumnGather::finish(std::string name) const {
  auto values = sample_.values();
  ColumnProfile made{
      .name = std::move(name), .figures = distinctness_of(sample_, rows_, empty_), .empty = empty_};
  made.type = type_of(values, rows_, made.figures.distinct);
  const bool by_number = is_numeric(made.type) && low_;
  made.lowest = by_number ? low_->text : lowest_;
  made.highest = by_number ? high_->text : highest_;
  if (is_numeric(made.type))
    made.outlier_rows = static_cast<std::uint64_t>(static_cast<double>(outlier_rows_of(values)) *
                                                   sample_.values_a_sampled());
  if (empty_ > 0) values.insert(values.begin(), {"", empty_});
  suggest_role(made, rows_, values);
  return made;
}

}  // namespace usufruct::anonymise
