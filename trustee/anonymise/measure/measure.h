#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/measure/models.h"
#include "trustee/anonymise/measure/population.h"
#include "trustee/anonymise/measure/pseudonym_read.h"
#include "trustee/anonymise/measure/uniqueness.h"
#include "trustee/anonymise/measure/utility.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise {

/// What is known of a sensitive column before anything was suppressed: the distribution q.
struct SensitiveInput {
  std::vector<ValueCount> counts{};      ///< over all rows that may be used; each value once
  Distance distance = Distance::equal;   ///< for t-closeness
  const Hierarchy* hierarchy = nullptr;  ///< for Distance::hierarchical
};

/// So many rows ask for a k.
struct AskedCount {
  std::uint32_t k = 0;
  std::uint64_t rows = 0;

  bool operator==(const AskedCount&) const = default;
};

/// What is said of a release by those who made it. Whatever is given is compared with the bytes.
struct Claims {
  std::vector<std::string> columns{};  ///< the header, in order; empty: any
  std::optional<std::uint64_t> rows_released{};
  std::vector<LevelRange> levels{};  ///< one per quasi-identifier, or none; needs hierarchies
};

/// What to measure a released file against. What it points to must outlive the measuring.
struct MeasureOptions {
  std::vector<std::string> quasi_identifiers;  ///< column names in the file
  std::vector<std::string> sensitive;
  std::uint64_t rows_suppressed =
      0;                        ///< removed before writing; counted in loss and discernibility
  double risk_threshold = 0.2;  ///< records with a risk above this are "at risk"
  /// For granularity and precision: one per quasi-identifier, or none at all.
  std::vector<const Hierarchy*> hierarchies{};
  Format format = Format::csv;  ///< how the bytes are to be read; of no meaning for row()
  Floor floor{};                ///< which models to look at; see check_floor()
  /// One per sensitive column, or none at all: models that compare with q are then `denied`.
  std::vector<SensitiveInput> sensitive_input{};
  /// For non-uniform entropy: the input's counts per leaf, one list a quasi-identifier, or none.
  std::vector<std::vector<ValueCount>> leaf_counts{};
  /// Personalised floors: the k that the owner of a released row asks for, by its 0-based place in
  /// the file; called once a row, in order.
  std::function<std::uint32_t(std::uint64_t row)> k_asked{};
  /// How many of the rows that may be used ask for each k; empty: not known. No more of a kind may
  /// be released.
  std::vector<AskedCount> k_asked_counts{};
  /// What the loss of a quasi-identifier counts beside that of others, above 0; one each, or none:
  /// all count the same.
  std::vector<double> weights{};
  std::optional<Population> population{};
  Claims claims{};
  std::optional<measuring::PseudonymColumn> pseudonyms{};
};

/// Distinct values of a sensitive column in its poorest class.
struct Diversity {
  std::string column;
  std::uint64_t distinct_min = 0;

  bool operator==(const Diversity&) const = default;
};

/// How likely somebody who is sought is found, by who seeks (specs/anonymity.md §3.2). Without a
/// population table the journalist knows no more than the prosecutor.
struct PopulationRisk {
  double journalist_highest = 0;  ///< 1 / the fewest people that a class stands for
  double journalist_average = 0;
  double marketer = 0;

  bool operator==(const PopulationRisk&) const = default;
};

/// What the written bytes of a release say about the people in it. Definitions:
/// specs/anonymity.md §3. A class is the rows that agree on all quasi-identifiers.
struct Measurement {
  std::uint64_t rows = 0;
  std::uint64_t rows_suppressed = 0;
  std::uint64_t classes = 0;
  std::uint64_t k_achieved = 0;      ///< smallest class; 0 when there are no rows
  std::uint64_t sample_uniques = 0;  ///< classes of one row
  double risk_highest = 0;           ///< prosecutor: 1 / k_achieved
  double risk_average = 0;           ///< prosecutor and, without a population, marketer
  double risk_threshold = 0;
  std::uint64_t records_at_risk = 0;  ///< rows with 1/|class| > risk_threshold
  double class_size_average = 0;
  double discernibility = 0;  ///< sum |E|² + suppressed · (rows + suppressed)
  std::vector<Diversity> diversity{};
  std::optional<double> granularity{};  ///< 1 - weighted mean NCP, suppressed cells count 1
  std::optional<double> precision{};    ///< 1 - mean level/(levels - 1), suppressed rows count 1

  double class_size_over_k = 0;          ///< C_avg: class_size_average / floor.k
  std::vector<SizeCount> class_sizes{};  ///< ascending
  /// What each model found: k always, others where `floor` (k_asked, population) asked for them.
  std::vector<Finding> findings{};
  Floor floor{};                                    ///< that was measured for
  std::optional<Utility> utility{};                 ///< with hierarchies
  std::optional<PopulationRisk> population_risk{};  ///< with a population table and hierarchies
  std::optional<UniquenessEstimate> uniqueness{};   ///< with a known count of people

  bool operator==(const Measurement&) const = default;
};

/// Counts a release as it is written, from its bytes or its rows. Knows nothing of how it was
/// made: its own parser, no database, no lattice.
///
///     Measuring measuring = TRY(Measuring::make(options));
///     CHECK_OK(measuring.take(piece));        // again and again, or columns() and row()
///     const Measurement found = TRY(measuring.finish());
///     CHECK_OK(check_floor(found, floor));
///
/// Errors: `denied` when the floor asks for a model whose facts are missing; `malformed` with the
/// line for bytes that are no such file, an absent column, a value no hierarchy knows;
/// `unverified` when the bytes contradict a claim or the input's counts. After an error it is of
/// no further use. Cost: one pass, memory for the classes (classes.h) and for what the reader has
/// not yet read; models and utility in finish().
class Measuring {
 public:
  static Result<Measuring> make(MeasureOptions options);
  Measuring(Measuring&&) noexcept;
  Measuring& operator=(Measuring&&) noexcept;
  ~Measuring();

  Result<void> take(View piece);

  /// For Parquet, which is read elsewhere: the names once, then every row.
  Result<void> columns(std::span<const std::string_view> names);
  Result<void> row(std::span<const std::string_view> cells);

  Result<Measurement> finish();

 private:
  struct State;
  explicit Measuring(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// All of a release that is in memory.
Result<Measurement> measure(View file, const MeasureOptions& options);

/// `denied`, naming each floor that is missed: the model, the column, the size of the class, what
/// is asked and what was found. A model that the floor asks for and that was not measured is
/// missed. The rule is that of the first: `floor-k`, `floor-suppression`, or rule_of(model).
Result<void> check_floor(const Measurement& measurement, const Floor& floor);

}  // namespace usufruct::anonymise
