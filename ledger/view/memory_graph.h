#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/view/graph.h"
#include "ledger/view/leaf_hashes.h"
#include "ledger/view/lists.h"
#include "ledger/view/name_table.h"

namespace usufruct {

/// Records a memory graph that can read them again keeps decoded.
inline constexpr std::size_t memory_graph_cached_max = 16'384;
/// Entries a memory graph can hold.
inline constexpr std::uint64_t memory_graph_entries_max = std::uint64_t{1} << 31;

/// A graph wholly in memory: what the audit replays into, and what tests of the law stand on.
///
/// Names, edges and hashes are kept compact, about 170 bytes for a consent. Records are kept
/// decoded, unless they can be read again: then only the newest used are.
///
/// A graph cannot answer with an error: when a record cannot be read again it answers as if there
/// were none, and health() tells so from then on. Const methods are safe together while nothing is
/// added.
class MemoryGraph final : public Graph {
 public:
  using LoggedPtr = std::shared_ptr<const Logged>;
  /// Reads the record at an index again, as it was when it was added: the leaf hash of its entry
  /// tells. Called while others ask; must be safe to.
  using Fetch = std::function<Result<LoggedPtr>(LeafIndex index, const Digest& leaf_hash)>;

  /// Keeps every record.
  MemoryGraph() : MemoryGraph(nullptr, {}) {}
  /// Keeps memory_graph_cached_max of them. `seed`: see NameTable.
  MemoryGraph(Fetch fetch, const Digest& seed);

  enum class Keep { while_used, always };
  /// The next entry: its index must be size(), anything else is a bug. A record whose id is there
  /// already counts as an entry and is not indexed again. Keep always what cannot be read again.
  void add(Logged logged, const Digest& leaf_hash, Keep keep = Keep::while_used);
  /// The next entry is there, but holds nothing that can be read as a record.
  void add_unreadable(const Digest& leaf_hash);
  /// Whether a record with so many refs still fits: four thousand million names are the end.
  bool has_room(std::size_t refs) const;

  std::uint64_t size() const override { return leaves_.size().value; }
  LoggedPtr find(const RecordId& id) const override;
  void visit_edges(const RecordId& target, Role role, Order order,
                   const VisitEdge& visit) const override;
  void visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                          const VisitEdge& visit) const override;
  void visit_kind(Kind kind, Order order, const VisitRecord& visit) const override;
  void visit_issued(std::string_view did, Kind kind, Order order,
                    const VisitRecord& visit) const override;
  std::optional<Digest> root_at(std::uint64_t size) const override;

  /// Where a record is, without reading it.
  std::optional<LeafIndex> index_of(const RecordId& id) const;
  const LeafHashes& leaves() const { return leaves_; }
  /// The first error of reading a record again, if any.
  Result<void> health() const;
  /// Memory, but for records kept decoded.
  std::size_t size_bytes() const;
  /// Says that a record will be added soon.
  void prefetch(const RecordId& id, const Record& record) const;
  /// Every name something refers to or that is a record's id, in no order that means something.
  void visit_names(const std::function<bool(const RecordId&)>& visit) const;

 private:
  using Number = NameTable::Number;
  using Records = std::unordered_map<std::uint32_t, LoggedPtr>;  ///< by index
  struct Cache {
    std::mutex mutex;
    /// Two generations: when the younger is full it becomes the older, and that is forgotten.
    Records young;
    Records old;
    Records always;
    std::optional<Error> failed;
  };

  Number number_of(const Digest& name);
  Number number_of_issuer(const std::string& did);
  RecordId id_at(std::uint32_t index) const { return {names_.name(name_of_[index])}; }
  LoggedPtr read(std::uint32_t index) const;
  void keep(std::uint32_t index, const LoggedPtr& logged) const;
  void visit_list(Number owner, Lists::Tag tag, Order order, const VisitRecord& visit) const;

  Fetch fetch_;
  LeafHashes leaves_;
  NameTable names_;
  Chunked<Number> name_of_;          ///< of the record at an index; NameTable::none: unreadable
  Chunked<std::uint32_t> index_of_;  ///< of the record with a name; NameTable::none: no record
  Lists lists_;                      ///< by name: edges by role, and what an issuer issued by kind
  std::array<Chunked<std::uint32_t>, kind_count> kinds_;
  std::string last_did_;  ///< most records are of the issuer of the one before
  Number last_issuer_ = NameTable::none;
  std::unique_ptr<Cache> cache_;  ///< apart, so that a graph can be moved
};

}  // namespace usufruct
