#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "cli/world.h"

namespace usufruct::cli {

/// A line on the terminal while something takes time, with how far it is, how fast and how long it
/// will take yet, where that is known: after half a second, at most ten times a
/// second, gone when the object goes. Silent where stderr is no terminal.
///
///     Working working(world, Quiet::no, "signing consents");
///     working.at(done, total);
class Working {
 public:
  Working(World& world, bool quiet, std::string what);
  ~Working();
  Working(const Working&) = delete;
  Working& operator=(const Working&) = delete;

  /// How far it is; total 0: not known. Safe from any thread.
  void at(std::uint64_t done, std::uint64_t total);

 private:
  void run();

  World& world_;
  std::string what_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_{0};
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace usufruct::cli
