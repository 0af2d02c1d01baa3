#include "trustee/anonymise/profile/distinct_sample.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr unsigned halvings_max = 60;

}  // namespace

DistinctSample::DistinctSample(std::size_t values_max) : values_max_(values_max) {
  CHECK_THAT(values_max > 0);
}

/// By a hash without a key: what is in the sample is the same in every run.
bool DistinctSample::is_sampled(std::string_view value) const {
  if (halvings_ == 0) return true;
  const std::uint64_t hash = std::hash<std::string_view>{}(value);
  return hash >> (64U - halvings_) == 0;
}

bool DistinctSample::add(std::string_view value, std::uint64_t rows) {
  if (!is_sampled(value)) return false;
  const auto [at, is_new] = names_.add(value);
  if (is_new) counts_.push_back(0);
  counts_[at] += rows;
  while (names_.size() > values_max_ && halvings_ < halvings_max) thin(halvings_ + 1);
  return is_new;
}

void DistinctSample::thin(unsigned halvings) {
  halvings_ = halvings;
  NameTable names;
  std::vector<std::uint64_t> counts;
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    if (!is_sampled(names_.name(i))) continue;
    names.add(names_.name(i));
    counts.push_back(counts_[i]);
  }
  names_ = std::move(names);
  counts_ = std::move(counts);
}

void DistinctSample::merge(const DistinctSample& other) {
  CHECK_THAT(values_max_ == other.values_max_);
  if (other.halvings_ > halvings_) thin(other.halvings_);
  for (std::uint32_t i = 0; i < other.names_.size(); ++i)
    add(other.names_.name(i), other.counts_[i]);
}

std::vector<ValueCount> DistinctSample::values() const {
  std::vector<ValueCount> made;
  for (std::uint32_t i = 0; i < names_.size(); ++i) made.push_back({names_.name(i), counts_[i]});
  std::ranges::sort(made, {}, &ValueCount::value);
  return made;
}

Distinctness distinctness_of(const DistinctSample& sample, std::uint64_t rows,
                             std::uint64_t empty_rows) {
  Distinctness made{.is_estimate = !sample.is_whole()};
  if (rows == 0) return made;
  const auto pairs = [](std::uint64_t count) {
    return static_cast<double>(count) * (static_cast<double>(count) - 1);
  };
  double alike = 0;
  std::uint64_t unique = 0;
  for (const std::uint64_t count : sample.counts()) {
    alike += pairs(count);
    if (count == 1) ++unique;
  }
  alike = alike * sample.values_a_sampled() + (empty_rows > 0 ? pairs(empty_rows) : 0);
  const auto all = [&](std::uint64_t sampled) {
    return static_cast<std::uint64_t>(static_cast<double>(sampled) * sample.values_a_sampled());
  };
  made.distinct = std::min(all(sample.size()) + (empty_rows > 0 ? 1 : 0), rows);
  made.unique_rows = std::min(all(unique) + (empty_rows == 1 ? 1 : 0), rows);
  made.uniqueness = static_cast<double>(made.distinct) / static_cast<double>(rows);
  if (rows > 1) made.separation = std::clamp(1 - alike / pairs(rows), 0.0, 1.0);
  return made;
}

}  // namespace usufruct::anonymise
