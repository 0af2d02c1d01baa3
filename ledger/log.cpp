#include "ledger/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "crypto/base/check.h"
#include "crypto/base/parallel.h"

namespace usufruct {
namespace {

/// How long an unpublished checkpoint rests before the witnesses are asked again, when no record
/// comes meanwhile.
constexpr std::chrono::milliseconds publish_again_after{1'000};

/// What append_all() hands over at once: small enough to overlap with the writing of the last.
constexpr std::size_t append_group_entries = 2'048;
static_assert(append_group_entries <= log_queue_entries_max);

std::size_t bytes_of(std::span<const Verified> records) {
  std::size_t bytes = 0;
  for (const auto& record : records) bytes += record.envelope().size();
  return bytes;
}

}  // namespace

Result<Receipt> Pending::receipt() { return TRY(answer_.get()).receipt(); }

Result<std::unique_ptr<Log>> Log::open(Store& store, LogKey key, Law law, const Clock& clock,
                                       HeadGuard* guard, Cosigner* cosigner) {
  // Not inside the new-expression: leaving it half-way would lose what it allocated.
  Writer writer = TRY(Writer::open(store, std::move(key), std::move(law), clock, guard, cosigner));
  return std::unique_ptr<Log>(new Log(std::move(writer)));
}

Log::Log(Writer writer) : writer_(std::move(writer)) {
  checkpoint_ = writer_.checkpoint();
  snapshot_ = writer_.snapshot();
  state_.size = checkpoint_.checkpoint.size.value;
  is_published_ = writer_.is_published();
  sealing_ = std::thread([this] {
    name_this_thread("log-seal");
    seal_rounds();
  });
  admitting_ = std::thread([this] {
    name_this_thread("log-admit");
    admit_rounds();
  });
}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  filled_.notify_one();
  admitting_.join();
  sealing_.join();
}

Result<void> Log::push(Group group, WhenFull when_full) {
  const std::size_t count = group.records.size();
  CHECK_THAT(count <= log_queue_entries_max);
  if (count == 0) {
    group.answered({});
    return {};
  }
  const std::size_t bytes = bytes_of(group.records);
  auto shared = std::make_shared<Group>(std::move(group));
  std::unique_lock lock(mutex_);
  const auto has_room = [&] {
    return queue_.empty() || (queued_entries_ + count <= log_queue_entries_max &&
                              queued_bytes_ + bytes <= log_queue_bytes_max);
  };
  if (when_full == WhenFull::refuse && !has_room()) {
    return unavailable(fmt::format("{} records wait to be logged", queued_entries_),
                       "submit again in a moment");
  }
  emptied_.wait(lock, has_room);
  queue_.push_back(std::move(shared));
  queued_entries_ += count;
  queued_bytes_ += bytes;
  const bool was_empty = queue_.size() == 1;
  lock.unlock();
  if (was_empty) filled_.notify_one();
  return {};
}

Result<void> Log::submit(std::vector<Verified> records, Answered answered) {
  return push({std::move(records), 0, {}, std::move(answered)}, WhenFull::refuse);
}

namespace {

/// A promise in a function that can be copied, as std::function wants it.
Log::Answered fulfil(std::shared_ptr<std::promise<Result<Placement>>> promise) {
  return [promise = std::move(promise)](std::vector<Result<Placement>> answers) {
    promise->set_value(std::move(answers.front()));
  };
}

std::vector<Verified> alone(Verified record) {
  std::vector<Verified> records;
  records.push_back(std::move(record));
  return records;
}

}  // namespace

Result<Pending> Log::submit(Verified record) {
  auto promise = std::make_shared<std::promise<Result<Placement>>>();
  Pending pending(promise->get_future());
  CHECK_OK(push({alone(std::move(record)), 0, {}, fulfil(std::move(promise))}, WhenFull::refuse));
  return pending;
}

Result<Receipt> Log::append(Verified record) {
  auto promise = std::make_shared<std::promise<Result<Placement>>>();
  Pending pending(promise->get_future());
  CHECK_OK(push({alone(std::move(record)), 0, {}, fulfil(std::move(promise))}, WhenFull::wait));
  return pending.receipt();
}

std::vector<Result<Receipt>> Log::append_all(std::vector<Verified> records) {
  using Answers = std::vector<Result<Placement>>;
  std::deque<std::future<Answers>> pending;
  std::vector<Result<Receipt>> receipts;
  receipts.reserve(records.size());
  const auto collect = [&] {
    for (auto& placed : pending.front().get()) {
      receipts.push_back(placed ? Result<Receipt>(placed->receipt())
                                : std::unexpected(std::move(placed).error()));
    }
    pending.pop_front();
  };
  for (std::size_t from = 0; from < records.size(); from += append_group_entries) {
    const auto first = records.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = records.begin() + static_cast<std::ptrdiff_t>(
                                            std::min(from + append_group_entries, records.size()));
    Group group{{std::make_move_iterator(first), std::make_move_iterator(last)}, 0, {}, {}};
    auto promise = std::make_shared<std::promise<Answers>>();
    pending.push_back(promise->get_future());
    group.answered = [promise](Answers answers) { promise->set_value(std::move(answers)); };
    // Never refused: it waits.
    CHECK_THAT(push(std::move(group), WhenFull::wait).has_value());
    // So that memory is bounded by what waits, not by what was given.
    if (pending.size() > 2 * log_round_entries_max / append_group_entries) collect();
  }
  while (!pending.empty()) collect();
  return receipts;
}

SignedCheckpoint Log::checkpoint() const {
  const std::lock_guard lock(mutex_);
  return checkpoint_;
}

std::shared_ptr<const Reader> Log::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

LogState Log::state() const {
  const std::lock_guard lock(mutex_);
  LogState state = state_;
  state.queued_entries = queued_entries_;
  return state;
}

/// What one round takes from the front of the queue; nothing when the log stops, when the round
/// handed over came back, or when it is time to ask the witnesses again.
Log::Taken Log::take() {
  std::unique_lock lock(mutex_);
  const auto is_due = [&] { return !queue_.empty() || is_stopping_ || is_sealed_; };
  // While a round is being sealed nobody knows whether it will be published.
  if (is_published_ || closed_) {
    filled_.wait(lock, is_due);
  } else {
    filled_.wait_for(lock, publish_again_after, is_due);
  }
  Taken taken;
  std::size_t bytes = 0;
  while (!queue_.empty() && taken.records.size() < log_round_entries_max) {
    Group& group = *queue_.front();
    const std::size_t before = group.taken;
    for (; group.taken < group.records.size(); ++group.taken) {
      const std::size_t size = group.records[group.taken].envelope().size();
      if (!taken.records.empty() &&
          (taken.records.size() == log_round_entries_max || bytes + size > log_round_bytes_max)) {
        break;
      }
      bytes += size;
      taken.records.push_back(std::move(group.records[group.taken]));
    }
    if (group.taken == before) break;
    taken.parts.push_back({queue_.front(), group.taken - before});
    if (group.taken < group.records.size()) break;
    queue_.pop_front();
  }
  queued_entries_ -= taken.records.size();
  queued_bytes_ -= bytes;
  lock.unlock();
  emptied_.notify_all();
  return taken;
}

void Log::answer(Taken& taken, std::vector<Result<Placement>> placed) {
  auto next = placed.begin();
  for (auto& [group, count] : taken.parts) {
    const auto end = next + static_cast<std::ptrdiff_t>(count);
    std::move(next, end, std::back_inserter(group->answers));
    next = end;
    if (group->answers.size() == group->records.size()) {
      group->answered(std::move(group->answers));
    }
  }
}

/// Writes a round and answers its records. By either thread, never by both.
void Log::seal(RoundAtWork& round) {
  auto placed = writer_.seal(round.draft);
  {
    const std::lock_guard lock(mutex_);
    checkpoint_ = writer_.checkpoint();
    snapshot_ = writer_.snapshot();
    is_published_ = writer_.is_published();
    state_.size = checkpoint_.checkpoint.size.value;
    state_.is_failed = writer_.is_failed();
    ++state_.rounds;
  }
  answer(round.taken, std::move(placed));
}

/// Waits until the round handed over last is written. False when there was none.
bool Log::settle_last() {
  std::unique_lock lock(mutex_);
  if (!closed_) return false;
  handed_.wait(lock, [&] { return is_sealed_; });
  const auto sealed = std::exchange(closed_, nullptr);
  is_sealed_ = false;
  lock.unlock();
  writer_.settle(sealed->draft);
  return true;
}

/// Asks the witnesses once more, with no round under way.
void Log::publish_again() {
  (void)writer_.publish();
  const std::lock_guard lock(mutex_);
  checkpoint_ = writer_.checkpoint();
  snapshot_ = writer_.snapshot();
  is_published_ = writer_.is_published();
  state_.size = checkpoint_.checkpoint.size.value;
}

void Log::admit_rounds() {
  for (;;) {
    auto round = std::make_unique<RoundAtWork>();
    round->taken = take();
    const bool is_idle = round->taken.records.empty();
    if (!is_idle) round->draft = writer_.admit(std::move(round->taken.records));
    const bool is_settled = settle_last();
    std::unique_lock lock(mutex_);
    const bool is_more = !queue_.empty();
    const bool is_last = is_stopping_ && !is_more;
    lock.unlock();
    if (is_idle) {
      if (is_settled && !is_last) continue;
      publish_again();
      if (!is_last) continue;
      // Of use only if the witnesses are away at the next start: no reason not to stop.
      (void)writer_.keep_published();
      break;
    }
    writer_.close_round(round->draft);
    if (is_more) {
      lock.lock();
      closed_ = std::move(round);
      handed_.notify_all();
    } else {
      // Nobody else waits: this thread is as good, and the other need not be woken.
      seal(*round);
      writer_.settle(round->draft);
    }
  }
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  handed_.notify_all();
}

void Log::seal_rounds() {
  std::unique_lock lock(mutex_);
  for (;;) {
    handed_.wait(lock, [&] { return is_over_ || (closed_ && !is_sealed_); });
    if (is_over_) return;
    RoundAtWork& round = *closed_;
    lock.unlock();
    seal(round);
    lock.lock();
    is_sealed_ = true;
    handed_.notify_all();
    filled_.notify_all();
  }
}

}  // namespace usufruct
