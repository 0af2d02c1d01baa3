#pragma once

#include <array>
#include <span>
#include <vector>

#include "ledger/record/envelope.h"
#include "ledger/record/id.h"
#include "ledger/tree.h"

namespace usufruct {

/// What one batch signature signs: so many records, by the root of the RFC 6962 tree over their
/// ids, in an order of the signer's choice (specs/records.md, "Batch").
struct BatchRoot {
  TreeSize size;
  Digest root;

  auto operator<=>(const BatchRoot&) const = default;
  /// The 40 bytes that are signed in Domain::batch: the size, big-endian, then the root.
  std::array<std::uint8_t, 40> statement() const;
};

/// The leaf of a record: the leaf hash of its id. The id is the SHA-256 of the record's bytes and
/// known anyway; to hash 32 bytes again costs less than to hash the record again.
Digest batch_leaf(const RecordId& id);

/// The tree over the records of one batch, with all its hashes: 64 bytes a record.
class BatchTree {
 public:
  /// Of 1 to batch_records_max records: other counts are a bug.
  explicit BatchTree(std::span<const RecordId> ids);

  BatchRoot root() const;
  BatchPlace place(std::uint32_t index) const;

 private:
  std::vector<std::vector<Digest>> levels_;  ///< leaves first; an odd last one goes up as it is
};

/// From the leaves of batches up to their roots. Remembers its last way: where the next one meets
/// it, with the same hashes above, the root is known already. A batch taken in its order costs two
/// node hashes a record instead of sixteen. Says nothing about who signed. For one thread.
class BatchClimb {
 public:
  /// `place` as decode_envelope() lets it pass: anything else is a bug.
  BatchRoot root(const BatchPlace& place, const RecordId& id);

 private:
  struct Way {
    std::uint32_t size = 0;  ///< 0: none yet
    std::uint32_t index = 0;
    std::size_t inner = 0;
    std::array<Digest, batch_hashes_max + 1> nodes;  ///< the leaf, then what it was hashed to
    Bytes path;
    Digest root;
  };
  bool meets(std::size_t step, const BatchPlace& place, const Digest& node) const;

  Way way_;
};

}  // namespace usufruct
