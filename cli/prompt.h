#pragma once

#include <string_view>

#include "crypto/base/result.h"
#include "crypto/secret.h"

namespace usufruct::cli {

inline constexpr std::size_t passphrase_bytes_max = 1024;

/// Asks on the controlling terminal, without echo. `unavailable` when there is none.
Result<SecretBytes> ask_passphrase(std::string_view question);

/// The first line of a file, or of stdin for `-`.
Result<SecretBytes> read_passphrase(std::string_view path);

}  // namespace usufruct::cli
