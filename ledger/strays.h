#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/tree.h"

namespace usufruct {

/// What lies in a folder beside the resources of the log of that size that it holds.
struct Surroundings {
  std::vector<std::string> strays;  ///< sorted; no part of the log
  struct Differing {
    std::string path;
    std::string message;
  };
  /// Partial tiles and bundles of earlier sizes that are not the beginning of what is there now.
  std::vector<Differing> differing;
};

/// Looks through the folder; of each list at most `count_max`. Partial tiles of earlier sizes, and
/// the evidence a mirror keeps, are no strays.
Surroundings look_around(const std::filesystem::path& folder, TreeSize size, std::size_t count_max);

}  // namespace usufruct
