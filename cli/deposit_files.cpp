#include "cli/deposit_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/text.h"
#include "crypto/hashed_sink.h"
#include "trustee/anonymise/hierarchy/hierarchy_file.h"
#include "trustee/anonymise/hierarchy/inspect.h"
#include "trustee/anonymise/profile/column_values.h"
#include "trustee/anonymise/table/asked_k.h"
#include "trustee/anonymise/table/engine.h"
#include "trustee/anonymise/table/project.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

using anonymise::ColumnValues;

constexpr std::size_t hierarchy_bytes_max = std::size_t{256} << 20;

/// The hierarchy that a file beside the description tells of. Every value of the column must have
/// its place in it, or no release can be made.
Result<anonymise::Hierarchy> read_hierarchy(const fs::path& path, const ColumnValues& column) {
  const Bytes text = TRY(read_file(path, hierarchy_bytes_max));
  const auto file = TRY(anonymise::parse_hierarchy_file(as_text(text), path.string()));
  auto hierarchy = TRY_IN(path.string(), anonymise::hierarchy_of(file, column.values));
  const auto missing = anonymise::cover(hierarchy, column.values).missing;
  if (missing.empty()) return hierarchy;
  return malformed(
      fmt::format("the hierarchy of column '{}' lacks the value '{}', which {} {}", column.name,
                  printable(missing.front().value, 60), missing.front().count,
                  missing.front().count == 1 ? "row has" : "rows have"),
      "add it to the hierarchy's file; `usufruct hierarchy check` lists all that are missing");
}

/// The table of the population that the description names, if it names one.
std::vector<anonymise::Source> population_of(const fs::path& folder, const Prepared& prepared) {
  const auto& population = prepared.file.population;
  if (!population || population->table.empty()) return {};
  return {{.path = (folder / population->table).string()}};
}

Result<void> keep_hierarchies(const Workspace& workspace, const fs::path& folder,
                              Prepared& prepared) {
  const auto& choices = prepared.file.columns;
  std::vector<std::string> names;
  for (const auto& choice : choices)
    if (!choice.hierarchy.empty()) names.push_back(choice.name);
  const anonymise::Source file{.path = prepared.table};
  const auto columns = TRY(anonymise::read_values(std::span(&file, 1), names));
  auto next = columns.begin();
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].hierarchy.empty()) continue;
    const auto hierarchy = TRY(read_hierarchy(folder / choices[i].hierarchy, *next++));
    const std::string printed = hierarchy.print();
    prepared.version.columns[i].hierarchy_sha256 =
        TRY(workspace.keep_document(as_view(printed), "csv"));
  }
  return {};
}

/// Only what tells people apart is kept of them.
Result<Digest> keep_people(const Workspace& workspace, const anonymise::Engine& people,
                           const std::vector<std::string>& columns) {
  HashedSink hashed;
  CHECK_OK(anonymise::project(people, columns, hashed));
  const Digest digest = hashed.digest();
  FileSink kept = TRY(FileSink::create(workspace.documents() / (to_hex(digest) + ".csv"),
                                       {.mode = 0600, .existing = Existing::replace}));
  HashedSink again(&kept);
  CHECK_OK(anonymise::project(people, columns, again));
  if (again.digest() != digest) return conflict("it was changed while it was read", "try again");
  CHECK_OK(kept.commit());
  return digest;
}

/// All whom the rows may be of: at least as many as there are rows.
Result<void> check_people(std::uint64_t people, std::uint64_t rows, std::uint64_t table_rows) {
  if (people < rows)
    return malformed(
        fmt::format("the population is said to be {} people, and its table has {}", people, rows),
        "one row is one person; give the number of all, or leave it out");
  if (people >= table_rows) return {};
  return malformed(
      fmt::format("the population is {} people, and the table has {} rows", people, table_rows),
      "it is all whom the rows may be of: give that table, or that number");
}

/// Of the people's values those that the column's hierarchy lacks; without one, that no row has.
Result<std::uint64_t> people_lacked(const fs::path& folder, const terms::ColumnChoice& choice,
                                    const ColumnValues& of_rows,
                                    std::vector<anonymise::ValueCount> of_people) {
  if (!choice.hierarchy.empty()) {
    const auto hierarchy = TRY(read_hierarchy(folder / choice.hierarchy, of_rows));
    of_people = anonymise::cover(hierarchy, of_people).missing;
  } else {
    std::set<std::string_view> known;
    for (const auto& each : of_rows.values) known.insert(each.value);
    std::erase_if(of_people, [&](const auto& each) { return known.contains(each.value); });
  }
  std::uint64_t count = 0;
  for (const auto& each : of_people) count += each.count;
  return count;
}

