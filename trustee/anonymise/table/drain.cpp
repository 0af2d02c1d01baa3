#include "trustee/anonymise/table/drain.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

#include "crypto/base/parallel.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t pipe_bytes = std::size_t{64} << 10;  // what a pipe holds

}  // namespace

Result<std::unique_ptr<Drain>> Drain::begin(ByteSink& to) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return unavailable(fmt::format("no pipe: {}", strerror(errno)));
  return std::unique_ptr<Drain>(new Drain(Descriptor(ends[0]), Descriptor(ends[1]), to));
}

Drain::Drain(Descriptor out, Descriptor in, ByteSink& to)
    : out_(std::move(out)), in_(std::move(in)), to_(to), thread_([this] { run(); }) {}

Drain::~Drain() {
  if (thread_.joinable()) std::ignore = finish();
}

std::string Drain::path() const { return fmt::format("/proc/self/fd/{}", in_.get()); }

Result<void> Drain::finish() {
  in_ = Descriptor(-1);
  thread_.join();
  return std::move(answer_);
}

/// To the end in any case: a pipe that nobody reads ends the process that writes to it.
void Drain::run() {
  name_this_thread("parquet-drain");
  Bytes piece(pipe_bytes);
  for (;;) {
    const ssize_t count = ::read(out_.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    if (has_failed_) continue;
    answer_ = to_.write(View(piece).first(static_cast<std::size_t>(count)));
    has_failed_ = !answer_;
  }
}

}  // namespace usufruct::anonymise
