#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "crypto/base/result.h"
#include "crypto/stream.h"

namespace usufruct::anonymise {

/// A pipe for a library that wants a path to write to: what is written there goes into a sink, on a
/// thread of its own. Borrows the sink.
class Drain {
 public:
  /// `unavailable` where no pipe is to be had.
  static Result<std::unique_ptr<Drain>> begin(ByteSink& to);
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;
  ~Drain();
  /// Opens the end that is written to, until finish().
  std::string path() const;
  bool has_failed() const { return has_failed_; }
  /// When all was written; what the sink says. Once.
  Result<void> finish();

 private:
  Drain(Descriptor out, Descriptor in, ByteSink& to);
  void run();

  Descriptor out_;
  Descriptor in_;
  ByteSink& to_;
  Result<void> answer_{};
  std::atomic<bool> has_failed_ = false;
  std::thread thread_;
};

}  // namespace usufruct::anonymise
