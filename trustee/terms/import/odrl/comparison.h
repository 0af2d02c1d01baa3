#pragma once

#include "trustee/terms/import/odrl/formula.h"
#include "trustee/terms/import/odrl/values.h"

namespace usufruct::terms::odrl {

/// The parts of one constraint.
struct Comparison {
  std::string left;  ///< shortened
  std::string op;    ///< shortened
  std::vector<Value> right;
  std::string unit;  ///< shortened; empty: none
};

/// What a constraint says, as far as it can be said here.
Formula formula_of(const Comparison& comparison, const Source& source,
                   const Vocabulary& vocabulary);
/// A constraint in words: `purpose isAnyOf dpv:AcademicResearch, dpv:Marketing`.
std::string text_of(const Comparison& comparison);
/// The currency a unit stands for; empty when it is none that is known.
std::string currency_of(std::string_view unit);

}  // namespace usufruct::terms::odrl
