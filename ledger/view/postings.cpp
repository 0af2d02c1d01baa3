#include "ledger/view/postings.h"

#include <algorithm>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

constexpr std::size_t remembered_lists_max = 32'768;  // of each generation
constexpr std::size_t remembered_indexes_max = 64;    // of one list

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

/// Sorted already but for what lies beyond what is seen.
void drop_from(Indexes& indexes, std::uint64_t end) {
  indexes.erase(std::ranges::lower_bound(indexes, end), indexes.end());
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
  Indexes& indexes = round_[list.bytes];
  if (!indexes.empty() && indexes.back() == index) return;
  indexes.push_back(index);
}

std::optional<Postings::Known> Postings::remembered(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = young_.find(key); found != young_.end()) return found->second;
  if (const auto found = old_.find(key); found != old_.end()) return found->second;
  return std::nullopt;
}

void Postings::remember(const std::string& key, Known known) const {
  if (known.indexes.size() > remembered_indexes_max) known = {true, false, {}};
  const std::lock_guard lock(mutex_);
  if (young_.size() >= remembered_lists_max) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert_or_assign(key, std::move(known));
}

/// As the store has it, below settled_.
Result<Postings::Known> Postings::stored(const layout::ListKey& list) const {
  auto known = remembered(list.bytes);
  if (known && (known->is_whole || !known->exists)) return *std::move(known);
  // One look-up tells of a list that does not exist, which is what most are asked for.
  if (!known) {
    const auto first = TRY(store_.get(list.bytes));
    if (!first) {
      remember(list.bytes, {false, true, {}});
      return Known{false, true, {}};
    }
  }
  Known found{true, true, {}};
  Result<void> decoded;
  CHECK_OK(store_.scan(list.bytes, [&](std::string_view, View value) {
    decoded = decode_postings(value, found.indexes);
    return decoded.has_value();
  }));
  if (!decoded) return unverified("a posting list is damaged: " + decoded.error().message);
  drop_from(found.indexes, settled_);
  remember(list.bytes, found);
  return found;
}

Result<Indexes> Postings::list(const layout::ListKey& list) const {
  Indexes indexes = TRY(stored(list)).indexes;
  if (const auto fresh = round_.find(list.bytes); fresh != round_.end()) {
    indexes.insert(indexes.end(), fresh->second.begin(), fresh->second.end());
  }
  return indexes;
}

Result<void> Postings::flush(Batch& batch) {
  for (const auto& [key, indexes] : round_) {
    auto known = remembered(key);
    if (!known) {
      known = Known{.exists = TRY(store_.get(key)).has_value()};
      known->is_whole = !known->exists;
    }
    batch.put(known->exists ? layout::piece_key({key}, {indexes.front()}) : key,
              encode_postings(indexes));
    known->exists = true;
    if (known->is_whole) {
      known->indexes.insert(known->indexes.end(), indexes.begin(), indexes.end());
    }
    flushed_.emplace_back(key, *std::move(known));
  }
  return {};
}

void Postings::settle(std::uint64_t size) {
  for (auto& [key, known] : flushed_) remember(key, std::move(known));
  flushed_.clear();
  round_.clear();
  settled_ = size;
}

}  // namespace usufruct
