#pragma once

#include <csignal>

namespace usufruct::http {

/// SIGTERM and SIGINT, waited for instead of handled. Made before the first thread of the program,
/// since threads inherit what they leave to others. While it lives the two signals wait; a second
/// one, after wait(), does what it did before.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Blocks until one comes and says which.
  int wait();

 private:
  sigset_t set_{};
  sigset_t before_{};
};

}  // namespace usufruct::http
