#include "trustee/terms/import/odrl/values.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t list_depth_max = 4;

/// Whether two objects are written alike, in whatever order.
bool are_alike(const document::Node& one, const document::Node& other) {
  if (one.kind != other.kind || one.text != other.text || one.quoted != other.quoted) return false;
  if (one.items.size() != other.items.size()) return false;
  for (std::size_t i = 0; i < one.items.size(); ++i) {
    const auto* same =
        one.kind == document::Kind::mapping ? other.find(one.items[i].key) : &other.items[i];
    if (same == nullptr || !are_alike(one.items[i], *same)) return false;
  }
  return true;
}

}  // namespace

Result<void> Source::add_nodes(const document::Node& root) {
  std::vector<const document::Node*> open{&root};
  while (!open.empty()) {
    const auto* node = open.back();
    open.pop_back();
    if (node->kind == document::Kind::mapping) CHECK_OK(remember(*node));
    for (const auto& item : node->items) {
      if (item.key != "@context") open.push_back(&item);
    }
  }
  return {};
}

Result<void> Source::remember(const document::Node& node) {
  if (node.items.size() < 2) return {};
  const std::string iri = iri_of(node);
  if (iri.empty()) return {};
  const auto [there, is_new] = graph_.emplace(iri, &node);
  if (is_new || !is_described(node)) return {};
  if (!is_described(*there->second)) {
    there->second = &node;
  } else if (!are_alike(*there->second, node)) {
    const auto* later = std::max(&node, there->second, [](const auto* one, const auto* other) {
      return one->place < other->place;
    });
    return file_.fault(later->place, fmt::format("'{}' is described twice", printable(iri, 100)),
                       "write all that is said of it in one place");
  }
  return {};
}

bool Source::is_described(const document::Node& object) const {
  for (const auto& item : object.items) {
    const std::string key = names_.property(item.key);
    if (key != "@id" && key != "@type" && key != "@language") return true;
  }
  return false;
}

std::string Source::iri_of(const document::Node& object) const {
  for (const auto& item : object.items) {
    if (item.kind == document::Kind::scalar && names_.property(item.key) == "@id") {
      return names_.iri(item.text);
    }
  }
  return "";
}

std::vector<Value> Source::values(const document::Node& property, As usual) const {
  std::vector<Value> found;
  if (is_spent()) return {Value{}};
  add(property, names_.reading_of(property.key, usual), names_.datatype_of(property.key), 0, found);
  values_read_ += found.size();
  return found;
}

void Source::add(const document::Node& node, As as, const std::string& datatype, std::size_t depth,
                 std::vector<Value>& into) const {
  switch (node.kind) {
    case document::Kind::null:
      return;
    case document::Kind::scalar: {
      if (as == As::literal || !node.quoted) {
        into.push_back({Value::Kind::literal, node.text, datatype, nullptr});
        return;
      }
      Value value{Value::Kind::iri, as == As::iri ? names_.iri(node.text) : names_.word(node.text),
                  "", nullptr};
      const auto described = graph_.find(value.text);
      if (described != graph_.end()) {
        value.kind = Value::Kind::node;
        value.node = described->second;
      }
      into.push_back(std::move(value));
      return;
    }
    case document::Kind::sequence:
      if (depth == list_depth_max) return into.push_back({});
      for (const auto& item : node.items) add(item, as, datatype, depth + 1, into);
      return;
    case document::Kind::mapping:
      if (node.items.size() == 1 && depth < list_depth_max) {
        const std::string key = names_.property(node.items.front().key);
        if (key == "@list" || key == "@set") {
          return add(node.items.front(), as, datatype, depth + 1, into);
        }
      }
      into.push_back(of_object(node));
      return;
  }
}

Value Source::of_object(const document::Node& node) const {
  Value value{Value::Kind::node, iri_of(node), "", &node};
  const document::Node* literal = nullptr;
  bool is_more = false;
  for (const auto& item : node.items) {
    const std::string key = names_.property(item.key);
    if (key == "@value") {
      literal = &item;
    } else if (key == "@type" && item.kind == document::Kind::scalar) {
      value.datatype = names_.word(item.text);
    } else if (key != "@language" && key != "@id") {
      is_more = true;
    }
  }
  if (literal) {
    const bool is_plain = literal->kind == document::Kind::scalar && !is_more && value.text.empty();
    return is_plain ? Value{Value::Kind::literal, literal->text, value.datatype, nullptr} : Value{};
  }
  if (value.text.empty()) return value;
  const auto described = graph_.find(value.text);
  if (described == graph_.end() || described->second == &node) {
    if (!is_more) value.kind = Value::Kind::iri;
    return value;
  }
  // What is said of it here and there would have to be put together: that is not read.
  if (is_more && is_described(*described->second) && !is_described(node)) return Value{};
  if (!is_more) value.node = described->second;
  return value;
}

std::string Source::text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::iri:
      return printable(value.text, 100);
    case Value::Kind::literal:
      return fmt::format("\"{}\"", printable(value.text, 100));
    case Value::Kind::node:
      return value.text.empty() ? "(something described)" : printable(value.text, 100);
    case Value::Kind::other:
      return "(something that is not read)";
  }
  return "";
}

}  // namespace usufruct::terms::odrl
