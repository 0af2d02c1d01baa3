#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/record/terms.h"

namespace usufruct::terms {

/// How much of a foreign word was kept.
enum class Fidelity : std::uint8_t {
  mapped,        ///< it says the same here
  approximated,  ///< something near it, said in `loss`
  refused,       ///< nothing here says it: the trustees are asked
};
std::string_view name_of(Fidelity fidelity);

/// What became of one word of what was imported.
struct ImportLine {
  std::string source;
  Fidelity fidelity = Fidelity::mapped;
  std::string into;  ///< in words of specs/terms.md
  std::string loss;  ///< empty when mapped
};

/// Terms made of something else, with an account of every word. What was refused is in the terms as
/// an ask, so that it is never lost.
struct Imported {
  Terms terms;
  std::vector<ImportLine> lines;
};

/// What others write says nothing of how alike the rows of a release must be: terms made of it
/// begin with this, and owners raise it.
inline constexpr Floor imported_floor{.k = 5, .suppression_max_per10000 = 500};

}  // namespace usufruct::terms
