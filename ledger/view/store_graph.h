#pragma once

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "ledger/store/store.h"
#include "ledger/store/stored_tree.h"
#include "ledger/view/memory_graph.h"

namespace usufruct {

/// Records a graph keeps decoded.
inline constexpr std::size_t store_graph_cached_max = 16'384;

/// The graph of a log in a store, by the indexes kept there: nothing is replayed, memory is bounded
/// (a cache of store_graph_cached_max records). It shows the first size() entries, whatever is
/// committed after it was opened.
///
/// A graph cannot answer with an error. When the store fails it answers as if nothing were there,
/// and health() tells so from then on: whoever decided something by it must ask health() before
/// acting.
///
/// Const methods are safe together; add() and settle() need the object alone.
class StoreGraph final : public Graph {
 public:
  /// The graph at the newest head in the store, whose signature is not looked at. `not_found` when
  /// the store holds no log. It borrows the store.
  static Result<std::unique_ptr<StoreGraph>> open(const Store& store);
  StoreGraph(const Store& store, StoredTree tree);

  /// The next entry, whose id must be new; its indexes and tiles go into the batch. Until settle()
  /// it is kept in memory, and seen.
  void add(Logged logged, const Digest& leaf_hash, Batch& batch);
  /// What was added is in the store now.
  void settle();

  std::uint64_t size() const override { return tree_.size().value; }
  std::shared_ptr<const Logged> find(const RecordId& id) const override;
  std::vector<Edge> edges_to(const RecordId& target) const override;
  std::vector<RecordId> of_kind(Kind kind) const override;
  std::vector<RecordId> issued_by(std::string_view did, Kind kind) const override;
  std::optional<Digest> root_at(std::uint64_t size) const override;

  /// Where a record is, without reading it: cheaper than find().
  std::optional<LeafIndex> index_of(const RecordId& id) const;
  const StoredTree& tree() const { return tree_; }
  /// The first error the store gave, if any.
  Result<void> health() const;

 private:
  Result<std::shared_ptr<const Logged>> load(const RecordId& id, LeafIndex index) const;
  void keep(const std::shared_ptr<const Logged>& logged) const;
  void fail(const Error& error) const;
  std::vector<RecordId> scan_ids(const std::string& prefix) const;

  const Store& store_;
  StoredTree tree_;
  std::uint64_t settled_;  ///< entries below it are in the store
  GraphIndex round_;       ///< the entries from there on

  struct Cache {
    std::list<std::shared_ptr<const Logged>> newest_first;
    std::unordered_map<RecordId, std::list<std::shared_ptr<const Logged>>::iterator> by_id;
    std::unordered_map<std::uint64_t, Digest> roots;
    std::optional<Error> failed;
  };
  mutable std::mutex mutex_;
  mutable Cache cache_;  ///< guarded by mutex_
};

}  // namespace usufruct
