#pragma once

#include <functional>
#include <memory>

#include "ledger/reader.h"
#include "trustee/http/content_cache.h"
#include "trustee/http/router.h"
#include "trustee/http/workers.h"

namespace usufruct::http {

/// The log as it is published now: cheap, safe between threads (Log::snapshot()).
using Published = std::function<std::shared_ptr<const Reader>()>;

inline constexpr std::size_t tile_cache_bytes = std::size_t{64} << 20;

/// The public face of a log as C2SP tlog-tiles names it; specs/log.md §3.
///
///     GET /checkpoint
///     GET /tile/<level>/<index>[.p/<width>]
///     GET /tile/entries/<index>[.p/<width>]
///
/// What was read before is served from memory on the server's thread; the rest is read on the
/// workers. A path that print_path() would not print, or beyond the published size, is not there.
/// Borrows the workers; outlives the router's server.
class LogFace {
 public:
  LogFace(Published published, Workers& workers, std::size_t cache_bytes = tile_cache_bytes)
      : published_(std::move(published)), workers_(workers), cache_(cache_bytes) {}

  void add_to(Router& router);

 private:
  void checkpoint(const Request& request, Reply reply) const;
  void tile(Request request, Reply reply);
  Result<Content> read(std::string_view path) const;

  Published published_;
  Workers& workers_;
  ContentCache cache_;
};

}  // namespace usufruct::http
