#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "ledger/checkpoint.h"
#include "ledger/reader.h"

namespace usufruct {

/// Whether a checkpoint's note is to be believed: signed by the log one follows, cosigned by those
/// one asks for.
using OpenCheckpoint = std::function<Result<SignedCheckpoint>(std::string_view note)>;

struct MirrorOptions {
  std::size_t threads = 0;  ///< 0: one a core; more where the source is far away
  /// Called now and then, from any thread: entries that are there, and that will be.
  std::function<void(TreeSize done, TreeSize total)> progress;
};

struct MirrorReport {
  Checkpoint checkpoint;              ///< what the folder now holds
  TreeSize from;                      ///< what it held before
  std::uint64_t fetched_entries = 0;  ///< those of a bundle begun before count again
  std::uint64_t fetched_bytes = 0;
  std::uint64_t kept_entries = 0;  ///< left by a run that did not end, and whole
};

/// Brings a folder up to date with a log, by whomever it is served, and believes nothing but the
/// checkpoint that `open` accepts. The folder has the layout of C2SP tlog-tiles and can itself be
/// served, checked and mirrored.
///
/// 1. The source's checkpoint must extend the folder's, by a consistency proof from its own tiles.
/// 2. Every bundle is hashed and must lead to the signed root before it is written; the tiles
///    written are made from the entries, or have been proven to lie under that root.
/// 3. When all is durable the checkpoint takes the place of the older one.
///
/// So what a reader of the folder finds is always whole, and a run may be stopped at any point: the
/// next one looks at what is there, keeps what is right and fetches the rest. Only what is new is
/// asked for. Memory: a bundle a thread and tile_cache_bytes_default.
///
/// `unverified` when the source serves anything that does not fit; when it serves a smaller log or
/// another history, both signed checkpoints and the proof are kept below `folder/evidence` (see
/// ledger/fork.h), and the message names them. The folder stays as it was. `conflict` when the
/// folder holds another log or something else, or is being written to.
Result<MirrorReport> mirror(const Reader& source, const std::filesystem::path& folder,
                            const OpenCheckpoint& open, const MirrorOptions& options = {});

}  // namespace usufruct
