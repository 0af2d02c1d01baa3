#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"
#include "ledger/record/manifest.h"

namespace usufruct {

enum class Change : std::uint16_t { major, minor, patch };
enum class ColumnRole : std::uint16_t {
  identifier,
  quasi_identifier,
  sensitive,
  insensitive,
  subject,
  pseudonym,  ///< leaves as a token of the recipient's
  asked_k     ///< the k that the row's person asks for; never leaves
};

/// Whether a column of the role is in a release.
constexpr bool leaves(ColumnRole role) {
  return role != ColumnRole::identifier && role != ColumnRole::subject &&
         role != ColumnRole::asked_k;
}

/// A column of a table and what it tells about people: the owner's word, fixed per version.
struct Column {
  std::string name;
  ColumnRole role = ColumnRole::insensitive;
  std::optional<Digest> hierarchy_sha256;  ///< of the hierarchy the owner gave; none: built
  std::uint32_t weight_milli = 0;  ///< what its loss counts, of a quasi-identifier; 0: as 1000

  auto operator<=>(const Column&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("name", self.name);
    io("role", self.role);
    io("hierarchySha256", self.hierarchy_sha256);
    io("weightMilli", self.weight_milli);
  }
};

/// How the key to the data was dealt to the trustees (specs/sharing.md).
struct Custody {
  std::uint8_t threshold = 0;
  std::vector<Bytes> commitments;       ///< `threshold` ristretto255 points of 32 bytes
  std::optional<Digest> sealed_sha256;  ///< the encrypted data in the vault

  auto operator<=>(const Custody&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("threshold", self.threshold);
    io("commitments", self.commitments);
    io("sealedSha256", self.sealed_sha256);
  }
};

/// The people that a version's rows may be thought to be of: for k-map and population uniqueness
/// (specs/anonymity.md §3).
struct PopulationTable {
  std::optional<Digest>
      sha256;                ///< of a table of the quasi-identifiers, one row a person; may lack
  std::uint64_t people = 0;  ///< how many there are; 0: nothing is known of a population

  auto operator<=>(const PopulationTable&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("sha256", self.sha256);
    io("people", self.people);
  }
};

/// One fixed state of a dataset's content.
struct Version {
  std::string label;
  Change change = Change::major;
  std::vector<File> files;
  std::optional<Digest> manifest_root;
  std::uint64_t row_count = 0;
  std::vector<Column> columns;
  Custody custody;
  PopulationTable population;

  auto operator<=>(const Version&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("label", self.label);
    io("change", self.change);
    io("files", self.files);
    io("manifestRoot", self.manifest_root);
    io("rowCount", self.row_count);
    io("columns", self.columns);
    io("custody", self.custody);
    io("population", self.population);
  }
};

}  // namespace usufruct
