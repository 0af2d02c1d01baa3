#include "trustee/anonymise/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/profile/free_text.h"
#include "trustee/document/document.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t values_max_of_all_columns = std::size_t{1} << 22;
constexpr std::size_t values_max_least = 4096;
constexpr std::size_t free_text_values_max = 4096;

/// A row has one subject: the column with the most distinct values, the first of them.
void keep_one_subject(std::vector<ColumnProfile>& columns) {
  ColumnProfile* subject = nullptr;
  for (ColumnProfile& column : columns) {
    if (column.suggested != ColumnRole::subject) continue;
    if (subject == nullptr || column.distinct > subject->distinct) subject = &column;
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

Result<Profile> profile(const Source& source, const EngineOptions& options) {
  const Engine engine = TRY(Engine::open(options, source));
  std::vector<std::size_t> columns;
  std::vector<ColumnGather> gathers;
  const std::size_t values_max = std::clamp(values_max_of_all_columns / engine.columns().size(),
                                            values_max_least, ColumnGather::values_max_default);
  for (std::size_t c = 0; c < engine.columns().size(); ++c) {
    columns.push_back(c);
    gathers.emplace_back(values_max);
  }
  CHECK_OK(engine.each(columns, [&](const Batch& batch) -> Result<void> {
    for (std::size_t c = 0; c < gathers.size(); ++c)
      for (const std::string_view cell : batch.cells[c]) gathers[c].add(cell);
    return {};
  }));
  Profile made{.rows = engine.row_count(), .columns = {}};
  for (std::size_t c = 0; c < gathers.size(); ++c)
    made.columns.push_back(gathers[c].finish(engine.columns()[c]));
  keep_one_subject(made.columns);
  return made;
}

Result<std::vector<std::string>> free_text_columns(const Engine& engine,
                                                   std::span<const std::size_t> columns) {
  std::vector<std::string> found;
  if (columns.empty()) return found;
  std::vector<DistinctSample> samples(columns.size(), DistinctSample(free_text_values_max));
  CHECK_OK(engine.each(columns, [&](const Batch& batch) -> Result<void> {
    for (std::size_t c = 0; c < samples.size(); ++c)
      for (const std::string_view cell : batch.cells[c]) samples[c].add(cell, 1);
    return {};
  }));
  for (std::size_t c = 0; c < samples.size(); ++c)
    if (looks_like_free_text(samples[c].values())) found.push_back(engine.columns()[columns[c]]);
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
