#include "trustee/anonymise/table/tuple_table.h"

#include <algorithm>
#include <bit>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t slot_count_min = 64;
constexpr unsigned part_bits = 6;
static_assert(TupleTable::part_count == 1U << part_bits);
constexpr std::uint64_t index_max = (1ULL << (32 - part_bits)) - 1;

std::size_t part_of(std::uint64_t hash) { return hash >> (64 - part_bits); }

}  // namespace

TupleTable::TupleTable(std::size_t width) : width_(width), fields_(width + 1) {
  fields_.back().bits = 0;
  for (std::size_t c = 0; c <= width; ++c) factors_.push_back(hash_(c + 1) | 1);
  lay_out();
  for (Part& part : parts_) part.slots.assign(slot_count_min, 0);
}

void TupleTable::add(const std::uint32_t* codes, std::size_t rows, std::uint32_t* numbers,
                     Scratch& scratch, const std::uint32_t* asked) {
  std::vector<std::uint32_t> largest(width_ + 1, 0);
  for (std::size_t c = 0; c < width_; ++c)
    for (std::size_t i = 0; i < rows; ++i) largest[c] = std::max(largest[c], codes[c * rows + i]);
  if (asked) largest.back() = *std::max_element(asked, asked + rows);
  std::shared_lock lock(layout_);
  while (!fits(largest)) {
    lock.unlock();
    widen(largest);
    lock.lock();
  }
  scratch.words.assign(rows * words_, 0);
  scratch.hashes.assign(rows, 0);
  for (std::size_t c = 0; c < width_; ++c) {
    const std::uint32_t* const column = codes + c * rows;
    std::uint64_t* const to = scratch.words.data() + fields_[c].word;
    const std::uint32_t shift = fields_[c].shift;
    const std::uint64_t factor = factors_[c];
    for (std::size_t i = 0; i < rows; ++i) {
      to[i * words_] |= std::uint64_t{column[i]} << shift;
      scratch.hashes[i] += (column[i] + 1) * factor;
    }
  }
  if (largest.back() > 0) {
    // What asks nothing adds nothing, so that it is the same tuple before anybody asked.
    const Field& field = fields_.back();
    const std::uint64_t factor = factors_[width_];
    for (std::size_t i = 0; i < rows; ++i) {
      scratch.words[i * words_ + field.word] |= std::uint64_t{asked[i]} << field.shift;
      scratch.hashes[i] += asked[i] * factor;
    }
  }
  // Sorted by part, in the order of the rows: each part is locked once, and stays in the cache.
  std::array<std::size_t, part_count + 1> first{};
  for (std::uint64_t& hash : scratch.hashes) {
    hash = hash_(hash);
    ++first[part_of(hash) + 1];
  }
  for (std::size_t p = 0; p < part_count; ++p) first[p + 1] += first[p];
  scratch.order.resize(rows);
  auto next = first;
  for (std::size_t i = 0; i < rows; ++i)
    scratch.order[next[part_of(scratch.hashes[i])]++] = static_cast<std::uint32_t>(i);
  for (std::size_t p = 0; p < part_count; ++p)
    if (first[p] < first[p + 1])
      count_part(p, std::span(scratch.order).subspan(first[p], first[p + 1] - first[p]), scratch,
                 numbers);
}

std::size_t TupleTable::size() const {
  std::size_t count = 0;
  for (const Part& part : parts_) count += part.counts.size();
  return count;
}

void TupleTable::close() {
  for (Part& part : parts_) {
    part.slots = {};
    part.hashes = {};
  }
}

bool TupleTable::fits(std::span<const std::uint32_t> largest) const {
  for (std::size_t c = 0; c < fields_.size(); ++c)
    if (largest[c] > fields_[c].mask()) return false;
  return true;
}

/// Gives columns more bits and packs all tuples anew. Numbers and hashes stay.
void TupleTable::widen(std::span<const std::uint32_t> largest) {
  const std::unique_lock lock(layout_);
  if (fits(largest)) return;  // somebody else did
  const std::vector<Field> old = fields_;
  const std::size_t old_words = words_;
  for (std::size_t c = 0; c < fields_.size(); ++c)
    if (largest[c] > fields_[c].mask())
      fields_[c].bits = std::min(32U, static_cast<unsigned>(std::bit_width(largest[c])) + 1);
  lay_out();
  for (Part& part : parts_) {
    std::vector<std::uint64_t> words(part.counts.size() * words_, 0);
    for (std::size_t i = 0; i < part.counts.size(); ++i)
      for (std::size_t c = 0; c < fields_.size(); ++c)
        words[i * words_ + fields_[c].word] |=
            std::uint64_t{old[c].code_in(&part.words[i * old_words])} << fields_[c].shift;
    part.words = std::move(words);
  }
}

/// Puts the fields into words, none across two.
void TupleTable::lay_out() {
  std::uint32_t word = 0;
  std::uint32_t shift = 0;
  for (Field& field : fields_) {
    if (field.bits == 0) {
      field = {0, 0, 0};
      continue;
    }
    if (shift + field.bits > 64) {
      ++word;
      shift = 0;
    }
    field.word = word;
    field.shift = shift;
    shift += field.bits;
  }
  words_ = word + 1;
}

void TupleTable::count_part(std::size_t number, std::span<const std::uint32_t> rows,
                            const Scratch& scratch, std::uint32_t* numbers) {
  Part& part = parts_[number];
  const std::lock_guard lock(part.mutex);
  const std::size_t before = part.counts.size();
  for (const std::uint32_t row : rows) {
    const std::uint32_t index =
        find(part, scratch.hashes[row], scratch.words.data() + row * words_);
    ++part.counts[index];
    numbers[row] = index << part_bits | static_cast<std::uint32_t>(number);
  }
  // Per tuple: its words, count and hash, and two to four slots' share.
  const std::size_t each = 8 * words_ + 8 + 20;
  memory_bytes_.fetch_add((part.counts.size() - before) * each, std::memory_order_relaxed);
}

std::uint32_t TupleTable::find(Part& part, std::uint64_t hash, const std::uint64_t* words) {
  if (4 * (part.counts.size() + 1) > 3 * part.slots.size()) grow(part);
  const std::size_t mask = part.slots.size() - 1;
  const std::uint64_t tag = hash >> 32 << 32;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const std::uint64_t slot = part.slots[at];
    if (slot == 0) {
      const std::size_t index = part.counts.size();
      CHECK_THAT(index < index_max);  // rows are fewer
      part.slots[at] = tag | (index + 1);
      part.words.insert(part.words.end(), words, words + words_);
      part.counts.push_back(0);
      part.hashes.push_back(static_cast<std::uint32_t>(hash));
      return static_cast<std::uint32_t>(index);
    }
    if (slot >> 32 << 32 != tag) continue;
    const auto index = static_cast<std::uint32_t>(slot) - 1;
    const std::uint64_t* const known = &part.words[index * words_];
    if (std::equal(words, words + words_, known)) return index;
  }
}

void TupleTable::grow(Part& part) {
  std::vector<std::uint64_t> old(part.slots.size() * 2, 0);
  old.swap(part.slots);
  const std::size_t mask = part.slots.size() - 1;
  for (const std::uint64_t slot : old) {
    if (slot == 0) continue;
    std::size_t at = part.hashes[static_cast<std::uint32_t>(slot) - 1] & mask;
    while (part.slots[at] != 0) at = (at + 1) & mask;
    part.slots[at] = slot;
  }
}

}  // namespace usufruct::anonymise
