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

std::string with_digest(char letter, const Digest& digest) {
  return letter + std::string(as_text(digest.view()));
}

}  // namespace

std::string entry_key(LeafIndex index) {
  std::string key = "E";
  add_u64(key, index.value);
  return key;
}

std::string tile_key(unsigned level, std::uint64_t index) {
  std::string key = "T";
  key += static_cast<char>(level);
  add_u64(key, index);
  return key;
}

std::string id_key(const RecordId& id) { return with_digest('I', id.digest); }

std::string edge_prefix(const RecordId& target) { return with_digest('R', target.digest); }

std::string edge_key(const RecordId& target, LeafIndex index, Role role) {
  std::string key = edge_prefix(target);
  add_u64(key, index.value);
  add_u16(key, static_cast<std::uint16_t>(role));
  return key;
}

std::string kind_prefix(Kind kind) {
  std::string key = "K";
  add_u16(key, static_cast<std::uint16_t>(kind));
  return key;
}

std::string kind_key(Kind kind, LeafIndex index) {
  std::string key = kind_prefix(kind);
  add_u64(key, index.value);
  return key;
}

std::string issuer_prefix(std::string_view did, Kind kind) {
  std::string key = with_digest('P', sha256(as_view(did)));
  add_u16(key, static_cast<std::uint16_t>(kind));
  return key;
}

std::string issuer_key(std::string_view did, Kind kind, LeafIndex index) {
  std::string key = issuer_prefix(did, kind);
  add_u64(key, index.value);
  return key;
}

}  // namespace usufruct::layout
