#include "trustee/anonymise/hierarchy/hierarchy_file.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/hierarchy_yaml.h"
#include "trustee/document/document.h"

namespace usufruct::anonymise {

Result<HierarchyFile> parse_hierarchy_file(std::string_view text, std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  if (!lower.ends_with(".yaml") && !lower.ends_with(".yml"))
    return TRY_IN(name, Hierarchy::parse(text));
  const auto file = TRY(document::parse(text, name));
  if (file.root.find("build") != nullptr) return TRY(parse_recipe(file));
  if (file.root.find("*") != nullptr) return TRY(parse_tree(file));
  return file.fault(file.root.place, "neither a tree nor a way to build one",
                    "write '\"*\": {group: [value, value]}', or 'build: intervals'");
}

Result<Hierarchy> hierarchy_of(const HierarchyFile& file, std::span<const ValueCount> values) {
  if (const auto* hierarchy = std::get_if<Hierarchy>(&file)) return *hierarchy;
  if (values.empty()) return malformed("the column has no values to build a hierarchy from");
  return build_hierarchy(values, std::get<Recipe>(file));
}

}  // namespace usufruct::anonymise
