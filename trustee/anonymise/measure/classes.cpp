#include "trustee/anonymise/measure/classes.h"

#include <algorithm>
#include <cstring>

#include "crypto/base/check.h"

namespace usufruct::anonymise::measuring {

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;
constexpr std::size_t slots_min = 1024;
constexpr std::uint64_t lower_half = 0xFFFF'FFFF;

/// Each value is followed by its length, so that different tuples cannot have one key.
void append_key(std::string& keys, std::span<const std::string_view> values) {
  std::size_t at = keys.size();
  std::size_t end = at;
  for (const std::string_view value : values) end += value.size() + sizeof(std::uint32_t);
  keys.resize(end);
  for (const std::string_view value : values) {
    const auto size = static_cast<std::uint32_t>(value.size());
    value.copy(keys.data() + at, size);
    std::memcpy(keys.data() + at + size, &size, sizeof size);
    at += size + sizeof size;
  }
}

}  // namespace

void Classes::stage(std::span<const std::string_view> values) {
  CHECK_THAT(staged_.size() < staged_max);
  if (slots_.size() < 2 * (classes_.size() + staged_max)) grow();
  const std::size_t first = keys_.size();
  append_key(keys_, values);
  const std::uint64_t hash = hash_(std::string_view(keys_).substr(first));
  __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  staged_.push_back({first, keys_.size() - first, hash});
}

std::span<const std::uint32_t> Classes::settle() {
  for (const Staged& each : staged_)
    if (const Class* same = likely(each.hash)) __builtin_prefetch(same);
  for (const Staged& each : staged_)
    if (const Class* same = likely(each.hash)) __builtin_prefetch(same->text);
  settled_.clear();
  for (const Staged& each : staged_)
    settled_.push_back(add(std::string_view(keys_).substr(each.first, each.size), each.hash));
  staged_.clear();
  keys_.clear();
  return settled_;
}

const Classes::Class* Classes::likely(std::uint64_t hash) const {
  const std::uint64_t slot = slots_[hash & (slots_.size() - 1)];
  return slot == 0 ? nullptr : &classes_[(slot & lower_half) - 1];
}

std::uint32_t Classes::add(std::string_view key, std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    if ((slots_[at] ^ hash) >> 32 != 0) continue;
    Class& same = classes_[(slots_[at] & lower_half) - 1];
    if (std::string_view(same.text, same.size) != key) continue;
    ++same.rows;
    return static_cast<std::uint32_t>(slots_[at] & lower_half) - 1;
  }
  CHECK_THAT(classes_.size() < classes_max);
  const std::string_view kept = keep(key);
  classes_.push_back({kept.data(), static_cast<std::uint32_t>(kept.size()), 0, 1});
  slots_[at] = (hash & ~lower_half) | classes_.size();
  return static_cast<std::uint32_t>(classes_.size() - 1);
}

std::string_view Classes::keep(std::string_view text) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size())
    blocks_.emplace_back().reserve(std::max(block_bytes, text.size()));
  std::string& block = blocks_.back();
  const std::size_t at = block.size();
  block.append(text);
  return std::string_view(block).substr(at);
}

void Classes::grow() {
  const std::size_t size = std::max(slots_min, slots_.size() * 2);
  slots_.assign(size, 0);
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    const std::uint64_t hash = hash_(std::string_view(classes_[c].text, classes_[c].size));
    std::size_t at = hash & (size - 1);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = (hash & ~lower_half) | (c + 1);
  }
}

std::vector<std::string_view> Classes::values(std::size_t index) const {
  std::string_view rest(classes_[index].text, classes_[index].size);
  std::vector<std::string_view> values;
  while (!rest.empty()) {
    std::uint32_t size = 0;
    rest.copy(reinterpret_cast<char*>(&size), sizeof size, rest.size() - sizeof size);
    rest.remove_suffix(sizeof size);
    values.push_back(rest.substr(rest.size() - size));
    rest.remove_suffix(size);
  }
  std::reverse(values.begin(), values.end());
  return values;
}

std::size_t PairCounts::place_of(std::uint64_t pair) const {
  std::size_t at = hash_(pair) & (slots_.size() - 1);
  while (slots_[at].rows != 0 && slots_[at].pair != pair) at = (at + 1) & (slots_.size() - 1);
  return at;
}

void PairCounts::add(std::uint32_t group, std::uint32_t value) {
  if (slots_.size() < 2 * (used_ + 1)) grow();
  const std::uint64_t pair = std::uint64_t{group} << 32 | value;
  Slot& slot = slots_[place_of(pair)];
  if (slot.rows == 0) ++used_;
  slot.pair = pair;
  ++slot.rows;
}

void PairCounts::grow() {
  std::vector<Slot> old(std::max(slots_min, slots_.size() * 2));
  old.swap(slots_);
  for (const Slot& slot : old)
    if (slot.rows != 0) slots_[place_of(slot.pair)] = slot;
}

PairCounts::Sorted PairCounts::by_class(std::size_t classes) const {
  Sorted sorted;
  sorted.first.assign(classes + 1, 0);
  sorted.shares.resize(used_);
  for (const Slot& slot : slots_)
    if (slot.rows != 0) ++sorted.first[(slot.pair >> 32) + 1];
  for (std::size_t c = 0; c < classes; ++c) sorted.first[c + 1] += sorted.first[c];
  std::vector<std::size_t> next(sorted.first.begin(), sorted.first.end() - 1);
  for (const Slot& slot : slots_)
    if (slot.rows != 0)
      sorted.shares[next[slot.pair >> 32]++] = {static_cast<std::uint32_t>(slot.pair), slot.rows};
  for (std::size_t c = 0; c < classes; ++c)
    std::sort(sorted.shares.begin() + static_cast<std::ptrdiff_t>(sorted.first[c]),
              sorted.shares.begin() + static_cast<std::ptrdiff_t>(sorted.first[c + 1]),
              [](const Share& a, const Share& b) { return a.value < b.value; });
  return sorted;
}

}  // namespace usufruct::anonymise::measuring
