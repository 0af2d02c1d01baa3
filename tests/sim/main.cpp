// The log, its witnesses and its clients in one thread and virtual time, everything that can fail
// failing by chance from one seed.
//
//     usufruct-sim [--seed=N] [--runs=K] [--jobs=J] [--full] [--tell] [--canary=NAME]
//
// Runs the seeds N to N + K - 1, J of them side by side; by default seed 1, 1,000 runs, one job a
// core. Every hundredth run is audited with all its signatures, with --full each. --tell writes
// down what befalls. A canary is a log that is broken on purpose: then finding something is
// success.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "crypto/base/text.h"
#include "tests/sim/world.h"

namespace usufruct::sim {
namespace {

struct Order {
  std::uint64_t seed = 1;
  std::uint64_t runs = 1'000;
  std::uint64_t jobs = std::max(1U, std::thread::hardware_concurrency());
  bool is_full = false;
  bool is_told = false;
  Canary canary = Canary::none;
};

Result<Order> parse_order(std::span<const std::string_view> words) {
  Order order;
  for (const std::string_view word : words) {
    const auto equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = equals == word.npos ? "" : word.substr(equals + 1);
    if (name == "--seed") {
      order.seed = TRY_IN("--seed", parse_decimal(value));
    } else if (name == "--runs") {
      order.runs = TRY_IN("--runs", parse_decimal(value));
    } else if (name == "--jobs") {
      order.jobs = std::clamp<std::uint64_t>(TRY_IN("--jobs", parse_decimal(value)), 1, 256);
    } else if (name == "--full") {
      order.is_full = true;
    } else if (name == "--tell") {
      order.is_told = true;
    } else if (name == "--canary") {
      const auto found = std::ranges::find(canaries, value, &CanaryName::name);
      if (found == canaries.end()) return malformed(fmt::format("there is no canary '{}'", value));
      order.canary = found->canary;
    } else {
      return malformed(fmt::format("'{}' is no option", word));
    }
  }
  return order;
}

struct Outcome {
  std::uint64_t seed = 0;
  std::string what;
};

class Campaign {
 public:
  explicit Campaign(const Order& order) : order_(order), stage_(build_stage()) {}

  /// The first failure by seed that was met before all stopped.
  std::optional<Outcome> run() {
    std::vector<std::thread> threads;
    for (std::uint64_t job = 0; job < order_.jobs; ++job) threads.emplace_back([this] { work(); });
    for (auto& thread : threads) thread.join();
    return failure_;
  }
  const Tally& tally() const { return tally_; }
  std::uint64_t runs() const { return std::min(next_.load(), order_.runs); }

 private:
  void work() {
    Tally tally;
    for (std::uint64_t at; !is_over_ && (at = next_++) < order_.runs;) {
      const std::uint64_t seed = order_.seed + at;
      const bool is_full = order_.is_full || seed % 100 == 0;
      const auto depth = is_full ? History::Depth::full : History::Depth::quick;
      const auto telling = order_.is_told ? Fate::Telling::yes : Fate::Telling::no;
      if (auto what = sim::run(stage_, seed, {order_.canary, depth, telling}, tally)) {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        if (!failure_ || seed < failure_->seed) failure_ = Outcome{seed, std::move(*what)};
      }
    }
    const std::lock_guard lock(mutex_);
    tally_ += tally;
  }

  const Order order_;
  const Stage stage_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<bool> is_over_ = false;
  std::mutex mutex_;
  std::optional<Outcome> failure_;  ///< guarded by mutex_
  Tally tally_;                     ///< guarded by mutex_
};

int report(const Order& order, const Campaign& campaign, const std::optional<Outcome>& failure,
           double seconds) {
  const Tally& tally = campaign.tally();
  fmt::print(
      "{} runs in {:.1f} s ({:.0f}/s): {} rounds, {} acknowledged, {} starts, {} falls, {} "
      "ended with a log that rightly stays down\n",
      campaign.runs(), seconds, static_cast<double>(campaign.runs()) / seconds, tally.rounds,
      tally.acknowledged, tally.starts, tally.falls, tally.dead);
  if (order.canary != Canary::none) {
    if (failure) fmt::print("the canary was noticed: {}\n", failure->what);
    if (!failure) fmt::print(stderr, "usufruct-sim: nobody noticed the canary\n");
    return failure ? 0 : 1;
  }
  if (!failure) return 0;
  fmt::print(stderr, "usufruct-sim: seed {}: {}\nreproduce with: usufruct-sim --seed={} --runs=1\n",
             failure->seed, failure->what, failure->seed);
  return 1;
}

int act(std::span<const std::string_view> words) {
  const auto order = parse_order(words);
  if (!order) {
    fmt::print(stderr, "usufruct-sim: {}\n", order.error().message);
    return 2;
  }
  const auto began = std::chrono::steady_clock::now();
  Campaign campaign(*order);
  const auto failure = campaign.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return report(*order, campaign, failure, took.count());
}

}  // namespace
}  // namespace usufruct::sim

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  return usufruct::sim::act(words);
}
