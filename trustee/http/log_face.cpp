#include "trustee/http/log_face.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/base/text.h"

namespace usufruct::http {
namespace {

constexpr std::string_view entries_prefix = "tile/entries/";

/// What the store should have and has not in order is this server's trouble, not the client's.
Response refusal(const Error& error, const Request& request) {
  const Error told = error.code == Code::not_found
                         ? error
                         : Error{Code::unavailable, "the log could not be read",
                                 "come back later; the log's operator sees why"};
  Response response = error_response(told, request.id);
  allow_everyone(response);
  return response;
}

Error nothing_at(std::string_view path) {
  return Error{Code::not_found, fmt::format("there is nothing at '{}'", printable(path, 120)),
               "the checkpoint says how large the log is"};
}

}  // namespace

void LogFace::add_to(Router& router) {
  router.add("GET", "/checkpoint", [this](Request request, const PathValues&, Reply reply) {
    checkpoint(request, std::move(reply));
  });
  for (const auto* pattern : {"/tile/entries/{index...}", "/tile/{level}/{index...}"}) {
    router.add("GET", pattern, [this](Request request, const PathValues&, Reply reply) {
      tile(std::move(request), std::move(reply));
    });
  }
}

void LogFace::checkpoint(const Request& request, Reply reply) const {
  auto note = published_()->checkpoint();
  if (!note) return reply.send(refusal(note.error(), request));
  Response response = text_response(200, *std::move(note));
  response.headers.add("cache-control", "no-cache");
  allow_everyone(response);
  reply.send(std::move(response));
}

void LogFace::tile(Request request, Reply reply) {
  if (const auto content = cache_.find(request.path)) {
    return reply.send(serve_content(request, *content));
  }
  workers_.answer(std::move(request), std::move(reply), [this](const Request& asked) {
    const auto content = read(std::string_view(asked.path).substr(1));
    if (!content) return refusal(content.error(), asked);
    cache_.put(asked.path, *content);
    return serve_content(asked, *content);
  });
}

Result<Content> LogFace::read(std::string_view path) const {
  const auto reader = published_();
  if (path.starts_with(entries_prefix)) {
    const auto bundle = parse_bundle_path(path);
    if (!bundle) return std::unexpected(nothing_at(path));
    return make_content(TRY(reader->bundle(*bundle)), Fold::attempt);
  }
  const auto tile = parse_tile_path(path);
  if (!tile) return std::unexpected(nothing_at(path));
  return make_content(TRY(reader->tile(*tile)), Fold::never);
}

}  // namespace usufruct::http
