#pragma once

#include <string>
#include <vector>

#include "trustee/terms/import/odrl/constraint.h"

namespace usufruct::terms::odrl {

/// One action of a rule or duty, with what narrows it.
struct Action {
  std::string word;  ///< shortened; empty: it is not read
  Formula refinement;
};
std::vector<Action> read_actions(const document::Node& property, const Source& source,
                                 ConstraintReader& constraints);

/// What a duty becomes: words to the recipient, and conditions of the permission that carries it.
struct DutyReading {
  std::vector<Duty> duties;
  std::vector<Formula> conditions;
};
/// Reads every duty under a property. To compensate with an amount is a price; a duty without a
/// word here is a condition that no clause says. When, to whom and or else what is a word to the
/// recipient.
DutyReading read_duties(const document::Node& property, const std::string& where,
                        const Source& source, const Vocabulary& vocabulary, Account& account);

}  // namespace usufruct::terms::odrl
