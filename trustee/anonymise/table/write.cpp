#include "trustee/anonymise/table/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

/// Unbiased numbers below a bound, from chance drawn in blocks.
class Draw {
 public:
  explicit Draw(Chance& chance) : chance_(chance) {}
  std::uint32_t below(std::uint32_t bound) {
    // 2^32 mod bound: numbers under it would favour the low answers, so they are drawn again.
    const std::uint32_t floor = (0U - bound) % bound;
    for (;;)
      if (const std::uint32_t number = next(); number >= floor) return number % bound;
  }

 private:
  std::uint32_t next() {
    if (at_ == block_.size()) {
      chance_.fill(block_);
      at_ = 0;
    }
    std::uint32_t number = 0;
    for (int i = 0; i < 4; ++i) number = number << 8 | block_[at_++];
    return number;
  }
  Chance& chance_;
  std::array<std::uint8_t, 4096> block_{};
  std::size_t at_ = block_.size();
};

/// One released column: cells of a quasi-identifier come from its tuple, others from the engine.
struct Cell {
  std::optional<std::size_t> quasi;  ///< which quasi-identifier
  std::size_t other = 0;             ///< else which column of the batch
};

class Writer {
 public:
  Writer(const Schema& schema, const Histogram& histogram, const Recoding& recoding)
      : columns_(recoding.columns) {
    for (const std::size_t column : schema.released) {
      Cell cell;
      for (std::size_t c = 0; c < schema.quasi_identifiers.size(); ++c)
        if (schema.quasi_identifiers[c] == column) cell.quasi = c;
      if (!cell.quasi) {
        cell.other = others_.size();
        others_.push_back(column);
      }
      cells_.push_back(cell);
    }
    // What the classes show is written once for each group that any of them shows.
    shown_of_.resize(recoding.levels.size());
    std::map<std::pair<std::uint8_t, std::uint32_t>, std::uint32_t> known;
    for (std::size_t c = 0; c < columns_; ++c) {
      known.clear();
      const Hierarchy& hierarchy = histogram.hierarchies[c];
      for (std::size_t i = c; i < shown_of_.size(); i += columns_) {
        const std::uint8_t level = recoding.levels[i];
        const std::uint32_t group = hierarchy.group_of(level, recoding.leaves[i]);
        const auto [at, is_new] =
            known.emplace(std::pair(level, group), static_cast<std::uint32_t>(shown_.size()));
        if (is_new) append_field(shown_.emplace_back(), hierarchy.name(level, group));
        shown_of_[i] = at->second;
      }
    }
  }

  const std::vector<std::size_t>& others() const { return others_; }

  void header(const Engine& engine, const Schema& schema) {
    for (const std::size_t column : schema.released) {
      if (column != schema.released.front()) bytes_.push_back(',');
      append_field(bytes_, engine.columns()[column]);
    }
    bytes_.push_back('\n');
  }

  template <class Other>
  Result<void> row(std::uint32_t group, Other other) {
    const std::uint32_t* shown = shown_of_.data() + std::size_t{group} * columns_;
    const std::size_t start = bytes_.size();
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (i > 0) bytes_.push_back(',');
      if (const auto& quasi = cells_[i].quasi) {
        const Bytes& field = shown_[shown[*quasi]];
        bytes_.insert(bytes_.end(), field.begin(), field.end());
      } else {
        append_field(bytes_, other(cells_[i].other));
      }
    }
    // A lone empty field would be an empty line, which readers skip.
    if (bytes_.size() == start) append(bytes_, "\"\"");
    bytes_.push_back('\n');
    if (bytes_.size() > output_bytes_max)
      return unavailable(fmt::format("the release is over {} bytes", output_bytes_max),
                         "release the rows in parts");
    return {};
  }

  Bytes take() { return std::move(bytes_); }

 private:
  std::size_t columns_;
  std::vector<Cell> cells_;
  std::vector<std::size_t> others_;
  std::vector<Bytes> shown_;             ///< texts as written
  std::vector<std::uint32_t> shown_of_;  ///< [class][quasi-identifier]: which of them
  Bytes bytes_;
};

}  // namespace

void append_field(Bytes& to, std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
    append(to, value);
    return;
  }
  to.push_back('"');
  for (const char c : value) {
    if (c == '"') to.push_back('"');
    to.push_back(static_cast<std::uint8_t>(c));
  }
  to.push_back('"');
}

std::vector<Placed> place_rows(const Counted& counted, const Recoding& recoding, Chance& chance) {
  std::vector<Placed> rows;
  for (std::uint32_t row = 0; row < counted.atom_of_row.size(); ++row)
    if (counted.atom_of_row[row] != Counted::no_atom) rows.push_back({row, no_class});
  Draw draw(chance);
  for (std::size_t left = rows.size(); left > 1; --left)
    std::swap(rows[left - 1], rows[draw.below(static_cast<std::uint32_t>(left))]);
  // Rows of an atom are alike: those that come first take its first class, and so on. The order is
  // random, so which row goes where is.
  std::vector<std::size_t> next(counted.histogram.atoms.size(), recoding.shares.size());
  for (std::size_t s = recoding.shares.size(); s-- > 0;) next[recoding.shares[s].atom] = s;
  std::vector<std::uint32_t> taken(recoding.shares.size(), 0);
  for (Placed& placed : rows) {
    const std::uint32_t atom = counted.atom_of_row[placed.row];
    std::size_t& s = next[atom];
    if (s < recoding.shares.size() && taken[s] == recoding.shares[s].rows) ++s;
    if (s == recoding.shares.size() || recoding.shares[s].atom != atom) continue;
    ++taken[s];
    placed.group = recoding.shares[s].group;
  }
  std::erase_if(rows, [](const Placed& placed) { return placed.group == no_class; });
  return rows;
}

Result<Bytes> write_recoded(const Engine& engine, const Schema& schema, const Histogram& histogram,
                            const Recoding& recoding, const std::vector<Placed>& rows) {
  Writer writer(schema, histogram, recoding);
  writer.header(engine, schema);
  if (writer.others().empty()) {
    for (const Placed& placed : rows)
      CHECK_OK(writer.row(placed.group, [](std::size_t) { return std::string_view{}; }));
    return writer.take();
  }
  std::vector<std::uint32_t> order;
  for (const Placed& placed : rows) order.push_back(placed.row);
  std::size_t at = 0;
  CHECK_OK(engine.each_in_order(writer.others(), order, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i)
      CHECK_OK(
          writer.row(rows[at++].group, [&](std::size_t other) { return batch.cells[other][i]; }));
    return {};
  }));
  return writer.take();
}

}  // namespace usufruct::anonymise
