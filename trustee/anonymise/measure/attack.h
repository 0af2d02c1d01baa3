#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/measure/rate.h"
#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise {

/// A release and the people it is about, for attacks that are tried out. Rows are cells in the
/// order of `columns`. A value of a person matches a shown one when it lies under that group; in
/// columns without a hierarchy when it is the same, or within 5 % for numbers.
struct AttackInput {
  using Rows = std::span<const std::vector<std::string>>;
  struct Column {
    std::string name;
    ColumnRole role = ColumnRole::insensitive;
    const Hierarchy* hierarchy = nullptr;  ///< of a quasi-identifier
  };
  std::vector<Column> columns;
  Rows released;   ///< as shown, in the order of the file, which is random
  Rows people;     ///< those released, before anything was made coarser
  Rows control{};  ///< others of the same kind who are not in the release; may be empty
};

struct AttackOptions {
  std::size_t attacks_max = 500;      ///< of each kind
  std::size_t neighbours = 1;         ///< for linking
  std::size_t predicate_columns = 3;  ///< of a multivariate predicate, at most
  std::size_t rows_max = 20'000;      ///< looked at in each table: the first ones
};

enum class AttackKind { singling_out_by_one, singling_out_by_many, linking, inference };
std::string_view name_of(AttackKind kind);

/// How one kind of attack went (Giomi et al. 2023; specs/anonymity.md §3.4).
struct AttackResult {
  AttackKind kind = AttackKind::linking;
  std::string column{};       ///< the secret that is inferred; empty for other kinds
  std::uint64_t attacks = 0;  ///< on people of the release; 0: there was nothing to try
  std::uint64_t successes = 0;
  Rate main{};
  Rate baseline{};                ///< guessing without the release
  std::optional<Rate> control{};  ///< the same attack on people who are not in it
  Rate risk{};
  bool is_void = false;  ///< guessing does as well: the attack says nothing

  bool operator==(const AttackResult&) const = default;
};

/// What attacks on a part of a release came to.
struct AttackTrial {
  std::uint64_t shown = 0;     ///< rows the attacker had; who was sought is one of theirs
  std::uint64_t withheld = 0;  ///< rows of the control; 0: there was none
  std::vector<AttackResult> results{};

  bool operator==(const AttackTrial&) const = default;
};

/// Tries all kinds: singling out by one column and by several; linking two halves of the columns;
/// inferring each sensitive column from the quasi-identifiers. `malformed` for rows of another
/// width or values that no hierarchy knows. The same chance gives the same answer. Cost:
/// attacks_max times what is different in rows_max rows of all columns, for each kind and table.
Result<std::vector<AttackResult>> try_attacks(const AttackInput& input,
                                              const AttackOptions& options, Chance& chance);

}  // namespace usufruct::anonymise
