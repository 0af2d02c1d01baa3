#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "ledger/reader.h"
#include "ledger/view/graph.h"

namespace usufruct {

/// Reads records of a log again, that an audit has seen and let go: the entry is the one whose leaf
/// hash was judged, or it is `unverified`. The last few bundles are kept, since what is asked for
/// together often lies together. Safe between threads; borrows the reader.
class RecordsAgain {
 public:
  RecordsAgain(const Reader& reader, TreeSize size) : reader_(reader), size_(size) {}

  Result<std::shared_ptr<const Logged>> read(LeafIndex index, const Digest& leaf_hash) const;

 private:
  struct Bundle {
    std::uint64_t index;
    Bytes bytes;
    std::vector<View> entries;
  };
  using BundlePtr = std::shared_ptr<const Bundle>;  ///< shared: in use while others evict it
  Result<BundlePtr> bundle(std::uint64_t at) const;

  const Reader& reader_;
  TreeSize size_;
  mutable std::mutex mutex_;
  mutable std::deque<BundlePtr> newest_first_;  ///< guarded by mutex_
};

}  // namespace usufruct
