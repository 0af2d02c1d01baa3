#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/secret.h"

namespace usufruct::anonymise {

/// What stands in a release for a value that names a person: the first 16 bytes of
/// HMAC-SHA-256(key, value). Who lacks the key neither makes nor undoes it.
using Pseudonym = std::array<std::uint8_t, 16>;

inline constexpr std::size_t pseudonym_chars = 26;

Pseudonym pseudonym_of(const Secret<32>& key, std::string_view value);

/// Base32 (RFC 4648 §6) in lower case, without padding: `mzxw6ytboi4dkmrtgq2tmnzyhe`.
std::array<char, pseudonym_chars> print_pseudonym(const Pseudonym& pseudonym);
/// Nothing for any text that print_pseudonym() does not write.
std::optional<Pseudonym> parse_pseudonym(std::string_view text);

}  // namespace usufruct::anonymise
