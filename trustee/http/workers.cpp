#include "trustee/http/workers.h"

#include <exception>
#include <memory>
#include <utility>

#include "crypto/base/parallel.h"

namespace usufruct::http {

Workers::Workers(unsigned threads, std::size_t queue_max) : queue_max_(queue_max) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      name_this_thread("worker");
      run();
    });
  }
}

void Workers::stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  filled_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool Workers::post(std::move_only_function<void()>& work) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_ || queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(work));
  }
  filled_.notify_one();
  return true;
}

void Workers::answer(Request request, Reply reply, std::function<Response(const Request&)> make) {
  // Kept apart from the work, so that it is still here when the queue has no room for that.
  const auto kept = std::make_shared<Reply>(std::move(reply));
  const std::string id = request.id;
  std::move_only_function<void()> work = [asked = std::move(request), kept,
                                          made = std::move(make)] {
    Response response;
    try {
      response = made(asked);
    } catch (const std::exception&) {
      response = text_response(500, "this is a fault of the server\n");
    }
    kept->send(std::move(response));
  };
  if (post(work)) return;
  kept->send(error_response(
      unavailable("too many requests wait already", "come back in a second").error(), id));
}

void Workers::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
  }
}

}  // namespace usufruct::http
