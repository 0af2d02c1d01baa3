#include "cli/working.h"

#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <utility>

namespace usufruct::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto delay = 500ms;
constexpr auto interval = 100ms;

}  // namespace

Working::Working(World& world, bool quiet, std::string what)
    : world_(world), what_(std::move(what)) {
  if (!quiet && world_.terminals.err) thread_ = std::thread([this] { run(); });
}

Working::~Working() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_all();
  thread_.join();
}

void Working::at(std::uint64_t done, std::uint64_t total) {
  done_ = done;
  total_ = total;
}

void Working::run() {
  std::unique_lock lock(mutex_);
  const auto started = std::chrono::steady_clock::now();
  if (over_.wait_for(lock, delay, [this] { return is_over_; })) return;
  do {
    const auto passed = std::chrono::steady_clock::now() - started;
    const double seconds = std::chrono::duration<double>(passed).count();
    world_.err << "\r\x1b[Kusufruct: " << what_;
    if (total_ != 0) world_.err << fmt::format(" {} of {}", done_.load(), total_.load());
    world_.err << fmt::format(" ({:.0f} s)", seconds);
    world_.err.flush();
  } while (!over_.wait_for(lock, interval, [this] { return is_over_; }));
  world_.err << "\r\x1b[K";
  world_.err.flush();
}

}  // namespace usufruct::cli
