#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "ledger/log.h"

namespace usufruct {

/// What one submission holds at most: as many as one batch signature signs.
inline constexpr std::size_t intake_envelopes_max = 65'536;
static_assert(intake_envelopes_max <= log_queue_entries_max);

struct IntakeOptions {
  unsigned threads = 0;  ///< 0: as many as there are cores
  /// Between submit() and `done`. No more than the log's queue takes, so that it never overflows.
  std::size_t waiting_entries_max = log_queue_entries_max;
  std::size_t waiting_bytes_max = log_queue_bytes_max;
};

/// Bytes in, receipts out: the way into a log for envelopes that come from outside.
///
///     bytes ─threads→ Verified ─queue→ Log ─threads→ Receipt ─→ done
///
/// Signatures are checked, and proofs made, on threads of its own: neither the caller nor the
/// writing thread does it. Envelopes submitted together are logged in their order; those that do
/// not verify are answered with the error and hold up no other.
///
/// All methods are safe between threads. It borrows the log, which must outlive it.
class Intake {
 public:
  explicit Intake(Log& log, IntakeOptions options = {});
  /// Waits until all that was submitted is answered.
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  /// Called once, with as many answers as envelopes and in their order, on a thread of the intake:
  /// while it runs that thread verifies nothing, so it must not wait.
  using Done = std::function<void(std::vector<Result<Receipt>>)>;
  /// `unavailable` at once, and `done` never called, when too much waits already; `malformed` when
  /// there are more than intake_envelopes_max.
  Result<void> submit(std::vector<Bytes> envelopes, Done done);

  /// Envelopes submitted and not answered.
  std::size_t waiting() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace usufruct
