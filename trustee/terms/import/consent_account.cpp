#include "trustee/terms/import/consent_account.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {

using document::Node;

namespace {

/// What may stand in a value and limits nothing.
bool is_only_told(std::string_view name) {
  for (const std::string_view known :
       {"@id", "@type", "@language", "title", "label", "prefLabel", "hasIdentifier",
        "pii_attribute_id", "pii_optional", "sensitive_pii_category", "special_pii_category"}) {
    if (name == known) return true;
  }
  return false;
}

}  // namespace

ConsentAccount::ConsentAccount(const document::File& file) : graph_(file) {}

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

std::string ConsentAccount::read_word(const Node& value, const std::string& source) {
  return word_of(value, source).text;
}

/// Several words for one thing are none.
ConsentAccount::Word ConsentAccount::word_of(const Node& value, const std::string& source) {
  Word word;
  if (value.kind == document::Kind::scalar) word.text = value.text;
  std::optional<std::string> kind;
  std::string_view id;
  for (const auto* part : graph_.parts_of(value)) {
    for (const auto& item : part->items) {
      const auto name = local_name(item.key);
      const bool is_kind = name == "isSubTypeOf" || name == "pii_type" || name == "@value";
      if (name == "@id") id = item.text;
      if (!is_kind) {
        if (!is_only_told(name)) block_unknown(path(source, item));
        continue;
      }
      const Node* named = item.find("@id");
      const std::string text = named != nullptr ? named->text : item.text;
      kind = !kind || *kind == text ? text : "";
      word.is_less = word.is_less || name == "isSubTypeOf";
    }
  }
  if (kind) return {*kind, word.is_less};
  if (word.text.empty()) word.text = id;
  return word;
}

std::vector<std::string> ConsentAccount::permits(const Node& node, const std::string& source,
                                                 Scheme scheme, std::string_view into) {
  std::vector<std::string> words;
  for (const auto* value : values_of(node)) {
    const Word word = word_of(*value, source);
    const auto id = find_foreign(scheme, word.text);
    // Of data no use is wider than its kind: it is told, and judges nothing.
    const bool is_wider = word.is_less && scheme != Scheme::data_category;
    if (id && !is_wider) {
      tell(source, word.is_less ? Fidelity::approximated : Fidelity::mapped,
           fmt::format("{}: {}", into, *id), word.is_less ? "it is a kind of it" : "");
      words.push_back(*id);
    } else {
      leave_behind(
          source, fmt::format("'{}' {} {} here: what is given does not hold for it",
                              printable(word.text, 60), id ? "is wider; there is no such" : "is no",
                              name_of(scheme)));
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
  std::optional<std::string> found;
  for (const auto* value : values_of(node)) {
    const auto word = find_foreign(scheme, read_word(*value, source));
    if (word && (!found || *word < *found)) found = word;
  }
  if (!found) {
    return leave_behind(source, fmt::format("no word of the scheme {} says it", name_of(scheme)));
  }
  if (!field.empty() && field != *found) {
    // Whichever stands first: the reading does not hang on that.
    field = std::min(field, *found);
    return leave_behind(source, fmt::format("'{}' is one word, and is {}", into, field));
  }
  field = *found;
  tell(source, Fidelity::mapped, fmt::format("{}: {}", into, field));
}

}  // namespace usufruct::terms
