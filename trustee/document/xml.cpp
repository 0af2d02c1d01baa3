#include "trustee/document/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <pugixml.hpp>

#include "crypto/base/text.h"
#include "trustee/document/text.h"

namespace usufruct::document {
namespace {

/// Comments, instructions and the declaration are dropped; a document type is kept to be refused.
constexpr unsigned parse_options =
    pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_doctype;

/// `#233` or `#xe9`: a character that XML has.
bool is_character(std::string_view reference) {
  const bool is_hex = reference.starts_with("#x");
  const auto digits = reference.substr(is_hex ? 2 : 1);
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, problem] = std::from_chars(digits.data(), end, value, is_hex ? 16 : 10);
  if (problem != std::errc{} || stop != end) return false;
  const bool is_control = value < 0x20 && value != '\t' && value != '\n';
  return !is_control && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

/// References are to a character or to one of XML's own five entities: pugixml would leave any
/// other as it stands. Nothing is ever expanded to more than it was.
Result<void> check_references(const File& file, std::string_view text) {
  constexpr std::array<std::string_view, 5> known = {"amp", "lt", "gt", "quot", "apos"};
  constexpr std::size_t name_bytes_max = 10;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> verbatim = {
      {{"<![CDATA[", "]]>"}, {"<!--", "-->"}}};
  for (auto at = text.find_first_of("<&"); at != text.npos; at = text.find_first_of("<&", at)) {
    for (const auto& [begin, end] : verbatim) {
      if (text.substr(at).starts_with(begin)) at = std::min(text.find(end, at), text.size() - 1);
    }
    if (text[at++] != '&') continue;
    const auto end = text.substr(at, name_bytes_max).find(';');
    const auto name = text.substr(at, end == text.npos ? 0 : end);
    if (name.starts_with('#') ? is_character(name)
                              : std::ranges::find(known, name) != known.end()) {
      continue;
    }
    return file.fault(place_at(text, at - 1), "this is no reference that is taken",
                      "write &amp; for an ampersand");
  }
  return {};
}

/// Makes our tree of pugixml's. Depth is checked before each step down.
class Maker {
 public:
  Maker(const File& file, std::string_view text) : file_(file), text_(text) {}

  Result<Element> make(const pugi::xml_node& node, std::size_t depth) {
    Element element;
    element.place = place_of(node);
    if (++count_ > node_count_max) {
      return file_.fault(element.place, fmt::format("more than {} elements", node_count_max));
    }
    if (depth > depth_max) {
      return file_.fault(element.place, fmt::format("nested deeper than {}", depth_max));
    }
    const std::size_t spaces_around = spaces_.size();
    CHECK_OK(read_attributes(node, element));
    CHECK_OK(read_name(node.name(), element));
    for (const auto& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        CHECK_OK(check(child.value(), element.place));
        element.text += child.value();
      } else if (child.type() == pugi::node_element) {
        auto made = TRY(make(child, depth + 1));
        element.children.push_back(std::move(made));
      }
    }
    spaces_.resize(spaces_around);
    element.text = std::string(trim(element.text));
    return element;
  }

 private:
  /// Nodes come in the order of the text: the place is counted on from the one before.
  Place place_of(const pugi::xml_node& node) {
    const auto offset = std::max<std::ptrdiff_t>(node.offset_debug(), 0);
    for (; at_ < static_cast<std::size_t>(offset) && at_ < text_.size(); ++at_) {
      ++place_.column;
      if (text_[at_] == '\n') place_ = {place_.line + 1, 1};
    }
    return place_;
  }

  /// A character reference may have made what the text itself could not have.
  Result<void> check(std::string_view value, Place place) const {
    if (is_utf8(value) && !has_control(value)) return {};
    return file_.fault(place, "a character that is none of XML's is not taken");
  }

  Result<void> read_attributes(const pugi::xml_node& node, Element& element) {
    for (const auto& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      const std::string_view value = attribute.value();
      CHECK_OK(check(name, element.place));
      CHECK_OK(check(value, element.place));
      if (element.attributes.size() == attribute_count_max) {
        return file_.fault(element.place,
                           fmt::format("more than {} attributes", attribute_count_max));
      }
      for (const auto& [other, _] : element.attributes) {
        if (other != name) continue;
        return file_.fault(element.place,
                           fmt::format("the attribute '{}' is written twice", printable(name)));
      }
      if (name == "xmlns") spaces_.emplace_back("", value);
      if (name.starts_with("xmlns:")) spaces_.emplace_back(name.substr(6), value);
      element.attributes.emplace_back(name, value);
    }
    return {};
  }

  Result<void> read_name(std::string_view name, Element& element) const {
    CHECK_OK(check(name, element.place));
    const auto colon = name.find(':');
    const auto prefix = colon == name.npos ? std::string_view() : name.substr(0, colon);
    element.name = colon == name.npos ? name : name.substr(colon + 1);
    const auto space = std::ranges::find(spaces_.rbegin(), spaces_.rend(), prefix,
                                         &std::pair<std::string, std::string>::first);
    if (space != spaces_.rend()) {
      element.space = space->second;
    } else if (!prefix.empty()) {
      return file_.fault(element.place,
                         fmt::format("the prefix '{}' has no namespace", printable(prefix)));
    }
    return {};
  }

  const File& file_;
  std::string_view text_;
  /// Namespaces by prefix, of an element and those around it: the innermost last.
  std::vector<std::pair<std::string, std::string>> spaces_{
      {"xml", "http://www.w3.org/XML/1998/namespace"}};
  std::size_t at_ = 0;
  Place place_;
  std::size_t count_ = 0;
};

}  // namespace

std::string_view Element::attribute(std::string_view wanted) const {
  for (const auto& [attribute, value] : attributes) {
    if (attribute == wanted) return value;
  }
  return {};
}

Result<Element> parse_xml(std::string_view text, std::string_view name) {
  const File file{std::string(name), {}};
  const std::string clean = TRY(clean_text(text, file));
  CHECK_OK(check_references(file, clean));
  pugi::xml_document tree;
  const auto result =
      tree.load_buffer(clean.data(), clean.size(), parse_options, pugi::encoding_utf8);
  if (!result) {
    return file.fault(place_at(clean, static_cast<std::size_t>(result.offset)),
                      to_lower_ascii(result.description()));
  }
  std::optional<pugi::xml_node> root;
  for (const auto& child : tree.children()) {
    if (child.type() == pugi::node_doctype) {
      return file.fault({}, "a document type is not taken", "leave <!DOCTYPE …> out");
    }
    if (child.type() != pugi::node_element) continue;
    if (root) return file.fault({}, "a second root element is not taken");
    root = child;
  }
  if (!root) return file.fault({}, "there is no element");
  return Maker(file, clean).make(*root, 1);
}

}  // namespace usufruct::document
