#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/recipe.h"

namespace usufruct::anonymise {

/// What a person's file says: a hierarchy, or how to build one from the values.
using HierarchyFile = std::variant<Hierarchy, Recipe>;

/// Reads a hierarchy's file: YAML where the name ends in .yaml or .yml, else Hierarchy::parse().
/// A tree, in which a shallower branch repeats its value upwards:
///
///     "*":
///       Higher education: [Bachelors, Masters]
///       Secondary: {High School: [11th, 12th], Other: GED}
///
/// or a recipe, with the options of its way (specs/anonymity.md §4):
///
///     build: intervals
///     widths: [5, 10, 20]
///
/// `malformed`, as "NAME:line:column: message" for YAML.
Result<HierarchyFile> parse_hierarchy_file(std::string_view text, std::string_view name);

/// The hierarchy itself: the file's, or built from the values of the column.
Result<Hierarchy> hierarchy_of(const HierarchyFile& file, std::span<const ValueCount> values);

}  // namespace usufruct::anonymise
