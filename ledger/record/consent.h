#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class ConsentStatus : std::uint16_t { given, refused };

/// What one data subject agreed to, recorded by the owner who asked. The subject is a salted
/// commitment in the refs: nobody without the dataset's pepper can tell who it is.
struct Consent {
  ConsentStatus status = ConsentStatus::given;
  std::vector<std::string> purposes;
  std::vector<std::string> actions;
  std::vector<std::string> excluded_purposes;
  std::string legal_basis;
  std::optional<Digest> notice_sha256;
  std::string jurisdiction;
  bool revocable = true;

  auto operator<=>(const Consent&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("status", self.status);
    io("purposes", self.purposes);
    io("actions", self.actions);
    io("excludedPurposes", self.excluded_purposes);
    io("legalBasis", self.legal_basis);
    io("noticeSha256", self.notice_sha256);
    io("jurisdiction", self.jurisdiction);
    io("revocable", self.revocable);
  }
};

}  // namespace usufruct
