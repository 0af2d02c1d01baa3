#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/http/reply.h"

namespace usufruct::http {

/// What the variable parts of a path stand for, in their order; views into the request's path.
using PathValues = std::vector<std::string_view>;
using RouteHandler = std::function<void(Request request, const PathValues& values, Reply reply)>;

/// What is served where, in the words of specs/openapi.yaml.
struct Route {
  std::string method;   ///< GET serves HEAD too
  std::string pattern;  ///< `/v1/records/{id}`; `{path...}` at the end takes all that is left
  RouteHandler handle;
};

/// Whose scripts may read answers: everybody's, for what is public; or nobody's.
enum class Cors { everyone, nobody };

/// Finds the route of a request. No route of that path: 404; another method: 405 with `allow`;
/// OPTIONS: 204 with `allow`, and what CORS asks for. A path is compared byte by byte: one with
/// escapes, doubled slashes or dots is another path, and there is none such.
class Router {
 public:
  explicit Router(Cors cors) : cors_(cors) {}
  void add(std::string method, std::string pattern, RouteHandler handle);
  const std::vector<Route>& routes() const { return routes_; }

  void operator()(Request request, Reply reply) const;

 private:
  Response refusal(const Request& request, const std::string& allowed) const;

  Cors cors_;
  std::vector<Route> routes_;
};

}  // namespace usufruct::http
