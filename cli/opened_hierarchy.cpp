#include "cli/opened_hierarchy.h"

#include <fmt/format.h>

#include <span>

#include "cli/working.h"
#include "crypto/stream.h"
#include "trustee/anonymise/hierarchy/hierarchy_file.h"
#include "trustee/anonymise/hierarchy/inspect.h"
#include "trustee/anonymise/profile/column_values.h"

namespace usufruct::cli {
namespace {

using anonymise::Hierarchy;
using anonymise::Recipe;
using anonymise::ValueCount;

constexpr std::size_t hierarchy_bytes_max = std::size_t{256} << 20;

/// The values, where a column was named.
Result<std::vector<ValueCount>> values_if_named(Context& context, const ColumnOf& data) {
  if (data.table.empty() && data.column.empty()) return std::vector<ValueCount>{};
  if (data.table.empty() || data.column.empty())
    return usage("--data and --column go together", "--data people.csv --column age");
  return values_of(context, data);
}

Json levels_json(const Hierarchy& hierarchy) {
  Json levels = Json::array();
  const auto shapes = anonymise::shapes_of(hierarchy);
  for (std::size_t level = 0; level < shapes.size(); ++level)
    levels.push(Json::object()
                    .set("level", level)
                    .set("groups", shapes[level].groups)
                    .set("largest", hierarchy.name(level, shapes[level].largest))
                    .set("largest_leaves", shapes[level].largest_leaves)
                    .set("smallest", hierarchy.name(level, shapes[level].smallest))
                    .set("smallest_leaves", shapes[level].smallest_leaves));
  return levels;
}

}  // namespace

Result<std::vector<ValueCount>> values_of(Context& context, const ColumnOf& from) {
  const Working working(context.world(), context.output().is_quiet(), "reading " + from.table);
  const anonymise::Source file{.path = from.table};
  auto columns = TRY(anonymise::read_values(std::span(&file, 1), std::span(&from.column, 1)));
  return std::move(columns.front().values);
}

Result<OpenedHierarchy> open_hierarchy(Context& context, const HierarchyLook& look) {
  const Bytes text = TRY(read_file(look.file, hierarchy_bytes_max));
  const auto file = TRY(anonymise::parse_hierarchy_file(as_text(text), look.file));
  auto values = TRY(values_if_named(context, look.data));
  if (std::holds_alternative<Recipe>(file) && values.empty())
    return usage(fmt::format("{} is a recipe, and nothing until it has values", look.file),
                 "name them: --data people.csv --column age");
  Hierarchy hierarchy = TRY_IN(look.file, anonymise::hierarchy_of(file, values));
  return OpenedHierarchy{std::move(hierarchy), std::move(values)};
}

void describe(Answer& answer, const Hierarchy& hierarchy) {
  answer.json.set("leaves", hierarchy.leaf_count())
      .set("digest", print_digest(hierarchy.digest()))
      .set("levels", levels_json(hierarchy));
}

void add_look_options(CLI::App& verb, HierarchyLook& look) {
  verb.add_option("HIERARCHY", look.file, "lines of value;coarser;…;*, or YAML (.yaml)")
      ->required();
  verb.add_option("--data", look.data.table, "a table that has the values")->type_name("TABLE");
  verb.add_option("--column", look.data.column, "its column")->type_name("NAME");
}

}  // namespace usufruct::cli
