#pragma once

#include <string_view>

#include "ledger/record/terms.h"
#include "trustee/terms/import/odrl/values.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms::odrl {

/// Reads what a policy says in our own words beside its rules: `usufruct:privacy`, `:retention`,
/// `:afterWithdrawal`, `:law`, `:labels`. False when the property is none of these. `malformed` for
/// a value it cannot have.
Result<bool> read_own_term(const document::Node& item, std::string_view property,
                           const Source& source, const Vocabulary& vocabulary, Terms& terms);

}  // namespace usufruct::terms::odrl
