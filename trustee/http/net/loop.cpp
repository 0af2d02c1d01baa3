#include "trustee/http/net/loop.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "crypto/base/parallel.h"

namespace usufruct::http {

void Mailbox::put(std::shared_ptr<Exchange> exchange) {
  const std::scoped_lock lock(mutex);
  if (!loop) return;
  answered.push_back(std::move(exchange));
  if (answered.size() > 1) return;
  boost::asio::post(loop->context_, [to = loop] { to->wake_all(); });
}

void Exchange::answer(Response response) {
  if (is_claimed_.exchange(true)) return;
  response_ = std::move(response);
  // The exchange of the state publishes the response, and tells whether the loop sleeps on it.
  if (state_.exchange(State::answered) == State::waited_for) mailbox_->put(shared_from_this());
}

bool Exchange::wait(std::move_only_function<void()> wake) {
  wake_ = std::move(wake);
  auto open = State::open;
  return state_.compare_exchange_strong(open, State::waited_for);
}

void Exchange::wake() {
  if (auto wake = std::exchange(wake_, nullptr)) wake();
}

void Exchange::reset() {
  response_ = {};
  state_ = State::open;
  is_claimed_ = false;
}

void Exchange::forget() {
  is_claimed_ = true;
  wake_ = nullptr;
}

Loop::Loop(std::chrono::milliseconds look_every)
    : look_every_(look_every),
      work_(context_.get_executor()),
      timer_(context_),
      mailbox_(std::make_shared<Mailbox>()) {
  mailbox_->loop = this;
}

Loop::~Loop() { stop(); }

void Loop::start(std::function<void()> after_look) {
  after_look_ = std::move(after_look);
  look_later();
  thread_ = std::thread([this] {
    name_this_thread("http");
    context_.run();
  });
}

void Loop::look_later() {
  timer_.expires_after(look_every_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    look();
    look_later();
  });
}

void Loop::look() {
  const auto now = Connection::Steady::now();
  // A copy: what is given up may leave the set meanwhile.
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->look(now, is_draining_);
  after_look_();
}

void Loop::wake_all() {
  std::vector<std::shared_ptr<Exchange>> answered;
  {
    const std::scoped_lock lock(mailbox_->mutex);
    answered.swap(mailbox_->answered);
  }
  for (const auto& exchange : answered) exchange->wake();
}

void Loop::drain() {
  boost::asio::post(context_, [this] {
    is_draining_ = true;
    look();
  });
}

void Loop::stop() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mailbox_->mutex);
    mailbox_->loop = nullptr;
    mailbox_->answered.clear();
  }
  boost::asio::post(context_, [this] {
    for (const auto& connection : connections_) connection->abort();
    context_.stop();
  });
  thread_.join();
  connections_.clear();
}

}  // namespace usufruct::http
