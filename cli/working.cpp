#include "cli/working.h"

#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <utility>

namespace usufruct::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto delay = 500ms;
constexpr auto show_interval = 100ms;
/// A rate measured over less says little.
constexpr double seconds_min = 2;

/// " 1200 of 5000, 600/s, 7 s left (2 s)", as far as it is known.
std::string how_far(std::uint64_t done, std::uint64_t total, double seconds) {
  std::string text;
  if (total != 0) text += fmt::format(" {} of {}", done, total);
  if (total != 0 && done > 0 && done <= total && seconds >= seconds_min) {
    const double rate = static_cast<double>(done) / seconds;
    text +=
        fmt::format(", {:.0f}/s, {:.0f} s left", rate, static_cast<double>(total - done) / rate);
  }
  return text + fmt::format(" ({:.0f} s)", seconds);
}

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
    world_.err << how_far(done_, total_, seconds);
    world_.err.flush();
  } while (!over_.wait_for(lock, show_interval, [this] { return is_over_; }));
  world_.err << "\r\x1b[K";
  world_.err.flush();
}

}  // namespace usufruct::cli
