#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/time.h"
#include "ledger/law.h"
#include "ledger/round.h"
#include "ledger/store/store.h"
#include "ledger/store/stored_entries.h"
#include "ledger/store/stored_tree.h"
#include "ledger/view/store_graph.h"

namespace usufruct {

/// A round that is not written yet: what goes into the store, and the log as it is then.
struct Draft {
  std::vector<Result<Placement>> answers;  ///< in the order of the records
  std::shared_ptr<Round> round;
  Time time;  ///< of its entries
  TreeSize before;
  Batch batch;
  std::optional<Error> failed{};  ///< the store did not say all that was asked: nothing holds
  /// Tree and entries after it. Set by Admission::close().
  std::unique_ptr<const StoredTree> tree{};
  std::unique_ptr<const StoredEntries> entries{};
  bool is_growth() const { return tree && tree->size() != before; }
};

/// Admits records by the law and gives each its index and time: all of writing a log that needs the
/// records one after another. A round may be admitted while the one before is being written:
///
///     Draft a = admission.admit(…);
///     admission.close(a);              // a is being written, on another thread
///     Draft b = admission.admit(…);    // sees all of a
///     admission.settle(a);             // a is in the store
///     admission.close(b);
///
/// Not safe between threads: a draft that was closed shares nothing with it that changes.
class Admission {
 public:
  /// Of the first `size` entries in a store; the next is not earlier than `time`. Borrows the
  /// store.
  static Result<Admission> open(const Store& store, TreeSize size, Time time);

  /// Asks the law of each in turn, against everything before it. A record whose id is logged
  /// already answers its place. `closed` is the refusal of a log that takes nothing more.
  Draft admit(std::vector<Verified> records, const Law& law, Time now,
              const std::optional<Error>& closed = {});
  /// The end of a round: its batch is whole. The round before must be settled.
  void close(Draft& draft);
  /// What was closed is in the store now.
  void settle(Draft& draft);

  const StoredTree& tree() const { return graph_->tree(); }
  const StoredEntries& entries() const { return *entries_; }

 private:
  Admission() = default;
  Result<Placement> admit(Verified record, const Law& law, Draft& draft,
                          const std::optional<Error>& closed);

  std::unique_ptr<StoreGraph> graph_;
  std::unique_ptr<StoredEntries> entries_;
  Time time_;  ///< of the last entry
};

}  // namespace usufruct
