#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/format.h"

namespace usufruct::anonymise {

/// What reading and writing tables may use of the machine.
struct EngineOptions {
  std::uint32_t threads = 2;
  /// What the room may hold in memory; what is more goes to files in the folder.
  std::uint64_t memory_bytes_max = 2ULL << 30;
  /// Where rows spill when memory is full, sealed under a key that is in memory only, in files that
  /// have no name; empty: they do not spill, and the work fails instead.
  std::string temporary_folder{};
};

/// A file of rows. The path may be any readable regular file, also `/proc/self/fd/N` of a memfd; or
/// `feed` writes the file from its start into a sink, again each time it is called, and the path is
/// its name in messages only. The format is taken from the path's extension when absent; gzip and
/// zstd are seen by their first bytes. The delimiter (CSV only) is one of `, ; \t |` and is
/// detected from the header line when absent.
struct Source {
  std::string path;
  std::optional<Format> format{};
  std::optional<char> delimiter{};
  std::function<Result<void>(ByteSink&)> feed{};
  std::string name{};  ///< what messages call it; the path when empty
};

/// For messages.
inline const std::string& name_of(const Source& source) {
  return source.name.empty() ? source.path : source.name;
}

/// `malformed` when nothing tells.
Result<Format> format_of(const Source& source);

}  // namespace usufruct::anonymise
