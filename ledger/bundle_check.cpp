#include "ledger/bundle_check.h"

#include <algorithm>
#include <unordered_map>

namespace usufruct {

BundleCheck check_bundle(std::span<const Digest> hashes, std::span<const Digest> due) {
  BundleCheck check;
  check.entry_of.resize(due.size());
  std::unordered_multimap<Digest, std::size_t> found_at;
  for (std::size_t i = 0; i < hashes.size(); ++i) found_at.emplace(hashes[i], i);

  std::vector<bool> is_used(hashes.size());
  const auto use = [&](std::size_t leaf, std::size_t entry) {
    check.entry_of[leaf] = entry;
    is_used[entry] = true;
  };
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (i < hashes.size() && hashes[i] == due[i]) use(i, i);
  }
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (check.entry_of[i]) continue;
    const auto [first, last] = found_at.equal_range(due[i]);
    for (auto at = first; at != last; ++at) {
      if (!is_used[at->second]) {
        use(i, at->second);
        break;
      }
    }
  }
  // A leaf no entry hashes to was changed where it stands when what stands there belongs nowhere;
  // the place of a leaf is counted from the leaf before, so that a dropped entry does not shift the
  // rest.
  std::size_t next = 0;
  for (std::size_t i = 0; i < due.size(); ++i) {
    const auto position = static_cast<unsigned>(i);
    if (const auto entry = check.entry_of[i]) {
      if (*entry < next) check.oddities.push_back({position, "entry-order"});
      next = std::max(next, *entry + 1);
    } else if (next < hashes.size() && !is_used[next]) {
      use(i, next++);
      check.oddities.push_back({position, "entry-changed"});
    } else {
      check.oddities.push_back({position, "entry-missing"});
    }
  }
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (!is_used[i]) check.oddities.push_back({static_cast<unsigned>(i), "entry-inserted"});
  }
  return check;
}

}  // namespace usufruct
