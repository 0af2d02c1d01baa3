#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "ledger/record/terms.h"

/// Privacy floors as terms set them: which of two asks for more, and what two ask together. What
/// each bound means for a table: specs/anonymity.md §3.
namespace usufruct::terms {

/// Which way a bound is stricter.
enum class Sense : std::uint8_t {
  at_least,   ///< the greater; 0 asks nothing
  at_most,    ///< the smaller; 0 asks nothing
  share_max,  ///< the smaller, down to 0
};

/// One number of a floor, in the order of the record's fields.
struct Bound {
  std::string_view key;   ///< in files of terms (specs/terms.md §7)
  std::string_view name;  ///< in a record, and in ODRL of our profile
  std::uint32_t Floor::*value;
  Sense sense = Sense::at_least;
  unsigned digits = 0;      ///< after the point, where people write it
  bool is_percent = false;  ///< written with a percent sign
  std::uint32_t least = 1;  ///< what asks for something is from here
  std::uint32_t most = UINT32_MAX;
};
std::span<const Bound> floor_bounds();

/// As people write it: `0.2`, `1%`.
std::string print_bound(const Bound& bound, std::uint32_t value);

/// Whether some bound of the first asks for less than that of the second. Neither asking less, the
/// two are equal; each asking less than the other, they cannot be compared.
bool asks_less(const Floor& one, const Floor& other);

/// What both ask for, bound by bound: the least that is at least as strict as either. Commutative
/// and idempotent. Of recursive (c,l)-diversity it takes the greater l and the smaller c.
Floor stricter_of(const Floor& one, const Floor& other);

/// `malformed`, saying why no table can be held against it: a share above the whole, an l below 1,
/// or of recursive (c,l)-diversity one number without the other.
Result<void> check_possible(const Floor& floor);

/// What a floor asks beside k, suppression and l-distinct: `, t-closeness 0.2`, or nothing.
std::string print_further_bounds(const Floor& floor);
/// For one line: `k 5, l-distinct 2, suppression at most 500 of 10,000, t-closeness 0.2`.
std::string print_floor_line(const Floor& floor);

}  // namespace usufruct::terms
