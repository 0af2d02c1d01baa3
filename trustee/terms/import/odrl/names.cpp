#include "trustee/terms/import/odrl/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/import/odrl/namespaces.h"
#include "trustee/terms/import/odrl/odrl_terms.h"
#include "trustee/terms/import/odrl/reference.h"

namespace usufruct::terms::odrl {
namespace {

bool is_odrl_context(std::string_view iri) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (iri.starts_with(scheme) && iri.substr(scheme.size()) == "www.w3.org/ns/odrl.jsonld") {
      return true;
    }
  }
  return iri == "https://www.w3.org/ns/odrl/2/ODRL22.jsonld";
}

/// The prefixes that ODRL's context defines.
constexpr std::array<std::string_view, 11> odrl_prefixes = {
    "odrl", "rdf", "rdfs", "owl", "skos", "dct", "xsd", "vcard", "foaf", "schema", "cc"};

/// Whether ODRL's context says what a name means.
bool is_of_odrl_context(std::string_view name) {
  return is_in_odrl_context(name) || name == "uid" || name == "type" ||
         std::ranges::find(odrl_prefixes, name) != odrl_prefixes.end();
}

constexpr int hops_max = 8;
constexpr std::size_t iri_bytes_max = 2'048;

bool is_keyword(std::string_view text) { return text.starts_with('@'); }

/// What a context says stands for a name wherever it is used: it must not be long.
Result<void> check_iri(const document::File& file, const document::Node& item) {
  if (item.text.size() <= iri_bytes_max && item.key.size() <= iri_bytes_max) return {};
  return file.fault(item.place, fmt::format("'{}' stands for more than {} bytes",
                                            printable(item.key, 60), iri_bytes_max));
}

}  // namespace

Result<Names> Names::of(const document::File& file, const document::Node* context,
                        Account& account) {
  Names names;
  if (!context) {
    account.approximated("(no @context)", "words of ODRL",
                         "the text does not say whose words it uses");
    return names;
  }
  CHECK_OK(names.add(file, *context, account));
  return names;
}

Result<void> Names::add(const document::File& file, const document::Node& context,
                        Account& account) {
  switch (context.kind) {
    case document::Kind::null:
      // All that was said before is taken back.
      *this = Names();
      return {};
    case document::Kind::scalar:
      if (is_odrl_context(context.text)) {
        add_odrl();
        account.mapped("@context " + printable(context.text), "words of ODRL");
      } else {
        has_unread_ = true;
        account.approximated("@context " + printable(context.text), "words of ODRL",
                             "it is not fetched: what it says of other words is not known");
      }
      return {};
    case document::Kind::sequence:
      for (const auto& item : context.items) {
        if (item.kind == document::Kind::sequence) {
          return file.fault(item.place, "a list in '@context' is no context");
        }
        CHECK_OK(add(file, item, account));
      }
      return {};
    case document::Kind::mapping:
      return add_own(file, context, account);
  }
  return {};
}

/// A later context counts more than an earlier one, where both speak of a name.
void Names::add_odrl() {
  has_odrl_ = true;
  std::erase_if(own_, [](const auto& item) { return is_of_odrl_context(item.first); });
}

/// What is said of all names first: definitions are read by it, wherever it stands.
Result<void> Names::add_own(const document::File& file, const document::Node& context,
                            Account& account) {
  for (const auto& item : context.items) {
    if (is_keyword(item.key)) CHECK_OK(set(file, item, account));
  }
  for (const auto& item : context.items) {
    if (!is_keyword(item.key)) CHECK_OK(define(file, item, account));
  }
  settle(context);
  return {};
}

/// What is defined here is of this context's names: a later one's do not change it.
void Names::settle(const document::Node& context) {
  std::vector<std::pair<Definition*, std::string>> meant;
  for (const auto& item : context.items) {
    if (is_keyword(item.key)) continue;
    auto& made = own_[item.key];
    meant.emplace_back(&made, meaning_of(made, 0));
  }
  for (auto& [made, iri] : meant) {
    made->is_unread = made->is_unread || (iri.empty() && !made->iri.empty());
    made->iri = std::move(iri);
  }
}

Result<void> Names::set(const document::File& file, const document::Node& item, Account& account) {
  const bool is_text = item.kind == document::Kind::scalar && item.quoted;
  if (item.key == "@vocab" || item.key == "@base") {
    if (!is_text && item.kind != document::Kind::null) {
      return file.fault(item.place, fmt::format("'{}' is no text", item.key), "write an IRI");
    }
    CHECK_OK(check_iri(file, item));
  }
  if (item.key == "@vocab") {
    vocab_ = item.text;
    account.mapped("@context @vocab", printable(item.text));
  } else if (item.key == "@base") {
    const std::string base = base_.empty() ? item.text : resolved_reference(base_, item.text);
    const bool is_whole = is_text && !is_relative_reference(base);
    base_ = is_whole ? base : "";
    account.approximated("@context @base " + printable(item.text),
                         is_whole ? "where relative IRIs are from" : "nothing",
                         is_whole ? "nothing is looked up there"
                                  : "where the text lies is not known: they stay as written");
  } else if (item.key != "@version" && item.key != "@language" && item.key != "@protected") {
    has_unread_ = true;
    account.refused("@context " + printable(item.key), "nothing", "it is not read here");
  }
  return {};
}

