#pragma once

#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "ledger/record/release.h"
#include "ledger/record/terms.h"
#include "ledger/record/version.h"

namespace usufruct {

/// What a floor demands of a table, model by model: one entry for each that looks at the whole
/// table, one for each sensitive column of the recipe of those that look at values; ascending by
/// (model, column). What is achieved is for who measured to fill in; until then it reaches nothing.
std::vector<Met> demands_of(const Floor& floor, std::span<const Recoding> recipe);

/// Whether what was achieved is at least as strict as what was demanded.
bool is_reached(const Met& met);

/// Why the models a release says that it met are not those a floor asks for: one is missing, is
/// demanded less strictly or not reached; none speaks for some sensitive column, or there is no
/// such column; empty when nothing is wrong. Says nothing of suppression. A floor that asks for
/// more never lets a release through that one which asks for less stops.
std::string unmet(const Release& release, const Floor& floor);

/// Why no release of a version can ever meet a floor, whoever consents: it has too few rows, or not
/// what a model looks at. In words, one for each; none where nothing stands in the way.
std::vector<std::string> never_met(const Floor& floor, const Version& version);

/// In words: `t-closeness of 'diagnosis'`.
std::string print_model(const Met& met);
/// A value of a model as people write it: `0.2`, `4`.
std::string print_model_value(PrivacyModel model, std::uint64_t value);

}  // namespace usufruct
