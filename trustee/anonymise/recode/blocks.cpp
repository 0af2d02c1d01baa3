#include "trustee/anonymise/recode/blocks.h"

#include <algorithm>
#include <map>

namespace usufruct::anonymise {

namespace {

using Indices = std::vector<std::uint32_t>;

constexpr double favour = 0.25;  ///< beside a score of at most 0.5

/// One way to part clusters in two: by which groups of a level of a column go left.
struct Split {
  double score = -1;  ///< share of the smaller side, less what is cut; below 0: none
  Indices left;
  Indices right;
};

class Blocks {
 public:
  Blocks(const std::vector<Cluster>& clusters, const Clusterer& clusterer, std::size_t members_max,
         std::uint32_t turn)
      : clusters_(clusters), clusterer_(clusterer), members_max_(members_max), turn_(turn) {}

  std::vector<Indices> run() {
    Indices all;
    for (std::uint32_t i = 0; i < clusters_.size(); ++i)
      if (clusters_[i].rows > 0) all.push_back(i);
    std::vector<Indices> open{std::move(all)};
    std::vector<Indices> done;
    while (!open.empty()) {
      Indices block = std::move(open.back());
      open.pop_back();
      Split split = members_of(block) > members_max_ ? best_split(block) : Split{};
      if (split.score < 0) {
        done.push_back(std::move(block));
        continue;
      }
      open.push_back(std::move(split.right));
      open.push_back(std::move(split.left));
    }
    return done;
  }

 private:
  std::size_t members_of(const Indices& block) const {
    std::size_t members = 0;
    for (const std::uint32_t i : block) members += clusters_[i].members.size();
    return members;
  }

  Split best_split(const Indices& block) const {
    Split best;
    for (std::size_t c = 0; c < clusterer_.columns(); ++c) {
      Split split = split_by(block, c);
      if (split.score >= 0 && is_favoured(c)) split.score += favour;
      if (split.score > best.score) best = std::move(split);
    }
    return best;
  }

  /// From turn to turn other columns, a fifth of them each time; none in the first.
  bool is_favoured(std::size_t c) const { return turn_ > 0 && (c * 7 + turn_ * 3) % 5 == 0; }

  /// By the highest level of the column that parts the block at all.
  Split split_by(const Indices& block, std::size_t c) const {
    const Cells& cells = clusterer_.cells();
    const std::size_t levels = clusterer_.histogram().hierarchies[c].level_count();
    for (std::size_t level = levels - 1; level-- > 0;) {
      std::map<Cell, std::size_t> members;  // of each group; a cluster that spans goes by its leaf
      std::size_t all = 0;
      std::size_t cut = 0;
      for (const std::uint32_t i : block) {
        const Cluster& cluster = clusters_[i];
        members[group(cells, cluster, c, level)] += cluster.members.size();
        all += cluster.members.size();
        if (cells.level(c, cluster.cells[c]) > level) cut += cluster.members.size();
      }
      if (members.size() < 2) continue;
      return part(block, c, level, members, all, cut);
    }
    return {};
  }

  static Cell group(const Cells& cells, const Cluster& cluster, std::size_t c, std::size_t level) {
    return cells.at(c, level, cells.leaf(c, cluster.cells[c]));
  }

  /// Groups go to the lighter side, in their own order, until half is reached.
  Split part(const Indices& block, std::size_t c, std::size_t level,
             const std::map<Cell, std::size_t>& members, std::size_t all, std::size_t cut) const {
    std::map<Cell, bool> is_left;
    std::size_t left = 0;
    for (const auto& [cell, count] : members) {
      is_left[cell] = 2 * left + count <= all || left == 0;
      if (is_left[cell]) left += count;
    }
    Split split;
    const double smaller = static_cast<double>(std::min(left, all - left));
    split.score =
        smaller == 0
            ? -1
            : std::max(0.0, (smaller - 0.5 * static_cast<double>(cut)) / static_cast<double>(all));
    if (split.score < 0) return split;
    for (const std::uint32_t i : block) {
      const bool goes_left = is_left.at(group(clusterer_.cells(), clusters_[i], c, level));
      (goes_left ? split.left : split.right).push_back(i);
    }
    return split;
  }

  const std::vector<Cluster>& clusters_;
  const Clusterer& clusterer_;
  std::size_t members_max_;
  std::uint32_t turn_;
};

}  // namespace

std::vector<Indices> blocks_of(const std::vector<Cluster>& clusters, const Clusterer& clusterer,
                               std::size_t members_max, std::uint32_t turn) {
  return Blocks(clusters, clusterer, members_max, turn).run();
}

}  // namespace usufruct::anonymise
