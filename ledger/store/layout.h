#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/record/record.h"
#include "ledger/tree.h"

namespace usufruct::layout {

/// How a log lies in a store: specs/log.md §7. A key is one letter and fixed-width fields, integers
/// big-endian, so that keys of one letter ascend by them. Do not renumber: written to disk.
///
///     F                              format and origin
///     H                              newest head: ledger time (8), signed checkpoint
///     W                              newest published checkpoint, cosignatures and all
///     C                              closing note, in a log that takes nothing more
///     E page(8) offset(1)            entries of the page from index `page` + `offset` on, in
///     bundle
///                                    form
///     T level(1) index(8)            full tile
///     V                              there while the views below are being rebuilt
///     D first(8)                     ids of the 32 records of a full page
///     I start of id(8)               indexes (8 each) of the records whose id starts so
///     K kind(2) […]                  posting list: records of a kind
///     P SHA-256 of issuer(32) kind(2) […]    the same, of one issuer
///     R target(32) role(2) […]       posting list: records that refer to a target in a role
///
/// A posting list begins under its bare key, with what the first round said; each later round that
/// adds to it writes a piece of its own under the key and its first index (8, every bit turned, so
/// that the newest piece comes first): ledger/view/postings.h.
inline constexpr std::string_view format_key = "F";
inline constexpr std::string_view head_key = "H";
inline constexpr std::string_view published_key = "W";
inline constexpr std::string_view closing_key = "C";
inline constexpr std::string_view rebuilding_key = "V";
inline constexpr std::string_view format_name = "usufruct/log/v3\n";
/// Letters of the keys that are views: a function of the entries, made again by a rebuild.
inline constexpr std::string_view view_letters = "DIKPR";

/// Entries a page holds: small enough to read one entry, large enough to write many.
inline constexpr unsigned page_entries = 32;
static_assert(256 % page_entries == 0);

/// Of the piece that begins with an entry; page_key() is what the keys of a page's pieces begin
/// with, and with an offset of 0 the key of a full page.
std::string entry_key(LeafIndex first);
std::string page_key(LeafIndex index);
std::string tile_key(unsigned level, std::uint64_t index);
std::string ids_key(LeafIndex first);
/// By the first eight bytes of an id, big-endian.
std::string id_key(std::uint64_t start);
/// What the keys of all ids with these first bytes, at most eight, begin with.
std::string ids_beginning(View bytes);

/// Which posting list; its bytes are the list's bare key. It owns no memory: lists are looked up
/// for every record.
class ListKey {
 public:
  explicit ListKey(char letter) { bytes_[size_++] = letter; }
  ListKey& add(View bytes);
  ListKey& add(std::uint16_t value);

  std::string_view bytes() const { return {bytes_.data(), size_}; }
  bool operator==(const ListKey& other) const { return bytes() == other.bytes(); }
  /// Targets and issuers are digests, uniform already. Never use the order this gives.
  struct Hash {
    std::size_t operator()(const ListKey& key) const noexcept;
  };

 private:
  std::array<char, 1 + Digest::size_bytes + 2> bytes_{};
  std::uint8_t size_ = 0;
};
ListKey edge_list(const RecordId& target, Role role);
ListKey kind_list(Kind kind);
ListKey issuer_list(std::string_view did, Kind kind);
std::string piece_key(const ListKey& list, LeafIndex first);

}  // namespace usufruct::layout
