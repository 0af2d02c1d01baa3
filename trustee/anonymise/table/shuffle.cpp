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

Placement::Placement(const Recoding& recoding, std::span<const Histogram::Atom> atoms,
                     Chance& chance)
    : draw_(chance), places_(atoms.size()) {
  const auto& shares = recoding.shares;
  for (std::size_t s = 0; s < shares.size();) {
    const std::uint32_t atom = shares[s].atom;
    Place& place = places_[atom];
    if (shares[s].rows == atoms[atom].rows) {
      place.group = shares[s++].group;
      continue;
    }
    place.first = pool_.size();
    place.left = atoms[atom].rows;
    for (; s < shares.size() && shares[s].atom == atom; ++s)
      pool_.insert(pool_.end(), shares[s].rows, shares[s].group);
    pool_.resize(place.first + place.left, no_class);
  }
}

std::uint32_t Placement::class_of(std::uint32_t atom) {
  Place& place = places_[atom];
  if (place.left == 0) return place.group;
  std::uint32_t& drawn = pool_[place.first + draw_.below(place.left)];
  return std::exchange(drawn, pool_[place.first + --place.left]);
}

Result<Shuffle> Shuffle::make(KeptRows& rows, std::size_t columns, const Recoding& recoding,
                              std::span<const Histogram::Atom> atoms, const Placing& placing,
                              Pages& pages) {
  Shuffle shuffle(columns, placing.order, pages);
  Placement placement(recoding, atoms, placing.placement);
  const std::uint64_t wanted = std::max<std::uint64_t>(rows.row_count() / bucket_rows, 1);
  shuffle.buckets_.resize(std::min(std::bit_ceil(wanted), bucket_count_max));
  const auto count = static_cast<std::uint32_t>(shuffle.buckets_.size());
  CHECK_OK(rows.take([&](const KeptRows::Run& run) -> Result<void> {
    View cells = run.cells;
    for (const std::uint32_t atom : run.atoms) {
      const View after = after_cells(cells, columns);
      const Head head{.atom = atom,
                      .group = placement.class_of(atom),
                      .input_row = placing.input_rows ? placing.input_rows->next() : 0};
      const View own = cells.first(cells.size() - after.size());
      cells = after;
      if (head.group == no_class) continue;
      CHECK_OK(shuffle.put(count == 1 ? 0 : shuffle.draw_.below(count), head, own));
    }
    return {};
  }));
  return shuffle;
}

Result<void> Shuffle::put(std::size_t number, const Head& head, View cells) {
  Bucket& bucket = buckets_[number];
  const std::size_t at = bucket.open.size();
  bucket.open.resize(at + sizeof head + cells.size());
  std::memcpy(bucket.open.data() + at, &head, sizeof head);
  if (!cells.empty())
    std::memcpy(bucket.open.data() + at + sizeof head, cells.data(), cells.size());
  bucket.size += sizeof head + cells.size();
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
    Head head;
    std::memcpy(&head, left.data(), sizeof head);
    left = left.subspan(sizeof head);
    const View after = after_cells(left, columns_);
    rows_.push_back(
        {head.group, head.atom, head.input_row, left.first(left.size() - after.size())});
    left = after;
  }
  for (std::size_t left = rows_.size(); left > 1; --left)
    std::swap(rows_[left - 1], rows_[draw_.below(static_cast<std::uint32_t>(left))]);
  return std::span<const ShuffledRow>(rows_);
}

}  // namespace usufruct::anonymise
