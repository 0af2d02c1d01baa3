#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/output.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

/// What the commands about hierarchies share.
namespace usufruct::cli {

/// A column of a table, to build from or to compare with.
struct ColumnOf {
  std::string table;
  std::string column;
};

/// A hierarchy's file, with a column of a table beside it where one was named.
struct HierarchyLook {
  std::string file;
  ColumnOf data;
  std::optional<std::size_t> level;  ///< of `show`
};

/// A hierarchy with the values it was compared with or built from; none where no column was named.
struct OpenedHierarchy {
  anonymise::Hierarchy hierarchy;
  std::vector<anonymise::ValueCount> values;
};

/// The distinct values of a column.
Result<std::vector<anonymise::ValueCount>> values_of(Context& context, const ColumnOf& from);
/// Reads CSV or YAML; a recipe needs a column named.
Result<OpenedHierarchy> open_hierarchy(Context& context, const HierarchyLook& look);

/// Adds leaves, digest and levels to the JSON of an answer.
void describe(Answer& answer, const anonymise::Hierarchy& hierarchy);

void add_look_options(CLI::App& verb, HierarchyLook& look);

}  // namespace usufruct::cli
