#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "crypto/secret.h"
#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/measure/attack.h"
#include "trustee/anonymise/measure/measure.h"
#include "trustee/anonymise/recode/portfolio.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/count.h"
#include "trustee/anonymise/table/source.h"
#include "trustee/anonymise/table/write.h"

namespace usufruct::anonymise {

/// The rows to anonymise, what each column means, and how the release is to be written.
struct Input {
  std::vector<Source> files;  ///< one table: all have the columns of the first, in its order
  std::vector<ColumnSpec> columns{};
  EngineOptions engine{};
  OutputFormat output{};
  RecodeOptions recoding{};
  /// For floors on the people outside the table, and for what somebody who seeks one of them
  /// learns.
  std::optional<PopulationInput> population{};
  /// When given, which rows of an atom go to which of its classes is drawn under this key: the same
  /// rows, floor and options then show every row the same again. Borrowed.
  const Secret<32>* placement = nullptr;
  /// For a column of pseudonyms; borrowed.
  const Secret<32>* pseudonym_key = nullptr;
  /// Who is told of the rows as they are written, before it is known whether they may leave.
  /// Borrowed.
  const Tracing* tracing = nullptr;
  /// When given, attacks are tried on a part of the release (attack_sample.h).
  std::optional<AttackOptions> attacks{};
};

/// What became of one column. Levels are 0 (untouched) to levels - 1 (`*`) for quasi-identifiers:
/// the lowest and the highest that some class shows.
struct ColumnOutcome {
  std::string name;
  ColumnRole role = ColumnRole::identifier;
  std::uint32_t level_min = 0;
  std::uint32_t level_max = 0;
  std::uint32_t levels = 0;
  std::optional<Digest> hierarchy{};
  std::string hierarchy_text{};  ///< what the digest is of; empty for other roles

  bool operator==(const ColumnOutcome&) const = default;
};

/// So many bytes are kept from the sink until the release was measured.
inline constexpr std::size_t held_bytes_max = std::size_t{16} << 20;

/// Facts of a release whose written bytes were measured and met the floor. Only anonymise() makes
/// one, so whoever holds one holds that proof.
class Anonymised {
 public:
  std::uint64_t rows_input() const { return facts_.rows_input; }
  std::uint64_t rows_kept() const { return facts_.rows_kept; }  ///< KeepRow said yes
  std::uint64_t rows_suppressed() const { return facts_.rows_suppressed; }
  std::uint64_t rows_released() const { return facts_.rows_released; }
  const std::vector<ColumnOutcome>& columns() const { return facts_.columns; }  ///< file order
  const Floor& floor() const { return facts_.floor; }
  const Measurement& measurement() const { return facts_.measurement; }
  /// Empty where the input asked for none.
  const AttackTrial& attacks() const { return facts_.attacks; }
  double loss() const { return facts_.loss; }  ///< 0 untouched, 1 all gone; specs/anonymity.md §3
  double loss_bound() const { return facts_.loss_bound; }  ///< no recoding of its scope is below
  const std::string& algorithm() const { return facts_.algorithm; }  ///< of the portfolio
  /// Of which rows of which atoms show what. With the digests of the hierarchies and the kept rows
  /// it is the whole recoding.
  const Digest& recoding_digest() const { return facts_.recoding_digest; }
  bool proven_optimal() const { return facts_.proven_optimal; }
  const Digest& digest() const {
    return facts_.digest;
  }  ///< SHA-256 of the bytes given to the sink
  std::uint64_t size_bytes() const { return facts_.size_bytes; }

 private:
  struct Facts {
    std::uint64_t rows_input = 0;
    std::uint64_t rows_kept = 0;
    std::uint64_t rows_suppressed = 0;
    std::uint64_t rows_released = 0;
    std::vector<ColumnOutcome> columns;
    Floor floor;
    Measurement measurement;
    AttackTrial attacks;
    double loss = 0;
    double loss_bound = 0;
    bool proven_optimal = false;
    std::string algorithm;
    Digest recoding_digest;
    Digest digest;
    std::uint64_t size_bytes = 0;
  };
  explicit Anonymised(Facts facts) : facts_(std::move(facts)) {}
  friend Result<Anonymised> anonymise(const Input&, const Floor&, const KeepRow&, Chance&,
                                      const Sink&);
  Facts facts_;
};

/// Drops the rows without consent, generalises the rest as little as the floor allows, writes them
/// in an order drawn from `chance`, and measures the written bytes as they are made. From `chance`
/// comes also what the input gives no key for.
///
/// What the sink has taken may be used only when this succeeds: bytes beyond held_bytes_max go to
/// it before the measuring is at its end. It gets nothing when anything fails earlier.
///
/// Errors: `malformed` for input that does not parse or match its columns, and for a population
/// that lacks a quasi-identifier or people; `denied` when the floor cannot be met or asks about
/// people and none are told of, with the nearest thing that can be in the hint; what the reader or
/// sink answers. Cost: one pass over the files, one over what was kept of them; the search is
/// exponential in the count of quasi-identifiers and stops at a budget, see recode/portfolio.h.
Result<Anonymised> anonymise(const Input& input, const Floor& floor, const KeepRow& keep_row,
                             Chance& chance, const Sink& sink);

}  // namespace usufruct::anonymise
