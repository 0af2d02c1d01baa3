#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/policy.h"
#include "ledger/reader.h"

namespace usufruct {

// clang-format off
/// Something in the public bytes of a log that does not fit the rest. Rules:
///
///     checkpoint       missing, malformed, or not signed by the log; nothing else is looked at
///     bundle, tile     a file is missing, cut short, or holds too much
///     entry-changed    an entry does not hash to its leaf
///     entry-missing    a leaf has no entry
///     entry-inserted   an entry is no leaf
///     entry-order      an entry stands elsewhere
///     tile-hash        a tile disagrees with the entries or tiles below it
///     root             the entries do not have the root the checkpoint says
// clang-format on
struct FsckFinding {
  Code code = Code::unverified;
  std::optional<LeafIndex> index;  ///< the entry, or the first one concerned
  std::string path;                ///< of the file, below the log's folder or URL
  std::string rule;
  std::string message;
};

struct FsckReport {
  std::string origin;
  TreeSize size;
  Digest root;                ///< as the checkpoint says
  bool is_signed = false;     ///< a key was given, and the checkpoint is signed with it
  std::uint64_t tiles = 0;    ///< compared, of all levels
  std::uint64_t bundles = 0;  ///< read
  std::uint64_t entry_bytes = 0;
  std::vector<FsckFinding> findings;
  bool is_cut = false;  ///< the limit of findings was reached, and the check ended there
  /// Files of a folder that are no part of the log, files of another size of the log too:
  /// named, since they do not belong there, but no finding. At most findings_max.
  std::vector<std::string> strays;
  double seconds = 0;

  bool is_clean() const { return findings.empty(); }
};

struct FsckOptions {
  /// Whose checkpoint it must be, and who must have cosigned it; none: whoever signed it, its tree
  /// is checked.
  std::optional<Policy> policy;
  std::size_t findings_max = 1'000;
  std::size_t threads = 0;  ///< 0: one a core; more where reading waits, as over a network
  /// Called now and then, from any of the threads.
  std::function<void(TreeSize done, TreeSize total)> progress;
};

/// Whether the public bytes of any C2SP tlog-tiles log are whole: every entry hashed, every tile
/// made anew from what lies below and compared, up to the signed root. It asks nothing of what the
/// entries say: that is audit().
///
/// Bundles are checked in parallel. Memory does not grow with the log: a bundle a thread, and 1,024
/// roots. Time is that of hashing: about 0.65 us for an entry of 1 KiB on one core.
FsckReport fsck(const Reader& reader, const FsckOptions& options = {});

/// The same of a folder, with what else lies in it: partial tiles that a wider one has replaced
/// must be the beginning of it, and other files are named.
FsckReport fsck_folder(const std::filesystem::path& folder, const FsckOptions& options = {});

}  // namespace usufruct
