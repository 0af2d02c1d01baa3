#pragma once

#include <string>
#include <vector>

#include "trustee/terms/import/odrl/rule.h"

namespace usufruct::terms::odrl {

/// Leaves out rules that are about something else than the dataset, and tells which. The dataset is
/// `wanted` (shortened), or the one thing that all rules name; a rule that names nothing is about
/// it. A rule of a collection, which may hold the dataset, or of what may be the dataset by another
/// name, stays with a condition that no clause says.
/// `malformed` when the rules name several things and none is wanted.
Result<void> keep_rules_of(std::string_view wanted, std::vector<RuleDraft>& drafts,
                           Account& account);

}  // namespace usufruct::terms::odrl
