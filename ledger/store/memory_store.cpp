#include "ledger/store/memory_store.h"

namespace usufruct {

Result<std::optional<Bytes>> MemoryStore::get(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto found = map_.find(key);
  if (found == map_.end()) return std::nullopt;
  return found->second;
}

Result<void> MemoryStore::commit(const Batch& batch) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, value] : batch.changes()) {
    if (value) {
      map_.insert_or_assign(key, *value);
    } else {
      map_.erase(key);
    }
  }
  return {};
}

Result<void> MemoryStore::scan(std::string_view prefix, const Visit& visit) const {
  // A copy, since visit() may call the store.
  std::vector<std::pair<std::string, Bytes>> found;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = map_.lower_bound(prefix); at != map_.end() && at->first.starts_with(prefix);
         ++at) {
      found.emplace_back(*at);
    }
  }
  for (const auto& [key, value] : found) {
    if (!visit(key, value)) break;
  }
  return {};
}

}  // namespace usufruct
