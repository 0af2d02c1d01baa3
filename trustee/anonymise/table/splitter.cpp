#include "trustee/anonymise/table/splitter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace usufruct::anonymise {

namespace {

/// The longest block: where no row ends within a row's limit, the parser is to see it and say so.
constexpr std::size_t block_bytes_max = 2 * row_bytes_max + block_bytes;
static_assert(block_bytes_max < (std::size_t{1} << 32), "cells have 32-bit places");

}  // namespace

Splitter::Splitter(bool has_quotes, TakeBlock take)
    : has_quotes_(has_quotes),
      take_(std::move(take)),
      block_(Block::with_room(block_bytes)),
      capacity_(block_bytes) {}

Result<void> Splitter::write(View bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), capacity_ - block_.size);
    std::memcpy(block_.text.get() + block_.size, bytes.data(), count);
    block_.size += count;
    bytes = bytes.subspan(count);
    if (block_.size < capacity_) return {};
    scan(block_.size);
    if (last_end_ > 0) {
      CHECK_OK(cut(last_end_));
    } else if (capacity_ >= block_bytes_max) {
      CHECK_OK(cut(block_.size));
    } else {
      capacity_ = std::min(2 * capacity_, block_bytes_max);
      Block larger = Block::with_room(capacity_);
      std::memcpy(larger.text.get(), block_.text.get(), block_.size);
      block_.text = std::move(larger.text);
    }
  }
  return {};
}

Result<void> Splitter::finish() {
  if (block_.size == 0 && has_given_) return {};
  scan(block_.size);
  return cut(block_.size);
}

void Splitter::scan(std::size_t end) {
  while (scanned_ < end) {
    const std::size_t count = std::min(mask_bytes, end - scanned_);
    const std::uint64_t valid = count == mask_bytes ? ~0ULL : (1ULL << count) - 1;
    const char* text = block_.text.get() + scanned_;
    const std::uint64_t line_ends = byte_mask(text, '\n') & valid;
    std::uint64_t outside = line_ends;
    if (has_quotes_) {
      const std::uint64_t quotes = byte_mask(text, '"') & valid;
      const std::uint64_t inside =
          (quotes == 0 ? 0 : prefix_parity(quotes)) ^ (is_quoted_ ? ~0ULL : 0);
      outside &= ~inside;
      is_quoted_ = is_quoted_ != (std::popcount(quotes) % 2 == 1);
    }
    if (outside != 0) {
      const auto at = static_cast<unsigned>(63 - std::countl_zero(outside));
      last_end_ = scanned_ + at + 1;
      const std::uint64_t upto = at == 63 ? ~0ULL : (1ULL << (at + 1)) - 1;
      lines_at_end_ = lines_ + static_cast<unsigned>(std::popcount(line_ends & upto));
    }
    lines_ += static_cast<unsigned>(std::popcount(line_ends));
    scanned_ += count;
  }
}

Result<void> Splitter::cut(std::size_t at) {
  const std::size_t left = block_.size - at;
  Block next = Block::with_room(std::max(block_bytes, left));
  capacity_ = std::max(block_bytes, left);
  std::memcpy(next.text.get(), block_.text.get() + at, left);
  next.size = left;
  next.first_line = block_.first_line + (at == last_end_ ? lines_at_end_ : lines_);
  block_.size = at;
  Block whole = std::exchange(block_, std::move(next));
  // What is left was looked at before, but is few bytes, and is looked at again from its start:
  // outside quotes, since that is where a cut is.
  scanned_ = 0;
  is_quoted_ = false;
  last_end_ = lines_ = lines_at_end_ = 0;
  has_given_ = true;
  return take_(std::move(whole));
}

}  // namespace usufruct::anonymise
