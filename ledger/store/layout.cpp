#include "ledger/store/layout.h"

#include <algorithm>
#include <cstring>

#include "crypto/hash.h"

namespace usufruct::layout {
namespace {

void add_u64(std::string& key, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(value >> shift & 0xFF);
}

std::string numbered(char letter, std::uint64_t number) {
  std::string key(1, letter);
  add_u64(key, number);
  return key;
}

}  // namespace

std::string entry_key(LeafIndex first) {
  return page_key(first) += static_cast<char>(first.value % page_entries);
}
std::string page_key(LeafIndex index) {
  return numbered('E', index.value / page_entries * page_entries);
}
std::string ids_key(LeafIndex first) { return numbered('D', first.value); }

std::string tile_key(unsigned level, std::uint64_t index) {
  std::string key = "T";
  key += static_cast<char>(level);
  add_u64(key, index);
  return key;
}

std::string id_key(std::uint64_t start) { return numbered('I', start); }

std::string ids_beginning(View bytes) {
  std::string prefix = "I";
  return prefix.append(as_text(bytes));
}

ListKey& ListKey::add(View bytes) {
  std::ranges::copy(bytes, bytes_.begin() + size_);
  size_ = static_cast<std::uint8_t>(size_ + bytes.size());
  return *this;
}

ListKey& ListKey::add(std::uint16_t value) {
  bytes_[size_++] = static_cast<char>(value >> 8);
  bytes_[size_++] = static_cast<char>(value & 0xFF);
  return *this;
}

std::size_t ListKey::Hash::operator()(const ListKey& key) const noexcept {
  std::uint64_t hash = 0;
  std::memcpy(&hash, key.bytes_.data() + 1, sizeof hash);
  std::uint16_t last = 0;
  std::memcpy(&last, key.bytes_.data() + key.size_ - 2, sizeof last);
  return hash ^ (static_cast<std::uint64_t>(last) * 0x9E3779B97F4A7C15U) ^
         static_cast<std::uint64_t>(key.bytes_[0]);
}

ListKey edge_list(const RecordId& target, Role role) {
  return ListKey('R').add(target.digest.view()).add(static_cast<std::uint16_t>(role));
}

ListKey kind_list(Kind kind) { return ListKey('K').add(static_cast<std::uint16_t>(kind)); }

ListKey issuer_list(std::string_view did, Kind kind) {
  // Records come in runs of one issuer, and each is asked for several times.
  struct Last {
    std::string did;
    Digest digest = sha256({});
  };
  static thread_local Last last;
  if (last.did != did) last = {std::string(did), sha256(as_view(did))};
  return ListKey('P').add(last.digest.view()).add(static_cast<std::uint16_t>(kind));
}

std::string piece_key(const ListKey& list, LeafIndex first) {
  std::string key(list.bytes());
  add_u64(key, ~first.value);
  return key;
}

}  // namespace usufruct::layout
