#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "trustee/http/content.h"

namespace usufruct::http {

/// What was served last, by path, up to so many bytes; what was not asked for longest goes first.
/// Only for what never changes under its path. Safe between threads.
class ContentCache {
 public:
  explicit ContentCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  std::optional<Content> find(std::string_view path);
  void put(std::string path, Content content);

 private:
  using Item = std::pair<std::string, Content>;

  std::size_t bytes_max_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;                                                    ///< guarded by mutex_
  std::list<Item> newest_first_;                                             ///< guarded by mutex_
  std::unordered_map<std::string_view, std::list<Item>::iterator> by_path_;  ///< keys in the list
};

}  // namespace usufruct::http
