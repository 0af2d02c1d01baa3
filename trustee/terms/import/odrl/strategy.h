#pragma once

#include <string>

#include "crypto/base/result.h"
#include "ledger/record/terms.h"
#include "trustee/terms/import/account.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms::odrl {

/// What a policy says of permissions and prohibitions that overlap (ODRL 2.2 §2.9): `conflict` as
/// shortened; empty when it says nothing. Prohibitions count more here in any case; where
/// permissions should, the prohibition becomes a question.
/// `conflict` when they overlap and the policy is then void, or says nothing, which is the same.
Result<void> settle_conflicts(const std::string& strategy, Terms& terms,
                              const Vocabulary& vocabulary, Account& account);

}  // namespace usufruct::terms::odrl
