#include "trustee/http/content_cache.h"

namespace usufruct::http {

std::optional<Content> ContentCache::find(std::string_view path) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return std::nullopt;
  newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
  return found->second->second;
}

void ContentCache::put(std::string path, Content content) {
  const std::size_t size = content.size_bytes();
  const std::scoped_lock lock(mutex_);
  if (size > bytes_max_ || by_path_.contains(path)) return;
  newest_first_.emplace_front(std::move(path), std::move(content));
  by_path_.emplace(newest_first_.front().first, newest_first_.begin());
  bytes_ += size;
  while (bytes_ > bytes_max_) {
    const Item& oldest = newest_first_.back();
    bytes_ -= oldest.second.size_bytes();
    by_path_.erase(oldest.first);
    newest_first_.pop_back();
  }
}

}  // namespace usufruct::http
