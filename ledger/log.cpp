#include "ledger/log.h"

#include <fmt/format.h>

#include <iterator>

namespace usufruct {
namespace {

/// How many records from the front make one round.
std::size_t round_size(const std::vector<Verified>& records) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < records.size() && count < log_round_entries_max) {
    bytes += records[count].envelope().size();
    if (count > 0 && bytes > log_round_bytes_max) break;
    ++count;
  }
  return count;
}

/// Moves the first `count` items out of a vector.
template <class T>
std::vector<T> take_front(std::vector<T>& from, std::size_t count) {
  if (count == from.size()) return std::exchange(from, {});
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<T> taken(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return taken;
}

}  // namespace

Result<Receipt> Pending::receipt() { return TRY(answer_.get()).receipt(); }

Result<std::unique_ptr<Log>> Log::open(Store& store, LogKey key, Law law, const Clock& clock,
                                       HeadGuard* guard) {
  // Not inside the new-expression: leaving it half-way would lose what it allocated.
  Writer writer = TRY(Writer::open(store, std::move(key), std::move(law), clock, guard));
  return std::unique_ptr<Log>(new Log(std::move(writer)));
}

Log::Log(Writer writer) : writer_(std::move(writer)), checkpoint_(writer_.checkpoint()) {
  thread_ = std::thread([this] { run(); });
}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  filled_.notify_one();
  thread_.join();
}

Result<Pending> Log::push(Verified record, WhenFull when_full) {
  std::unique_lock lock(mutex_);
  if (queue_.size() >= log_queue_entries_max && when_full == WhenFull::refuse) {
    return unavailable(fmt::format("{} records wait to be logged", queue_.size()),
                       "submit again in a moment");
  }
  emptied_.wait(lock, [&] { return queue_.size() < log_queue_entries_max; });
  queue_.records.push_back(std::move(record));
  Pending pending(queue_.answers.emplace_back().get_future());
  const bool was_empty = queue_.size() == 1;
  lock.unlock();
  if (was_empty) filled_.notify_one();
  return pending;
}

Result<Pending> Log::submit(Verified record) { return push(std::move(record), WhenFull::refuse); }

Result<Receipt> Log::append(Verified record) {
  return TRY(push(std::move(record), WhenFull::wait)).receipt();
}

std::vector<Result<Receipt>> Log::append_all(std::vector<Verified> records) {
  std::deque<Result<Pending>> pending;
  std::vector<Result<Receipt>> receipts;
  receipts.reserve(records.size());
  const auto collect = [&] {
    auto& first = pending.front();
    receipts.push_back(first ? first->receipt() : std::unexpected(first.error()));
    pending.pop_front();
  };
  for (auto& record : records) {
    pending.push_back(push(std::move(record), WhenFull::wait));
    // So that memory is bounded by what waits, not by what was given.
    if (pending.size() > 2 * log_round_entries_max) collect();
  }
  while (!pending.empty()) collect();
  return receipts;
}

SignedCheckpoint Log::checkpoint() const {
  const std::lock_guard lock(mutex_);
  return checkpoint_;
}

Log::Queue Log::take() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [&] { return queue_.size() > 0 || is_stopping_; });
  const std::size_t count = round_size(queue_.records);
  Queue taken{take_front(queue_.records, count), take_front(queue_.answers, count)};
  lock.unlock();
  emptied_.notify_all();
  return taken;
}

void Log::run() {
  for (;;) {
    Queue round = take();
    if (round.size() == 0) return;
    auto placed = writer_.write(round.records);
    {
      const std::lock_guard lock(mutex_);
      checkpoint_ = writer_.checkpoint();
    }
    for (std::size_t i = 0; i < placed.size(); ++i) {
      round.answers[i].set_value(std::move(placed[i]));
    }
  }
}

}  // namespace usufruct
