#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/reader.h"
#include "ledger/store/store.h"
#include "ledger/store/stored_entries.h"
#include "ledger/store/stored_tree.h"

namespace usufruct {

/// The public face of a log in a store under one published checkpoint: full tiles and bundles from
/// the store, where they never change; what is not full yet from memory, as it was then. So it
/// stays the same while the log grows. Immutable; safe between threads. Borrows the store.
class Snapshot final : public Reader {
 public:
  /// `note` is the checkpoint of all that tree and entries hold.
  Snapshot(const Store& store, std::string note, const StoredTree& tree,
           const StoredEntries& entries);
  /// The log in a store under its newest checkpoint: the published one when there are witnesses,
  /// and their signatures on it.
  static Result<std::shared_ptr<const Snapshot>> open(const Store& store);

  Result<std::string> checkpoint() const override { return note_; }
  Result<Bytes> tile(const TileId& id) const override;
  Result<Bytes> bundle(const BundleId& id) const override;

 private:
  const Store& store_;
  std::string note_;
  TreeSize size_;
  std::vector<std::vector<Digest>> edge_;
  Pieces tail_;
};

}  // namespace usufruct
