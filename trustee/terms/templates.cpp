#include "trustee/terms/templates.h"

#include <utility>

#include "crypto/base/check.h"

namespace usufruct::terms {

/// Written at build time from specs/templates (embedded.cmake).
std::vector<std::pair<std::string_view, std::string_view>> embedded_templates();

const std::vector<Template>& templates() {
  static const std::vector<Template> all = [] {
    std::vector<Template> read;
    for (auto [name, text] : embedded_templates()) {
      // The first line of each says what it is for.
      CHECK_THAT(text.starts_with("# "));
      const std::string_view line = text.substr(2, text.find('\n') - 2);
      name.remove_suffix(std::string_view(".yaml").size());
      read.push_back({name, line, text});
    }
    return read;
  }();
  return all;
}

}  // namespace usufruct::terms
