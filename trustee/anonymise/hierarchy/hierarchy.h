#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/name_table.h"

namespace usufruct::anonymise {

/// How the values of one column may be made coarser, step by step, up to `*`.
///
/// Text form (specs/anonymity.md §4), one leaf a line, as the ARX project writes them:
///
///     Bachelors;Undergraduate;Higher education;*
///     11th;High School;Secondary education;*
///
/// Level 0 is the value itself. Values equal at one level are equal at every higher one, and the
/// last level is the single group `*`. Groups are numbered in the order of their first leaf.
///
/// Immutable, so copies share what they hold (hence the shared_ptr) and cost nothing; safe to read
/// from several threads.
class Hierarchy {
 public:
  static constexpr std::size_t level_count_max = 32;
  static constexpr std::size_t leaf_count_max = 4'000'000;

  /// One level as it is being built: what its groups are called, and the group of every leaf.
  struct Level {
    std::vector<std::string> names;
    std::vector<std::uint32_t> group_of_leaf;
  };

  /// Reads the text form: `;` between fields, RFC 4180 quoting, LF or CRLF. `malformed` for no
  /// rows, unequal field counts, a leaf twice, a last field other than `*`, a value that is split
  /// again higher up, bad UTF-8. Linear; a million leaves take under a second.
  static Result<Hierarchy> parse(std::string_view text);
  /// The same from cells: one row a leaf, each row its values from level 0 to the top.
  static Result<Hierarchy> make(const std::vector<std::vector<std::string>>& rows);
  /// The same from levels, level 0 first. Groups of one name on one level are one group; groups
  /// without a leaf are left out.
  static Result<Hierarchy> of_levels(std::span<const Level> levels);

  std::size_t level_count() const { return levels_->size(); }
  std::size_t leaf_count() const { return group_count(0); }
  /// The leaf of a value: a hash look-up.
  std::optional<std::uint32_t> find(std::string_view leaf) const {
    return levels_->front().names.find(leaf);
  }
  std::size_t group_count(std::size_t level) const { return (*levels_)[level].names.size(); }
  /// The group a leaf belongs to at a level, what the group is called, how many leaves it has.
  std::uint32_t group_of(std::size_t level, std::uint32_t leaf) const {
    return groups(level)[leaf];
  }
  /// The group of every leaf at a level.
  std::span<const std::uint32_t> groups(std::size_t level) const {
    return (*levels_)[level].group_of_leaf;
  }
  const std::string& name(std::size_t level, std::uint32_t group) const {
    return (*levels_)[level].names.name(group);
  }
  std::uint32_t leaves_under(std::size_t level, std::uint32_t group) const {
    return (*levels_)[level].leaves[group];
  }

  /// The text form, leaves in the order given; parse() reads it back to an equal hierarchy.
  std::string print() const;
  /// SHA-256 of print(): how a release names the hierarchy it used.
  Digest digest() const;

 private:
  class Assembly;
  struct Stored {
    NameTable names;
    std::vector<std::uint32_t> group_of_leaf;
    std::vector<std::uint32_t> leaves;  ///< [group]
  };
  explicit Hierarchy(std::shared_ptr<const std::vector<Stored>> levels)
      : levels_(std::move(levels)) {}

  std::shared_ptr<const std::vector<Stored>> levels_;
};

/// A value of a column and how many rows have it.
struct ValueCount {
  std::string value;
  std::uint64_t count = 0;

  bool operator==(const ValueCount&) const = default;
};

/// Builds a hierarchy for a column that came without one, in the way that suits its values: see
/// choose_recipe() in recipe.h. Deterministic; the order of `values` is irrelevant. Needs at least
/// one value; `malformed` above leaf_count_max values.
Result<Hierarchy> build_hierarchy(std::span<const ValueCount> values);

}  // namespace usufruct::anonymise
