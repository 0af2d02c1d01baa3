#include "trustee/anonymise/table/dictionary.h"

#include <algorithm>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::uint32_t empty_slot = static_cast<std::uint32_t>(-1);
constexpr std::size_t slot_count_min = 1024;

std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0x9E3779B97F4A7C15ULL;
  return value ^ (value >> 29);
}

std::uint64_t hash_of(const std::uint32_t* codes, std::size_t width) {
  std::uint64_t hash = width;
  for (std::size_t i = 0; i < width; ++i) hash = mixed(hash ^ (codes[i] + 0x632BE59BD9B4E019ULL));
  return hash;
}

}  // namespace

std::uint32_t Dictionary::code_of(std::string_view text) {
  if (const auto at = codes_.find(text); at != codes_.end()) {
    ++counts_[at->second];
    return at->second;
  }
  CHECK_THAT(texts_.size() < empty_slot);
  const auto code = static_cast<std::uint32_t>(texts_.size());
  codes_.emplace(texts_.emplace_back(text), code);
  counts_.push_back(1);
  return code;
}

TupleTable::TupleTable(std::size_t width) : width_(width), slots_(slot_count_min, empty_slot) {}

std::uint32_t TupleTable::add(const std::uint32_t* codes) {
  if (2 * counts_.size() >= slots_.size()) grow();
  const std::uint64_t hash = hash_of(codes, width_);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const std::uint32_t tuple = slots_[at];
    if (tuple == empty_slot) {
      slots_[at] = static_cast<std::uint32_t>(counts_.size());
      codes_.insert(codes_.end(), codes, codes + width_);
      hashes_.push_back(hash);
      counts_.push_back(1);
      return slots_[at];
    }
    if (hashes_[tuple] == hash &&
        std::equal(codes, codes + width_, codes_.data() + tuple * width_)) {
      ++counts_[tuple];
      return tuple;
    }
  }
}

void TupleTable::grow() {
  slots_.assign(slots_.size() * 2, empty_slot);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t tuple = 0; tuple < counts_.size(); ++tuple) {
    std::size_t at = hashes_[tuple] & mask;
    while (slots_[at] != empty_slot) at = (at + 1) & mask;
    slots_[at] = tuple;
  }
}

}  // namespace usufruct::anonymise
