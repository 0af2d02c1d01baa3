#pragma once

#include <cstdint>
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

/// What is recorded up to some size of the log: the records and the edges between them. The one
/// view the law, the quorum, the case and the impact of a withdrawal are folded from; a function of
/// the first size() entries and nothing else. Not safe to share while it grows.
///
/// A target need not be a record: a subject's commitment is one too.
class Graph {
 public:
  virtual ~Graph() = default;

  /// The count of entries it covers.
  virtual std::uint64_t size() const = 0;
  /// The record, or null. Decoded records are shared with the graph's own cache.
  virtual std::shared_ptr<const Logged> find(const RecordId& id) const = 0;
  /// Who refers to a target, ascending by index (one record may do so in several roles).
  virtual std::vector<Edge> edges_to(const RecordId& target) const = 0;
  /// The same in one role: costs nothing for what refers in others.
  virtual std::vector<Edge> edges_to(const RecordId& target, Role role) const = 0;
  /// Records of a kind, ascending by index.
  virtual std::vector<RecordId> of_kind(Kind kind) const = 0;
  /// Records of a kind that this did:key issued, ascending by index.
  virtual std::vector<RecordId> issued_by(std::string_view did, Kind kind) const = 0;
  /// The RFC 6962 root of the first `size` entries; none when size > size().
  virtual std::optional<Digest> root_at(std::uint64_t size) const = 0;

  /// The records that refer to a target in one role, ascending by index.
  std::vector<std::shared_ptr<const Logged>> referring(const RecordId& target, Role role) const;
};

}  // namespace usufruct
