#include "trustee/anonymise/table/shuffle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace usufruct::anonymise {

namespace {

constexpr std::uint64_t bucket_rows = std::uint64_t{128} << 10;
constexpr std::uint64_t bucket_count_max = 4096;
constexpr std::size_t page_bytes = std::size_t{32} << 10;

View after_cells(View from, std::size_t columns) {
  for (std::size_t c = 0; c < columns; ++c) take_cell(from);
  return from;
}

}  // namespace

std::uint32_t Draw::below(std::uint32_t bound) {
  // 2^32 mod bound: numbers under it would favour the low answers, so they are drawn again.
  const std::uint32_t floor = (0U - bound) % bound;
  for (;;)
    if (const std::uint32_t number = next(); number >= floor) return number % bound;
}

std::uint32_t Draw::next() {
  if (at_ == block_.size()) {
    chance_.fill(block_);
    at_ = 0;
  }
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8 | block_[at_++];
  return number;
}

Shuffle::Shuffle(std::size_t columns, const Recoding& recoding, std::size_t atom_count,
                 Chance& chance, Pages& pages)
    : columns_(columns),
      recoding_(recoding),
      draw_(chance),
      pages_(pages),
      next_share_(atom_count, static_cast<std::uint32_t>(recoding.shares.size())),
      taken_(recoding.shares.size(), 0) {
  for (std::size_t s = recoding.shares.size(); s-- > 0;)
    next_share_[recoding.shares[s].atom] = static_cast<std::uint32_t>(s);
}

Result<Shuffle> Shuffle::make(KeptRows& rows, std::size_t columns, const Recoding& recoding,
                              std::size_t atom_count, Chance& chance, Pages& pages) {
  Shuffle shuffle(columns, recoding, atom_count, chance, pages);
  const std::uint64_t wanted = std::max<std::uint64_t>(rows.row_count() / bucket_rows, 1);
  shuffle.buckets_.resize(std::min(std::bit_ceil(wanted), bucket_count_max));
  const auto count = static_cast<std::uint32_t>(shuffle.buckets_.size());
  CHECK_OK(rows.take([&](const KeptRows::Run& run) -> Result<void> {
    View cells = run.cells;
    for (const std::uint32_t atom : run.atoms) {
      const View after = after_cells(cells, columns);
      const std::size_t bucket = count == 1 ? 0 : shuffle.draw_.below(count);
      CHECK_OK(shuffle.put(bucket, atom, cells.first(cells.size() - after.size())));
      cells = after;
    }
    return {};
  }));
  return shuffle;
}

Result<void> Shuffle::put(std::size_t number, std::uint32_t atom, View cells) {
  Bucket& bucket = buckets_[number];
  const std::size_t at = bucket.open.size();
  bucket.open.resize(at + sizeof atom + cells.size());
  std::memcpy(bucket.open.data() + at, &atom, sizeof atom);
  if (!cells.empty())
    std::memcpy(bucket.open.data() + at + sizeof atom, cells.data(), cells.size());
  bucket.size += sizeof atom + cells.size();
  if (bucket.open.size() < page_bytes) return {};
  bucket.pages.push_back(TRY(pages_.put(std::exchange(bucket.open, {}))));
  return {};
}

Result<std::span<const ShuffledRow>> Shuffle::next() {
  rows_.clear();
  if (is_done()) return std::span<const ShuffledRow>(rows_);
  Bucket bucket = std::move(buckets_[bucket_++]);
  records_.clear();
  records_.reserve(bucket.size);
  for (Pages::Page& page : bucket.pages) append(records_, TRY(pages_.take(std::move(page))));
  append(records_, bucket.open);

  for (View left = records_; !left.empty();) {
    std::uint32_t atom = 0;
    std::memcpy(&atom, left.data(), sizeof atom);
    left = left.subspan(sizeof atom);
    const View after = after_cells(left, columns_);
    rows_.push_back({0, atom, left.first(left.size() - after.size())});
    left = after;
  }
  for (std::size_t left = rows_.size(); left > 1; --left)
    std::swap(rows_[left - 1], rows_[draw_.below(static_cast<std::uint32_t>(left))]);
  for (ShuffledRow& row : rows_) row.group = class_of(row.atom);
  std::erase_if(rows_, [](const ShuffledRow& row) { return row.group == no_class; });
  return std::span<const ShuffledRow>(rows_);
}

std::uint32_t Shuffle::class_of(std::uint32_t atom) {
  const auto& shares = recoding_.shares;
  std::uint32_t& s = next_share_[atom];
  while (s < shares.size() && shares[s].atom == atom && taken_[s] == shares[s].rows) ++s;
  if (s == shares.size() || shares[s].atom != atom) return no_class;
  ++taken_[s];
  return shares[s].group;
}

}  // namespace usufruct::anonymise
