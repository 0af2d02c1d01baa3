#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "ledger/view/graph.h"

namespace usufruct {

inline constexpr std::size_t earlier_graph_edges_max = 4'000'000;
inline constexpr std::size_t earlier_graph_list_max = 65'536;

/// What a graph showed when the log was shorter: the first size() of its entries, and nothing of
/// what came later. What a record was judged by can so be looked up again (trustee/replay.h).
///
/// Lists are read once and kept, so that going from one size to the next costs nothing, and finding
/// where a list ended then is a search in it. Memory: 48 bytes an edge of those asked for,
/// forgotten when there are more than earlier_graph_edges_max; a list of more than
/// earlier_graph_list_max is read each time. Not safe to share.
class EarlierGraph final : public Graph {
 public:
  /// Borrows the graph. Shows all of it until show() says otherwise.
  explicit EarlierGraph(const Graph& graph, std::size_t edges_max = earlier_graph_edges_max)
      : graph_(graph), edges_max_(edges_max), size_(graph.size()) {}

  /// Shows the first `size` entries from now on; no more than the graph has.
  void show(std::uint64_t size);

  /// The first entry from size() on that may change an answer given since the last show(); the
  /// graph's size when there is none. Up to there the same questions have the same answers.
  std::uint64_t changes_at() const { return changes_at_; }

  std::uint64_t size() const override { return size_; }
  std::shared_ptr<const Logged> find(const RecordId& id) const override;
  void visit_edges(const RecordId& target, Role role, Order order,
                   const VisitEdge& visit) const override;
  /// Straight from the graph: what is of the first entries alone, nothing logged later changes.
  void visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                          const VisitEdge& visit) const override;
  void visit_kind(Kind kind, Order order, const VisitRecord& visit) const override;
  void visit_issued(std::string_view did, Kind kind, Order order,
                    const VisitRecord& visit) const override;
  std::optional<Digest> root_at(std::uint64_t size) const override;

 private:
  using List = std::vector<Edge>;  ///< ascending; the role means nothing in lists of issuers
  using ListPtr = std::shared_ptr<const List>;
  struct EdgeKey {
    RecordId target;
    Role role;
    bool operator==(const EdgeKey&) const = default;
  };
  struct IssuerKey {
    std::string did;
    Kind kind;
    bool operator==(const IssuerKey&) const = default;
  };
  struct Hash {
    std::size_t operator()(const EdgeKey& key) const;
    std::size_t operator()(const IssuerKey& key) const;
  };

  /// The list of a key: the one that is kept, or what `read` gives.
  template <class Key, class Read>
  ListPtr list_of(std::unordered_map<Key, ListPtr, Hash>& kept, const Key& key,
                  const Read& read) const;
  void visit_list(const List& list, Order order, const VisitEdge& visit) const;

  const Graph& graph_;
  std::size_t edges_max_;
  std::uint64_t size_;
  mutable std::uint64_t changes_at_ = size_;
  mutable std::size_t edges_ = 0;
  mutable std::unordered_map<EdgeKey, ListPtr, Hash> edge_lists_;
  mutable std::unordered_map<IssuerKey, ListPtr, Hash> issuer_lists_;
};

}  // namespace usufruct
