#include "trustee/http_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/note.h"

namespace usufruct {
namespace {

constexpr std::size_t tile_bytes_max = tile_width * Digest::size_bytes;

bool is_elsewhere(const Result<Bytes>& answer, unsigned width) {
  return !answer && answer.error().code == Code::not_found && width < tile_width;
}

}  // namespace

Result<std::unique_ptr<HttpReader>> HttpReader::open(std::string_view url,
                                                     http::ClientOptions options) {
  options.response_bytes_max = bundle_bytes_max;
  auto parsed = TRY(http::parse_url(url));
  return std::unique_ptr<HttpReader>(new HttpReader(std::move(parsed), std::move(options)));
}

HttpReader::HttpReader(http::Url url, http::ClientOptions options)
    : url_(std::move(url)), options_(std::move(options)) {}

Result<std::unique_ptr<http::Client>> HttpReader::lend() const {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto client = std::move(free_.back());
      free_.pop_back();
      return client;
    }
  }
  return http::Client::open(url_, options_);
}

Result<Bytes> HttpReader::get(const std::string& path, std::size_t bytes_max) const {
  const std::string where = fmt::format("{}/{}", http::print_url(url_), path);
  auto client = TRY(lend());
  // A client that failed is not given back: the next one connects anew.
  auto fetched = TRY_IN(where, client->get("/" + path));
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(client));
  }
  const int status = fetched.status;
  if (status == 404 || status == 410) return not_found(fmt::format("{}: status {}", where, status));
  if (status == 429 || status >= 500) {
    return unavailable(fmt::format("{}: status {}", where, status));
  }
  if (status != 200) return malformed(fmt::format("{}: status {}", where, status));
  if (fetched.body.size() > bytes_max) {
    return malformed(fmt::format("{}: {} bytes, more than the {} allowed", where,
                                 fetched.body.size(), bytes_max));
  }
  return std::move(fetched.body);
}

Result<std::string> HttpReader::checkpoint() const {
  return std::string(as_text(TRY(get("checkpoint", note_bytes_max))));
}

Result<Bytes> HttpReader::tile(const TileId& id) const {
  auto part = get(print_path(id), tile_bytes_max);
  if (!is_elsewhere(part, id.width)) return part;
  Bytes full = TRY(get(print_path(TileId{id.level, id.index}), tile_bytes_max));
  full.resize(std::min(full.size(), id.width * Digest::size_bytes));
  return full;
}

Result<Bytes> HttpReader::bundle(const BundleId& id) const {
  auto part = get(print_path(id), bundle_bytes_max);
  if (!is_elsewhere(part, id.width)) return part;
  Bytes full = TRY(get(print_path(BundleId{id.index}), bundle_bytes_max));
  full.resize(first_entries(full, id.width).size());
  return full;
}

}  // namespace usufruct
