#include "trustee/http/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/http/gzip.h"

namespace usufruct::http {
namespace {

constexpr int fold_level = 1;
constexpr std::size_t fold_bytes_min = 256;
constexpr std::size_t etag_bytes = 16;
constexpr std::string_view immutable = "public, max-age=31536000, immutable";

/// Folding must save a tenth to be worth the client's unfolding.
bool is_worth_it(const Bytes& plain, const Bytes& folded) {
  return folded.size() < plain.size() - plain.size() / 10;
}

/// The first and the count of the bytes a client wants.
struct Range {
  std::size_t first = 0;
  std::size_t count = 0;
};
enum class Wanted { all, part, nothing };  ///< nothing: the range begins after the end

Wanted parse_range(std::string_view text, std::size_t size, Range& range) {
  if (!text.starts_with("bytes=") || text.find(',') != text.npos) return Wanted::all;
  text.remove_prefix(6);
  const auto dash = text.find('-');
  if (dash == text.npos) return Wanted::all;
  const auto first = parse_decimal(text.substr(0, dash));
  const auto last = parse_decimal(text.substr(dash + 1));
  const bool has_first = dash > 0;
  const bool has_last = dash + 1 < text.size();
  if ((has_first && !first) || (has_last && !last) || !(has_first || has_last)) return Wanted::all;
  if (!has_first) {
    range.count = static_cast<std::size_t>(std::min<std::uint64_t>(*last, size));
    range.first = size - range.count;
    return range.count > 0 ? Wanted::part : Wanted::nothing;
  }
  if (has_last && *last < *first) return Wanted::all;
  if (*first >= size) return Wanted::nothing;
  const std::uint64_t end = has_last ? std::min<std::uint64_t>(*last, size - 1) : size - 1;
  range.first = static_cast<std::size_t>(*first);
  range.count = static_cast<std::size_t>(end - *first + 1);
  return Wanted::part;
}

std::string folded_etag(const std::string& etag) {
  return etag.substr(0, etag.size() - 1) + "-gz\"";
}

/// Whether the client says it has this: one of the tags, or any at all.
bool has_already(const Request& request, const Content& content) {
  const auto known = request.headers.find("if-none-match");
  if (!known) return false;
  for (auto tag : split(*known, ',')) {
    tag = trim(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == content.etag || tag == folded_etag(content.etag)) return true;
  }
  return false;
}

Response part_of(const Request& request, const Content& content, Response response) {
  const std::size_t size = content.plain->size();
  Range range;
  auto wanted = Wanted::all;
  if (const auto text = request.headers.find("range")) {
    const auto condition = request.headers.find("if-range");
    if (!condition || *condition == content.etag) wanted = parse_range(*text, size, range);
  }
  if (wanted == Wanted::nothing) {
    response.status = 416;
    response.headers.add("content-range", fmt::format("bytes */{}", size));
    return response;
  }
  response.headers.add("etag", content.etag);
  response.body = Body(content.plain);
  if (wanted == Wanted::all) return response;
  response.status = 206;
  response.headers.add("content-range", fmt::format("bytes {}-{}/{}", range.first,
                                                    range.first + range.count - 1, size));
  response.body.narrow(range.first, range.count);
  return response;
}

}  // namespace

std::size_t Content::size_bytes() const {
  return plain->size() + (folded ? folded->size() : 0) + etag.size();
}

Content make_content(Bytes bytes, Fold fold) {
  Content content;
  const auto tag = to_hex(sha256(bytes)).substr(0, 2 * etag_bytes);
  content.etag = fmt::format("\"{}\"", tag);
  if (fold == Fold::attempt && bytes.size() >= fold_bytes_min) {
    Bytes folded = gzip(bytes, fold_level);
    if (is_worth_it(bytes, folded)) {
      content.folded = std::make_shared<const Bytes>(std::move(folded));
    }
  }
  content.plain = std::make_shared<const Bytes>(std::move(bytes));
  return content;
}

Response serve_content(const Request& request, const Content& content) {
  Response response;
  response.headers.add("content-type", "application/octet-stream");
  response.headers.add("cache-control", immutable);
  allow_everyone(response);
  if (content.folded) response.headers.add("vary", "accept-encoding");
  if (has_already(request, content)) {
    response.status = 304;
    response.headers.add("etag", content.etag);
    return response;
  }
  if (content.folded && !request.headers.find("range") &&
      request.headers.lists("accept-encoding", "gzip")) {
    response.headers.add("content-encoding", "gzip");
    response.headers.add("etag", folded_etag(content.etag));
    response.body = Body(content.folded);
    return response;
  }
  response.headers.add("accept-ranges", "bytes");
  return part_of(request, content, std::move(response));
}

void allow_everyone(Response& response) {
  response.headers.add("access-control-allow-origin", "*");
}

}  // namespace usufruct::http
