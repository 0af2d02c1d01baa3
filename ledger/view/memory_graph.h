#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/hash_levels.h"
#include "ledger/view/graph.h"

namespace usufruct {

/// What records say of one another, in memory: the part of a graph that is not the tree.
class GraphIndex {
 public:
  void add(std::shared_ptr<const Logged> logged);
  void clear();

  std::shared_ptr<const Logged> find(const RecordId& id) const;
  std::vector<Edge> edges_to(const RecordId& target) const;
  std::vector<Edge> edges_to(const RecordId& target, Role role) const;
  std::vector<RecordId> of_kind(Kind kind) const;
  std::vector<RecordId> issued_by(std::string_view did, Kind kind) const;
  /// Ascending by index.
  const std::vector<std::shared_ptr<const Logged>>& all() const { return all_; }

 private:
  std::vector<std::shared_ptr<const Logged>> all_;
  std::unordered_map<RecordId, std::shared_ptr<const Logged>> by_id_;
  std::unordered_map<RecordId, std::vector<Edge>> edges_;
  std::map<Kind, std::vector<RecordId>> by_kind_;
  std::map<std::pair<std::string, Kind>, std::vector<RecordId>> by_issuer_;
};

/// A graph wholly in memory: what the audit replays into, and what tests of the law stand on. Const
/// methods are safe together while nothing is added.
class MemoryGraph final : public Graph {
 public:
  /// The next entry: its index must be size(), anything else is a bug. A record whose id is there
  /// already counts as an entry and is not indexed again.
  void add(Logged logged, const Digest& leaf_hash);
  /// The next entry is there, but holds nothing that can be read as a record.
  void add_unreadable(const Digest& leaf_hash);

  std::uint64_t size() const override { return levels_.size().value; }
  std::shared_ptr<const Logged> find(const RecordId& id) const override;
  std::vector<Edge> edges_to(const RecordId& target) const override;
  std::vector<Edge> edges_to(const RecordId& target, Role role) const override;
  std::vector<RecordId> of_kind(Kind kind) const override;
  std::vector<RecordId> issued_by(std::string_view did, Kind kind) const override;
  std::optional<Digest> root_at(std::uint64_t size) const override;

 private:
  GraphIndex index_;
  HashLevels levels_;
};

}  // namespace usufruct
