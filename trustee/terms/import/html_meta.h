#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace usufruct::terms {

/// The `content` of every `<meta name="…">` of that name in an HTML page, without regard to case
/// and outside comments. Reads tags, not HTML: what a script writes is not seen. Linear.
std::vector<std::string> meta_of(std::string_view html, std::string_view name);

}  // namespace usufruct::terms
