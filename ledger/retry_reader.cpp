#include "ledger/retry_reader.h"

#include <algorithm>
#include <thread>

namespace usufruct {
namespace {

constexpr std::uint64_t golden = 0x9E37'79B9'7F4A'7C15;  // spreads neighbouring numbers

}  // namespace

RetryReader::RetryReader(const Reader& reader, RetryOptions options)
    : reader_(reader), options_(std::move(options)) {
  if (!options_.wait) options_.wait = [](auto delay) { std::this_thread::sleep_for(delay); };
}

template <class Ask>
auto RetryReader::again(std::uint64_t spread, const Ask& ask) const -> decltype(ask()) {
  auto delay = options_.first;
  for (unsigned attempt = 1;; ++attempt) {
    auto answer = ask();
    if (answer || answer.error().code != Code::unavailable || attempt >= options_.attempts) {
      return answer;
    }
    const auto quarter = static_cast<std::uint64_t>(delay.count()) / 4;
    const auto off = static_cast<std::int64_t>((spread + attempt) * golden % (2 * quarter + 1));
    options_.wait(delay - std::chrono::milliseconds(quarter) + std::chrono::milliseconds(off));
    delay = std::min(2 * delay, options_.most);
  }
}

Result<std::string> RetryReader::checkpoint() const {
  return again(0, [&] { return reader_.checkpoint(); });
}

Result<Bytes> RetryReader::tile(const TileId& id) const {
  return again(id.index + id.level, [&] { return reader_.tile(id); });
}

Result<Bytes> RetryReader::bundle(const BundleId& id) const {
  return again(id.index, [&] { return reader_.bundle(id); });
}

Result<View> RetryReader::tile_into(const TileId& id, Bytes& buffer) const {
  return again(id.index + id.level, [&] { return reader_.tile_into(id, buffer); });
}

Result<View> RetryReader::bundle_into(const BundleId& id, Bytes& buffer) const {
  return again(id.index, [&] { return reader_.bundle_into(id, buffer); });
}

}  // namespace usufruct
