#include "cli/witness_watch.h"

#include <fmt/format.h>

#include <chrono>

#include "crypto/base/text.h"

namespace usufruct::cli {
namespace {

constexpr std::chrono::seconds look_interval{1};

}  // namespace

WitnessWatch::WitnessWatch(const LogWitnesses& witnesses, std::function<void(std::string)> note)
    : witnesses_(witnesses), note_(std::move(note)) {
  errors_.resize(witnesses_.policy().witnesses().size());
  thread_ = std::thread([this] { run(); });
}

WitnessWatch::~WitnessWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_all();
  thread_.join();
}

void WitnessWatch::run() {
  std::unique_lock lock(mutex_);
  do {
    look();
  } while (!over_.wait_for(lock, look_interval, [&] { return is_over_; }));
}

void WitnessWatch::look() {
  const auto standings = witnesses_.standings();
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const auto& [name, cosigned, failed, size, error] = standings[i];
    if (error == errors_[i]) continue;
    errors_[i] = error;
    note_(error.empty() ? fmt::format("witness {} cosigns again", printable(name, 80))
                        : fmt::format("witness {}: {}", printable(name, 80), error));
  }
}

}  // namespace usufruct::cli
