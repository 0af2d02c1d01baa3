#include "trustee/terms/import/consent_account.h"

#include <fmt/format.h>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {

using document::Node;

std::vector<const Node*> values_of(const Node& node) {
  std::vector<const Node*> values;
  if (node.kind != document::Kind::sequence) {
    if (node.kind != document::Kind::null) values.push_back(&node);
    return values;
  }
  for (const auto& item : node.items) values.push_back(&item);
  return values;
}

ConsentAccount::ConsentAccount(const document::File& file) : file_(file) {
  const Node* graph = file.root.find("@graph");
  if (graph == nullptr) return;
  for (const auto* node : values_of(*graph)) {
    if (const Node* id = node->find("@id")) by_id_.emplace(id->text, node);
  }
}

void ConsentAccount::tell(std::string source, Fidelity fidelity, std::string into,
                          std::string loss) {
  lines_.push_back({std::move(source), fidelity, std::move(into), std::move(loss)});
}

void ConsentAccount::block(std::string source, std::string loss) {
  tell(std::move(source), Fidelity::refused, "status: requested", std::move(loss));
  is_blocked_ = true;
}

void ConsentAccount::block_unknown(std::string source) {
  block(std::move(source), "nobody knows here whether it limits the use");
}

std::string ConsentAccount::path(const std::string& above, const Node& item) {
  return above + (above.empty() ? "" : ".") + printable(local_name(item.key), 60);
}

void ConsentAccount::leave_behind(std::string source, std::string why) {
  tell(std::move(source), Fidelity::refused, "nothing", std::move(why));
}

const Node& ConsentAccount::record() const {
  const Node* graph = file_.root.find("@graph");
  if (graph == nullptr) return file_.root;
  for (const auto* node : values_of(*graph)) {
    const Node* type = node->find("@type");
    if (type == nullptr) continue;
    for (const auto* one : values_of(*type)) {
      const auto name = local_name(one->text);
      if (name == "ConsentRecord" || name == "ConsentReceipt") return *node;
    }
  }
  return file_.root;
}

const Node& ConsentAccount::resolve(const Node& node) const {
  const Node* id = node.find("@id");
  if (id == nullptr || node.items.size() != 1) return node;
  const auto found = by_id_.find(id->text);
  return found == by_id_.end() ? node : *found->second;
}

std::string ConsentAccount::word_of(const Node& value) const {
  if (value.kind == document::Kind::scalar) return value.text;
  const Node& node = resolve(value);
  for (const auto& item : node.items) {
    const auto name = local_name(item.key);
    if (name != "isSubTypeOf" && name != "pii_type" && name != "@value") continue;
    if (item.kind == document::Kind::scalar) return item.text;
    if (const Node* id = item.find("@id")) return id->text;
  }
  const Node* id = node.find("@id");
  return id != nullptr ? id->text : std::string();
}

std::vector<std::string> ConsentAccount::permits(const Node& node, const std::string& source,
                                                 Scheme scheme, std::string_view into) {
  std::vector<std::string> words;
  for (const auto* value : values_of(node)) {
    const std::string word = word_of(*value);
    if (const auto id = find_foreign(scheme, word)) {
      tell(source, Fidelity::mapped, fmt::format("{}: {}", into, *id));
      words.push_back(*id);
    } else {
      leave_behind(source, fmt::format("'{}' is no {} here: what is given does not hold for it",
                                       printable(word, 60), name_of(scheme)));
    }
  }
  sort_once(words);
  return words;
}

Limit ConsentAccount::limits(const Node& node, const std::string& source, Scheme scheme,
                             std::string_view into) {
  if (values_of(node).empty()) {
    block(source, "it lists nothing, and may mean that nothing is allowed");
    return std::nullopt;
  }
  auto words = permits(node, source, scheme, into);
  if (!words.empty()) return words;
  block(source, "none of it is known here, and to leave it out would widen");
  return std::nullopt;
}

void ConsentAccount::take_word(const Node& node, const std::string& source, Scheme scheme,
                               std::string_view into, std::string& field) {
  for (const auto* value : values_of(node)) {
    const auto word = find_foreign(scheme, word_of(*value));
    if (!word) continue;
    if (!field.empty() && field != *word) {
      return leave_behind(source, fmt::format("'{}' is one word, and is {}", into, field));
    }
    field = *word;
    return tell(source, Fidelity::mapped, fmt::format("{}: {}", into, *word));
  }
  leave_behind(source, fmt::format("no word of the scheme {} says it", name_of(scheme)));
}

}  // namespace usufruct::terms
