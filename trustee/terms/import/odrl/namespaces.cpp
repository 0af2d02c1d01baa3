#include "trustee/terms/import/odrl/namespaces.h"

#include <algorithm>
#include <array>

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

}  // namespace

std::string_view usual_namespace(std::string_view prefix) {
  const auto found = std::ranges::find(namespaces, prefix, &Namespace::prefix);
  return found == namespaces.end() ? std::string_view{} : found->iri;
}

std::string shortened(std::string_view iri) {
  for (const auto& one : namespaces) {
    if (iri.starts_with(one.iri)) {
      return std::string(one.prefix).append(":").append(iri.substr(one.iri.size()));
    }
  }
  return std::string(iri);
}

}  // namespace usufruct::terms::odrl
