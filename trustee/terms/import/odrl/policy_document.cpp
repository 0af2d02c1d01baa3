#include "trustee/terms/import/odrl/policy_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

using document::Kind;
using document::Node;

constexpr std::array<std::string_view, 8> policy_types = {
    "odrl:Set",     "odrl:Policy", "odrl:Offer",     "odrl:Agreement",
    "odrl:Privacy", "odrl:Ticket", "odrl:Assertion", "odrl:Request"};

/// The type of a node that is a policy; empty for one that is none. Without a type it is one by its
/// rules.
std::string policy_type(const Node& node, const Source& source, bool& is_said) {
  bool has_rules = false;
  std::string said;
  is_said = false;
  for (const auto& item : node.items) {
    const std::string key = source.names().property(item.key);
    has_rules = has_rules || key == "odrl:permission" || key == "odrl:prohibition" ||
                key == "odrl:obligation";
    if (key != "@type") continue;
    const auto types = source.values(item, As::word);
    is_said = is_said || !types.empty();
    for (const auto& type : types) {
      const bool is_policy = std::ranges::find(policy_types, type.text) != policy_types.end();
      // What is a request whatever else it is permits nothing.
      if (is_policy && said != "odrl:Request") said = type.text;
    }
  }
  if (!said.empty()) return said;
  return has_rules && !is_said ? "odrl:Set" : "";
}

/// The nodes that a document describes.
const std::vector<Node>* nodes_of(const Node& root) {
  if (root.kind == Kind::sequence) return &root.items;
  const Node* graph = root.find("@graph");
  return graph && graph->kind == Kind::sequence ? &graph->items : nullptr;
}

const Node* context_of(const Node& root) {
  if (root.kind == Kind::mapping) return root.find("@context");
  for (const auto& item : root.items) {
    if (const Node* context = item.find("@context")) return context;
  }
  return nullptr;
}

/// Whether keys could stand for one property: those without a prefix are one each.
bool may_coincide(const Node& node, const Names& names) {
  return names.has_own() || std::ranges::any_of(node.items, [](const Node& item) {
           return item.key.find_first_of(":@") != item.key.npos;
         });
}

/// Two keys of one object may stand for one property, and which counts nobody says.
/// What would change what other parts say, from below: another context, nested and reversed
/// properties, and the inverse ones of ODRL.
std::string misread_key(const Node& item, const Names& names) {
  for (const std::string_view keyword : {"@context", "@nest", "@reverse", "@included"}) {
    if (item.key == keyword) return item.key;
  }
  const std::string property = names.property(item.key);
  const bool is_inverse = property == "odrl:assigneeOf" || property == "odrl:assignerOf" ||
                          property == "odrl:hasPolicy";
  return is_inverse ? item.key : "";
}

Result<void> check_keys(const document::File& file, const Node& node, const Names& names) {
  if (node.kind == Kind::mapping && may_coincide(node, names)) {
    std::vector<std::pair<std::string, const Node*>> seen;
    for (const auto& item : node.items) {
      std::string property = names.property(item.key);
      if (!property.empty()) seen.emplace_back(std::move(property), &item);
    }
    std::ranges::stable_sort(seen, {}, &std::pair<std::string, const Node*>::first);
    const auto twice = std::ranges::adjacent_find(
        seen, [](const auto& one, const auto& other) { return one.first == other.first; });
    if (twice != seen.end()) {
      return file.fault(twice[1].second->key_place,
                        fmt::format("'{}' is written twice, by two names", printable(twice->first)),
                        "keep one of them");
    }
  }
  for (const auto& item : node.items) {
    const bool is_first = &node == &file.root ||
                          (file.root.kind == Kind::sequence && &node == &file.root.items.front());
    const auto misread = misread_key(item, names);
    if (!misread.empty() && !(is_first && item.key == "@context")) {
      return file.fault(item.key_place, fmt::format("'{}' is not read there", printable(misread)),
                        "write the policy with one context, and what is said of it in itself");
    }
    if (item.key != "@context") CHECK_OK(check_keys(file, item, names));
  }
  return {};
}

}  // namespace

Result<PolicyDocument> find_policy(const document::File& file, Account& account) {
  const Node& root = file.root;
  if (root.kind != Kind::mapping && root.kind != Kind::sequence) {
    return file.fault(root.place, "this is no policy", "give one policy of ODRL in JSON-LD");
  }
  auto names = TRY(Names::of(file, context_of(root), account));
  CHECK_OK(check_keys(file, root, names));
  PolicyDocument found{nullptr, Source(file, std::move(names)), ""};
  const auto* nodes = nodes_of(root);
  if (nodes && root.kind == Kind::mapping) {
    for (const auto& item : root.items) {
      if (item.key == "@context" || item.key == "@graph" || item.key == "@id") continue;
      return file.fault(item.key_place,
                        fmt::format("'{}' beside '@graph' is not read", printable(item.key, 60)),
                        "put it into the node that it is about");
    }
  }
  CHECK_OK(found.source.add_nodes(root));
  std::size_t others = 0;
  bool is_said = true;
  const auto look_at = [&](const Node& node) -> Result<void> {
    bool has_type = false;
    std::string type = policy_type(node, found.source, has_type);
    if (type.empty()) {
      ++others;
      return {};
    }
    if (found.node) {
      return file.fault(node.place, "this is a second policy", "give one policy a file");
    }
    found.node = &node;
    found.type = std::move(type);
    is_said = has_type;
    return {};
  };
  if (nodes) {
    for (const auto& node : *nodes) CHECK_OK(look_at(node));
  } else {
    CHECK_OK(look_at(root));
  }
  if (!found.node) {
    return file.fault(root.place, "there is no policy of ODRL in it",
                      "a policy has a type as Set or Offer, and permissions or prohibitions");
  }
  if (is_said) {
    account.mapped("type " + found.type, found.type == "odrl:Request" ? "request" : "terms");
  } else {
    account.approximated("(no type)", "terms", "read as a Set, as ODRL has it");
  }
  if (nodes && others > 0) {
    account.approximated(fmt::format("{} other nodes", others), "what the policy refers to",
                         "the rest of them is not read");
  }
  return found;
}

}  // namespace usufruct::terms::odrl
