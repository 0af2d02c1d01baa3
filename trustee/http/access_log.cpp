#include "trustee/http/access_log.h"

#include <fmt/format.h>

#include <iterator>

#include "crypto/base/json.h"
#include "crypto/base/text.h"

namespace usufruct::http {
namespace {

constexpr std::size_t lines_bytes_max = 64 * 1024;
constexpr std::size_t target_shown_max = 256;

}  // namespace

void AccessLog::add(const Served& served) {
  if (!write_) return;
  const std::scoped_lock lock(mutex_);
  fmt::format_to(std::back_inserter(lines_),
                 "{{\"time\":\"{}\",\"method\":{},\"target\":{},\"status\":{},\"bytes\":{},"
                 "\"duration_ms\":{:.3f},\"request_id\":{},\"peer\":{}}}\n",
                 print_time(served.time), quote_json(served.method),
                 quote_json(printable(served.target, target_shown_max)), served.status,
                 served.bytes, std::chrono::duration<double, std::milli>(served.took).count(),
                 quote_json(served.request_id), quote_json(served.peer));
  if (lines_.size() < lines_bytes_max) return;
  write_(lines_);
  lines_.clear();
}

void AccessLog::flush() {
  const std::scoped_lock lock(mutex_);
  if (lines_.empty()) return;
  write_(lines_);
  lines_.clear();
}

}  // namespace usufruct::http
