#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/store/layout.h"
#include "ledger/store/store.h"
#include "ledger/view/graph.h"

namespace usufruct {

/// Indexes of records that have something in common, ascending.
using Indexes = std::vector<std::uint64_t>;

/// One piece of a posting list: LEB128 numbers, the first index and then the steps between.
/// `indexes` ascend strictly and are not none.
Bytes encode_postings(const Indexes& indexes);
/// `malformed` when cut short or not ascending; adds to what is there.
Result<void> decode_postings(View bytes, Indexes& to);

/// The posting lists of a log in a store, and those the round at hand adds. Reading a list costs
/// one look-up when it does not exist or was asked for lately, else a scan of its pieces.
///
/// Const methods are safe together; add(), flush() and settle() need the object alone. Borrows the
/// store.
class Postings {
 public:
  /// Of the first `size` entries: what the store holds beyond is not seen.
  Postings(const Store& store, std::uint64_t size);

  /// The next index of a list: not below any before. The same one again adds nothing.
  void add(const layout::ListKey& list, std::uint64_t index);
  /// The round's pieces into a batch. The next round may begin before settle(), and ends after it.
  Result<void> flush(Batch& batch);
  /// What was flushed is in the store now: entries below `size` are.
  void settle(std::uint64_t size);

  /// Says whether to go on.
  using Visit = std::function<bool(std::uint64_t index)>;
  /// The indexes of a list. Newest first costs what is visited, not what is there; false when the
  /// visit ended early. It may ask other things meanwhile.
  Result<bool> visit(const layout::ListKey& list, Order order, const Visit& visit) const;

 private:
  /// What is known of a list as the store has it.
  struct Known {
    bool exists = false;
    bool is_whole = false;  ///< `indexes` are all there are
    Indexes indexes{};
  };
  template <class T>
  using Lists = std::unordered_map<layout::ListKey, T, layout::ListKey::Hash>;
  using KnownPtr = std::shared_ptr<const Known>;
  static KnownPtr absent();
  /// All that is in memory of a list.
  struct Seen {
    const Indexes* round;
    const Indexes* flushed;
    KnownPtr stored;  ///< null when nothing is known of it
  };
  Seen see(const layout::ListKey& list) const;
  void remember(const layout::ListKey& list, KnownPtr known) const;
  Result<KnownPtr> look_up(const layout::ListKey& list) const;
  Result<bool> visit_stored(const layout::ListKey& list, KnownPtr known, Order order,
                            const Visit& visit) const;
  Result<bool> visit_pieces(const layout::ListKey& list, const Visit& visit) const;

  const Store& store_;
  std::uint64_t settled_;
  /// What the round adds to a list, or that the list does not exist in the store.
  struct Fresh {
    Indexes indexes{};
    bool is_new = false;  ///< known not to exist in the store
  };

  mutable std::mutex mutex_;
  /// Guarded by mutex_ against others who ask; only add() and settle() change the indexes.
  mutable Lists<Fresh> round_;
  Lists<Fresh> flushed_;  ///< of the round before, until settle()
  /// Two generations: when the younger is full it becomes the older, and that is forgotten.
  mutable Lists<KnownPtr> young_;  ///< guarded by mutex_
  mutable Lists<KnownPtr> old_;    ///< guarded by mutex_
};

}  // namespace usufruct
