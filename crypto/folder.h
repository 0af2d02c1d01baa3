#pragma once

#include <filesystem>

#include "crypto/base/result.h"

namespace usufruct {

/// Makes a folder and those above it, where they are not there yet; `unavailable` when it cannot.
Result<void> make_folder(const std::filesystem::path& path);

}  // namespace usufruct
