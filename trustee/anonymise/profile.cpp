#include "trustee/anonymise/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/profile/table_gather.h"
#include "trustee/anonymise/table/reading.h"
#include "trustee/document/document.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t free_text_values_max = 4096;

/// A row has one subject: the column with the most distinct values, the first of them.
void keep_one_subject(std::vector<ColumnProfile>& columns) {
  ColumnProfile* subject = nullptr;
  for (ColumnProfile& column : columns) {
    if (column.suggested != ColumnRole::subject) continue;
    if (subject == nullptr || column.figures.distinct > subject->figures.distinct)
      subject = &column;
  }
  for (ColumnProfile& column : columns) {
    if (column.suggested != ColumnRole::subject || &column == subject) continue;
    column.suggested = ColumnRole::identifier;
    column.reason += fmt::format(", and '{}' is the subject", printable(subject->name, 60));
  }
}

/// A name that a YAML file can hold; another is shown, and its column must be renamed first.
std::string key_of(const std::string& name) {
  const bool is_plain = is_utf8(name) && printable(name, name.size()) == name;
  return is_plain ? document::print_scalar(name) : printable(name);
}

std::string comment_of(const ColumnProfile& column) {
  std::string comment = column.reason;
  if (column.hierarchy) comment += fmt::format("; built by {}", name_of(*column.hierarchy));
  return printable(comment);
}

}  // namespace

Result<Profile> profile(std::span<const Source> files, const EngineOptions& options) {
  for (const Source& file : files) TRY(format_of(file));
  TableGather table(options.threads, ColumnGather::values_max_default);
  Profile made{.rows = TRY(read_rows(files, options, table)), .columns = {}};
  const auto gathers = table.merged();
  for (std::size_t c = 0; c < gathers.size(); ++c)
    made.columns.push_back(gathers[c].finish(table.names()[c]));
  keep_one_subject(made.columns);
  std::vector<std::size_t> quasi_identifiers;
  for (std::size_t c = 0; c < made.columns.size(); ++c)
    if (made.columns[c].suggested == ColumnRole::quasi_identifier) quasi_identifiers.push_back(c);
  if (quasi_identifiers.empty()) return made;
  TupleGather tuples(quasi_identifiers, options.threads);
  TRY(read_rows(files, options, tuples));
  made.quasi_identifiers = distinctness_of(tuples.merged(), made.rows);
  return made;
}

Result<std::vector<std::string>> free_text_columns(std::span<const Source> files,
                                                   const EngineOptions& options) {
  TableGather table(options.threads, free_text_values_max);
  TRY(read_rows(files, options, table));
  const auto gathers = table.merged();
  std::vector<std::string> found;
  for (std::size_t c = 0; c < gathers.size(); ++c)
    if (gathers[c].is_free_text()) found.push_back(table.names()[c]);
  return found;
}

std::string print_columns(const Profile& profile) {
  std::vector<std::string> lines;
  std::size_t width = 0;
  for (const ColumnProfile& column : profile.columns) {
    lines.push_back(fmt::format("  {}: {}", key_of(column.name), name_of(column.suggested)));
    width = std::max(width, lines.back().size());
  }
  constexpr std::size_t width_max = 60;
  width = std::min(width, width_max);
  std::string text = "columns:\n";
  for (std::size_t i = 0; i < lines.size(); ++i)
    text += fmt::format("{:<{}}  # {}\n", lines[i], width, comment_of(profile.columns[i]));
  return text;
}

}  // namespace usufruct::anonymise
