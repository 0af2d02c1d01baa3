#include "ledger/store/layout.h"

#include "crypto/hash.h"

namespace usufruct::layout {
namespace {

void add_u64(std::string& key, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(value >> shift & 0xFF);
}

void add_u16(std::string& key, std::uint16_t value) {
  key += static_cast<char>(value >> 8);
  key += static_cast<char>(value & 0xFF);
}

/// Room for any key, so that it grows once.
std::string starting(char letter) {
  std::string key;
  key.reserve(1 + Digest::size_bytes + 2 + 8);
  key += letter;
  return key;
}

std::string numbered(char letter, std::uint64_t number) {
  std::string key = starting(letter);
  add_u64(key, number);
  return key;
}

std::string with_digest(char letter, const Digest& digest) {
  return starting(letter) += as_text(digest.view());
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
  std::string key = starting('T');
  key += static_cast<char>(level);
  add_u64(key, index);
  return key;
}

std::string id_key(const RecordId& id) {
  return starting('I') += as_text(id.digest.view().first(8));
}

ListKey edge_list(const RecordId& target, Role role) {
  std::string key = with_digest('R', target.digest);
  add_u16(key, static_cast<std::uint16_t>(role));
  return {std::move(key)};
}

ListKey kind_list(Kind kind) {
  std::string key = starting('K');
  add_u16(key, static_cast<std::uint16_t>(kind));
  return {std::move(key)};
}

ListKey issuer_list(std::string_view did, Kind kind) {
  std::string key = with_digest('P', sha256(as_view(did)));
  add_u16(key, static_cast<std::uint16_t>(kind));
  return {std::move(key)};
}

std::string piece_key(const ListKey& list, LeafIndex first) {
  std::string key = list.bytes;
  add_u64(key, ~first.value);
  return key;
}

}  // namespace usufruct::layout
