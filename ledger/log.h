#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/writer.h"

namespace usufruct {

/// What waits to be written, and what one round takes of it.
inline constexpr std::size_t log_queue_entries_max = 65'536;
inline constexpr std::size_t log_round_entries_max = 8'192;
inline constexpr std::size_t log_round_bytes_max = std::size_t{16} << 20;
static_assert(log_round_entries_max <= log_queue_entries_max);

/// A record on its way into the log.
class Pending {
 public:
  explicit Pending(std::future<Result<Placement>> answer) : answer_(std::move(answer)) {}
  /// Waits until the record is durable and covered by a published checkpoint, or refused. Once
  /// only.
  Result<Receipt> receipt();

 private:
  std::future<Result<Placement>> answer_;
};

/// A transparency log over records: one order, one writer, a signed checkpoint after every round.
///
///     auto log = TRY(Log::open(store, {"trust.example/log", key}, law, clock, guard));
///     Receipt receipt = TRY(log->append(TRY(verify(envelope))));
///
/// Records come from any number of threads into a queue; one thread takes all that wait, asks the
/// law of each in turn against everything before it (earlier ones of the round included), and
/// commits entries, tiles, indexes and the signed checkpoint in one synced batch. The next round
/// begins when the last one returns: there are no timers, so one client waits for one flush and
/// many share one.
///
/// A receipt means: durable, and covered by a published checkpoint. A record that is logged already
/// (same id) is answered with the receipt of the entry there. A refusal is the law's error. After
/// an error of the store everything is `unavailable` until the log is opened again.
///
/// All methods are safe between threads. The log borrows store, clock and guard; the guard may be
/// null.
class Log {
 public:
  static Result<std::unique_ptr<Log>> open(Store& store, LogKey key, Law law, const Clock& clock,
                                           HeadGuard* guard = nullptr);
  /// Writes what is queued, then stops.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Queues a record. `unavailable` at once when log_queue_entries_max wait already.
  Result<Pending> submit(Verified record);
  /// Waits for room in the queue, then for the receipt.
  Result<Receipt> append(Verified record);
  /// Many in their order: none is overtaken by a later one. Waits for room as it goes.
  std::vector<Result<Receipt>> append_all(std::vector<Verified> records);

  /// The newest published checkpoint.
  SignedCheckpoint checkpoint() const;

 private:
  explicit Log(Writer writer);
  enum class WhenFull { wait, refuse };
  Result<Pending> push(Verified record, WhenFull when_full);
  void run();

  struct Queue {
    std::vector<Verified> records;
    std::vector<std::promise<Result<Placement>>> answers;
    std::size_t size() const { return records.size(); }
  };
  Queue take();

  Writer writer_;  ///< the writing thread's own
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable emptied_;
  Queue queue_;                  ///< guarded by mutex_
  bool is_stopping_ = false;     ///< guarded by mutex_
  SignedCheckpoint checkpoint_;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace usufruct
