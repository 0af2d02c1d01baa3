#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise {

/// Numbers the distinct texts of a column, from 0 in the order they come; several threads may ask.
/// The numbers depend on who asks first and are for this run only: whatever is answered goes by the
/// texts.
class Dictionary {
 public:
  struct Entry {
    std::uint32_t code = 0;
    const char* text = nullptr;  ///< stays where it is
  };
  Entry entry(std::string_view text);

  /// What follows is for when nobody adds.
  std::size_t size() const { return texts_.size(); }
  std::string_view text(std::uint32_t code) const { return texts_[code]; }

  std::uint64_t memory_bytes() const { return memory_bytes_.load(std::memory_order_relaxed); }

 private:
  const char* keep(std::string_view text);
  std::mutex mutex_;
  std::deque<std::string_view> texts_;
  std::unordered_map<std::string_view, std::uint32_t, TextHash> codes_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::size_t piece_left_ = 0;
  std::atomic<std::uint64_t> memory_bytes_ = 0;
};

/// One thread's look at a dictionary: what it has seen before costs no lock and a few nanoseconds.
class DictionaryCache {
 public:
  explicit DictionaryCache(Dictionary& dictionary);
  /// mask_bytes after the text must be readable.
  std::uint32_t code_of(const char* text, std::uint32_t size);
  std::uint64_t memory_bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t key = 0;  ///< a short text itself, or a long one's hash
    const char* text = nullptr;
    std::uint32_t size = 0;
    std::uint32_t code = 0;
  };
  std::uint64_t key_of(const char* text, std::uint32_t size) const;
  std::size_t place_of(std::uint64_t key, std::uint32_t size) const {
    return hash_(key + size) & (slots_.size() - 1);
  }
  std::uint32_t learn(std::size_t at, std::uint64_t key, const char* text, std::uint32_t size);
  void grow();
  Dictionary& dictionary_;
  KeyedHash hash_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace usufruct::anonymise
