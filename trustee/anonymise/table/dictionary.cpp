#include "trustee/anonymise/table/dictionary.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t text_piece_bytes = std::size_t{64} << 10;
constexpr std::size_t slot_count_min = 64;

std::uint64_t load(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

}  // namespace

Dictionary::Entry Dictionary::entry(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (const auto at = codes_.find(text); at != codes_.end())
    return {at->second, texts_[at->second].data()};
  CHECK_THAT(texts_.size() < std::numeric_limits<std::uint32_t>::max());
  const auto code = static_cast<std::uint32_t>(texts_.size());
  const std::string_view kept(keep(text), text.size());
  texts_.push_back(kept);
  codes_.emplace(kept, code);
  constexpr std::uint64_t overhead_bytes = 64;  // the map's node and bucket, and the view
  memory_bytes_.fetch_add(text.size() + overhead_bytes, std::memory_order_relaxed);
  return {code, kept.data()};
}

const char* Dictionary::keep(std::string_view text) {
  if (text.size() > piece_left_ || pieces_.empty()) {
    piece_left_ = std::max(text_piece_bytes, text.size());
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(piece_left_));
  }
  // The piece is filled from its end: what is left is where the next one ends.
  char* const kept = pieces_.back().get() + piece_left_ - text.size();
  std::copy(text.begin(), text.end(), kept);
  piece_left_ -= text.size();
  return kept;
}

DictionaryCache::DictionaryCache(Dictionary& dictionary)
    : dictionary_(dictionary), slots_(slot_count_min) {}

/// A text of up to eight bytes as a number; a longer one's hash. Reads past the end.
std::uint64_t DictionaryCache::key_of(const char* text, std::uint32_t size) const {
  if (size == 0) return 0;
  std::uint64_t key = 0;
  for (; size > 8; size -= 8, text += 8) key = hash_(key ^ load(text));
  return key ^ (load(text) & (~0ULL >> (64 - 8 * size)));
}

std::uint32_t DictionaryCache::code_of(const char* text, std::uint32_t size) {
  const std::uint64_t key = key_of(text, size);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = place_of(key, size);; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.text == nullptr) return learn(at, key, text, size);
    if (slot.key == key && slot.size == size &&
        (size <= 8 || std::memcmp(slot.text, text, size) == 0)) [[likely]]
      return slot.code;
  }
}

std::uint32_t DictionaryCache::learn(std::size_t at, std::uint64_t key, const char* text,
                                     std::uint32_t size) {
  const Dictionary::Entry entry = dictionary_.entry({text, size});
  slots_[at] = {key, entry.text, size, entry.code};
  if (++used_ * 2 >= slots_.size()) grow();
  return entry.code;
}

void DictionaryCache::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.text == nullptr) continue;
    std::size_t at = place_of(slot.key, slot.size);
    while (slots_[at].text != nullptr) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace usufruct::anonymise
