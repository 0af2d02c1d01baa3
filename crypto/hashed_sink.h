#pragma once

#include "crypto/hash.h"
#include "crypto/stream.h"

namespace usufruct {

/// Hashes what comes, and passes it on where there is somebody to pass it to, who is borrowed.
class HashedSink final : public ByteSink {
 public:
  explicit HashedSink(ByteSink* to = nullptr) : to_(to) {}
  Result<void> write(View bytes) override {
    hash_.update(bytes);
    return to_ != nullptr ? to_->write(bytes) : Result<void>{};
  }
  /// SHA-256 of all that came; once.
  Digest digest() { return hash_.finish(); }

 private:
  ByteSink* to_;
  Sha256 hash_;
};

}  // namespace usufruct
