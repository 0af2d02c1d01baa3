#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "crypto/base/bytes.h"

namespace usufruct {

/// Buffers that threads lend and give back, so that reading many files takes no more memory than
/// there are threads, and none anew for each file. Safe between threads.
class Buffers {
 public:
  /// A buffer, given back when the object goes; it must not outlive the buffers it is one of.
  class Lent {
   public:
    Lent(Buffers& owner, Bytes bytes) : owner_(owner), bytes_(std::move(bytes)) {}
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    ~Lent() { owner_.give_back(std::move(bytes_)); }
    Bytes& operator*() const { return bytes_; }

   private:
    Buffers& owner_;
    mutable Bytes bytes_;
  };

  Lent lend() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return {*this, {}};
    Bytes bytes = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(bytes)};
  }

 private:
  void give_back(Bytes bytes) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(bytes));
  }

  std::mutex mutex_;
  std::vector<Bytes> free_;  ///< guarded by mutex_
};

}  // namespace usufruct
