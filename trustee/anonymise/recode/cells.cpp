#include "trustee/anonymise/recode/cells.h"

#include <algorithm>

namespace usufruct::anonymise {

Cells::Cells(const Histogram& histogram) : histogram_(histogram) {
  double weights = 0;
  for (std::size_t c = 0; c < histogram.column_count(); ++c) weights += histogram.weight(c);
  for (std::size_t c = 0; c < histogram.column_count(); ++c) {
    const Hierarchy& hierarchy = histogram.hierarchies[c];
    Column& column = columns_.emplace_back();
    column.leaf_count = hierarchy.leaf_count();
    const double whole =
        static_cast<double>(std::max<std::size_t>(1, hierarchy.leaf_count() - 1)) * weights;
    for (std::size_t level = 0; level < hierarchy.level_count(); ++level) {
      const auto base = static_cast<Cell>(column.loss.size());
      column.base.push_back(base);
      for (std::uint32_t group = 0; group < hierarchy.group_count(level); ++group) {
        column.loss.push_back(histogram.weight(c) *
                              static_cast<double>(hierarchy.leaves_under(level, group) - 1) /
                              whole);
        column.level.push_back(static_cast<std::uint8_t>(level));
      }
      column.leaf.resize(column.loss.size(), 0);
      const auto groups = hierarchy.groups(level);
      for (std::uint32_t leaf = 0; leaf < groups.size(); ++leaf)
        column.leaf[base + groups[leaf]] = leaf;
    }
    column.parent.resize(column.loss.size());
    for (Cell cell = 0; cell < column.loss.size(); ++cell) {
      const std::size_t level = column.level[cell];
      column.parent[cell] =
          level + 1 == hierarchy.level_count() ? cell : at(c, level + 1, column.leaf[cell]);
    }
  }
}

Cell Cells::at(std::size_t c, std::size_t level, std::uint32_t leaf) const {
  return columns_[c].base[level] + histogram_.hierarchies[c].group_of(level, leaf);
}

}  // namespace usufruct::anonymise
