#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/opened_hierarchy.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/inspect.h"

namespace usufruct::cli {
namespace {

using anonymise::Hierarchy;
using anonymise::Oddity;
using anonymise::ValueCount;

constexpr std::size_t missing_listed_max = 20;  ///< missing values on the screen

std::string_view name_of(Oddity::Kind kind) {
  switch (kind) {
    case Oddity::Kind::same_as_below:
      return "same-as-below";
    case Oddity::Kind::unbalanced:
      return "unbalanced";
    case Oddity::Kind::steep:
      return "steep";
    case Oddity::Kind::name_of_others:
      return "name-of-others";
  }
  return "";
}

std::string sentence_of(const Oddity& oddity) {
  const std::string name = printable(oddity.name, 60);
  switch (oddity.kind) {
    case Oddity::Kind::same_as_below:
      return fmt::format("level {} changes nothing: it has the groups of level {}", oddity.level,
                         oddity.level - 1);
    case Oddity::Kind::unbalanced:
      return fmt::format("level {} is unbalanced: '{}' holds over half of the values", oddity.level,
                         name);
    case Oddity::Kind::steep:
      return fmt::format(
          "level {} is steep: it merges over 64 groups into one; a level between "
          "would keep more",
          oddity.level);
    case Oddity::Kind::name_of_others:
      return fmt::format("level {}: '{}' stands for other values on a lower level", oddity.level,
                         name);
  }
  return {};
}

void add_oddities(Answer& answer, const Hierarchy& hierarchy) {
  Json found = Json::array();
  for (const Oddity& oddity : anonymise::oddities_of(hierarchy)) {
    answer.text += sentence_of(oddity) + "\n";
    found.push(Json::object()
                   .set("kind", name_of(oddity.kind))
                   .set("level", oddity.level)
                   .set("name", oddity.name));
  }
  answer.json.set("oddities", std::move(found));
}

void add_coverage(Answer& answer, const anonymise::Coverage& coverage) {
  Json missing = Json::array();
  Table table({"missing value", "rows"});
  for (std::size_t i = 0; i < coverage.missing.size(); ++i) {
    const ValueCount& each = coverage.missing[i];
    missing.push(Json::object().set("value", each.value).set("rows", each.count));
    if (i < missing_listed_max)
      table.add({each.value.empty() ? "(the empty value)" : printable(each.value, 60),
                 print_count(each.count)});
  }
  if (!table.is_empty()) answer.text += table.print();
  if (coverage.missing.size() > missing_listed_max)
    answer.text += fmt::format("and {} more\n", coverage.missing.size() - missing_listed_max);
  if (!coverage.unused.empty())
    answer.text += fmt::format("{} without a row, such as '{}'\n",
                               count_of(coverage.unused.size(), "leaf value"),
                               printable(coverage.unused.front(), 60));
  answer.json.set("missing", std::move(missing)).set("unused", Json::array_of(coverage.unused));
  if (!coverage.missing.empty())
    answer.failure = Error{Code::malformed,
                           fmt::format("the hierarchy lacks {} of the data",
                                       count_of(coverage.missing.size(), "value")),
                           "add a line for each"};
}

Result<Answer> check(Context& context, const HierarchyLook& look) {
  const OpenedHierarchy opened = TRY(open_hierarchy(context, look));
  Answer answer;
  describe(answer, opened.hierarchy);
  add_oddities(answer, opened.hierarchy);
  if (!look.data.table.empty()) add_coverage(answer, cover(opened.hierarchy, opened.values));
  if (answer.text.empty()) answer.text = "nothing odd\n";
  answer.text =
      fmt::format("well formed: {}, {}\n{}", count_of(opened.hierarchy.leaf_count(), "value"),
                  count_of(opened.hierarchy.level_count(), "level"), answer.text);
  if (look.data.table.empty())
    answer.next.push_back(
        fmt::format("usufruct hierarchy check {} --data TABLE --column NAME", look.file));
  return answer;
}

}  // namespace

void add_hierarchy_check(Commands& commands, CLI::App& noun) {
  const auto look = std::make_shared<HierarchyLook>();
  auto& verb = commands.verb(
      noun, "check",
      {.line = "whether a hierarchy is well formed and has every value of a column",
       .examples = {"usufruct hierarchy check age.csv --data people.csv --column age"},
       .details = "A value of the data without a leaf is an error; leaves without a row, levels "
                  "that change\nnothing and the like are only said."},
      [look](Context& context) { return check(context, *look); });
  add_look_options(verb, *look);
}

}  // namespace usufruct::cli
