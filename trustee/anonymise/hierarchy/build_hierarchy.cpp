#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> method_names{{
    {Method::intervals, "intervals"},
    {Method::quantiles, "quantiles"},
    {Method::dates, "dates"},
    {Method::prefixes, "prefixes"},
    {Method::frequency, "frequency"},
    {Method::order, "order"},
    {Method::flat, "flat"},
}};

Result<Hierarchy> build_flat(Values values) {
  std::vector<std::string> texts;
  for (const ValueCount& each : values) texts.push_back(each.value);
  return Ladder({}, std::move(texts)).finish();
}

}  // namespace

std::string_view name_of(Method method) {
  for (const auto& [each, name] : method_names)
    if (each == method) return name;
  return "";
}

Result<Method> parse_method(std::string_view word) {
  std::vector<std::string> names;
  for (const auto& [method, name] : method_names) {
    if (name == word) return method;
    names.emplace_back(name);
  }
  const auto meant = nearest(word, names);
  return malformed(
      fmt::format("'{}' is no way to build a hierarchy", printable(word, 60)),
      meant ? fmt::format("did you mean '{}'?", *meant) : "ways are " + join(names, ", "));
}

Result<Hierarchy> build_hierarchy(std::span<const ValueCount> counts, const Recipe& recipe) {
  CHECK_THAT(!counts.empty());
  if (counts.size() > Hierarchy::leaf_count_max)
    return malformed(fmt::format("{} distinct values", counts.size()),
                     "give the column the role identifier, or round its values first");
  if (recipe.groups == 1 || recipe.groups > Recipe::group_count_max)
    return malformed(fmt::format("{} groups", recipe.groups),
                     fmt::format("ask for 2 to {}", Recipe::group_count_max));
  std::vector<ValueCount> sorted;
  Values values = counts;
  if (!std::ranges::is_sorted(counts, {}, &ValueCount::value)) {
    sorted.assign(counts.begin(), counts.end());
    std::ranges::sort(sorted, {}, &ValueCount::value);
    values = sorted;
  }
  switch (recipe.by) {
    case Method::intervals:
      return build_intervals(values, recipe);
    case Method::quantiles:
      return build_quantiles(values, recipe);
    case Method::dates:
      return build_dates(values, recipe);
    case Method::prefixes:
      return build_prefixes(values, recipe);
    case Method::frequency:
      return build_frequency(values, recipe);
    case Method::order:
      return build_order(values, recipe);
    case Method::flat:
      return build_flat(values);
  }
  return build_flat(values);
}

Result<Hierarchy> build_hierarchy(std::span<const ValueCount> values) {
  return build_hierarchy(values, choose_recipe(values));
}

}  // namespace usufruct::anonymise
