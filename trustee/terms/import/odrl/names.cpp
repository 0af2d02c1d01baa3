#include "trustee/terms/import/odrl/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/import/odrl/odrl_terms.h"

namespace usufruct::terms::odrl {
namespace {

struct Namespace {
  std::string_view iri;
  std::string_view prefix;
};
/// Of one prefix the first is what it stands for when a text does not say.
constexpr std::array namespaces = {
    Namespace{"http://www.w3.org/ns/odrl/2/", "odrl"},
    Namespace{"https://www.w3.org/ns/odrl/2/", "odrl"},
    Namespace{"https://w3id.org/dpv#", "dpv"},
    Namespace{"https://w3id.org/dpv/owl#", "dpv"},
    Namespace{"https://w3id.org/dpv/dpv-owl#", "dpv"},
    Namespace{"http://www.w3.org/ns/dpv#", "dpv"},
    Namespace{"http://www.w3id.org/dpv#", "dpv"},
    Namespace{"https://w3id.org/dpv/loc#", "loc"},
    Namespace{"https://w3id.org/dpv/loc/owl#", "loc"},
    Namespace{"https://www.iso.org/obp/ui/#iso:code:3166:", "loc"},
    Namespace{"urn:iso:std:iso:3166:-1:", "loc"},
    Namespace{"https://w3id.org/dpv/ai#", "dpv-ai"},
    Namespace{"https://w3id.org/dpv/ai/owl#", "dpv-ai"},
    Namespace{"http://creativecommons.org/ns#", "cc"},
    Namespace{"http://www.w3.org/2001/XMLSchema#", "xsd"},
    Namespace{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"},
    Namespace{"http://www.w3.org/2000/01/rdf-schema#", "rdfs"},
    Namespace{"http://www.w3.org/2004/02/skos/core#", "skos"},
    Namespace{"http://purl.org/dc/terms/", "dct"},
    Namespace{"http://purl.org/dc/elements/1.1/", "dc"},
    Namespace{"http://schema.org/", "schema"},
    Namespace{"https://schema.org/", "schema"},
    Namespace{"http://purl.obolibrary.org/obo/DUO_", "DUO"},
    Namespace{"http://purl.obolibrary.org/obo/MONDO_", "MONDO"},
    Namespace{"http://purl.obolibrary.org/obo/DOID_", "DOID"},
    Namespace{own_iri, "usufruct"},
};

bool is_odrl_context(std::string_view iri) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (iri.starts_with(scheme) && iri.substr(scheme.size()) == "www.w3.org/ns/odrl.jsonld") {
      return true;
    }
  }
  return iri == "https://www.w3.org/ns/odrl/2/ODRL22.jsonld";
}

bool is_keyword(std::string_view text) { return text.starts_with('@'); }

/// What a prefix stands for when the text does not say.
std::string_view usual_namespace(std::string_view prefix) {
  const auto found = std::ranges::find(namespaces, prefix, &Namespace::prefix);
  return found == namespaces.end() ? std::string_view{} : found->iri;
}

}  // namespace

std::string shortened(std::string_view iri) {
  for (const auto& one : namespaces) {
    if (iri.starts_with(one.iri)) {
      return std::string(one.prefix).append(":").append(iri.substr(one.iri.size()));
    }
  }
  return std::string(iri);
}

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
      return {};
    case document::Kind::scalar:
      if (is_odrl_context(context.text)) {
        add_odrl();
        account.mapped("@context " + printable(context.text), "words of ODRL");
      } else {
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
      add_own(context, account);
      return {};
  }
  return {};
}

/// A later context counts more than an earlier one.
void Names::add_odrl() {
  std::erase_if(own_,
                [](const auto& item) { return is_odrl_term(item.first) || item.first == "odrl"; });
  vocab_.clear();
}

