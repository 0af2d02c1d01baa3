#pragma once

#include <string_view>

namespace usufruct::terms::odrl {

/// Whether a name is a term of ODRL 2.2 (http://www.w3.org/ns/odrl/2/), those it has given up
/// included.
bool is_odrl_term(std::string_view name);
/// Whether its JSON-LD context (http://www.w3.org/ns/odrl.jsonld) lets one write it without a
/// prefix.
bool is_in_odrl_context(std::string_view name);

}  // namespace usufruct::terms::odrl
