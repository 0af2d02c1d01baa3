#include "trustee/terms/import/consent_graph.h"

#include <set>

#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {
namespace {

using document::Node;

/// The `@id` of a node; empty when it has none.
std::string_view id_of(const Node& node) {
  if (node.kind != document::Kind::mapping) return {};
  const Node* id = node.find("@id");
  return id != nullptr ? std::string_view(id->text) : std::string_view{};
}

/// What a node is called, or is only the name of.
std::string_view name_of(const Node& node) {
  return node.kind == document::Kind::scalar ? std::string_view(node.text) : id_of(node);
}

bool is_record(const Node& node) {
  const Node* type = node.find("@type");
  if (type == nullptr) return false;
  for (const auto* one : values_of(*type)) {
    const auto name = local_name(one->text);
    if (name == "ConsentRecord" || name == "ConsentReceipt") return true;
  }
  return false;
}

}  // namespace

std::vector<const Node*> values_of(const Node& node) {
  std::vector<const Node*> values;
  if (node.kind != document::Kind::sequence) {
    if (node.kind != document::Kind::null) values.push_back(&node);
    return values;
  }
  for (const auto& item : node.items) values.push_back(&item);
  return values;
}

ConsentGraph::ConsentGraph(const document::File& file) : file_(file), record_(&file.root) {
  index();
  record_ = find_record();
}

void ConsentGraph::index() {
  std::vector<const Node*> open{&file_.root};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (!id_of(*node).empty() && node->items.size() > 1) by_id_.emplace(id_of(*node), node);
    for (const auto& item : node->items) open.push_back(&item);
  }
}

const Node* ConsentGraph::find_record() const {
  const Node* graph = file_.root.find("@graph");
  if (graph == nullptr) return &file_.root;
  for (const auto* node : values_of(*graph)) {
    if (is_record(*node)) return node;
  }
  return &file_.root;
}

std::vector<const Node*> ConsentGraph::parts_of(const Node& node) const {
  std::vector<const Node*> parts{&node};
  const auto id = name_of(node);
  if (id.empty() || is_spent()) return parts;
  const auto [first, last] = by_id_.equal_range(id);
  for (auto it = first; it != last && !is_spent(); ++it) {
    ++parts_;
    if (it->second != &node) parts.push_back(it->second);
  }
  return parts;
}

std::vector<const Node*> ConsentGraph::unreached() const {
  const Node* graph = file_.root.find("@graph");
  if (graph == nullptr) return {};
  std::set<const Node*> reached;
  std::set<std::string_view> names;
  std::vector<const Node*> open{record_};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    // Of a graph that is beside a record, or holds it, only what something leads to.
    if (node == graph || !reached.insert(node).second) continue;
    for (const auto& item : node->items) open.push_back(&item);
    const auto name = name_of(*node);
    if (name.empty() || !names.insert(name).second) continue;
    const auto [first, last] = by_id_.equal_range(name);
    for (auto it = first; it != last; ++it) open.push_back(it->second);
  }
  std::vector<const Node*> unreached;
  for (const auto& item : file_.root.items) {
    const bool is_of_graph = item.key.starts_with('@');
    if (!is_of_graph && !reached.contains(&item)) unreached.push_back(&item);
  }
  for (const auto* node : values_of(*graph)) {
    if (!reached.contains(node)) unreached.push_back(node);
  }
  return unreached;
}

}  // namespace usufruct::terms
