#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "trustee/http/reply.h"

namespace usufruct::http {

/// Threads for what may block: disks, signatures, other servers. A bounded queue before them.
class Workers {
 public:
  Workers(unsigned threads, std::size_t queue_max);
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Does what is queued, then nothing more: post() says false from here on.
  void stop();
  /// False when the queue is full; the work is then untouched.
  bool post(std::move_only_function<void()>& work);
  /// Answers a request on one of the threads; 503 when the queue is full.
  void answer(Request request, Reply reply, std::function<Response(const Request&)> make);

 private:
  void run();

  std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::move_only_function<void()>> queue_;  ///< guarded by mutex_
  bool is_stopping_ = false;                           ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace usufruct::http
