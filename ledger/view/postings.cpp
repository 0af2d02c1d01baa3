#include "ledger/view/postings.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

constexpr std::size_t remembered_lists_max = 32'768;  // of each generation
constexpr std::size_t remembered_indexes_max = 64;    // of one list
constexpr std::size_t absent_lists_max = 65'536;      // known not to exist, beside those of a round

void append_number(Bytes& to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) to.push_back(static_cast<std::uint8_t>(number | 0x80));
  to.push_back(static_cast<std::uint8_t>(number));
}

Result<std::uint64_t> take_number(View& from) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const std::uint64_t byte = from.front();
    from = from.subspan(1);
    if (shift == 63 && byte > 1) break;
    number |= (byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
  return malformed("a number is cut short or too large");
}

}  // namespace

Bytes encode_postings(const Indexes& indexes) {
  CHECK_THAT(!indexes.empty());
  Bytes bytes;
  std::uint64_t before = 0;
  for (const std::uint64_t index : indexes) {
    append_number(bytes, index - before);
    before = index;
  }
  return bytes;
}

Result<void> decode_postings(View bytes, Indexes& to) {
  if (bytes.empty()) return malformed("a piece of a posting list is empty");
  std::uint64_t index = 0;
  for (bool is_first = true; !bytes.empty(); is_first = false) {
    const std::uint64_t step = TRY(take_number(bytes));
    if (__builtin_add_overflow(index, step, &index) || (!is_first && step == 0) ||
        (!to.empty() && index <= to.back())) {
      return malformed("a posting list does not ascend");
    }
    to.push_back(index);
  }
  return {};
}

Postings::Postings(const Store& store, std::uint64_t size) : store_(store), settled_(size) {}

void Postings::add(const layout::ListKey& list, std::uint64_t index) {
  Indexes& indexes = round_[list].indexes;
  if (!indexes.empty() && indexes.back() == index) return;
  indexes.push_back(index);
}

Postings::KnownPtr Postings::absent() {
  static const auto nothing =
      std::make_shared<const Known>(Known{.exists = false, .is_whole = true});
  return nothing;
}

Postings::Seen Postings::see(const layout::ListKey& list) const {
  static const Indexes none;
  Seen seen{&none, &none, nullptr};
  const std::lock_guard lock(mutex_);
  if (const auto found = round_.find(list); found != round_.end()) {
    seen.round = &found->second.indexes;
    if (found->second.is_new) seen.stored = absent();
  }
  if (const auto found = flushed_.find(list); found != flushed_.end()) {
    seen.flushed = &found->second.indexes;
    // What the round before adds is not looked for in the store: perhaps it is there by now.
    if (found->second.is_new) seen.stored = absent();
  }
  if (seen.stored) return seen;
  if (const auto found = young_.find(list); found != young_.end()) {
    seen.stored = found->second;
  } else if (const auto older = old_.find(list); older != old_.end()) {
    seen.stored = young_.insert_or_assign(list, older->second).first->second;
  }
  return seen;
}

void Postings::remember(const layout::ListKey& list, KnownPtr known) const {
  const std::lock_guard lock(mutex_);
  if (young_.size() >= remembered_lists_max) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert_or_assign(list, std::move(known));
}

/// Whether a list is in the store, and all of it when it is short.
Result<Postings::KnownPtr> Postings::look_up(const layout::ListKey& list) const {
  // One look-up tells of a list that does not exist, which is what most are asked for: such as the
  // consents of a subject before the first one.
  if (!TRY(store_.get(list.bytes()))) {
    const std::lock_guard lock(mutex_);
    const bool is_on_its_way = flushed_.contains(list);
    if (!is_on_its_way && round_.size() < absent_lists_max) round_[list].is_new = true;
    return absent();
  }
  Known found{.exists = true, .is_whole = true};
  found.is_whole = TRY(visit_pieces(list, [&](std::uint64_t index) {
    found.indexes.push_back(index);
    return found.indexes.size() <= remembered_indexes_max;
  }));
  if (!found.is_whole) found.indexes.clear();
  std::ranges::reverse(found.indexes);
  auto shared = std::make_shared<const Known>(std::move(found));
  remember(list, shared);
  return shared;
}

