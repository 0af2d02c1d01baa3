#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "ledger/record/id.h"

namespace usufruct {

/// The type of an edge: what the referring record is to the one it names (specs/records.md,
/// "Roles"). Do not renumber: written to disk.
enum class Role : std::uint16_t {
  of,
  previous,
  supersedes,
  derived_from,
  held_by,
  trustee,
  mandatory_seat,
  custodian,
  governs,
  on,
  covers,
  subject,  ///< points to a salted commitment, not to a record
  for_,
  under,
  from,
  to,
  used,
  base_model,
  revokes,
  caused_by,
  owed_by,
  answers,
  about,
  party,
  accepts,
  guardian,  ///< points to a salted commitment, not to a record
};
inline constexpr std::uint16_t role_count = 26;

/// One edge of the graph, from the record that holds it to the one it names.
struct Ref {
  Role role = Role::of;
  RecordId id;
  std::string origin;  ///< the log that holds `id`; empty: the same log

  auto operator<=>(const Ref&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("role", self.role);
    io("id", self.id.digest);
    io("origin", self.origin);
  }
};

}  // namespace usufruct
