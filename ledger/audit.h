#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/note.h"
#include "ledger/audit_portion.h"
#include "ledger/checkpoint.h"
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
///     fork             another checkpoint of the log is on another history
///     rolled-back      another checkpoint of the log is over more entries than there are here
///     view-…           a graph kept beside the log answers otherwise than a replay (audit_views.h)
///     law-failed       the law itself failed on a record
///     too-large        more entries or refs than an audit can hold in memory
// clang-format on
struct Finding {
  Code code = Code::unverified;
  std::optional<LeafIndex> index;  ///< the entry, or the first one concerned
  std::optional<RecordId> id;
  std::string rule;
  std::string message;
};

/// Bytes that show a finding to somebody else: `checkpoint` always, and by rule `entry`, `bundle`,
/// `tile`, `checkpoint-elsewhere`, `proof` (which fails: specs/log.md §8).
struct EvidenceFile {
  std::string name;
  Bytes bytes;
};

struct AuditReport {
  std::string origin;
  TreeSize size;
  Digest root;  ///< as the checkpoint says
  AuditDepth depth = AuditDepth::full;
  TreeSize trusted;  ///< entries below were judged before, and only hashed now
  std::array<std::uint64_t, kind_count> entries_by_kind{};
  std::uint64_t signatures = 0;  ///< that verify
  std::size_t compared = 0;      ///< checkpoints seen elsewhere that are on this history
  std::vector<Finding> findings;
  bool is_cut = false;            ///< the limit of findings was reached, and the audit ended there
  std::uint64_t graph_bytes = 0;  ///< memory of the graph, but for records kept decoded
  double seconds = 0;

  bool is_clean() const { return findings.empty(); }
};

struct AuditOptions {
  std::size_t findings_max = 1'000;
  AuditDepth depth = AuditDepth::full;
  std::size_t threads = 0;  ///< 0: one a core
  /// The log up to here was audited before: entries below are hashed and enter the graph, but their
  /// signatures and the law on them are not judged again.
  TreeSize trusted{};
  /// Checkpoints of the same log seen elsewhere (by an earlier audit, by witnesses, in receipts,
  /// on mirrors), their signatures checked: each must be on the history shown here.
  std::vector<SignedCheckpoint> against{};
  /// A graph kept beside the log, of its size: it is compared with what the replay gives.
  const Graph* view = nullptr;
  /// Given the evidence of each finding, while the audit runs.
  std::function<void(const Finding&, const std::vector<EvidenceFile>&)> evidence{};
  /// Called now and then. Both are called from the calling thread.
  std::function<void(TreeSize done, TreeSize total)> progress{};
};

/// Judges a log by its public bytes, the log's key and the law alone, offline: the checkpoint's
/// signature; every entry hashed into the tree, every tile compared, the root; every envelope
/// verified; the law replayed in order. After a bad entry the rest goes on: where the tiles still
/// say which leaf belongs where, entries that moved are judged at their own place.
///
/// Reading, hashing and signatures are done ahead on all cores while the law is replayed on the
/// calling thread. Memory: 170 bytes a record for the graph (ledger/view/memory_graph.h), a bounded
/// count of decoded records, which are read again from `reader` when asked for, and bundles ahead
/// (at most 512 MiB of them, however long they are). Time: one signature check an entry or a batch.
/// An empty `law` permits everything.
AuditReport audit(const Reader& reader, const NoteVerifier& log, const Law& law,
                  const AuditOptions& options = {});

}  // namespace usufruct
