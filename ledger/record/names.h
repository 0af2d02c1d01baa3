#pragma once

#include <string>
#include <string_view>

#include "ledger/record/record.h"

namespace usufruct {

/// The name of an enumerator as the schema spells it (`derivedFrom`, `askAgain`), and back. For
/// every enumeration of ledger/record and Kind. An unknown name is `malformed` and says what was
/// meant.
template <class Enum>
std::string name_of(Enum value);
template <class Enum>
Result<Enum> parse_name(std::string_view name);

}  // namespace usufruct
