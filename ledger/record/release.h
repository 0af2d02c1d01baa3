#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"
#include "ledger/record/version.h"

namespace usufruct {

/// How far one column was generalised: level 0 is the value itself, `levels - 1` is `*`. Of a
/// full-domain recoding both levels are one; the classes of a local recoding show several.
struct Recoding {
  std::string column;
  ColumnRole role = ColumnRole::insensitive;
  std::uint32_t level_min = 0;
  std::uint32_t levels = 0;
  std::optional<Digest> hierarchy_sha256;
  std::uint32_t level_max = 0;
  std::uint32_t loss_ppm = 0;  ///< mean NCP of its cells, rounded up

  auto operator<=>(const Recoding&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("column", self.column);
    io("role", self.role);
    io("levelMin", self.level_min);
    io("levels", self.levels);
    io("hierarchySha256", self.hierarchy_sha256);
    io("levelMax", self.level_max);
    io("lossPpm", self.loss_ppm);
  }
};

/// The closed list of privacy models (specs/anonymity.md §3). Do not renumber: written to disk.
enum class PrivacyModel : std::uint16_t {
  k_anonymity,
  k_map,
  distinct_diversity,
  entropy_diversity,
  recursive_diversity,
  t_closeness,
  delta_disclosure,
  beta_likeness,
  enhanced_beta_likeness,
  population_uniqueness,
  personalised_k,
};
inline constexpr std::uint16_t privacy_model_count = 11;

/// One privacy model, on one sensitive column or the whole table: what was demanded and what the
/// written bytes reach, in the units of Floor, rounded so that it never looks better than it is.
/// Which way is stricter depends on the model: trustee/released_floor.h.
struct Met {
  PrivacyModel model = PrivacyModel::k_anonymity;
  std::string column;  ///< empty: of the whole table
  std::uint64_t demanded = 0;
  std::uint64_t achieved = 0;
  std::uint32_t l = 0;  ///< recursive_diversity: l beside the c that is demanded; else 0

  auto operator<=>(const Met&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("model", self.model);
    io("column", self.column);
    io("demanded", self.demanded);
    io("achieved", self.achieved);
    io("l", self.l);
  }
};

/// This release beside an earlier one of the same dataset, in one reader's hands.
struct Composition {
  Digest release;                    ///< record id of the earlier one
  std::uint64_t uniques = 0;         ///< rows that the two leave alone of their kind, at most
  std::uint32_t joint_risk_ppm = 0;  ///< highest risk of a row, seen in both, rounded up

  auto operator<=>(const Composition&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("release", self.release);
    io("uniques", self.uniques);
    io("jointRiskPpm", self.joint_risk_ppm);
  }
};

/// An anonymised table handed to one recipient, and what was measured on its bytes. What each claim
/// means, how it is rounded and which the law checks: specs/release.md §4.
struct Release {
  std::optional<Digest> package_sha256;
  std::uint64_t package_bytes = 0;
  std::optional<Digest> content_sha256;
  std::string media_type;
  std::uint64_t as_of = 0;  ///< consents as of this many records
  std::optional<Digest> consent_root;
  std::vector<Recoding> recipe;
  std::uint64_t rows_input = 0;
  std::uint64_t rows_consented = 0;
  std::uint64_t rows_suppressed = 0;
  std::uint64_t rows_released = 0;
  std::uint64_t k = 0;
  std::uint64_t l_distinct = 0;
  std::uint64_t classes = 0;
  std::uint32_t highest_risk_ppm = 0;
  std::uint32_t average_risk_ppm = 0;
  std::uint32_t quality_ppm = 0;
  bool proven_optimal = false;
  std::string engine;
  std::string format;  ///< of the table inside: csv, tsv, json_lines, parquet
  std::string algorithm;
  std::string code_version;
  std::uint32_t loss_bound_ppm = 0;       ///< no recoding of this kind loses less; rounded down
  std::uint32_t gap_ppm = 0;              ///< 10⁶ - loss_bound_ppm - quality_ppm
  std::vector<Met> met;                   ///< ascending by (model, column), each once
  std::uint32_t marketer_risk_ppm = 0;    ///< rounded up
  std::uint32_t journalist_risk_ppm = 0;  ///< rounded up; 0: there is no population table
  std::uint64_t sample_uniques = 0;       ///< classes of one row
  std::uint32_t population_uniques_ppm = 0;
  std::uint32_t precision_ppm = 0;
  std::uint32_t entropy_ppm = 0;  ///< non-uniform entropy quality; 0: not measured
  std::uint64_t average_class_size_milli = 0;
  std::uint64_t discernibility = 0;       ///< Σ|E|² + suppressed · consented
  std::optional<Digest> recoding_sha256;  ///< of the recoding's canonical text
  std::optional<Digest> report_sha256;
  std::vector<Composition> composition;  ///< the earlier releases of the dataset, oldest first
  std::optional<Digest> reuses;          ///< the earlier release whose recoding this is
  std::optional<Digest> fingerprint_sha256;

  auto operator<=>(const Release&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("packageSha256", self.package_sha256);
    io("packageBytes", self.package_bytes);
    io("contentSha256", self.content_sha256);
    io("mediaType", self.media_type);
    io("asOf", self.as_of);
    io("consentRoot", self.consent_root);
    io("recipe", self.recipe);
    io("rowsInput", self.rows_input);
    io("rowsConsented", self.rows_consented);
    io("rowsSuppressed", self.rows_suppressed);
    io("rowsReleased", self.rows_released);
    io("k", self.k);
    io("lDistinct", self.l_distinct);
    io("classes", self.classes);
    io("highestRiskPpm", self.highest_risk_ppm);
    io("averageRiskPpm", self.average_risk_ppm);
    io("qualityPpm", self.quality_ppm);
    io("provenOptimal", self.proven_optimal);
    io("engine", self.engine);
    io("format", self.format);
    io("algorithm", self.algorithm);
    io("codeVersion", self.code_version);
    io("lossBoundPpm", self.loss_bound_ppm);
    io("gapPpm", self.gap_ppm);
    io("met", self.met);
    io("marketerRiskPpm", self.marketer_risk_ppm);
    io("journalistRiskPpm", self.journalist_risk_ppm);
    io("sampleUniques", self.sample_uniques);
    io("populationUniquesPpm", self.population_uniques_ppm);
    io("precisionPpm", self.precision_ppm);
    io("entropyPpm", self.entropy_ppm);
    io("averageClassSizeMilli", self.average_class_size_milli);
    io("discernibility", self.discernibility);
    io("recodingSha256", self.recoding_sha256);
    io("reportSha256", self.report_sha256);
    io("composition", self.composition);
    io("reuses", self.reuses);
    io("fingerprintSha256", self.fingerprint_sha256);
  }
};

}  // namespace usufruct
