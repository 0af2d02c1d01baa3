#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trustee/anonymise/keyed_hash.h"
#include "trustee/anonymise/measure/classes.h"
#include "trustee/anonymise/measure/measure.h"
#include "trustee/anonymise/measure/released_reader.h"

namespace usufruct::anonymise::measuring {

/// What was read of one sensitive column. Where the input's values are known, they have the first
/// numbers, in the order given.
struct SensitiveRead {
  std::vector<std::string> values;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> number_of;
  std::vector<std::uint64_t> rows;  ///< [value], released
  PairCounts pairs;

  std::uint32_t number(std::string_view value);
};

/// All that has been read of a release: counts, no judgement.
struct Reading {
  Classes classes;
  std::vector<SensitiveRead> sensitive;
  std::uint64_t rows = 0;
  std::map<std::uint32_t, std::uint64_t> asked;  ///< rows by the k they ask for
};

/// Worst findings of every model that the options ask for.
Result<std::vector<Finding>> find_worst(const Reading& reading, const MeasureOptions& options,
                                        const std::vector<std::uint64_t>& matches,
                                        const std::optional<UniquenessEstimate>& uniqueness);

/// The bound a floor asks of a model, in the units of the definition; nothing when it asks none.
std::optional<double> bound_of(PrivacyModel model, const Floor& floor);
/// Whether the model looks at a sensitive column.
bool looks_at_values(PrivacyModel model);
/// Whether it compares a class with the whole input.
bool compares_with_input(PrivacyModel model);
bool is_met(PrivacyModel model, double value, double bound);

inline constexpr PrivacyModel all_models[] = {PrivacyModel::k_anonymity,
                                              PrivacyModel::personalised_k,
                                              PrivacyModel::k_map,
                                              PrivacyModel::distinct_diversity,
                                              PrivacyModel::entropy_diversity,
                                              PrivacyModel::recursive_diversity,
                                              PrivacyModel::t_closeness,
                                              PrivacyModel::delta_disclosure,
                                              PrivacyModel::beta_likeness,
                                              PrivacyModel::enhanced_beta_likeness,
                                              PrivacyModel::population_uniqueness};

}  // namespace usufruct::anonymise::measuring
