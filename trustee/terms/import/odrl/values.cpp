#include "trustee/terms/import/odrl/values.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t list_depth_max = 4;

}  // namespace

Result<void> Source::add_graph(const std::vector<document::Node>& nodes) {
  for (const auto& node : nodes) {
    const std::string iri = iri_of(node);
    if (iri.empty() || node.items.size() < 2) continue;
    const auto [there, is_new] = graph_.emplace(iri, &node);
    if (is_new || !is_described(node)) continue;
    if (is_described(*there->second)) {
      return file_.fault(node.place, fmt::format("'{}' is described twice", printable(iri, 100)),
                         "write all that is said of it in one place");
    }
    there->second = &node;
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
  if (is_more && is_described(*described->second)) return Value{};
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
