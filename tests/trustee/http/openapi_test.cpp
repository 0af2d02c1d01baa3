#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "crypto/base/result.h"
#include "crypto/base/text.h"
#include "tests/support/served_log.h"

namespace usufruct {
namespace {

std::string document() {
  std::ifstream in(USUFRUCT_SOURCE_DIR "/specs/openapi.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// `GET /checkpoint` and so on: the paths stand two spaces in, their methods four.
std::set<std::string> operations(const std::string& text) {
  std::set<std::string> found;
  std::string path;
  for (const auto line : split(text, '\n')) {
    if (line.starts_with("components:")) break;
    if (line.starts_with("  /") && line.ends_with(':')) path = line.substr(2, line.size() - 3);
    if (line == "    get:") found.insert("GET " + path);
    if (line == "    post:") found.insert("POST " + path);
  }
  return found;
}

std::string without_dots(std::string pattern) {
  for (auto at = pattern.find("..."); at != std::string::npos; at = pattern.find("...")) {
    pattern.erase(at, 3);
  }
  return pattern;
}

}  // namespace

TEST_CASE("openapi: has every route of the node, and no other") {
  ServedLog served(0);
  std::set<std::string> routes;
  for (const auto& route : served.node().router().routes()) {
    routes.insert(route.method + ' ' + without_dots(route.pattern));
  }
  CHECK(routes == operations(document()));
  CHECK(routes.size() >= 10);
}

TEST_CASE("openapi: names every code an error can have") {
  const std::string text = document();
  std::string codes = "code: {enum: [";
#define USUFRUCT_ERROR(code, exit_status, http_status, meaning, next) codes += #code ", ";
#include "specs/errors.def"
#undef USUFRUCT_ERROR
  codes.resize(codes.size() - 2);
  CHECK(text.find(codes + "]}") != std::string::npos);
}

}  // namespace usufruct
