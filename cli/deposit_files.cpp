#include "cli/deposit_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "crypto/stream.h"
#include "trustee/anonymise/hierarchy/hierarchy_file.h"
#include "trustee/anonymise/hierarchy/inspect.h"
#include "trustee/anonymise/profile/column_values.h"
#include "trustee/anonymise/table/engine.h"
#include "trustee/anonymise/table/project.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

using anonymise::ColumnValues;
using anonymise::ValueCount;

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

/// Values that only the other column has are a row each: what is built goes by the table's rows.
void add_values(std::vector<ValueCount>& values, const std::vector<ValueCount>& others) {
  const auto own = values.size();
  for (const ValueCount& other : others) {
    const auto known =
        std::ranges::lower_bound(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(own),
                                 other.value, {}, &ValueCount::value);
    const bool is_known =
        known != values.begin() + static_cast<std::ptrdiff_t>(own) && known->value == other.value;
    if (!is_known) values.push_back({other.value, 1});
  }
  std::ranges::sort(values, {}, &ValueCount::value);
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
  std::vector<std::string> quasi;
  for (const auto& choice : choices) {
    if (choice.hierarchy.empty()) continue;
    names.push_back(choice.name);
    if (choice.role == "quasi_identifier") quasi.push_back(choice.name);
  }
  const anonymise::Source file{.path = prepared.table};
  auto columns = TRY(anonymise::read_values(std::span(&file, 1), names));
  if (const auto people = population_of(folder, prepared); !people.empty() && !quasi.empty()) {
    const auto others = TRY_IN("the population", anonymise::read_values(people, quasi));
    for (const ColumnValues& other : others)
      add_values(std::ranges::find(columns, other.name, &ColumnValues::name)->values, other.values);
  }
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

class HashingSink final : public ByteSink {
 public:
  Result<void> write(View bytes) override {
    hash_.update(bytes);
    return {};
  }
  Digest digest() { return hash_.finish(); }

 private:
  Sha256 hash_;
};

/// Only what tells people apart is kept of them.
Result<Digest> keep_people(const Workspace& workspace, const anonymise::Source& people,
                           const std::vector<std::string>& columns) {
  HashingSink hashing;
  CHECK_OK(anonymise::project(people, columns, hashing));
  const Digest digest = hashing.digest();
  FileSink kept = TRY(FileSink::create(workspace.documents() / (to_hex(digest) + ".csv"),
                                       {.mode = 0600, .existing = Existing::replace}));
  CHECK_OK(anonymise::project(people, columns, kept));
  CHECK_OK(kept.commit());
  return digest;
}

Result<void> keep_population(const Workspace& workspace, const fs::path& folder,
                             Prepared& prepared) {
  if (!prepared.file.population) return {};
  PopulationTable& named = prepared.version.population;
  named.people = prepared.file.population->people;
  const auto people = population_of(folder, prepared);
  if (people.empty()) return {};
  std::vector<std::string> columns;
  for (const auto& choice : prepared.file.columns)
    if (choice.role == "quasi_identifier") columns.push_back(choice.name);
  if (columns.empty())
    return malformed("a table of a population is named, and no column is a quasi_identifier",
                     "say which columns tell people apart, or leave the table out");
  named.sha256 = TRY_IN("the population", keep_people(workspace, people.front(), columns));
  const auto rows = TRY(anonymise::Engine::open({}, people.front())).row_count();
  if (named.people == 0) named.people = rows;
  if (named.people >= rows) return {};
  return malformed(fmt::format("the population is said to be {} people, and its table has {}",
                               named.people, rows),
                   "one row is one person; give the number of all, or leave it out");
}

}  // namespace

Result<void> keep_files(const Workspace& workspace, const fs::path& folder, Prepared& prepared) {
  CHECK_OK(keep_population(workspace, folder, prepared));
  return keep_hierarchies(workspace, folder, prepared);
}

}  // namespace usufruct::cli
