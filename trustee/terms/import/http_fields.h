#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace usufruct::terms {

/// The values of one field in the head of an HTTP response, as `curl -sI URL` prints it: names
/// without regard to case, folded lines in one, up to the empty line. Of several heads, as
/// redirects leave them, the last one's.
std::vector<std::string> values_of_field(std::string_view head, std::string_view name);

}  // namespace usufruct::terms
