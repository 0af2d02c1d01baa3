#include "trustee/anonymise/recode.h"

#include <fmt/format.h>

#include <array>
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
  Writer(const Schema& schema, const Counted& counted, const Node& node) : counted_(counted) {
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
    const Histogram& histogram = counted.histogram;
    groups_.resize(histogram.tuple_count() * node.size());
    for (std::size_t c = 0; c < node.size(); ++c) {
      const Hierarchy& hierarchy = histogram.hierarchies[c];
      auto& shown = shown_.emplace_back(hierarchy.group_count(node[c]));
      for (std::uint32_t group = 0; group < shown.size(); ++group)
        append_field(shown[group], hierarchy.name(node[c], group));
      for (std::size_t t = 0; t < histogram.tuple_count(); ++t)
        groups_[t * node.size() + c] = hierarchy.group_of(node[c], histogram.leaves[c][t]);
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
  Result<void> row(std::uint32_t row_number, Other other) {
    const std::size_t tuple = counted_.tuple_of_row[row_number];
    const std::uint32_t* groups = groups_.data() + tuple * shown_.size();
    const std::size_t start = bytes_.size();
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (i > 0) bytes_.push_back(',');
      if (const auto& quasi = cells_[i].quasi) {
        const Bytes& field = shown_[*quasi][groups[*quasi]];
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
  const Counted& counted_;
  std::vector<Cell> cells_;
  std::vector<std::size_t> others_;
  std::vector<std::vector<Bytes>> shown_;  ///< [quasi-identifier][group], as written
  // [tuple][quasi-identifier]: rows come in random order, so a row's groups must lie together.
  std::vector<std::uint32_t> groups_;
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

std::vector<std::uint32_t> shuffled_rows(const std::vector<std::uint32_t>& tuple_of_row,
                                         const std::vector<bool>& is_suppressed, Chance& chance) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < tuple_of_row.size(); ++row)
    if (tuple_of_row[row] != Counted::no_tuple && !is_suppressed[tuple_of_row[row]])
      rows.push_back(row);
  Draw draw(chance);
  for (std::size_t left = rows.size(); left > 1; --left)
    std::swap(rows[left - 1], rows[draw.below(static_cast<std::uint32_t>(left))]);
  return rows;
}

Result<Bytes> write_recoded(const Engine& engine, const Schema& schema, const Counted& counted,
                            const Node& node, const std::vector<std::uint32_t>& order) {
  Writer writer(schema, counted, node);
  writer.header(engine, schema);
  if (writer.others().empty()) {
    for (const std::uint32_t row : order)
      CHECK_OK(writer.row(row, [](std::size_t) { return std::string_view{}; }));
    return writer.take();
  }
  CHECK_OK(engine.each_in_order(writer.others(), order, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i)
      CHECK_OK(writer.row(static_cast<std::uint32_t>(batch.rows[i]),
                          [&](std::size_t other) { return batch.cells[other][i]; }));
    return {};
  }));
  return writer.take();
}

}  // namespace usufruct::anonymise
