#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// Someone who can act: registers datasets, decides, asks, trains, witnesses. Issued by the party
/// itself; its did:key is its name on the ledger. Never a data subject.
enum class PartyType : std::uint16_t { organisation, person, community, software };

struct Party {
  std::string name;
  PartyType type = PartyType::organisation;
  std::vector<std::string> classes;  ///< recipient classes (specs/vocabulary/recipients.yaml)
  std::string jurisdiction;          ///< ISO 3166
  std::string receiving_key;         ///< age1…: shares and releases are sealed to it
  std::string recovery_key;          ///< did:key that may supersede this party; may be empty
  std::string contact;
  std::vector<std::string> identifiers;

  auto operator<=>(const Party&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("name", self.name);
    io("type", self.type);
    io("classes", self.classes);
    io("jurisdiction", self.jurisdiction);
    io("receivingKey", self.receiving_key);
    io("recoveryKey", self.recovery_key);
    io("contact", self.contact);
    io("identifiers", self.identifiers);
  }
};

}  // namespace usufruct
