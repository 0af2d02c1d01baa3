#include "trustee/terms/import/rsl_element.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

using document::Element;

/// What describes the asset or the licensor and sets no condition.
constexpr std::array<std::string_view, 4> telling = {"schema", "alternate", "copyright", "legal"};

}  // namespace

std::string written(const Element& element) {
  std::string text = "<" + element.name;
  for (const auto& [name, value] : element.attributes) {
    if (!name.starts_with("xmlns")) text += fmt::format(" {}=\"{}\"", name, value);
  }
  return text + ">" + element.text;
}

std::vector<std::string> unread_in(const Element& element, const ElementReading& reading) {
  std::vector<std::string> unread;
  for (const auto& [name, value] : element.attributes) {
    const bool is_of_xml = name.starts_with("xmlns") || name.starts_with("xml:");
    if (is_of_xml || std::ranges::find(reading.attributes, name) != reading.attributes.end()) {
      continue;
    }
    unread.push_back(fmt::format("{}=\"{}\"", name, value));
  }
  if (!reading.children) {
    for (const auto& child : element.children) unread.push_back(written(child));
  }
  if (!reading.text && !element.text.empty()) unread.push_back(element.text);
  return unread;
}

void ask_of_unread(const Element& element, const ElementReading& reading, Signal& signal) {
  for (const auto& one : unread_in(element, reading)) {
    signal.ask(fmt::format("does '{}' of <{}> leave room for this?", printable(one, 80),
                           printable(element.name, 20)));
    signal.tell(fmt::format("{}: {}", element.name, one), Fidelity::refused, "ask",
                "it is not read there");
  }
}

void tell_or_refuse(const Element& element, Signal& signal) {
  const bool is_telling =
      element.space == rsl_space && std::ranges::find(telling, element.name) != telling.end();
  if (is_telling) {
    return signal.tell(written(element), Fidelity::approximated, "nothing",
                       "it tells of the asset or its owner and sets no condition");
  }
  signal.ask(fmt::format("does '{}' leave room for this?", printable(written(element), 100)));
  signal.tell(written(element), Fidelity::refused, "ask", "no such element is known");
}

}  // namespace usufruct::terms