void Names::add_own(const document::Node& context, Account& account) {
  for (const auto& item : context.items) {
    if (item.key == "@vocab") {
      vocab_ = item.text;
      account.mapped("@context @vocab", printable(item.text));
    } else if (item.key == "@version" || item.key == "@language" || item.key == "@protected") {
      continue;
    } else if (is_keyword(item.key)) {
      account.refused("@context " + printable(item.key), "nothing", "it is not read here");
    } else {
      define(item, account);
    }
  }
}

void Names::define(const document::Node& item, Account& account) {
  Definition made;
  if (item.kind == document::Kind::scalar) {
    made.iri = item.text;
  } else if (item.kind == document::Kind::mapping) {
    for (const auto& part : item.items) {
      if (part.key == "@id") {
        made.iri = part.text;
      } else if (part.key == "@type") {
        made.has_reading = part.text == "@id" || part.text == "@vocab";
        made.as = part.text == "@id" ? As::iri : part.text == "@vocab" ? As::word : As::literal;
        if (!is_keyword(part.text)) made.datatype = part.text;
      } else if (part.key != "@container" && part.key != "@protected" && part.key != "@prefix") {
        account.refused(fmt::format("@context {} {}", printable(item.key), printable(part.key)),
                        "nothing", "it is not read here: the word means nothing");
        made = {};
        break;
      }
    }
  }
  own_[item.key] = std::move(made);
}

const Names::Definition* Names::find(std::string_view term) const {
  if (own_.empty()) return nullptr;
  const auto found = own_.find(term);
  return found == own_.end() ? nullptr : &found->second;
}

/// An IRI with its prefix written out, once: a context's prefixes are not of other prefixes but
/// where they stand in `own_`, which is followed a few times.
std::string Names::expanded(std::string_view text) const {
  std::string out(text);
  for (int hops = 0; hops < 8; ++hops) {
    if (is_keyword(out)) return out;
    if (const auto* own = find(out); own && hops > 0 && own->iri != out) {
      out = own->iri;
      continue;
    }
    const auto colon = out.find(':');
    if (colon == out.npos || std::string_view(out).substr(colon).starts_with("://")) break;
    const std::string_view prefix = std::string_view(out).substr(0, colon);
    const auto* own = find(prefix);
    const std::string_view space = own ? std::string_view(own->iri) : usual_namespace(prefix);
    if (space.empty()) break;
    out = std::string(space).append(out, colon + 1);
  }
  return out;
}

std::string Names::property(std::string_view key) const {
  if (is_keyword(key)) return std::string(key);
  if (const auto* own = find(key)) {
    return own->iri.empty() ? "" : shortened(expanded(own->iri));
  }
  if (key.find(':') != key.npos) return iri(key);
  if (key == "uid") return "@id";
  if (key == "type") return "@type";
  if (is_odrl_term(key)) return std::string("odrl:").append(key);
  return vocab_.empty() ? "" : shortened(expanded(vocab_ + std::string(key)));
}

As Names::reading_of(std::string_view key, As usual) const {
  const auto* own = find(key);
  return own && own->has_reading ? own->as : usual;
}

std::string Names::datatype_of(std::string_view key) const {
  const auto* own = find(key);
  return own && !own->datatype.empty() ? shortened(expanded(own->datatype)) : "";
}

std::string Names::word(std::string_view text) const {
  if (const auto* own = find(text)) return own->iri.empty() ? "" : shortened(expanded(own->iri));
  if (text.find(':') != text.npos) return iri(text);
  if (is_odrl_term(text)) return std::string("odrl:").append(text);
  return vocab_.empty() ? std::string(text) : shortened(expanded(vocab_ + std::string(text)));
}

std::string Names::iri(std::string_view text) const {
  // What stands there shortened already is the usual case.
  const auto colon = text.find(':');
  if (colon != text.npos) {
    const auto prefix = text.substr(0, colon);
    if (!usual_namespace(prefix).empty() && !find(prefix)) return std::string(text);
  }
  return shortened(expanded(text));
}

}  // namespace usufruct::terms::odrl
