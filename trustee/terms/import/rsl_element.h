#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/xml.h"
#include "trustee/terms/import/signal.h"

/// The elements of Really Simple Licensing: what of one is read, and what becomes of the rest.
namespace usufruct::terms {

inline constexpr std::string_view rsl_space = "https://rslstandard.org/rsl";

/// `<payment type="crawl">words`, on one line.
std::string written(const document::Element& element);

/// What is read of an element.
struct ElementReading {
  std::span<const std::string_view> attributes{};
  bool children = false;
  bool text = false;
};
/// What else there is: attributes, elements and words, each as written.
std::vector<std::string> unread_in(const document::Element& element, const ElementReading& reading);
/// Asks about each of them, whatever is wanted.
void ask_of_unread(const document::Element& element, const ElementReading& reading, Signal& signal);

/// An element that sets no condition is told of, any other asked about.
void tell_or_refuse(const document::Element& element, Signal& signal);

}  // namespace usufruct::terms
