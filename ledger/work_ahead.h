#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace usufruct {

struct WorkAheadOptions {
  std::size_t threads = 1;                         ///< the caller's among them
  std::size_t items_max = 32;                      ///< worked on or done, and not settled
  std::size_t bytes_max = std::size_t{512} << 20;  ///< the same, as far as they are done
};

/// Does the parts of a long task on several threads, and settles them one by one, in order, on the
/// caller's: what can be found out of each part alone overlaps with what needs all before it.
/// Memory is bounded by the options, however many parts there are. While the caller has nothing to
/// settle it works too.
///
///     WorkAhead<Portion> ahead({.threads = 2}, work, size_of);
///     ahead.run(count, [&](Portion& portion) { …; return goes_on; });
///
/// `work` and `size_of` are called from several threads at once and must not throw.
template <class T>
class WorkAhead {
 public:
  using Work = std::function<T(std::uint64_t)>;
  using SizeOf = std::function<std::size_t(const T&)>;
  using Settle = std::function<bool(T&)>;

  WorkAhead(WorkAheadOptions options, Work work, SizeOf size_of)
      : options_(options),
        work_(std::move(work)),
        size_of_(std::move(size_of)),
        slots_(options.items_max) {}

  /// Parts [0, count); ends early when `settle` answers false. At most once.
  void run(std::uint64_t count, const Settle& settle) {
    count_ = count;
    std::vector<std::jthread> threads;
    const Over over(*this);
    for (std::size_t i = 1; i < options_.threads; ++i) threads.emplace_back([this] { help(); });
    for (std::uint64_t at = 0; at < count; ++at) {
      T part = wait_for(at);
      if (!settle(part)) return;
    }
  }

 private:
  /// Whatever ends run(), the threads end.
  class Over {
   public:
    explicit Over(WorkAhead& ahead) : ahead_(ahead) {}
    Over(const Over&) = delete;
    Over& operator=(const Over&) = delete;
    ~Over() {
      const std::lock_guard lock(ahead_.mutex_);
      ahead_.is_over_ = true;
      ahead_.changed_.notify_all();
    }

   private:
    WorkAhead& ahead_;
  };

  bool may_begin() const {
    if (next_ >= count_) return false;
    return next_ == settled_ || (next_ - settled_ < slots_.size() && bytes_ < options_.bytes_max);
  }

  /// Takes the next part and does it. Needs may_begin() and the lock, which it gives up meanwhile.
  void do_next(std::unique_lock<std::mutex>& lock) {
    const std::uint64_t at = next_++;
    lock.unlock();
    T part = work_(at);
    const std::size_t size = size_of_(part);
    lock.lock();
    bytes_ += size;
    slots_[at % slots_.size()].emplace(std::move(part));
    changed_.notify_all();
  }

  void help() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_over_ || may_begin(); });
      if (is_over_) return;
      do_next(lock);
    }
  }

  T wait_for(std::uint64_t at) {
    std::unique_lock lock(mutex_);
    auto& slot = slots_[at % slots_.size()];
    while (!slot) {
      if (may_begin()) {
        do_next(lock);
      } else {
        changed_.wait(lock);
      }
    }
    T part = *std::move(slot);
    slot.reset();
    bytes_ -= size_of_(part);
    ++settled_;
    changed_.notify_all();
    return part;
  }

  WorkAheadOptions options_;
  Work work_;
  SizeOf size_of_;
  std::uint64_t count_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All below is guarded by mutex_.
  std::vector<std::optional<T>> slots_;  ///< part n is in slot n modulo their count
  std::uint64_t next_ = 0;               ///< the next part nobody works on yet
  std::uint64_t settled_ = 0;
  std::size_t bytes_ = 0;
  bool is_over_ = false;
};

}  // namespace usufruct
