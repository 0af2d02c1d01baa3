#include "trustee/http/router.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "crypto/base/text.h"

namespace usufruct::http {
namespace {

/// The values of a pattern's variables in a path, if it is of that pattern.
std::optional<PathValues> match(std::string_view pattern, std::string_view path) {
  PathValues values;
  while (!pattern.empty()) {
    const auto brace = pattern.find('{');
    const auto literal = pattern.substr(0, brace);
    if (!path.starts_with(literal)) return std::nullopt;
    path.remove_prefix(literal.size());
    if (brace == pattern.npos) break;
    const auto end = pattern.find('}');
    const bool takes_all = pattern.substr(0, end).ends_with("...");
    const auto value = takes_all ? path : path.substr(0, path.find('/'));
    if (value.empty()) return std::nullopt;
    values.push_back(value);
    path.remove_prefix(value.size());
    pattern.remove_prefix(end + 1);
  }
  if (!path.empty()) return std::nullopt;
  return values;
}

}  // namespace

void Router::add(std::string method, std::string pattern, RouteHandler handle) {
  routes_.push_back({std::move(method), std::move(pattern), std::move(handle)});
}

Response Router::refusal(const Request& request, const std::string& allowed) const {
  const std::string shown = printable(request.path, 120);
  if (allowed.empty()) {
    return error_response(not_found(fmt::format("there is nothing at '{}'", shown)).error(),
                          request.id);
  }
  Response response;
  if (request.method == "OPTIONS") {
    response.status = 204;
    if (cors_ == Cors::everyone) {
      response.headers.add("access-control-allow-methods", allowed);
      response.headers.add("access-control-allow-headers", "content-type, if-none-match, range");
      response.headers.add("access-control-max-age", "86400");
    }
  } else {
    const Error error{
        Code::malformed,
        fmt::format("'{}' cannot be done with '{}'", printable(request.method, 20), shown),
        fmt::format("it takes {}", allowed)};
    response = error_response(405, error, request.id);
  }
  response.headers.add("allow", allowed);
  return response;
}

void Router::operator()(Request request, Reply reply) const {
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const auto& route : routes_) {
    const auto values = match(route.pattern, request.path);
    if (!values) continue;
    if (route.method == method) {
      // The values look into the path, which must not move with the request.
      const std::string path = request.path;
      return route.handle(std::move(request), *match(route.pattern, path), std::move(reply));
    }
    allowed += route.method == "GET" ? "GET, HEAD, " : route.method + ", ";
  }
  if (!allowed.empty()) allowed += "OPTIONS";
  Response response = refusal(request, allowed);
  if (cors_ == Cors::everyone) response.headers.add("access-control-allow-origin", "*");
  reply.send(std::move(response));
}

}  // namespace usufruct::http