Result<void> Names::define(const document::File& file, const document::Node& item,
                           Account& account) {
  Definition made;
  CHECK_OK(check_iri(file, item));
  if (item.kind == document::Kind::scalar) {
    made.iri = item.text;
  } else if (item.kind == document::Kind::mapping) {
    // Without an IRI it is of the document's vocabulary.
    if (item.find("@id") == nullptr && !vocab_.empty()) made.iri = vocab_ + item.key;
    bool is_nothing = false;
    for (const auto& part : item.items) {
      CHECK_OK(check_iri(file, part));
      if (part.key == "@id") {
        made.iri = part.text;
        is_nothing = part.kind == document::Kind::null;
      } else if (part.key == "@type") {
        made.has_reading = part.text == "@id" || part.text == "@vocab";
        made.as = part.text == "@id" ? As::iri : part.text == "@vocab" ? As::word : As::literal;
        if (!is_keyword(part.text)) made.datatype = part.text;
      } else if (part.key != "@container" && part.key != "@protected" && part.key != "@prefix") {
        account.refused(fmt::format("@context {} {}", printable(item.key), printable(part.key)),
                        "nothing", "it is not read here: the word means nothing");
        made = {};
        made.is_unread = true;
        break;
      }
    }
    made.is_unread = made.is_unread || (made.iri.empty() && !is_nothing);
  } else {
    made.is_unread = item.kind != document::Kind::null;
  }
  own_[item.key] = std::move(made);
  return {};
}

const Names::Definition* Names::find(std::string_view term) const {
  if (own_.empty()) return nullptr;
  const auto found = own_.find(term);
  return found == own_.end() ? nullptr : &found->second;
}

/// An IRI with its prefix written out. Prefixes may be of other prefixes, and definitions of other
/// names, which is followed a few times.
std::string Names::expanded(std::string_view text, int hops) const {
  std::string out(text);
  for (; hops < hops_max; ++hops) {
    const auto colon = out.find(':');
    if (is_keyword(out) || colon == out.npos) break;
    if (std::string_view(out).substr(colon).starts_with("://")) break;
    const std::string_view prefix = std::string_view(out).substr(0, colon);
    const auto* own = find(prefix);
    const std::string space =
        own ? meaning_of(*own, hops + 1) : std::string(usual_namespace(prefix));
    if (space.empty()) break;
    out = space + out.substr(colon + 1);
  }
  return out;
}

/// What a definition stands for, written out: an IRI, a keyword, or what another name does.
std::string Names::meaning_of(const Definition& definition, int hops) const {
  std::string_view text = definition.iri;
  for (; hops < hops_max; ++hops) {
    if (text.empty() || is_keyword(text)) return std::string(text);
    if (text.contains(':')) return expanded(text, hops + 1);
    const auto* other = find(text);
    if (other == nullptr || other == &definition) return undefined(text, hops + 1);
    text = other->iri;
  }
  return "";
}

/// What a name stands for, written out, that no definition of the document's is about: ODRL's
/// context first, as far as it goes, then the vocabulary that the document names for all others.
std::string Names::undefined(std::string_view name, int hops) const {
  // Where the document's own vocabulary is all there is these are names like any other.
  if (has_odrl_ || vocab_.empty() || vocab_ == odrl_iri) {
    if (name == "uid") return "@id";
    if (name == "type") return "@type";
    const bool is_prefix = std::ranges::find(odrl_prefixes, name) != odrl_prefixes.end();
    if (has_odrl_ && is_prefix) return std::string(usual_namespace(name));
  }
  const bool is_odrl = has_odrl_ && is_in_odrl_context(name);
  if (!is_odrl && !vocab_.empty()) return expanded(vocab_ + std::string(name), hops);
  return is_odrl_term(name) ? std::string(odrl_iri).append(name) : "";
}

std::string Names::property(std::string_view key) const {
  if (is_keyword(key)) return std::string(key);
  if (const auto* own = find(key)) return shortened(meaning_of(*own, 0));
  return key.contains(':') ? iri(key) : shortened(undefined(key, 0));
}

bool Names::is_guess(std::string_view key) const {
  if (is_keyword(key)) return false;
  if (const auto* own = find(key)) return own->is_unread;
  const auto colon = key.find(':');
  if (colon == key.npos) return has_unread_ && !property(key).starts_with("odrl:");
  const auto prefix = key.substr(0, colon);
  if (const auto* own = find(prefix)) return own->is_unread;
  return has_unread_ && usual_namespace(prefix).empty() && prefix != "urn" && !key.contains("://");
}

As Names::reading_of(std::string_view key, As usual) const {
  const auto* own = find(key);
  return own && own->has_reading ? own->as : usual;
}

std::string Names::datatype_of(std::string_view key) const {
  const auto* own = find(key);
  return own && !own->datatype.empty() ? shortened(expanded(own->datatype, 0)) : "";
}

std::string Names::word(std::string_view text) const {
  if (const auto* own = find(text)) return shortened(meaning_of(*own, 0));
  if (text.contains(':')) return iri(text);
  const std::string known = undefined(text, 0);
  return known.empty() ? std::string(text) : shortened(known);
}

std::string Names::iri(std::string_view text) const {
  // What stands there shortened already is the usual case.
  const auto colon = text.find(':');
  if (colon != text.npos) {
    const auto prefix = text.substr(0, colon);
    if (!usual_namespace(prefix).empty() && !find(prefix)) return std::string(text);
  }
  std::string whole = expanded(text, 0);
  if (!base_.empty() && !is_keyword(whole)) whole = resolved_reference(base_, whole);
  return shortened(whole);
}

}  // namespace usufruct::terms::odrl
