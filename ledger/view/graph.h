#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/sign.h"
#include "ledger/record/record.h"

namespace usufruct {

/// A record as the log holds it.
struct Logged {
  RecordId id;
  std::uint64_t index = 0;  ///< 0-based position in the log
  Time time;                ///< ledger time: assigned at append, never decreasing
  Record record;
  std::vector<VerifyKey> signers;  ///< ascending; the issuer is among them
};

/// A reference someone made to a target, seen from the target.
struct Edge {
  std::uint64_t index = 0;  ///< of the record that holds the ref
  Role role = Role::of;
  RecordId from;  ///< that record
};

/// By index in the log.
enum class Order { oldest_first, newest_first };

/// What is recorded up to some size of the log: the records and the edges between them. The one
/// view the law, the quorum, the case and the impact of a withdrawal are folded from; a function of
/// the first size() entries and nothing else. Not safe to share while it grows.
///
/// A target need not be a record: a subject's commitment is one too.
///
/// Cost: find() and each visit that is newest first and ends early must not grow with the log, nor
/// with how many refer to the same target: a data set may have a million consents.
class Graph {
 public:
  virtual ~Graph() = default;

  /// The count of entries it covers.
  virtual std::uint64_t size() const = 0;
  /// The record, or null. Decoded records are shared with the graph's own cache.
  virtual std::shared_ptr<const Logged> find(const RecordId& id) const = 0;

  /// Each says whether to go on. They may ask the graph other things meanwhile.
  using VisitEdge = std::function<bool(const Edge&)>;
  using VisitRecord = std::function<bool(std::uint64_t index, const RecordId&)>;
  /// Who refers to a target in a role; each record once.
  virtual void visit_edges(const RecordId& target, Role role, Order order,
                           const VisitEdge& visit) const = 0;
  /// The same of the first `size` entries only, newest first. What came later costs next to
  /// nothing.
  virtual void visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                                  const VisitEdge& visit) const;
  /// Records of a kind.
  virtual void visit_kind(Kind kind, Order order, const VisitRecord& visit) const = 0;
  /// Records of a kind that this did:key issued.
  virtual void visit_issued(std::string_view did, Kind kind, Order order,
                            const VisitRecord& visit) const = 0;
  /// Records whose id, in lower-case hex, begins with these digits, at most so many, in no order.
  /// 1 to 64 digits. A graph without an index for it looks at each record.
  virtual std::vector<RecordId> beginning_with(std::string_view digits,
                                               std::size_t count_max) const;
  /// The RFC 6962 root of the first `size` entries; none when size > size().
  virtual std::optional<Digest> root_at(std::uint64_t size) const = 0;

  // The same in other words; all of it, ascending by index, where an order is not asked for.

  bool has_edge(const RecordId& target, Role role) const;
  std::vector<Edge> edges_to(const RecordId& target, Role role) const;
  std::vector<Edge> edges_to(const RecordId& target) const;  ///< then by role
  std::vector<RecordId> of_kind(Kind kind) const;
  std::vector<RecordId> issued_by(std::string_view did, Kind kind) const;
  std::optional<RecordId> newest_issued(std::string_view did, Kind kind) const;

  /// The records that refer to a target in a role.
  std::vector<std::shared_ptr<const Logged>> referring(const RecordId& target, Role role) const;
  /// The first of them, in that order, that is of a kind; or null.
  std::shared_ptr<const Logged> first_referring(const RecordId& target, Role role, Kind kind,
                                                Order order) const;
};

}  // namespace usufruct
