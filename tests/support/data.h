#pragma once

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>

namespace usufruct {

/// Where real data or vectors lie, outside this repository: below $USUFRUCT_DATA, or else below
/// ../shared/data. When absent, says loudly which test is skipped.
inline std::optional<std::filesystem::path> find_data(std::string_view name,
                                                      std::string_view test) {
  const char* folder = std::getenv("USUFRUCT_DATA");
  const std::filesystem::path root =
      folder != nullptr ? folder : USUFRUCT_SOURCE_DIR "/../shared/data";
  if (std::filesystem::exists(root / name)) return root / name;
  std::cerr << "SKIPPED " << test << ": no " << (root / name).native() << " (set USUFRUCT_DATA)\n";
  return std::nullopt;
}

}  // namespace usufruct
