#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "crypto/age.h"

namespace usufruct {

/// One recipient's line and body in the header of an age file.
///
///     -> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc
///     EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U
struct AgeStanza {
  std::vector<std::string> words;  ///< the type and its arguments; at least one
  Bytes body;
};

/// The header of an age file, read but not authenticated.
struct AgeHeader {
  std::vector<AgeStanza> stanzas;
  Bytes covered;  ///< all bytes up to and with "---": what the code authenticates
  std::array<std::uint8_t, 32> code{};
};

std::string print_age_stanza(const AgeStanza& stanza);

/// Reads from the first byte to the line feed after the code, and nothing further. Strict and
/// bounded: at most age_header_bytes_max bytes and age_recipients_max stanzas.
Result<AgeHeader> read_age_header(ByteSource& source);

}  // namespace usufruct
