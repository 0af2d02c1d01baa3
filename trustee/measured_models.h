#pragma once

#include <cstdint>

#include "ledger/record/release.h"
#include "trustee/anonymise/measure/measure.h"

namespace usufruct {

/// What was found of a model as a release claims it: in the units of the floor, rounded towards the
/// worse, after the tolerance that the check allows. So it is as strict as a bound exactly where
/// anonymise::check_floor() says that the bound is met. Without end where nothing was found.
std::uint64_t claimed_value(PrivacyModel model, const anonymise::Finding& finding);

/// What a table reached of one model; what stands there already where nobody measured it.
std::uint64_t achieved(const Met& met, const anonymise::Measurement& measured);

}  // namespace usufruct
