#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/reader.h"
#include "ledger/writer.h"

namespace usufruct {

/// What waits to be written, and what one round takes of it.
inline constexpr std::size_t log_queue_entries_max = 65'536;
inline constexpr std::size_t log_queue_bytes_max = std::size_t{256} << 20;
inline constexpr std::size_t log_round_entries_max = 8'192;
inline constexpr std::size_t log_round_bytes_max = std::size_t{16} << 20;
static_assert(log_round_entries_max <= log_queue_entries_max);
static_assert(log_round_bytes_max <= log_queue_bytes_max);

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

/// What a log is doing, for those who watch it.
struct LogState {
  std::uint64_t size = 0;            ///< entries under the published checkpoint
  std::uint64_t rounds = 0;          ///< written since it was opened
  std::uint64_t queued_entries = 0;  ///< not taken into a round yet
  bool is_failed = false;            ///< it stopped writing: to be opened again
};

/// A transparency log over records: one order, one writer, a signed checkpoint after every round.
///
///     auto log = TRY(Log::open(store, {"trust.example/log", key}, law, clock, guard));
///     Receipt receipt = TRY(log->append(TRY(verify(envelope))));
///
/// Records come from any number of threads into a queue; one thread takes all that wait and asks
/// the law of each in turn against everything before it (earlier ones of the round included). The
/// round's entries, tiles, indexes and signed checkpoint are committed in one synced batch: by that
/// thread when nothing else waits, else by a second one, while the first admits the next round.
/// There are no timers: one client waits for one flush and many share one.
///
/// A receipt means: durable, and covered by a published checkpoint. A record that is logged already
/// (same id) is answered with the receipt of the entry there. A refusal is the law's error. After
/// an error of the store everything is `unavailable` until the log is opened again.
///
/// All methods are safe between threads. The log borrows store, clock, guard and cosigner; the last
/// two may be null.
class Log {
 public:
  static Result<std::unique_ptr<Log>> open(Store& store, LogKey key, Law law, const Clock& clock,
                                           HeadGuard* guard = nullptr,
                                           Cosigner* cosigner = nullptr);
  /// Writes what is queued, then stops.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Answers to records that were submitted together, in their order. Called once, by the writing
  /// thread: it must not wait, and leaves making receipts to another thread.
  using Answered = std::function<void(std::vector<Result<Placement>>)>;
  /// Queues records, at most log_queue_entries_max, to be logged in their order. `unavailable` at
  /// once, and `answered` never called, when there is no room for them.
  Result<void> submit(std::vector<Verified> records, Answered answered);
  /// Queues one record. `unavailable` at once when there is no room.
  Result<Pending> submit(Verified record);
  /// Waits for room in the queue, then for the receipt.
  Result<Receipt> append(Verified record);
  /// Many in their order: none is overtaken by a later one. Waits for room as it goes.
  std::vector<Result<Receipt>> append_all(std::vector<Verified> records);

  /// The newest published checkpoint.
  SignedCheckpoint checkpoint() const;
  /// The log's public face at that checkpoint. It does not change while the log grows; one more
  /// reference to what is there, so cheap.
  std::shared_ptr<const Reader> snapshot() const;
  LogState state() const;

 private:
  explicit Log(Writer writer);

  /// Records that came together; a round may take only the first of them.
  struct Group {
    std::vector<Verified> records;
    std::size_t taken = 0;
    std::vector<Result<Placement>> answers;
    Answered answered;
  };
  using GroupPtr = std::shared_ptr<Group>;  ///< shared by the queue and the round that took of it
  struct Part {
    GroupPtr group;
    std::size_t count;
  };
  struct Taken {
    std::vector<Verified> records;
    std::vector<Part> parts;
  };
  enum class WhenFull { wait, refuse };
  Result<void> push(Group group, WhenFull when_full);
  /// A round from its queue to its answers.
  struct RoundAtWork {
    Taken taken;
    Draft draft;
  };
  Taken take();
  void answer(Taken& taken, std::vector<Result<Placement>> placed);
  void seal(RoundAtWork& round);
  bool settle_last();
  void publish_again();
  void admit_rounds();
  void seal_rounds();

  Writer writer_;  ///< as it says itself: shared between the two threads
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable emptied_;
  std::condition_variable handed_;          ///< a round to the sealing thread, and back
  std::deque<GroupPtr> queue_;              ///< guarded by mutex_
  std::size_t queued_entries_ = 0;          ///< guarded by mutex_
  std::size_t queued_bytes_ = 0;            ///< guarded by mutex_
  bool is_stopping_ = false;                ///< guarded by mutex_
  bool is_over_ = false;                    ///< no round comes any more; guarded by mutex_
  std::unique_ptr<RoundAtWork> closed_;     ///< handed over; its draft is the sealing thread's
  bool is_sealed_ = false;                  ///< closed_ came back; guarded by mutex_
  LogState state_;                          ///< guarded by mutex_
  bool is_published_ = true;                ///< all that is written; guarded by mutex_
  SignedCheckpoint checkpoint_;             ///< guarded by mutex_
  std::shared_ptr<const Reader> snapshot_;  ///< guarded by mutex_
  std::thread admitting_;
  std::thread sealing_;
};

}  // namespace usufruct
