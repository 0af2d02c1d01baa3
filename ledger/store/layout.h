#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/record/record.h"
#include "ledger/tree.h"

namespace usufruct::layout {

/// How a log lies in a store: specs/log.md §7. A key is one letter and fixed-width fields, integers
/// big-endian, so that keys of one letter ascend by them. Do not renumber: written to disk.
///
///     F                                    format and origin
///     H                                    newest head: ledger time (8), signed checkpoint
///     E index(8)                           entry
///     T level(1) index(8)                  full tile
///     I id(32)                             index of a record
///     R target(32) index(8) role(2)        id of the record at index, which refers to target
///     K kind(2) index(8)                   id of the record at index
///     P SHA-256 of issuer(32) kind(2) index(8)   the same
inline constexpr std::string_view format_key = "F";
inline constexpr std::string_view head_key = "H";
inline constexpr std::string_view format_name = "usufruct/log/v1\n";

std::string entry_key(LeafIndex index);
std::string tile_key(unsigned level, std::uint64_t index);
std::string id_key(const RecordId& id);
std::string edge_prefix(const RecordId& target);
std::string edge_key(const RecordId& target, LeafIndex index, Role role);
std::string kind_prefix(Kind kind);
std::string kind_key(Kind kind, LeafIndex index);
std::string issuer_prefix(std::string_view did, Kind kind);
std::string issuer_key(std::string_view did, Kind kind, LeafIndex index);

}  // namespace usufruct::layout
