#pragma once

#include <cstdint>
#include <filesystem>

#include "ledger/reader.h"

namespace usufruct {

/// Writes the public face of a log to a folder, in the layout of C2SP tlog-tiles: bundles, tiles,
/// and last the checkpoint, so that what a reader finds is always whole. Each file appears at once
/// or not at all. A folder that holds an earlier state of the same log is brought up to date: only
/// what is new is written, and partial tiles go when their full tile is there.
///
/// `conflict` when the folder holds another log, or a later state than the reader has.
Result<void> export_log(const Reader& reader, const std::filesystem::path& folder);

}  // namespace usufruct
