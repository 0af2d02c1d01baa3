#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "ledger/store/layout.h"
#include "ledger/store/store.h"
#include "ledger/tile.h"

namespace usufruct {

/// Entries of one bundle that is not full, in bundle form and in order: at most 255.
using Pieces = std::vector<std::shared_ptr<const Bytes>>;

/// The entries of a log as a store holds them: pages of layout::page_entries, in the form they have
/// in a bundle, so that eight pages one after another are a bundle.
///
///     E 0    32 entries       a full page
///     E 32   32 entries
///     E 64   5 entries        what one round wrote
///     E 69   2 entries        what the next one wrote; both go when page 64 is full
///
/// So a large round writes each entry once, and a round of one entry writes one value. The pieces
/// of the bundle that is not full are kept in memory (at most 255 entries), shared with those who
/// read them.
///
/// Const methods are safe together; append(), flush() and settle() need the object alone. Borrows
/// the store.
class StoredEntries {
 public:
  /// The first `size` entries, whatever the store holds beyond. `unverified` when one of the last
  /// bundle is missing.
  static Result<StoredEntries> open(const Store& store, TreeSize size);
  /// Whether the store holds entries right behind the first `size`: never under a log's own head.
  static Result<bool> is_more_than(const Store& store, TreeSize size);

  /// Adds an entry to the round at hand.
  void append(View head, View tail, Batch& batch);
  void append(View entry, Batch& batch) { append(entry, {}, batch); }
  /// The end of the round: what does not fill a page goes into the batch as a piece.
  void flush(Batch& batch);

  TreeSize size() const { return size_; }
  /// Entries of the bundle that is not full, as flushed.
  const Pieces& tail() const { return tail_; }

  /// One entry below size().
  static Result<Bytes> entry(const Store& store, LeafIndex index);
  /// The entries of the page that `first` begins, in bundle form, as far as they are there.
  static Result<Bytes> page(const Store& store, LeafIndex first);
  /// A full bundle. `unverified` when a part of it is missing.
  static Result<Bytes> bundle(const Store& store, std::uint64_t index);

 private:
  explicit StoredEntries(TreeSize size) : size_(size) {}
  void close_page(Batch& batch);

  TreeSize size_;
  Pieces tail_;                         ///< of the bundle at hand
  std::size_t page_from_ = 0;           ///< the first of tail_ that is of the page at hand
  std::vector<std::uint64_t> written_;  ///< first indexes of the pieces of that page in the store
  Bytes piece_;                         ///< the round's entries of that page
};

}  // namespace usufruct
