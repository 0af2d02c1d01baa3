#include "trustee/law/within.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms_history.h"
#include "trustee/vocabularies.h"

namespace usufruct::law {
namespace {

std::string name_of_input(const Logged& input) {
  const auto* dataset = input.record.as<Dataset>();
  const std::string id = print_short(input.id);
  if (dataset == nullptr || dataset->title.empty()) return id;
  return fmt::format("'{}' ({})", printable(dataset->title, 60), id);
}

}  // namespace

Result<void> check_within(const Case& it, const Record& record, std::span<const LoggedPtr> inputs) {
  const Graph& graph = it.graph;
  const Terms& terms = *record.as<Terms>();
  terms::Budget budget = law_comparison_budget;  // for all inputs
  const auto vocabulary = inputs.empty() ? nullptr : TRY(vocabulary_of(graph, record));
  for (const auto& input : inputs) {
    const std::string name = name_of_input(*input);
    const auto theirs = terms_in_force(graph, input->id);
    if (!theirs || !holds_at(theirs->record, it.candidate.time)) {
      return refuse("terms-derived", fmt::format("the input {} has no terms in force", name),
                    "the owner of the input sets terms first");
    }
    const std::int64_t from = theirs->record.valid_from.ms;
    const std::int64_t to = theirs->record.valid_to.ms;
    const std::int64_t end = record.valid_to.ms;
    if (record.valid_from.ms < from || (to != 0 && (end == 0 || end > to))) {
      return refuse("terms-derived",
                    fmt::format("the terms hold at times when those of the input {} do not", name),
                    "let them hold no longer");
    }
    if (theirs->record.as<Terms>()->vocabulary_sha256 != terms.vocabulary_sha256) {
      return refuse("terms-derived",
                    fmt::format("the terms of the input {} are written in other words", name),
                    "write these in the same: `usufruct terms set --vocabulary RECORD`");
    }
    const auto told = terms::diff(*theirs->record.as<Terms>(), terms, *vocabulary, budget);
    using terms::Comparison;
    if (told.comparison == Comparison::equal || told.comparison == Comparison::narrower) continue;
    std::string wider;
    for (const auto& aspect : told.aspects) {
      if (aspect.comparison == Comparison::equal || aspect.comparison == Comparison::narrower) {
        continue;
      }
      wider += (wider.empty() ? "" : ", ") + aspect.name;
    }
    return refuse("terms-derived",
                  fmt::format("the terms are {} than those of the input {}: {}",
                              told.comparison == Comparison::undecided ? "perhaps wider" : "wider",
                              name, wider),
                  "`usufruct terms diff` shows by what; `usufruct terms meet` makes terms that are "
                  "within those of all inputs");
  }
  return {};
}

}  // namespace usufruct::law
