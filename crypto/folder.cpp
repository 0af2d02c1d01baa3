#include "crypto/folder.h"

#include <fmt/format.h>

#include <system_error>

namespace usufruct {

Result<void> make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return {};
  return unavailable(fmt::format("cannot make the folder {}: {}", path.string(), error.message()));
}

}  // namespace usufruct
