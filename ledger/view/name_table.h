#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "crypto/base/bytes.h"
#include "ledger/view/chunked.h"

namespace usufruct {

/// Numbers names of 32 bytes in the order they come: ids of records, what refs point to, digests of
/// issuers. A name costs 32 bytes and 6 to 11 for finding it.
///
/// Names are chosen by strangers, who could choose them so that finding them is slow. So the hash
/// is keyed with a seed: for a log, its root, which whoever chooses an entry does not know yet.
///
/// Const methods are safe together.
class NameTable {
 public:
  using Number = std::uint32_t;
  static constexpr Number none = std::numeric_limits<Number>::max();

  explicit NameTable(const Digest& seed = {});

  /// The number of a name, a new one if need be. More than 2^32 - 2 names are a bug: see is_full().
  Number add(const Digest& name);
  /// `none` when it was never added.
  Number find(const Digest& name) const;
  const Digest& name(Number number) const { return names_[number]; }
  std::size_t size() const { return names_.size(); }
  /// Whether there is room for no more than so many.
  bool is_full(std::size_t more) const { return names_.size() + more >= none; }
  std::size_t size_bytes() const;
  /// Says that a name will be looked for soon, so that its place is in the cache by then.
  void prefetch(const Digest& name) const;

 private:
  std::size_t place_of(const Digest& name) const;
  /// Where a name is, or the empty place where it would be.
  std::size_t probe(const Digest& name) const;
  void grow();

  std::array<std::uint64_t, 4> seed_;
  Chunked<Digest> names_;
  std::vector<Number> places_;  ///< open addressing; a power of two of them, at most 3/4 used
};

}  // namespace usufruct
