#include <algorithm>
#include <set>
#include <string>
#include <variant>

#include "crypto/base/text.h"
#include "tests/fuzz/target.h"
#include "trustee/anonymise/hierarchy/hierarchy_file.h"
#include "trustee/anonymise/hierarchy/inspect.h"

namespace usufruct::fuzz {
namespace {

using anonymise::Hierarchy;
using anonymise::ValueCount;

/// Each different line once, with some count.
std::vector<ValueCount> values_of(std::string_view lines) {
  std::set<std::string> once;
  for (const auto line : split(lines, '\n')) once.emplace(line);
  std::vector<ValueCount> values;
  for (const auto& value : once) values.push_back({value, 1 + value.size() % 7});
  return values;
}

/// What every hierarchy is: groups that only grow, up to one; and the same when it is printed.
void check(const Hierarchy& hierarchy) {
  CHECK_THAT(hierarchy.level_count() >= 2 && hierarchy.leaf_count() > 0);
  for (std::uint32_t leaf = 0; leaf < hierarchy.leaf_count(); ++leaf) {
    CHECK_THAT(hierarchy.find(hierarchy.name(0, hierarchy.group_of(0, leaf))) == leaf);
    for (std::size_t level = 1; level < hierarchy.level_count(); ++level)
      CHECK_THAT(hierarchy.leaves_under(level, hierarchy.group_of(level, leaf)) >=
                 hierarchy.leaves_under(level - 1, hierarchy.group_of(level - 1, leaf)));
  }
  CHECK_THAT(hierarchy.group_count(hierarchy.level_count() - 1) == 1);
  const std::string text = hierarchy.print();
  const auto again = Hierarchy::parse(text);
  CHECK_THAT(again.has_value() && again->print() == text);
}

/// A file, a byte of zero, and the values of a column, a line each. The first byte says whether the
/// file is CSV. A hierarchy that is built has every value.
void run_hierarchy(View input) {
  if (input.empty()) return;
  const bool is_csv = input.front() % 2 == 0;
  const std::string_view text = as_text(input.subspan(1));
  const std::size_t end = std::min(text.find('\0'), text.size());
  const auto values = values_of(text.substr(std::min(end + 1, text.size())));
  const auto file =
      anonymise::parse_hierarchy_file(text.substr(0, end), is_csv ? "column.csv" : "column.yaml");
  if (!file) {
    CHECK_THAT(!file.error().message.empty());
    return;
  }
  const auto hierarchy = anonymise::hierarchy_of(*file, values);
  if (!hierarchy) {
    CHECK_THAT(!hierarchy.error().message.empty());
    return;
  }
  check(*hierarchy);
  if (std::holds_alternative<anonymise::Recipe>(*file))
    CHECK_THAT(anonymise::cover(*hierarchy, values).missing.empty());
}

std::vector<Bytes> hierarchy_seeds() {
  std::vector<Bytes> seeds;
  const auto add = [&](std::uint8_t how, std::string_view file, std::string_view values) {
    Bytes& seed = seeds.emplace_back();
    seed.push_back(how);
    append(seed, file);
    seed.push_back(0);
    append(seed, values);
  };
  add(0, "Bachelors;Undergraduate;Higher;*\n\"11;th\";School;Secondary;*\n;;;*\n", "Bachelors");
  add(1, "\"*\":\n  Higher: [Bachelors, Masters]\n  Secondary: {High: [11th, 12th], Other: GED}\n",
      "GED\n11th");
  add(1, "build: intervals\nwidths: [5, 10, 20]\n", "1\n7\n-12\n3.5\n\nx\n1e400");
  add(1, "build: intervals\nedges: [[18, 40, 65], [40]]\n", "17\n18\n64.99\n90");
  add(1, "build: quantiles\ngroups: 4\n", "1\n2\n3\n5\n8\n13\n21\n34");
  add(1, "build: dates\nlevels: [week, month, year, decade]\nwritten: dmy\n",
      "1984-03-09\n31.12.1999\n29/02/2000\n2024-02-30\n2001-01-01T10:00:00Z");
  add(1, "build: prefixes\nkept: [4, 2]\n", "75001\n75\n\n\xC3\xA9t\xC3\xA9s");
  add(1, "build: frequency\ngroups: 4\n", "Ma\nMb\nNe\nOb\nPu\n*\n{a}");
  add(1, "build: order\norder: [low, middle, high]\n", "low\nhigh\nmiddle");
  add(1, "build: flat\n", "a\nb");
  return seeds;
}

}  // namespace

const Target hierarchy_target = {"hierarchy", run_hierarchy, hierarchy_seeds};

}  // namespace usufruct::fuzz
