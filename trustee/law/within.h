#pragma once

#include <span>

#include "trustee/law/rules.h"

namespace usufruct::law {

/// Derived data are released under no looser terms than what they were made of: `record`, terms in
/// force or about to be, is held against those of each input (rule terms-derived).
Result<void> check_within(const Case& it, const Record& record, std::span<const LoggedPtr> inputs);

}  // namespace usufruct::law
