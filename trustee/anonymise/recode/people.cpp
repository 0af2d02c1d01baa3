#include "trustee/anonymise/recode/people.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace usufruct::anonymise {

namespace {

constexpr std::size_t few = 16;  ///< people that are not parted any more

/// Of each leaf at each level, whether the finest reading of the group's text leaves it out.
std::vector<std::vector<bool>> left_out_of(const Hierarchy& hierarchy) {
  std::vector<std::vector<bool>> made(hierarchy.level_count());
  struct Stand {
    std::size_t level = 0;
    std::uint32_t group = 0;
  };
  std::unordered_map<std::string_view, Stand> finest;
  for (std::size_t level = 0; level < hierarchy.level_count(); ++level)
    for (std::uint32_t group = 0; group < hierarchy.group_count(level); ++group)
      finest.try_emplace(hierarchy.name(level, group), Stand{level, group});
  for (std::size_t level = 1; level < hierarchy.level_count(); ++level)
    for (std::uint32_t leaf = 0; leaf < hierarchy.leaf_count(); ++leaf) {
      const std::uint32_t group = hierarchy.group_of(level, leaf);
      const Stand& read = finest.find(hierarchy.name(level, group))->second;
      if (hierarchy.group_of(read.level, leaf) == read.group) continue;
      made[level].resize(hierarchy.leaf_count(), false);
      made[level][leaf] = true;
    }
  return made;
}

}  // namespace

PeopleView::PeopleView(const Histogram& histogram) {
  view.leaves.assign(histogram.people.leaves.begin(), histogram.people.leaves.end());
  view.leaves.resize(histogram.column_count());
  view.counts = histogram.people.counts;
  for (const Hierarchy& hierarchy : histogram.hierarchies) {
    left_out_.push_back(left_out_of(hierarchy));
    for (const auto& level : left_out_.back()) is_plain_ = is_plain_ && level.empty();
  }
}

PeopleTree::PeopleTree(const PeopleView& people, const Cells& cells)
    : people_(people), cells_(cells), width_(cells.column_count()), order_(people.view.size()) {
  std::iota(order_.begin(), order_.end(), 0U);
  branches_.push_back({.last = static_cast<std::uint32_t>(order_.size())});
  // A branch is parted after those before it, so that children are neighbours.
  for (std::size_t b = 0; b < branches_.size(); ++b) {
    fit(b);
    if (branches_[b].last - branches_[b].first > few) part(b);
  }
}

/// The least cells above the people of a branch, and how many they are.
void PeopleTree::fit(std::size_t b) {
  Branch& branch = branches_[b];
  cells_of_.resize((b + 1) * width_);
  if (branch.first == branch.last) return;
  for (std::size_t c = 0; c < width_; ++c) {
    Cell cell = people_.view.leaves[c][order_[branch.first]];
    for (std::uint32_t i = branch.first; i < branch.last; ++i)
      cell = cells_.join(c, cell, people_.view.leaves[c][order_[i]]);
    cells_of_[b * width_ + c] = cell;
  }
  for (std::uint32_t i = branch.first; i < branch.last; ++i)
    branch.people += people_.view.counts[order_[i]];
}

/// By the groups right below its cell, in the column where that is dearest.
void PeopleTree::part(std::size_t b) {
  Branch& branch = branches_[b];
  const Cell* const own = &cells_of_[b * width_];
  std::size_t column = width_;
  for (std::size_t c = 0; c < width_; ++c)
    if (cells_.level(c, own[c]) > 0 &&
        (column == width_ || cells_.loss(c, own[c]) > cells_.loss(column, own[column])))
      column = c;
  if (column == width_) return;  // each combination once: only of one
  const std::size_t level = cells_.level(column, own[column]) - 1U;
  const auto group = [&](std::uint32_t i) {
    return cells_.at(column, level, people_.view.leaves[column][i]);
  };
  const auto begin = order_.begin() + branch.first;
  std::stable_sort(begin, order_.begin() + branch.last,
                   [&](std::uint32_t i, std::uint32_t j) { return group(i) < group(j); });
  std::vector<Branch> children;
  for (std::uint32_t i = branch.first; i < branch.last; ++i) {
    if (i == branch.first || group(order_[i]) != group(order_[i - 1]))
      children.push_back({.first = i});
    children.back().last = i + 1;
  }
  branch.column = static_cast<std::uint32_t>(column);
  branch.child = static_cast<std::uint32_t>(branches_.size());
  branch.children = static_cast<std::uint32_t>(children.size());
  branches_.insert(branches_.end(), children.begin(), children.end());
}

bool PeopleTree::is_above(std::size_t c, Cell cell, Cell other) const {
  const std::size_t level = cells_.level(c, cell);
  return level >= cells_.level(c, other) && cells_.at(c, level, cells_.leaf(c, other)) == cell;
}

PeopleTree::Relation PeopleTree::relation(std::size_t branch, std::span<const Cell> cells) const {
  bool is_under = people_.is_plain();
  for (std::size_t c = 0; c < width_; ++c) {
    const Cell own = cells_of_[branch * width_ + c];
    if (is_above(c, cells[c], own)) continue;
    if (!is_above(c, own, cells[c])) return Relation::apart;
    is_under = false;
  }
  return is_under ? Relation::under : Relation::partly;
}

std::uint64_t PeopleTree::count_singly(const Branch& branch, std::span<const Cell> cells) const {
  std::uint64_t count = 0;
  for (std::uint32_t at = branch.first; at < branch.last; ++at) {
    const std::uint32_t i = order_[at];
    bool is_in = true;
    for (std::size_t c = 0; is_in && c < width_; ++c) {
      const std::uint32_t leaf = people_.view.leaves[c][i];
      const std::size_t level = cells_.level(c, cells[c]);
      is_in = cells_.at(c, level, leaf) == cells[c] && people_.is_counted(c, level, leaf);
    }
    if (is_in) count += people_.view.counts[i];
  }
  return count;
}

/// The children that may have somebody under the cells: one, where the cell is no coarser than
/// their groups.
void PeopleTree::descend(const Branch& branch, std::span<const Cell> cells,
                         std::vector<std::uint32_t>& open) const {
  const std::size_t c = branch.column;
  const auto group = [&](std::uint32_t child, std::size_t level) {
    return cells_.at(c, level, people_.view.leaves[c][order_[branches_[child].first]]);
  };
  const std::size_t own = static_cast<std::size_t>(&branch - branches_.data());
  const std::size_t level = cells_.level(c, cells_of_[own * width_ + c]) - 1U;
  if (cells_.level(c, cells[c]) > level) {
    for (std::uint32_t i = branch.children; i-- > 0;) open.push_back(branch.child + i);
    return;
  }
  const Cell wanted = cells_.at(c, level, cells_.leaf(c, cells[c]));
  std::uint32_t low = branch.child;
  std::uint32_t high = branch.child + branch.children;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (group(middle, level) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < branch.child + branch.children && group(low, level) == wanted) open.push_back(low);
}

bool PeopleTree::has(std::span<const Cell> cells, std::uint64_t count) const {
  std::uint64_t found = 0;
  std::vector<std::uint32_t> open{0};
  while (!open.empty() && found < count) {
    const std::uint32_t b = open.back();
    open.pop_back();
    const Branch& branch = branches_[b];
    if (branch.first == branch.last) continue;
    const Relation how = relation(b, cells);
    if (how == Relation::apart) continue;
    if (how == Relation::under)
      found += branch.people;
    else if (branch.children == 0)
      found += count_singly(branch, cells);
    else
      descend(branch, cells, open);
  }
  return found >= count;
}

}  // namespace usufruct::anonymise
