#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "trustee/http/reply.h"

namespace usufruct::http {

class Exchange;
class Loop;

/// Through it an answer's thread wakes a loop that may be gone by then.
struct Mailbox {
  std::mutex mutex;
  Loop* loop = nullptr;                             ///< guarded by mutex; null: nobody is there
  std::vector<std::shared_ptr<Exchange>> answered;  ///< guarded by mutex

  /// An answer is there. Many in a row wake the loop once.
  void put(std::shared_ptr<Exchange> exchange);
};

/// Where one request's answer is left by whatever thread has it, and fetched by the connection's.
///
/// `is_claimed_` decides between the handler and the server's patience who answers; `state_` hands
/// the answer over, so that the loop is woken only when it waits already.
class Exchange final : public ReplySink, public std::enable_shared_from_this<Exchange> {
 public:
  explicit Exchange(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  void answer(Response response) override;

  // The loop's thread only:
  bool is_answered() const { return state_ == State::answered; }
  /// Calls back on the loop's thread once the answer is there; false when it is there already, and
  /// wake() is then the caller's to call.
  bool wait(std::move_only_function<void()> wake);
  void wake();
  Response take() { return std::move(response_); }
  /// For the next request; nobody else holds it.
  void reset();
  /// Nobody waits any more: an answer is dropped.
  void forget();

 private:
  enum class State { open, waited_for, answered };
  std::shared_ptr<Mailbox> mailbox_;
  std::atomic<bool> is_claimed_ = false;
  std::atomic<State> state_ = State::open;
  Response response_;
  std::move_only_function<void()> wake_;
};

/// A client's connection as its loop sees it.
class Connection {
 public:
  using Steady = std::chrono::steady_clock;
  virtual ~Connection() = default;
  /// Looks at the time: gives up what takes too long. `is_draining`: also what waits for a request.
  virtual void look(Steady::time_point now, bool is_draining) = 0;
  /// Ends it whatever it does.
  virtual void abort() = 0;
};

/// One thread with its event loop and the connections on it. Instead of a timer for each wait,
/// which would cost more than a small request, all deadlines are looked at a few times a second.
class Loop {
 public:
  explicit Loop(std::chrono::milliseconds look_every);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start(std::function<void()> after_look);
  boost::asio::io_context& context() { return context_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  /// From any thread.
  void drain();
  /// From any thread. Nothing of the loop runs any more when it returns.
  void stop();

  // The loop's thread only:
  void add(std::shared_ptr<Connection> connection) { connections_.insert(std::move(connection)); }
  void remove(const std::shared_ptr<Connection>& connection) { connections_.erase(connection); }

 private:
  friend struct Mailbox;
  void look();
  void look_later();
  void wake_all();

  std::chrono::milliseconds look_every_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::function<void()> after_look_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;  ///< in no order: none is needed
  bool is_draining_ = false;
  std::shared_ptr<Mailbox> mailbox_;  ///< shared with whoever still has a reply to give
  std::thread thread_;
};

}  // namespace usufruct::http
