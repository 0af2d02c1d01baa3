#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "ledger/proof.h"
#include "ledger/reader.h"

namespace usufruct {

struct ExportOptions {
  /// Called now and then, from any thread.
  std::function<void(TreeSize done, TreeSize total)> progress;
};

/// Writes the public face of a log to a folder, in the layout of C2SP tlog-tiles: bundles and tiles
/// in parallel, and last the checkpoint, so that what a reader finds is always whole. Each file
/// appears at once or not at all. A folder that holds an earlier state of the same log is brought
/// up to date: only what is new is written, and partial tiles go when their full tile is there.
///
/// `conflict` when the folder holds another log, or a state that this log does not extend: then
/// nothing is written. Memory: a bundle a thread.
Result<void> export_log(const Reader& reader, const std::filesystem::path& folder,
                        const ExportOptions& options = {});

/// Takes the partial tiles away that a log of size `growth.from` needed and one of `growth.to` does
/// not: their full tile is there.
void drop_partial(const std::filesystem::path& folder, Growth growth);

}  // namespace usufruct
