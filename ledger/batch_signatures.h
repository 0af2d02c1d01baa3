#pragma once

#include <cstdint>
#include <mutex>
#include <set>

#include "ledger/batch.h"

namespace usufruct {

/// Batch signatures that were found good, so that a stream of records costs one Ed25519
/// verification a batch and not one a record. Only what verified is kept, under all that was
/// verified (signer, size, root, signature): nothing can be put in otherwise, and a signature that
/// fails fails each time. Holds at most `count_max` of them, some 200 bytes each, and forgets those
/// not asked for longest; to be forgotten costs one verification. Safe between threads.
class BatchSignatures {
 public:
  static constexpr std::size_t count_max_default = 8'192;
  explicit BatchSignatures(std::size_t count_max = count_max_default);

  /// Whether the key signed that batch. About 50 µs the first time, 0.2 µs after.
  bool verify(const VerifyKey& signer, const BatchRoot& batch, const Signature& signature);

  std::size_t size() const;
  /// Ed25519 verifications made so far.
  std::uint64_t verifications() const;

 private:
  struct Good {
    Digest root;  ///< first: it alone tells most apart
    Signature signature;
    VerifyKey signer;
    TreeSize size;
    auto operator<=>(const Good&) const = default;
  };
  bool knows(const Good& good);
  void keep(const Good& good);

  // Two generations: when the newer is full it becomes the older, and the older goes. What is asked
  // for moves to the newer. Ordered, since the keys come from outside and a hash of them can be
  // made to collide.
  const std::size_t generation_max_;
  mutable std::mutex mutex_;
  std::set<Good> newer_;
  std::set<Good> older_;
  std::uint64_t verifications_ = 0;
};

}  // namespace usufruct
