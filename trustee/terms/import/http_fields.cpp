#include "trustee/terms/import/http_fields.h"

#include "crypto/base/text.h"

namespace usufruct::terms {

std::vector<std::string> values_of_field(std::string_view head, std::string_view name) {
  std::vector<std::string> values;
  const std::string wanted = to_lower_ascii(name);
  bool is_in_head = true;
  bool is_last_wanted = false;
  for (std::string_view line : split(head, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
      values.clear();
      is_in_head = true;
      is_last_wanted = false;
      continue;
    }
    if (trim(line).empty()) is_in_head = false;
    if (!is_in_head) continue;
    if (line.front() == ' ' || line.front() == '\t') {
      if (is_last_wanted) values.back() += " " + std::string(trim(line));
      continue;
    }
    const auto colon = line.find(':');
    is_last_wanted = colon != line.npos && to_lower_ascii(trim(line.substr(0, colon))) == wanted;
    if (is_last_wanted) values.emplace_back(trim(line.substr(colon + 1)));
  }
  return values;
}

}  // namespace usufruct::terms
