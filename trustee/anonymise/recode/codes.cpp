#include "trustee/anonymise/recode/codes.h"

#include <algorithm>

namespace usufruct::anonymise {

namespace {

constexpr std::size_t code_count_max = 256;
constexpr std::size_t kept_cells_max = 4096;  ///< a KiB of steps each

}  // namespace

Codes::Codes(const Cells& cells) : cells_(cells) {
  for (std::size_t c = 0; c < cells.column_count(); ++c) {
    Column& column = columns_.emplace_back();
    while (cells.cell_count(c) - column.first > code_count_max) {
      ++column.level;
      while (cells.level(c, column.first) < column.level) ++column.first;
    }
    column.count = cells.cell_count(c) - column.first;
    if (cells.cell_count(c) > kept_cells_max) continue;
    column.steps.resize(cells.cell_count(c));
    column.steps_to.resize(cells.leaf_count(c));
  }
}

bool Codes::is_under(std::size_t c, Cell cell, Cell above) const {
  while (cells_.level(c, cell) < cells_.level(c, above)) cell = cells_.parent(c, cell);
  return cell == above;
}

const std::vector<float>& Codes::steps(std::size_t c, Cell cell) {
  Column& column = columns_[c];
  auto& steps = column.steps.empty() ? column.last : column.steps[cell];
  if (!column.steps.empty() && !steps.empty()) return steps;
  steps.resize(column.count);
  for (std::size_t code = 0; code < column.count; ++code) {
    const auto other = static_cast<Cell>(column.first + code);
    const bool may_be_near = column.level > 0 && is_under(c, cell, other);
    steps[code] = may_be_near ? 0
                              : static_cast<float>(cells_.loss(c, cells_.join(c, cell, other)) -
                                                   cells_.loss(c, cell));
  }
  return steps;
}

const std::vector<float>& Codes::steps_to(std::size_t c, std::uint32_t leaf) {
  Column& column = columns_[c];
  auto& steps = column.steps_to.empty() ? column.last : column.steps_to[leaf];
  if (!column.steps_to.empty() && !steps.empty()) return steps;
  steps.resize(column.count);
  for (std::size_t code = 0; code < column.count; ++code) {
    const auto cell = static_cast<Cell>(column.first + code);
    steps[code] =
        static_cast<float>(cells_.loss(c, cells_.join(c, cell, leaf)) - cells_.loss(c, cell));
  }
  return steps;
}

void fill_table(const std::vector<float>& steps, const std::vector<std::uint8_t>& used,
                double scale, ByteScan::Table& table) {
  const auto by = static_cast<float>(scale);
  for (std::size_t i = 0; i < used.size(); ++i)
    table[i] = static_cast<std::uint8_t>(std::min(254.0F, steps[used[i]] * by + 0.5F));
}

}  // namespace usufruct::anonymise
