#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"
#include "ledger/record/version.h"

namespace usufruct {

/// How far one column was generalised: level 0 is the value itself, `levels - 1` is `*`.
struct Recoding {
  std::string column;
  ColumnRole role = ColumnRole::insensitive;
  std::uint32_t level = 0;
  std::uint32_t levels = 0;
  std::optional<Digest> hierarchy_sha256;

  auto operator<=>(const Recoding&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("column", self.column);
    io("role", self.role);
    io("level", self.level);
    io("levels", self.levels);
    io("hierarchySha256", self.hierarchy_sha256);
  }
};

/// An anonymised table handed to one recipient, and what was measured on its bytes.
struct Release {
  std::optional<Digest> package_sha256;
  std::uint64_t package_bytes = 0;
  std::optional<Digest> content_sha256;
  std::string media_type;
  std::uint64_t as_of = 0;  ///< consents as of this many records
  std::optional<Digest> consent_root;
  std::vector<Recoding> recipe;
  std::uint64_t rows_input = 0;
  std::uint64_t rows_consented = 0;
  std::uint64_t rows_suppressed = 0;
  std::uint64_t rows_released = 0;
  std::uint64_t k = 0;
  std::uint64_t l_distinct = 0;
  std::uint64_t classes = 0;
  std::uint32_t highest_risk_ppm = 0;
  std::uint32_t average_risk_ppm = 0;
  std::uint32_t quality_ppm = 0;
  bool proven_optimal = false;
  std::string engine;

  auto operator<=>(const Release&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("packageSha256", self.package_sha256);
    io("packageBytes", self.package_bytes);
    io("contentSha256", self.content_sha256);
    io("mediaType", self.media_type);
    io("asOf", self.as_of);
    io("consentRoot", self.consent_root);
    io("recipe", self.recipe);
    io("rowsInput", self.rows_input);
    io("rowsConsented", self.rows_consented);
    io("rowsSuppressed", self.rows_suppressed);
    io("rowsReleased", self.rows_released);
    io("k", self.k);
    io("lDistinct", self.l_distinct);
    io("classes", self.classes);
    io("highestRiskPpm", self.highest_risk_ppm);
    io("averageRiskPpm", self.average_risk_ppm);
    io("qualityPpm", self.quality_ppm);
    io("provenOptimal", self.proven_optimal);
    io("engine", self.engine);
  }
};

}  // namespace usufruct
