#include "ledger/store/stored_entries.h"

#include <fmt/format.h>

namespace usufruct {
namespace {

constexpr unsigned page_entries = layout::page_entries;
constexpr std::size_t length_bytes = 2;

/// How many entries there are, each behind its length; none when they do not end where the bytes
/// do.
std::optional<std::size_t> count_of(View bytes) {
  std::size_t count = 0;
  while (!bytes.empty()) {
    if (bytes.size() < length_bytes) return std::nullopt;
    const std::size_t size = length_bytes + read_u16(bytes);
    if (bytes.size() < size) return std::nullopt;
    bytes = bytes.subspan(size);
    ++count;
  }
  return count;
}

std::unexpected<Error> missing(std::uint64_t index) {
  return unverified(fmt::format("entry {} is missing from the store, or damaged", index));
}

/// The pieces of one page, in order and without gaps.
struct Page {
  std::vector<std::uint64_t> firsts;
  Pieces pieces;
  std::uint64_t end = 0;  ///< the index behind the last entry

  void add(std::uint64_t first, View bytes, std::size_t count) {
    firsts.push_back(first);
    pieces.push_back(std::make_shared<const Bytes>(to_bytes(bytes)));
    end = first + count;
  }
  /// Leaves out what lies at `size` and beyond.
  void cut(std::uint64_t size) {
    while (!firsts.empty() && firsts.back() >= size) {
      end = firsts.back();
      firsts.pop_back();
      pieces.pop_back();
    }
    if (end <= size) return;
    const auto content = read_bundle(*pieces.back());
    Bytes part;
    for (std::size_t i = 0; i < size - firsts.back(); ++i) {
      append_to_bundle(part, content.entries[i]);
    }
    pieces.back() = std::make_shared<const Bytes>(std::move(part));
    end = size;
  }
};

/// A full page, as one piece; none when it is not full.
Result<std::optional<Page>> read_full(const Store& store, std::uint64_t first) {
  const auto whole = TRY(store.get(layout::entry_key({first})));
  if (!whole || count_of(*whole) != page_entries) return std::nullopt;
  Page page;
  page.add(first, *whole, page_entries);
  return page;
}

Result<Page> read_scattered(const Store& store, std::uint64_t first) {
  Page page;
  page.end = first;
  std::optional<std::uint64_t> broken;
  CHECK_OK(store.scan(layout::page_key({first}), [&](std::string_view key, View value) {
    const std::uint64_t at = first + static_cast<std::uint8_t>(key.back());
    const auto count = count_of(value);
    if (at != page.end || !count || *count == 0 || *count > first + page_entries - at) {
      broken = page.end;
      return false;
    }
    page.add(at, value, *count);
    return true;
  }));
  if (broken) return missing(*broken);
  return page;
}

/// A page, full or not. While its pieces are read a writer may put the full page in their place:
/// then it is there.
Result<Page> read_page(const Store& store, std::uint64_t first) {
  if (auto full = TRY(read_full(store, first))) return *std::move(full);
  auto page = read_scattered(store, first);
  if (page) return page;
  if (auto full = TRY(read_full(store, first))) return *std::move(full);
  return page;
}

Bytes joined(const Pieces& pieces, std::size_t from) {
  std::size_t size = 0;
  for (std::size_t i = from; i < pieces.size(); ++i) size += pieces[i]->size();
  Bytes bytes;
  bytes.reserve(size);
  for (std::size_t i = from; i < pieces.size(); ++i) append(bytes, *pieces[i]);
  return bytes;
}

}  // namespace

Result<StoredEntries> StoredEntries::open(const Store& store, TreeSize size) {
  StoredEntries entries(size);
  for (std::uint64_t first = size.value / tile_width * tile_width; first < size.value;
       first += page_entries) {
    Page page = TRY(read_page(store, first));
    page.cut(size.value);
    if (page.end < std::min<std::uint64_t>(size.value, first + page_entries)) {
      return missing(page.end);
    }
    entries.page_from_ = entries.tail_.size();
    entries.written_ = std::move(page.firsts);
    entries.tail_.insert(entries.tail_.end(), page.pieces.begin(), page.pieces.end());
  }
  if (size.value % page_entries == 0) {
    entries.page_from_ = entries.tail_.size();
    entries.written_.clear();
  }
  return entries;
}

Result<bool> StoredEntries::is_more_than(const Store& store, TreeSize size) {
  const std::uint64_t first = size.value / page_entries * page_entries;
  for (const std::uint64_t page : {first, first + page_entries}) {
    bool is_more = false;
    CHECK_OK(store.scan(layout::page_key({page}), [&](std::string_view key, View value) {
      const std::uint64_t at = page + static_cast<std::uint8_t>(key.back());
      is_more = at + count_of(value).value_or(page_entries) > size.value;
      return !is_more;
    }));
    if (is_more) return true;
  }
  return false;
}

void StoredEntries::append(View head, View tail, Batch& batch) {
  append_u16(piece_, static_cast<std::uint16_t>(head.size() + tail.size()));
  usufruct::append(piece_, head);
  usufruct::append(piece_, tail);
  if (++size_.value % page_entries == 0) close_page(batch);
}

/// The page is full: one value for all of it, in place of its pieces.
void StoredEntries::close_page(Batch& batch) {
  const std::uint64_t first = size_.value - page_entries;
  if (tail_.size() > page_from_) {
    Bytes whole = joined(tail_, page_from_);
    usufruct::append(whole, piece_);
    piece_ = std::move(whole);
    tail_.resize(page_from_);
  }
  for (const std::uint64_t piece : written_) {
    if (piece != first) batch.erase(layout::entry_key({piece}));
  }
  written_.clear();
  batch.put(layout::entry_key({first}), piece_);
  if (size_.value % tile_width == 0) {
    tail_.clear();
  } else {
    tail_.push_back(std::make_shared<const Bytes>(std::move(piece_)));
  }
  page_from_ = tail_.size();
  piece_.clear();
}

void StoredEntries::flush(Batch& batch) {
  if (piece_.empty()) return;
  const std::uint64_t first = size_.value - *count_of(piece_);
  batch.put(layout::entry_key({first}), piece_);
  written_.push_back(first);
  tail_.push_back(std::make_shared<const Bytes>(std::move(piece_)));
  piece_.clear();
}

Result<Bytes> StoredEntries::page(const Store& store, LeafIndex first) {
  return joined(TRY(read_page(store, first.value)).pieces, 0);
}

Result<Bytes> StoredEntries::entry(const Store& store, LeafIndex index) {
  const std::uint64_t offset = index.value % page_entries;
  const Bytes bytes = TRY(page(store, {index.value - offset}));
  const auto content = read_bundle(bytes);
  if (content.entries.size() <= offset) return missing(index.value);
  return to_bytes(content.entries[offset]);
}

Result<Bytes> StoredEntries::bundle(const Store& store, std::uint64_t index) {
  Bytes bundle;
  for (unsigned at = 0; at < tile_width; at += page_entries) {
    const LeafIndex first{index * tile_width + at};
    const auto page = TRY(store.get(layout::entry_key(first)));
    if (!page || count_of(*page) != page_entries) return missing(first.value);
    if (bundle.empty()) bundle.reserve(page->size() * (tile_width / page_entries) * 9 / 8);
    usufruct::append(bundle, *page);
  }
  return bundle;
}

}  // namespace usufruct
