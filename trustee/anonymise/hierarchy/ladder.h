#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// A hierarchy in the making over values in an order, in which every group is a run of neighbours.
///
///     Ladder ladder({""}, {"1", "2", "3"});   // "" stays alone until `*`
///     ladder.add(runs(3, …), name);           // {1, 2}; {3}
///     return std::move(ladder).finish();
class Ladder {
 public:
  /// What a run of values is called, given its first and last.
  using Name = std::function<std::string(std::size_t first, std::size_t last)>;

  Ladder(std::vector<std::string> alone, std::vector<std::string> values);

  /// The next coarser level: where its runs start (ascending, the first at 0). Every start must
  /// be one of the level below. A level that changes nothing, or that is `*`, is left out. A name
  /// taken by another group or leaf gets a number behind it.
  void add(const std::vector<std::size_t>& starts, const Name& name);
  std::size_t level_count() const { return levels_.size(); }
  /// Closes with `*`.
  Result<Hierarchy> finish() &&;

 private:
  bool is_leaf(const std::string& name, std::size_t first, std::size_t last) const;

  std::size_t alone_;
  std::size_t runs_;  ///< on the level below
  NameTable leaves_;
  std::vector<Hierarchy::Level> levels_;
};

/// Where runs of equal keys start among 0 … count - 1.
template <class Key>
std::vector<std::size_t> runs(std::size_t count, const Key& key) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < count; ++i)
    if (i == 0 || key(i) != key(i - 1)) starts.push_back(i);
  return starts;
}

}  // namespace usufruct::anonymise
