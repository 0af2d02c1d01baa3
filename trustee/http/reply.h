#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "trustee/http/message.h"

namespace usufruct::http {

/// Where an answer goes. The first one counts: another, and one that comes after the server gave
/// up waiting, is dropped.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void answer(Response response) = 0;
};

/// The right, and the duty, to answer one request: now or later, from any thread, once. One that is
/// let go without an answer answers 500, so that no client waits for nothing.
///
///     [](Request request, Reply reply) { intake.submit(…, [reply = …] { (*reply).send(…); }); }
class Reply {
 public:
  explicit Reply(std::shared_ptr<ReplySink> sink) : sink_(std::move(sink)) {}
  Reply(Reply&&) = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (sink_) sink_->answer(text_response(500, "this is a fault of the server\n"));
  }

  /// Does not block and never fails: who left in the meantime is not told of.
  void send(Response response) { std::exchange(sink_, nullptr)->answer(std::move(response)); }

 private:
  std::shared_ptr<ReplySink> sink_;
};

/// What answers requests. Called on a thread of the server, which serves nobody else meanwhile: it
/// must not block. What takes longer goes to other threads with the reply; see Workers.
using Handler = std::function<void(Request request, Reply reply)>;

}  // namespace usufruct::http
