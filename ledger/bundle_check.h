#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/tile.h"

namespace usufruct {

/// How the entries of one bundle stand to the leaf hashes that are due. Used by the audit, to say
/// what was done to a bundle rather than that all of it is wrong.
struct BundleCheck {
  struct Oddity {
    unsigned position = 0;  ///< in the bundle, of the leaf or of the entry that is too much
    std::string rule;       ///< `entry-changed`, `entry-missing`, `entry-inserted`, `entry-order`
  };
  /// For each leaf, the entry to judge in its place, by its position in the bundle.
  std::vector<std::optional<std::size_t>> entry_of;
  std::vector<Oddity> oddities;
};

/// `hashes` are the leaf hashes of the entries found, `due` those the level-0 tile says.
BundleCheck check_bundle(std::span<const Digest> hashes, std::span<const Digest> due);

}  // namespace usufruct
