#include "crypto/base/parallel.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

#include "crypto/base/check.h"

namespace usufruct {

void for_each_index(std::size_t count, std::size_t block,
                    const std::function<void(std::size_t)>& work, std::size_t threads_max) {
  CHECK_THAT(block > 0);
  std::atomic<std::size_t> next = 0;
  const auto take_blocks = [&] {
    for (std::size_t from; (from = next.fetch_add(block)) < count;) {
      for (std::size_t i = from; i < std::min(from + block, count); ++i) work(i);
    }
  };
  if (threads_max == 0) threads_max = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = std::min(threads_max, (count + block - 1) / block);
  if (threads <= 1) return take_blocks();
  boost::asio::thread_pool pool(threads - 1);
  for (std::size_t i = 1; i < threads; ++i) boost::asio::post(pool, take_blocks);
  take_blocks();
  pool.join();
}

void name_this_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace usufruct
