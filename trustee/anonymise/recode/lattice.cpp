#include "trustee/anonymise/recode/lattice.h"

namespace usufruct::anonymise {

std::uint64_t lattice_size(const Histogram& histogram, std::uint64_t limit) {
  std::uint64_t size = 1;
  for (const Hierarchy& hierarchy : histogram.hierarchies) {
    size *= hierarchy.level_count();
    if (size > limit) return limit + 1;
  }
  return size;
}

std::vector<Node> all_nodes(const Histogram& histogram) {
  std::vector<Node> nodes;
  Node node(histogram.column_count(), 0);
  for (;;) {
    nodes.push_back(node);
    std::size_t c = 0;
    while (c < node.size() && node[c] + 1U == histogram.hierarchies[c].level_count()) node[c++] = 0;
    if (c == node.size()) return nodes;
    ++node[c];
  }
}

}  // namespace usufruct::anonymise
