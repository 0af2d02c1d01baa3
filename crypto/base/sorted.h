#pragma once

#include <algorithm>
#include <vector>

namespace usufruct {

/// Ascending, each once.
template <class T>
void sort_once(std::vector<T>& items) {
  std::ranges::sort(items);
  const auto repeated = std::ranges::unique(items);
  items.erase(repeated.begin(), repeated.end());
}

}  // namespace usufruct
