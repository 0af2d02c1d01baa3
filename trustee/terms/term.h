#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/document.h"
#include "trustee/terms/texts.h"

namespace usufruct::terms {

/// One word. `parents` are the words it is a kind of; more than one is usual.
struct Term {
  std::string id;
  std::vector<std::string> parents;
  Texts labels;
  Texts definitions;
  std::vector<std::string> same_as;  ///< what others call it: `odrl:use`, `cawg.data_mining`
  std::vector<std::string> near;     ///< words of others that say something near it

  /// What a reader of the language is shown; the id where there is no text at all.
  std::string_view label(const Language& language) const {
    return labels.is_empty() ? std::string_view(id) : labels.in(language);
  }
};

/// Reads a row of a scheme's file. `malformed` with its place.
Result<Term> read_term(const document::File& file, const document::Node& node);

/// An id without its prefix: `AcademicResearch` for `dpv:AcademicResearch`.
std::string_view without_prefix(std::string_view id);

}  // namespace usufruct::terms
