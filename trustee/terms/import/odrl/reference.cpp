#include "trustee/terms/import/odrl/reference.h"

#include <algorithm>

#include "trustee/terms/iri.h"

namespace usufruct::terms::odrl {
namespace {

/// The parts of an IRI, each with the signs that set it apart (RFC 3986 §3): joined they are it.
struct Parts {
  std::string_view scheme;     ///< `https:`
  std::string_view authority;  ///< `//a.example`
  std::string_view path;
  std::string_view query;     ///< `?x`
  std::string_view fragment;  ///< `#y`
};

std::string_view taken(std::string_view& text, std::size_t size) {
  const auto part = text.substr(0, size);
  text.remove_prefix(part.size());
  return part;
}

Parts parts_of(std::string_view text) {
  Parts parts;
  const auto scheme = scheme_size(text);
  if (scheme != text.npos) parts.scheme = taken(text, scheme + 1);
  if (text.starts_with("//")) {
    parts.authority = taken(text, std::min(text.find_first_of("/?#", 2), text.size()));
  }
  parts.path = taken(text, std::min(text.find_first_of("?#"), text.size()));
  if (text.starts_with('?')) parts.query = taken(text, std::min(text.find('#'), text.size()));
  parts.fragment = text;
  return parts;
}

/// A path without the steps `.` and `..` (RFC 3986 §5.2.4).
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const auto slash = path.find('/', path.front() == '/' ? 1 : 0);
    const auto step = taken(path, slash);
    const auto name = step.starts_with('/') ? step.substr(1) : step;
    if (name != "." && name != "..") {
      out += step;
      continue;
    }
    if (name == "..") out.erase(std::min(out.rfind('/'), out.size()));
    if (path.empty()) out += '/';
  }
  return out;
}

}  // namespace

bool is_relative_reference(std::string_view text) {
  return !text.starts_with("_:") && scheme_size(text) == text.npos;
}

std::string resolved_reference(std::string_view base, std::string_view reference) {
  if (!is_relative_reference(reference)) return std::string(reference);
  const Parts from = parts_of(base);
  const Parts to = parts_of(reference);
  std::string out(from.scheme);
  if (!to.authority.empty()) {
    return out.append(to.authority)
        .append(without_dots(to.path))
        .append(to.query)
        .append(to.fragment);
  }
  out += from.authority;
  if (to.path.empty()) {
    out.append(from.path).append(to.query.empty() ? from.query : to.query);
  } else if (to.path.front() == '/') {
    out.append(without_dots(to.path)).append(to.query);
  } else {
    const auto slash = from.path.rfind('/');
    std::string merged(from.path.substr(0, slash == from.path.npos ? 0 : slash + 1));
    if (merged.empty() && !from.authority.empty()) merged = "/";
    out.append(without_dots(merged.append(to.path))).append(to.query);
  }
  return out.append(to.fragment);
}

}  // namespace usufruct::terms::odrl
