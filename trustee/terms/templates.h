#pragma once

#include <string_view>
#include <vector>

namespace usufruct::terms {

/// Terms to begin with, for a common wish: a file of specs/templates as it was when the program was
/// built.
struct Template {
  std::string_view name;  ///< of the file, without its ending
  std::string_view line;  ///< what it is for, in one sentence
  std::string_view text;  ///< YAML that parse_terms() takes
};
/// All there are, by name.
const std::vector<Template>& templates();

}  // namespace usufruct::terms
