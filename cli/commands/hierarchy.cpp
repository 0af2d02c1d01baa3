#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/opened_hierarchy.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "trustee/anonymise/hierarchy/inspect.h"
#include "trustee/anonymise/hierarchy/recipe.h"

namespace usufruct::cli {
namespace {

using anonymise::Hierarchy;
using anonymise::Recipe;
using anonymise::ValueCount;

constexpr std::size_t listed_max = 20;  ///< groups, missing values and the like on the screen
constexpr std::size_t named_max = 3;    ///< of the groups of a level

struct Build {
  ColumnOf from;
  std::string by;
  std::vector<std::string> widths;
  std::string output;
};

/// `a, b, …`: the first groups of a level.
std::string first_names(const Hierarchy& hierarchy, std::size_t level) {
  std::vector<std::string> names;
  const std::size_t count = hierarchy.group_count(level);
  for (std::uint32_t group = 0; group < std::min(count, named_max); ++group)
    names.push_back(printable(hierarchy.name(level, group), 24));
  if (count > named_max) names.emplace_back("…");
  return join(names, ", ");
}

std::string levels_text(const Hierarchy& hierarchy) {
  Table table({"level", "groups", "largest", "smallest", "first"});
  const auto shapes = anonymise::shapes_of(hierarchy);
  for (std::size_t level = 0; level < shapes.size(); ++level)
    table.add({std::to_string(level), print_count(shapes[level].groups),
               print_count(shapes[level].largest_leaves),
               print_count(shapes[level].smallest_leaves), first_names(hierarchy, level)});
  return fmt::format("{}, {}\n{}", count_of(hierarchy.leaf_count(), "value"),
                     count_of(hierarchy.level_count(), "level"), table.print());
}

Result<Recipe> recipe_of(const Build& options, const std::vector<ValueCount>& values) {
  if (options.by.empty() && options.widths.empty()) return anonymise::choose_recipe(values);
  Recipe recipe{.by = anonymise::Method::intervals};
  if (!options.by.empty()) {
    const auto method = anonymise::parse_method(options.by);
    if (!method) return usage("--by: " + method.error().message, method.error().hint);
    recipe = anonymise::choose_recipe(values);
    if (recipe.by != *method) recipe = {.by = *method};
  }
  if (!options.widths.empty() && recipe.by != anonymise::Method::intervals)
    return usage(fmt::format("--width is for intervals, not for {}", options.by),
                 "leave out --width, or say --by intervals");
  for (const auto& written : options.widths) {
    const auto width = anonymise::parse_number(written);
    if (!width)
      return usage(fmt::format("--width: '{}' is no number", printable(written)),
                   "write widths from narrow to wide: --width 5,10,20");
    recipe.widths.push_back(*width);
  }
  return recipe;
}

/// Values that no level below `*` puts together with another.
std::size_t alone_count(const Hierarchy& hierarchy) {
  const std::size_t level = hierarchy.level_count() - 2;
  std::size_t alone = 0;
  for (std::uint32_t group = 0; group < hierarchy.group_count(level); ++group)
    if (hierarchy.leaves_under(level, group) == 1) ++alone;
  return level == 0 ? 0 : alone;
}

Result<Answer> build(Context& context, const Build& options) {
  if (!options.output.empty()) CHECK_OK(check_new_file(options.output));
  const auto values = TRY(values_of(context, options.from));
  const Recipe recipe = TRY(recipe_of(options, values));
  const auto where = fmt::format("column '{}'", printable(options.from.column));
  const Hierarchy hierarchy = TRY_IN(where, anonymise::build_hierarchy(values, recipe));
  Answer answer;
  describe(answer, hierarchy);
  answer.json.set("by", anonymise::name_of(recipe.by));
  answer.notes.push_back(fmt::format("built by {}: {}, {}", anonymise::name_of(recipe.by),
                                     count_of(hierarchy.leaf_count(), "value"),
                                     count_of(hierarchy.level_count(), "level")));
  if (const std::size_t alone = alone_count(hierarchy); alone > 0)
    answer.notes.push_back(fmt::format("{} by itself until *", count_of(alone, "value")));
  const std::string text = hierarchy.print();
  if (options.output.empty()) {
    answer.text = text;
    answer.json.set("text", text);
    return answer;
  }
  CHECK_OK(write_file(options.output, as_view(text), {.existing = Existing::refuse}));
  answer.text =
      fmt::format("wrote {}: {}, {}\n", options.output, count_of(hierarchy.leaf_count(), "value"),
                  count_of(hierarchy.level_count(), "level"));
  answer.json.set("file", options.output);
  answer.next.push_back(fmt::format("usufruct hierarchy show {}", options.output));
  return answer;
}

/// The groups of one level, with their first values.
Answer show_level(const Hierarchy& hierarchy, std::size_t level) {
  std::vector<std::vector<std::string>> members(hierarchy.group_count(level));
  for (std::uint32_t leaf = 0; leaf < hierarchy.leaf_count(); ++leaf) {
    auto& of_group = members[hierarchy.group_of(level, leaf)];
    if (of_group.size() < named_max) of_group.push_back(printable(hierarchy.name(0, leaf), 24));
  }
  Answer answer;
  Json groups = Json::array();
  Table table({"group", "values", "first"});
  for (std::uint32_t group = 0; group < members.size(); ++group) {
    const std::uint32_t leaves = hierarchy.leaves_under(level, group);
    groups.push(Json::object().set("name", hierarchy.name(level, group)).set("leaves", leaves));
    if (group >= listed_max) continue;
    if (leaves > named_max) members[group].emplace_back("…");
    table.add({hierarchy.name(level, group), print_count(leaves), join(members[group], ", ")});
  }
  answer.text = table.print();
  if (members.size() > listed_max)
    answer.notes.push_back(
        fmt::format("{} more; --json has all", count_of(members.size() - listed_max, "group")));
  answer.json.set("level", level).set("groups", std::move(groups));
  return answer;
}

Result<Answer> show_hierarchy(Context& context, const HierarchyLook& look) {
  const OpenedHierarchy opened = TRY(open_hierarchy(context, look));
  const Hierarchy& hierarchy = opened.hierarchy;
  if (look.level) {
    if (*look.level >= hierarchy.level_count())
      return usage(fmt::format("there is no level {}", *look.level),
                   fmt::format("levels are 0 to {}", hierarchy.level_count() - 1));
    return show_level(hierarchy, *look.level);
  }
  Answer answer;
  describe(answer, hierarchy);
  answer.text = levels_text(hierarchy);
  const std::string values =
      look.data.column.empty()
          ? ""
          : fmt::format(" --data {} --column {}", look.data.table, look.data.column);
  answer.next.push_back(fmt::format("usufruct hierarchy show {}{} --level 1", look.file, values));
  return answer;
}

void add_build(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Build>();
  auto& verb = commands.verb(
      noun, "build",
      {.line = "make a hierarchy of a column's values",
       .examples = {"usufruct hierarchy build people.csv --column age --width 5,10,20 -o age.csv",
                    "usufruct hierarchy build people.csv --column postcode --by prefixes"},
       .details = "Ways: intervals, quantiles, dates, prefixes, frequency, order, flat; without "
                  "--by the one\nthat suits the values. All options of a way can be written in a "
                  "YAML file that the\ndescription of the dataset names: specs/anonymity.md §4."},
      [options](Context& context) { return build(context, *options); });
  verb.add_option("TABLE", options->from.table, "CSV, TSV, JSON lines or Parquet")->required();
  verb.add_option("--column", options->from.column, "whose values")->type_name("NAME")->required();
  verb.add_option("--by", options->by, "how")->type_name("WAY");
  verb.add_option("--width", options->widths, "widths of intervals, from narrow to wide")
      ->type_name("W,W")
      ->delimiter(',');
  verb.add_option("-o,--output,--out", options->output,
                  "the file to write, else standard output; never overwritten")
      ->type_name("FILE");
}

}  // namespace

void add_hierarchy(Commands& commands) {
  auto& noun = commands.noun("hierarchy", "how values are made coarser");
  add_build(commands, noun);
  {
    const auto look = std::make_shared<HierarchyLook>();
    auto& verb = commands.verb(noun, "show",
                               {.line = "the levels of a hierarchy, or the groups of one",
                                .examples = {"usufruct hierarchy show age.csv",
                                             "usufruct hierarchy show age.csv --level 2"}},
                               [look](Context& context) { return show_hierarchy(context, *look); });
    add_look_options(verb, *look);
    verb.add_option("--level", look->level, "the groups of this level; 0 is the values")
        ->type_name("N");
  }
  add_hierarchy_check(commands, noun);
}

}  // namespace usufruct::cli
