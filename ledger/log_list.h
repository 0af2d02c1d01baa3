#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/note.h"

namespace usufruct {

inline constexpr std::size_t log_list_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t log_list_logs_max = 200'000;
inline constexpr std::uint64_t log_requests_per_day_max = 1'000'000'000;

/// A log that a witness serves.
struct ListedLog {
  NoteVerifier verifier;
  std::string origin;  ///< the first line of its checkpoints; mostly the name of its key
  /// How many of its requests are taken a day; none: all.
  std::optional<std::uint64_t> requests_per_day{};
  std::string contact{};  ///< may be empty

  bool operator==(const ListedLog&) const = default;
};

/// Which logs a witness serves, in the form the public witness network distributes ("logs/v0"):
///
///     logs/v0
///
///     vkey trust.example/log+34cdfbc9+AQOhB7/zzhC+…
///     origin none
///     qpd 86400
///     contact sysadmin (at) trust.example
///
/// A log starts with its vkey. `origin` is `none`, or left out, where it is the name of the key;
/// `qpd` is requests a day. Lines that start with `#`, empty lines and unknown words are passed
/// over. Keys listed under one origin are all trusted for it, as when a log changes its key; the
/// largest of their allowances holds. `malformed` names the line.
Result<std::vector<ListedLog>> parse_log_list(std::string_view text);
std::string print_log_list(const std::vector<ListedLog>& logs);

}  // namespace usufruct
