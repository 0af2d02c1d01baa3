#pragma once

#include <chrono>
#include <functional>

#include "ledger/reader.h"

namespace usufruct {

struct RetryOptions {
  unsigned attempts = 6;  ///< in all
  std::chrono::milliseconds first{250};
  std::chrono::milliseconds most{10'000};
  /// Waits; the default sleeps.
  std::function<void(std::chrono::milliseconds)> wait;
};

/// A reader that asks again when what it reads from is `unavailable`: a server that is overloaded
/// or restarts, a connection that broke. It waits twice as long each time, up to `most`, give or
/// take a quarter that depends on what is asked for, so that many threads do not come back at once.
/// Any other error is an answer and passes through. Safe between threads.
class RetryReader final : public Reader {
 public:
  /// Borrows the reader.
  explicit RetryReader(const Reader& reader, RetryOptions options = {});

  Result<std::string> checkpoint() const override;
  Result<Bytes> tile(const TileId& id) const override;
  Result<Bytes> bundle(const BundleId& id) const override;
  Result<View> tile_into(const TileId& id, Bytes& buffer) const override;
  Result<View> bundle_into(const BundleId& id, Bytes& buffer) const override;

 private:
  template <class Ask>
  auto again(std::uint64_t spread, const Ask& ask) const -> decltype(ask());

  const Reader& reader_;
  RetryOptions options_;
};

}  // namespace usufruct
