#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/note.h"
#include "ledger/law.h"
#include "ledger/reader.h"

namespace usufruct {

// clang-format off
/// Something in a log that is not as it must be. Rules of the audit, beside those of the law:
///
///     checkpoint       missing, malformed, or not signed by the log; nothing else is looked at
///     bundle, tile     a file is missing, cut short, or holds too much
///     entry-changed    an entry does not hash to its leaf
///     entry-missing    a leaf has no entry
///     entry-inserted   an entry is no leaf
///     entry-order      an entry stands elsewhere
///     tile-hash        a tile disagrees with the entries or tiles below it
///     root             the entries do not have the root the checkpoint says
///     entry            an entry or its envelope does not parse
///     signature        an envelope's signature fails
///     ledger-time      earlier than the entry before
///     duplicate        a record that is logged already
// clang-format on
struct Finding {
  Code code = Code::unverified;
  std::optional<LeafIndex> index;  ///< the entry, or the first one concerned
  std::optional<RecordId> id;
  std::string rule;
  std::string message;
};

struct AuditReport {
  std::string origin;
  TreeSize size;
  Digest root;  ///< as the checkpoint says
  std::array<std::uint64_t, kind_count> entries_by_kind{};
  std::uint64_t signatures = 0;  ///< that verify
  std::vector<Finding> findings;
  bool is_cut = false;  ///< the limit of findings was reached, and the audit ended there
  double seconds = 0;

  bool is_clean() const { return findings.empty(); }
};

struct AuditOptions {
  std::size_t findings_max = 1'000;
  /// Called now and then, from the calling thread.
  std::function<void(TreeSize done, TreeSize total)> progress;
};

/// Judges a log by its public bytes, the log's key and the law alone, offline: the checkpoint's
/// signature; every entry hashed into the tree, every tile compared, the root; every envelope
/// verified (on all cores); the law replayed in order. After a bad entry the rest goes on: where
/// the tiles still say which leaf belongs where, entries that moved are judged at their own place.
///
/// Memory: the graph of all records, besides a few bundles. Time: one signature check an entry.
/// An empty `law` permits everything.
AuditReport audit(const Reader& reader, const NoteVerifier& log, const Law& law,
                  const AuditOptions& options = {});

}  // namespace usufruct
