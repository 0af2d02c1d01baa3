#include "ledger/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "crypto/base/check.h"
#include "crypto/base/parallel.h"

namespace usufruct {
namespace {

/// What one thread verifies at a time: about 1.5 ms of single signatures.
constexpr std::size_t block_entries = 32;

/// Envelopes that came together, from bytes to answers.
struct Job {
  std::vector<Bytes> envelopes;
  Intake::Done done;
  std::size_t bytes = 0;
  std::vector<std::optional<Result<Receipt>>> answers;

  /// Blocks of verified records go to the log in order: those ready are kept until the ones before
  /// them are.
  std::mutex mutex;
  std::vector<std::optional<std::vector<Result<Verified>>>> ready;  ///< guarded by mutex
  std::size_t next_block = 0;                                       ///< guarded by mutex
  std::atomic<std::size_t> unanswered;

  std::size_t block_count() const { return (envelopes.size() + block_entries - 1) / block_entries; }
};
using JobPtr = std::shared_ptr<Job>;

}  // namespace

struct Intake::Parts {
  Parts(Log& to, IntakeOptions with) : log(to), options(with) {}

  void run();
  void post(std::function<void()> task);
  void verify_block(const JobPtr& job, std::size_t block);
  void hand_over(const JobPtr& job, std::size_t block, std::vector<Result<Verified>> verified);
  void answer(const JobPtr& job, std::size_t index, Result<Receipt> receipt);

  Log& log;
  IntakeOptions options;
  BatchSignatures known;  ///< safe between threads by itself
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;  ///< guarded by mutex
  std::size_t waiting_entries = 0;          ///< guarded by mutex
  std::size_t waiting_bytes = 0;            ///< guarded by mutex
  bool is_stopping = false;                 ///< guarded by mutex
  std::vector<std::jthread> threads;
};

void Intake::Parts::run() {
  for (;;) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !tasks.empty() || (is_stopping && waiting_entries == 0); });
    if (tasks.empty()) return;
    const auto task = std::move(tasks.front());
    tasks.pop_front();
    lock.unlock();
    task();
  }
}

void Intake::Parts::post(std::function<void()> task) {
  const std::lock_guard lock(mutex);
  // Before what is still to be verified: somebody waits for this answer longest.
  tasks.push_front(std::move(task));
  // Under the lock: with this task the last waiter may be answered, and all of this be destroyed.
  changed.notify_one();
}

void Intake::Parts::verify_block(const JobPtr& job, std::size_t block) {
  const std::size_t from = block * block_entries;
  const std::size_t count = std::min(block_entries, job->envelopes.size() - from);
  std::vector<Result<Verified>> verified;
  verified.reserve(count);
  Verifier verifier(known);
  for (std::size_t i = from; i < from + count; ++i) {
    verified.push_back(verifier.verify(std::exchange(job->envelopes[i], {})));
  }
  hand_over(job, block, std::move(verified));
}

/// Gives the log what is verified, up to the first block that is not yet.
void Intake::Parts::hand_over(const JobPtr& job, std::size_t block,
                              std::vector<Result<Verified>> verified) {
  std::vector<std::pair<std::size_t, Error>> refused;
  {
    // Held over the submission: two threads must not bring one job's blocks in the wrong order.
    const std::lock_guard lock(job->mutex);
    job->ready[block] = std::move(verified);
    std::vector<Verified> records;
    std::vector<std::size_t> places;
    for (; job->next_block < job->ready.size() && job->ready[job->next_block]; ++job->next_block) {
      std::size_t index = job->next_block * block_entries;
      for (auto& one : *job->ready[job->next_block]) {
        if (one) {
          records.push_back(*std::move(one));
          places.push_back(index);
        } else {
          refused.emplace_back(index, std::move(one).error());
        }
        ++index;
      }
      job->ready[job->next_block]->clear();
    }
    if (!records.empty()) {
      auto submitted = log.submit(
          std::move(records), [this, job, places](std::vector<Result<Placement>> placed) {
            post([this, job, places, placed = std::move(placed)]() mutable {
              for (std::size_t i = 0; i < placed.size(); ++i) {
                answer(job, places[i],
                       placed[i] ? Result<Receipt>(placed[i]->receipt())
                                 : std::unexpected(std::move(placed[i]).error()));
              }
            });
          });
      if (!submitted) {
        for (const std::size_t place : places) refused.emplace_back(place, submitted.error());
      }
    }
  }
  for (auto& [index, error] : refused) answer(job, index, std::unexpected(std::move(error)));
}

void Intake::Parts::answer(const JobPtr& job, std::size_t index, Result<Receipt> receipt) {
  job->answers[index] = std::move(receipt);
  if (job->unanswered.fetch_sub(1) > 1) return;
  std::vector<Result<Receipt>> answers;
  answers.reserve(job->answers.size());
  for (auto& one : job->answers) answers.push_back(*std::move(one));
  job->done(std::move(answers));
  {
    const std::lock_guard lock(mutex);
    waiting_entries -= job->envelopes.size();
    waiting_bytes -= job->bytes;
  }
  changed.notify_all();
}

Intake::Intake(Log& log, IntakeOptions options) : parts_(std::make_unique<Parts>(log, options)) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < (options.threads == 0 ? cores : options.threads); ++i) {
    parts_->threads.emplace_back([parts = parts_.get()] {
      name_this_thread("intake");
      parts->run();
    });
  }
}

Intake::~Intake() {
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->is_stopping = true;
  }
  parts_->changed.notify_all();
}

Result<void> Intake::submit(std::vector<Bytes> envelopes, Done done) {
  if (envelopes.empty()) {
    done({});
    return {};
  }
  if (envelopes.size() > intake_envelopes_max) {
    return malformed(
        fmt::format("{} records at once, more than {}", envelopes.size(), intake_envelopes_max),
        "submit them in parts");
  }
  auto job = std::make_shared<Job>();
  for (const auto& envelope : envelopes) job->bytes += envelope.size();
  job->envelopes = std::move(envelopes);
  job->done = std::move(done);
  job->answers.resize(job->envelopes.size());
  job->ready.resize(job->block_count());
  job->unanswered = job->envelopes.size();
  Parts& parts = *parts_;
  {
    const std::lock_guard lock(parts.mutex);
    if (parts.waiting_entries > 0 &&
        (parts.waiting_entries + job->envelopes.size() > parts.options.waiting_entries_max ||
         parts.waiting_bytes + job->bytes > parts.options.waiting_bytes_max)) {
      return unavailable(fmt::format("{} records wait to be logged", parts.waiting_entries),
                         "submit again in a moment");
    }
    parts.waiting_entries += job->envelopes.size();
    parts.waiting_bytes += job->bytes;
    for (std::size_t block = 0; block < job->block_count(); ++block) {
      parts.tasks.emplace_back([&parts, job, block] { parts.verify_block(job, block); });
    }
  }
  parts.changed.notify_all();
  return {};
}

std::size_t Intake::waiting() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->waiting_entries;
}

}  // namespace usufruct
