#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trustee/anonymise/measure/measure.h"
#include "trustee/anonymise/measure/reading.h"

namespace usufruct::anonymise {

/// What Measuring keeps: how the options are checked is in measure_options.cpp, how rows are
/// counted in measure.cpp, and what is made of the counts in measurement.cpp.
struct Measuring::State {
  explicit State(MeasureOptions given) : options(std::move(given)), reader(options.format) {}

  MeasureOptions options;
  measuring::ReleasedReader reader;
  measuring::Reading reading;
  bool has_columns = false;
  std::size_t width = 0;
  std::vector<std::size_t> quasi;  ///< places in the record
  std::vector<std::size_t> sensitive;
  std::optional<std::size_t> pseudonym;
  measuring::PseudonymsRead pseudonyms;
  std::vector<std::string_view> fields;
  std::vector<std::string_view> shown;
  std::vector<std::uint32_t> staged_values;  ///< [row staged · sensitive columns + column]

  Result<void> check_options() const;
  Result<void> check_facts() const;
  Result<std::vector<std::size_t>> places_of(const std::vector<std::string>& wanted,
                                             std::span<const std::string_view> header) const;
  Result<void> columns(std::span<const std::string_view> names);
  Result<void> row(std::span<const std::string_view> cells);
  void settle();
  std::vector<measuring::QuasiIdentifier> quasi_identifiers() const;
  Result<void> check_counts() const;
  Result<void> check_asked() const;
  void count_classes(Measurement& found) const;
  Result<void> look_at_groups(Measurement& found, std::vector<std::uint64_t>& matches) const;
  PopulationRisk risk_of(const std::vector<std::uint64_t>& matches) const;
  Result<Measurement> finish() const;
};

}  // namespace usufruct::anonymise
