#pragma once

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/recipe.h"
#include "trustee/document/document.h"

/// The two YAML forms of parse_hierarchy_file().
namespace usufruct::anonymise {

/// A mapping of the one key `*`. Below it mappings are groups, lists are values or mappings, and a
/// key without a value is a value.
Result<Hierarchy> parse_tree(const document::File& file);

/// A mapping with the key `build` and the options of that way.
Result<Recipe> parse_recipe(const document::File& file);

}  // namespace usufruct::anonymise
