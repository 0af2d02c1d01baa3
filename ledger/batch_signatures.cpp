#include "ledger/batch_signatures.h"

#include <algorithm>

namespace usufruct {

BatchSignatures::BatchSignatures(std::size_t count_max)
    : generation_max_(std::max<std::size_t>(1, count_max / 2)) {}

bool BatchSignatures::verify(const VerifyKey& signer, const BatchRoot& batch,
                             const Signature& signature) {
  const Good good{batch.root, signature, signer, batch.size};
  if (knows(good)) return true;
  // Not under the lock: two threads may verify the same one, which costs time and nothing else.
  const bool is_good = usufruct::verify(signer, Domain::batch, batch.statement(), signature);
  const std::lock_guard lock(mutex_);
  ++verifications_;
  if (is_good) keep(good);
  return is_good;
}

bool BatchSignatures::knows(const Good& good) {
  const std::lock_guard lock(mutex_);
  if (newer_.contains(good)) return true;
  if (older_.erase(good) == 0) return false;
  keep(good);
  return true;
}

void BatchSignatures::keep(const Good& good) {
  if (newer_.size() >= generation_max_) {
    older_ = std::move(newer_);
    newer_.clear();
  }
  newer_.insert(good);
}

std::size_t BatchSignatures::size() const {
  const std::lock_guard lock(mutex_);
  return newer_.size() + older_.size();
}

std::uint64_t BatchSignatures::verifications() const {
  const std::lock_guard lock(mutex_);
  return verifications_;
}

}  // namespace usufruct
