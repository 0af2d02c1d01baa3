#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "ledger/store/store.h"
#include "ledger/store/stored_tree.h"
#include "ledger/view/graph.h"
#include "ledger/view/postings.h"
#include "ledger/view/record_ids.h"

namespace usufruct {

/// Records a graph keeps decoded, of those that were asked for.
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
  /// The same of the first `size` entries.
  static Result<std::unique_ptr<StoreGraph>> open(const Store& store, TreeSize size);

  /// The next entry: one for which index_of() was asked last and said there is none. Until settle()
  /// it is kept in memory, and seen.
  Result<void> add(Logged logged, const Digest& leaf_hash, Batch& batch);
  /// The end of a round: what was added to the views goes into the batch. The next round may begin
  /// before settle(), and ends after it.
  Result<void> flush(Batch& batch);
  using Records = std::unordered_map<RecordId, std::shared_ptr<const Logged>>;
  /// What was flushed is in the store now. Answers the round's records, which it needs no more.
  Records settle();

  std::uint64_t size() const override { return tree_.size().value; }
  std::shared_ptr<const Logged> find(const RecordId& id) const override;
  void visit_edges(const RecordId& target, Role role, Order order,
                   const VisitEdge& visit) const override;
  void visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                          const VisitEdge& visit) const override;
  void visit_kind(Kind kind, Order order, const VisitRecord& visit) const override;
  void visit_issued(std::string_view did, Kind kind, Order order,
                    const VisitRecord& visit) const override;
  std::vector<RecordId> beginning_with(std::string_view digits,
                                       std::size_t count_max) const override;
  std::optional<Digest> root_at(std::uint64_t size) const override;

  /// Where a record is, without reading it: cheaper than find().
  std::optional<LeafIndex> index_of(const RecordId& id) const;
  const StoredTree& tree() const { return tree_; }
  /// The first error the store gave, if any.
  Result<void> health() const;

 private:
  StoreGraph(const Store& store, StoredTree tree, RecordIds ids);
  std::shared_ptr<const Logged> unsettled(const RecordId& id) const;
  Result<std::shared_ptr<const Logged>> load(const RecordId& id, LeafIndex index) const;
  void keep(const std::shared_ptr<const Logged>& logged) const;
  void fail(const Error& error) const;
  template <class T>
  T or_fail(Result<T> result) const;
  void visit_list(const layout::ListKey& list, Order order, const VisitRecord& visit,
                  std::uint64_t size = UINT64_MAX) const;

  const Store& store_;
  StoredTree tree_;
  RecordIds ids_;
  Postings postings_;
  Records round_;    ///< added and not flushed
  Records flushed_;  ///< flushed and not settled
  TreeSize flushed_size_;

  struct Cache {
    /// Two generations: when the younger is full it becomes the older, and that is forgotten.
    Records young;
    Records old;
    std::unordered_map<std::uint64_t, Digest> roots;
    std::optional<Error> failed;
  };
  mutable std::mutex mutex_;
  mutable Cache cache_;  ///< guarded by mutex_
};

}  // namespace usufruct
