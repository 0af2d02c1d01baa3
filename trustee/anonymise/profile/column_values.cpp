#include "trustee/anonymise/profile/column_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/name_table.h"
#include "trustee/anonymise/table/reading.h"

namespace usufruct::anonymise {

namespace {

/// Distinct values in the order first seen.
struct Counts {
  NameTable names;
  std::vector<std::uint64_t> rows;

  void add(std::string_view value, std::uint64_t count) {
    const auto [at, is_new] = names.add(value);
    if (is_new) rows.push_back(0);
    rows[at] += count;
  }
};

/// Each worker counts its own rows.
class Counting final : public RowTaker {
 public:
  Counting(std::span<const std::string> wanted, std::uint32_t threads)
      : wanted_(wanted), workers_(std::max<std::uint32_t>(threads, 1)) {
    for (auto& counts : workers_) counts.resize(wanted.size());
  }

  Result<void> columns(const std::vector<std::string>& names) override {
    for (const std::string& name : wanted_) {
      const auto at = std::ranges::find(names, name);
      if (at == names.end()) {
        const auto meant = nearest(name, names);
        return not_found(fmt::format("there is no column '{}'", printable(name)),
                         meant ? fmt::format("did you mean '{}'?", printable(*meant))
                               : "the columns are " + printable(join(names, ", ")));
      }
      places_.push_back(static_cast<std::size_t>(at - names.begin()));
    }
    return {};
  }
  Result<void> in_order(Block&) override { return {}; }
  Result<void> at_once(Block& block, std::size_t worker) override {
    for (std::size_t c = 0; c < places_.size(); ++c) {
      Counts& counts = workers_[worker][c];
      for (std::size_t row = 0; row < block.row_count(); ++row)
        counts.add(block.cell(row, places_[c]), 1);
      if (counts.names.size() > Hierarchy::leaf_count_max) return too_many(c);
    }
    return {};
  }

  Result<ColumnValues> finish(std::size_t column) {
    Counts& all = workers_.front()[column];
    for (std::size_t worker = 1; worker < workers_.size(); ++worker) {
      const Counts& more = workers_[worker][column];
      for (std::uint32_t i = 0; i < more.names.size(); ++i)
        all.add(more.names.name(i), more.rows[i]);
    }
    if (all.names.size() > Hierarchy::leaf_count_max) return too_many(column);
    ColumnValues made{.name = wanted_[column], .values = {}};
    for (std::uint32_t i = 0; i < all.names.size(); ++i)
      made.values.push_back({all.names.name(i), all.rows[i]});
    std::ranges::sort(made.values, {}, &ValueCount::value);
    return made;
  }

 private:
  std::unexpected<Error> too_many(std::size_t column) const {
    return malformed(fmt::format("column '{}' has over {} distinct values",
                                 printable(wanted_[column]), Hierarchy::leaf_count_max),
                     "give it the role identifier, or round its values first");
  }

  std::span<const std::string> wanted_;
  std::vector<std::size_t> places_;
  std::vector<std::vector<Counts>> workers_;  ///< [worker][column wanted]
};

}  // namespace

Result<std::vector<ColumnValues>> read_values(std::span<const Source> files,
                                              std::span<const std::string> columns,
                                              const EngineOptions& options) {
  std::vector<ColumnValues> made;
  if (columns.empty()) return made;
  for (const Source& file : files) TRY(format_of(file));
  Counting counting(columns, options.threads);
  TRY(read_rows(files, options, counting));
  for (std::size_t c = 0; c < columns.size(); ++c) made.push_back(TRY(counting.finish(c)));
  return made;
}

}  // namespace usufruct::anonymise
