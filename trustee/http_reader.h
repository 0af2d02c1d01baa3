#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/reader.h"
#include "trustee/http/client.h"

namespace usufruct {

/// A log served over HTTP as C2SP tlog-tiles says, by a server that need not be ours. Connections
/// are kept and shared: as many as there are threads that read at once.
///
/// Status 404 and 410 are `not_found`, 429 and 5xx `unavailable` (see RetryReader), any other but
/// 200 `malformed`; so is a file larger than it may be. A partial tile that is gone is had from the
/// full one. Safe between threads.
class HttpReader final : public Reader {
 public:
  /// Connects when first asked. `malformed` when that is no URL of http or https.
  static Result<std::unique_ptr<HttpReader>> open(std::string_view url,
                                                  http::ClientOptions options = {});

  Result<std::string> checkpoint() const override;
  Result<Bytes> tile(const TileId& id) const override;
  Result<Bytes> bundle(const BundleId& id) const override;

 private:
  HttpReader(http::Url url, http::ClientOptions options);
  Result<Bytes> get(const std::string& path, std::size_t bytes_max) const;
  Result<std::unique_ptr<http::Client>> lend() const;

  http::Url url_;
  http::ClientOptions options_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<http::Client>> free_;  ///< guarded by mutex_
};

}  // namespace usufruct
