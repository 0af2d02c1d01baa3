#pragma once

#include <string>

#include "trustee/terms/import/odrl/formula.h"
#include "trustee/terms/import/odrl/values.h"

namespace usufruct::terms::odrl {

/// The word of a scheme that an IRI or literal of a policy stands for; null when there is none.
const Term* find_word(const Vocabulary& vocabulary, Scheme scheme, std::string_view word);
/// Whether a property is a remark for people (Dublin Core, SKOS, RDFS, schema.org) that decides
/// nothing.
bool is_remark(std::string_view property);

/// Reads constraints and logical constraints. Total: what is not understood becomes a condition
/// that no clause says, never one left out.
class ConstraintReader {
 public:
  ConstraintReader(const Source& source, const Vocabulary& vocabulary)
      : source_(source), vocabulary_(vocabulary) {}

  /// All constraints a property lists, which all hold.
  Formula read_all(const document::Node& property);
  Formula read(const Value& value) { return read(value, 0); }

 private:
  Formula read(const Value& value, std::size_t depth);
  Formula read_logical(const document::Node& operands, std::string_view joint, std::size_t depth);

  const Source& source_;
  const Vocabulary& vocabulary_;
};

/// Tells the account what became of each condition; of those that no clause says, who asks tells.
void tell(const Formula& formula, const std::string& where, Account& account);

}  // namespace usufruct::terms::odrl