/// Piece by piece, newest first, below settled_.
Result<bool> Postings::visit_pieces(const layout::ListKey& list, const Visit& visit) const {
  Result<void> decoded;
  bool goes_on = true;
  std::uint64_t newer = settled_;
  Indexes oldest;
  bool is_first = true;
  const auto visit_piece = [&](const Indexes& piece) {
    for (const std::uint64_t index : std::views::reverse(piece)) {
      if (index >= newer) continue;  // committed after this was opened: not seen from here
      newer = index;
      if (!(goes_on = visit(index))) return false;
    }
    return true;
  };
  CHECK_OK(store_.scan(list.bytes(), [&](std::string_view, View value) {
    Indexes piece;
    decoded = decode_postings(value, piece);
    if (!decoded) return false;
    // The bare key, with the oldest, sorts before the pieces.
    if (std::exchange(is_first, false)) return oldest = std::move(piece), true;
    return visit_piece(piece);
  }));
  if (!decoded) {
    return unverified("a posting list is damaged: " + decoded.error().message,
                      "the views can be made again: usufruct log rebuild");
  }
  if (goes_on) visit_piece(oldest);
  return goes_on;
}

Result<bool> Postings::visit_stored(const layout::ListKey& list, KnownPtr found, Order order,
                                    const Visit& visit) const {
  if (!found) found = TRY(look_up(list));
  if (found->is_whole) {
    return order == Order::oldest_first
               ? std::ranges::all_of(found->indexes, visit)
               : std::ranges::all_of(std::views::reverse(found->indexes), visit);
  }
  if (order == Order::newest_first) return visit_pieces(list, visit);
  Indexes newest_first;
  TRY(visit_pieces(list, [&](std::uint64_t index) {
    newest_first.push_back(index);
    return true;
  }));
  return std::ranges::all_of(std::views::reverse(newest_first), visit);
}

Result<bool> Postings::visit(const layout::ListKey& list, Order order, const Visit& visit) const {
  const Seen seen = see(list);
  const auto backwards = [&](const Indexes& indexes) {
    return std::ranges::all_of(std::views::reverse(indexes), visit);
  };
  if (order == Order::newest_first) {
    if (!backwards(*seen.round) || !backwards(*seen.flushed)) return false;
    return visit_stored(list, seen.stored, order, visit);
  }
  return TRY(visit_stored(list, seen.stored, order, visit)) &&
         std::ranges::all_of(*seen.flushed, visit) && std::ranges::all_of(*seen.round, visit);
}

Result<void> Postings::flush(Batch& batch) {
  CHECK_THAT(flushed_.empty());
  // In the order of the keys, which is the order the store puts them in: neighbours are found fast.
  std::vector<std::pair<const layout::ListKey*, const Fresh*>> lists;
  lists.reserve(round_.size());
  for (const auto& [list, fresh] : round_) {
    if (!fresh.indexes.empty()) lists.emplace_back(&list, &fresh);
  }
  std::ranges::sort(lists, {}, [](const auto& one) { return one.first->bytes(); });
  for (const auto& [list, fresh] : lists) {
    bool exists = !fresh->is_new;
    if (exists) {
      const auto known = see(*list).stored;
      exists = known ? known->exists : TRY(store_.get(list->bytes())).has_value();
    }
    batch.put(
        exists ? layout::piece_key(*list, {fresh->indexes.front()}) : std::string(list->bytes()),
        encode_postings(fresh->indexes));
  }
  const std::lock_guard lock(mutex_);
  flushed_.swap(round_);
  return {};
}

void Postings::settle(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  for (const auto& [list, fresh] : flushed_) {
    if (fresh.is_new || fresh.indexes.empty()) continue;
    for (auto* generation : {&young_, &old_}) {
      const auto found = generation->find(list);
      if (found == generation->end()) continue;
      if (!found->second->is_whole && found->second->exists) continue;
      Known known = *found->second;
      known.exists = true;
      known.indexes.insert(known.indexes.end(), fresh.indexes.begin(), fresh.indexes.end());
      if (known.indexes.size() > remembered_indexes_max) known.is_whole = false;
      if (!known.is_whole) known.indexes = {};
      found->second = std::make_shared<const Known>(std::move(known));
    }
  }
  flushed_.clear();
  settled_ = size;
}

}  // namespace usufruct
