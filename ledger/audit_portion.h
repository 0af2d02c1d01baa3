#pragma once

#include <optional>
#include <vector>

#include "ledger/reader.h"
#include "ledger/signed.h"
#include "ledger/view/graph.h"

namespace usufruct {

/// How much of an entry is looked at.
enum class AuditDepth {
  hashes,  ///< that it hashes to its leaf
  record,  ///< what it says, too
  full,    ///< that it is signed, too
};

/// An entry on its way from bytes to a verdict: what does not depend on the entries before it.
struct JudgedEntry {
  View bytes;  ///< into the bundle of its portion
  std::optional<Time> time;
  std::optional<Verified> verified;
  std::optional<Logged> unverified;  ///< a record that reads; its signatures fail or are not judged
  std::optional<Error> error;

  /// The record's id, if it reads.
  std::optional<RecordId> id() const;
};

/// One bundle and the level-0 tile over it, each read once. Moved, not copied.
struct AuditPortion {
  BundleId id;
  Bytes bundle;
  std::vector<JudgedEntry> found;  ///< the entries in the bundle, as they stand there
  std::vector<Digest> hashes;      ///< of those entries
  std::optional<Error> bundle_error;
  std::vector<Digest> due;  ///< empty when the tile cannot be read
  std::optional<Error> tile_error;
  /// Of a full portion in which entries and tile agree.
  std::optional<Digest> root;

  LeafIndex leaf(std::size_t position) const { return {id.index * tile_width + position}; }
  TileId tile() const { return {0, id.index, id.width}; }
};

/// Which entries are judged how.
struct AuditScope {
  TreeSize size;     ///< of the log
  TreeSize trusted;  ///< entries below were judged before: at most AuditDepth::record
  AuditDepth depth = AuditDepth::full;
};

/// Reads and judges the `at`-th portion of a log. Never fails: what is wrong stands in the portion.
/// Safe between threads, and `known` may be shared: each batch signature is checked once.
AuditPortion judge_portion(const Reader& reader, std::uint64_t at, const AuditScope& scope,
                           BatchSignatures& known);

/// Memory a portion holds, roughly.
std::size_t size_of(const AuditPortion& portion);

/// Reads the record in an entry, whose signatures nobody looks at.
Result<Logged> read_record_unverified(LeafIndex index, View entry);

}  // namespace usufruct
