#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/record/id.h"
#include "ledger/store/store.h"
#include "ledger/store/stored_tree.h"

namespace usufruct {

/// Which record is which entry, both ways, of a log in a store. From id to index by the first eight
/// bytes of the id, made exact by the ids themselves: so the same record is never logged twice, and
/// somebody who makes ids alike gains nothing.
///
/// Const methods are safe together; add(), flush() and settle() need the object alone. Borrows the
/// store.
class RecordIds {
 public:
  /// Of the entries of a tree; reads those of the last page, if it is not full, and believes them
  /// only under the tree: what is made of them is written down when the page fills up.
  static Result<RecordIds> open(const Store& store, const StoredTree& tree);
  RecordIds(RecordIds&& other) noexcept;

  std::uint64_t size() const { return size_; }
  /// The id of the next entry, for which index_of() was asked last and said there is none.
  Result<void> add(const RecordId& id, Batch& batch);
  /// The round's into the batch. The next round may begin before settle().
  void flush(Batch& batch);
  /// The first `size` entries are in the store now.
  void settle(std::uint64_t size);

  /// None when no settled entry is that record. One look-up in the store, two if there is.
  Result<std::optional<LeafIndex>> index_of(const RecordId& id) const;
  /// Those whose id begins with these hex digits (1 to 64), at most so many. One walk over the ids
  /// that begin with the same bytes.
  Result<std::vector<RecordId>> beginning_with(std::string_view digits,
                                               std::size_t count_max) const;
  /// An index below size().
  Result<RecordId> id_at(LeafIndex index) const;

 private:
  using Page = std::vector<RecordId>;
  using PagePtr = std::shared_ptr<const Page>;
  RecordIds(const Store& store, std::uint64_t size) : store_(&store), size_(size) {}
  /// Indexes of the records in the store whose id starts like this one.
  Result<std::vector<std::uint64_t>> alike(const RecordId& id) const;
  Result<PagePtr> page(std::uint64_t first) const;

  const Store* store_;
  std::uint64_t size_;
  Page tail_;                                         ///< of the page that is not full
  std::unordered_map<std::uint64_t, PagePtr> fresh_;  ///< full, and not in the store yet
  /// The round's ids by their start, and the older indexes of ids that start alike: hardly ever
  /// any.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> round_;
  /// The same of the round before: what its ids start with is perhaps not in the store yet.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> before_;
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> older_;
  mutable std::mutex mutex_;
  /// Guarded by mutex_: whom index_of() was asked for last, so that add() need not ask again.
  mutable std::optional<std::pair<RecordId, std::vector<std::uint64_t>>> asked_;
  mutable std::unordered_map<std::uint64_t, PagePtr> young_;  ///< guarded by mutex_
  mutable std::unordered_map<std::uint64_t, PagePtr> old_;    ///< guarded by mutex_
};

}  // namespace usufruct
