#pragma once

#include <compare>
#include <string>

#include "crypto/base/bytes.h"

namespace usufruct {

/// The name of a record: SHA-256 of its canonical bytes. The same statement has the same id in
/// every log. Printed as 64 hex digits; a command takes any unambiguous prefix of at least 6.
struct RecordId {
  Digest digest;

  auto operator<=>(const RecordId&) const = default;
};

std::string print_id(const RecordId& id);
/// The first 12 digits: enough for a person to tell ids apart on one screen.
std::string print_short(const RecordId& id);
Result<RecordId> parse_id(std::string_view text);

}  // namespace usufruct

template <>
struct std::hash<usufruct::RecordId> {
  std::size_t operator()(const usufruct::RecordId& id) const noexcept {
    return std::hash<usufruct::Digest>{}(id.digest);
  }
};
