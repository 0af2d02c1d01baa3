#pragma once

#include <span>
#include <string_view>

#include "ledger/law.h"

namespace usufruct {

/// What may follow what in a Usufruct log: the rules of specs/records.md, by name. Pure and
/// deterministic. The log calls it to admit a record, the audit calls it again on every record of a
/// copy; so an operator who lets a bad record in is caught by anyone.
///
/// A refusal is `denied` (a rule says no) with the rule's name in Error::rule.
Result<void> usufruct_law(const Graph& graph, const Candidate& candidate);

/// Every rule there is, for the documentation and its test.
struct LawRule {
  std::string_view name;
  std::string_view meaning;
};
std::span<const LawRule> law_rules();

}  // namespace usufruct