/// Who has a value that no class can show counts for nobody: a k-map is harder to meet then.
Result<void> note_people_left_out(const fs::path& folder, const anonymise::Engine& people,
                                  const std::vector<std::string>& names, Prepared& prepared) {
  const anonymise::Source file{.path = prepared.table};
  const auto columns = TRY(anonymise::read_values(std::span(&file, 1), names));
  for (const auto& column : columns) {
    const auto place = std::ranges::find(people.columns(), column.name) - people.columns().begin();
    const auto values =
        TRY(people.distinct(static_cast<std::size_t>(place), anonymise::Hierarchy::leaf_count_max));
    const auto choice =
        std::ranges::find(prepared.file.columns, column.name, &terms::ColumnChoice::name);
    const std::uint64_t lacked = TRY(people_lacked(folder, *choice, column, values));
    if (lacked == 0) continue;
    prepared.notes.push_back(
        fmt::format("warning: {} of the {} people of the population count for nobody: {} '{}' "
                    "lacks their values; a hierarchy that has them lets them count",
                    lacked, people.row_count(),
                    choice->hierarchy.empty() ? "the table's column" : "the hierarchy of column",
                    printable(column.name)));
  }
  return {};
}

Result<void> keep_population(const Workspace& workspace, const fs::path& folder,
                             Prepared& prepared) {
  if (!prepared.file.population) return {};
  PopulationTable& named = prepared.version.population;
  named.people = prepared.file.population->people;
  const auto people = population_of(folder, prepared);
  if (people.empty()) return check_people(named.people, 0, prepared.version.row_count);
  const auto table = TRY_IN("the population", anonymise::Engine::open({}, people.front()));
  if (named.people == 0) named.people = table.row_count();
  CHECK_OK(check_people(named.people, table.row_count(), prepared.version.row_count));
  std::vector<std::string> columns;
  for (const auto& choice : prepared.file.columns)
    if (choice.role == "quasi_identifier") columns.push_back(choice.name);
  if (columns.empty())
    return malformed("a table of a population is named, and no column is a quasi_identifier",
                     "say which columns tell people apart, or leave the table out");
  named.sha256 = TRY_IN("the population", keep_people(workspace, table, columns));
  CHECK_OK(note_people_left_out(folder, table, columns, prepared));
  return {};
}

/// Where the column of a role stands in the table; there is one at most.
std::optional<std::size_t> place_of(std::string_view role, const anonymise::Engine& table,
                                    const Prepared& prepared) {
  const auto& choices = prepared.file.columns;
  const auto choice = std::ranges::find(choices, role, &terms::ColumnChoice::role);
  if (choice == choices.end()) return std::nullopt;
  const auto& names = table.columns();
  return static_cast<std::size_t>(std::ranges::find(names, choice->name) - names.begin());
}

/// What a row asks for is read when a release is made; what is no number is told now.
Result<void> check_asked_k(const anonymise::Engine& table, const Prepared& prepared) {
  const auto place = place_of("asked_k", table, prepared);
  if (!place) return {};
  return table.each(std::span(&*place, 1), [&](const anonymise::Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      if (anonymise::parse_asked_k(batch.cells[0][i])) continue;
      return malformed(
          fmt::format("{}: row {}, column '{}': '{}' is no k", prepared.table, batch.rows[i] + 1,
                      printable(table.columns()[*place]), printable(batch.cells[0][i], 40)),
          "write a whole number up to 4294967295, or nothing");
    }
    return {};
  });
}

/// Two rows of one value cannot both be released: their tokens would be one.
Result<void> note_pseudonyms(const anonymise::Engine& table, Prepared& prepared) {
  const auto place = place_of("pseudonym", table, prepared);
  if (!place) return {};
  const std::uint64_t distinct = TRY(table.distinct_count(*place));
  if (distinct < table.row_count())
    prepared.notes.push_back(fmt::format(
        "warning: column '{}' has {} different values in {} rows: two rows of one value cannot be "
        "in one release",
        printable(table.columns()[*place]), distinct, table.row_count()));
  return {};
}

}  // namespace

Result<void> keep_files(const Workspace& workspace, const fs::path& folder,
                        const anonymise::Engine& table, Prepared& prepared) {
  CHECK_OK(check_asked_k(table, prepared));
  CHECK_OK(note_pseudonyms(table, prepared));
  CHECK_OK(keep_hierarchies(workspace, folder, prepared));
  return keep_population(workspace, folder, prepared);
}

}  // namespace usufruct::cli
