#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "trustee/log_witnesses.h"

namespace usufruct::cli {

/// Tells an operator, once a second at most, when a witness of the log fails and when it cosigns
/// again: the log itself only knows that its quorum was not met. Borrows the witnesses.
class WitnessWatch {
 public:
  WitnessWatch(const LogWitnesses& witnesses, std::function<void(std::string)> note);
  ~WitnessWatch();
  WitnessWatch(const WitnessWatch&) = delete;
  WitnessWatch& operator=(const WitnessWatch&) = delete;

 private:
  void run();
  void look();

  const LogWitnesses& witnesses_;
  std::function<void(std::string)> note_;
  std::vector<std::string> errors_;  ///< told last, by place in the policy; empty: none
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace usufruct::cli
