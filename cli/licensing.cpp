#include "cli/licensing.h"

#include <fmt/format.h>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

std::vector<std::string> expressions_on(const Graph& graph, const Logged& dataset, Time at) {
  std::vector<std::string> expressions;
  const auto versions = graph.referring(dataset.id, Role::of);
  const auto holding = versions.empty() ? std::nullopt : holding_of(graph, versions.back()->id);
  if (holding) {
    for (const auto& licence : licences_heard(graph, *holding, at)) {
      expressions.push_back(licence.expression);
    }
  }
  const auto& described = dataset.record.as<Dataset>()->licence;
  if (expressions.empty() && !described.empty()) expressions.push_back(described);
  sort_once(expressions);
  return expressions;
}

std::string sentence_of(const std::string& expression, const std::vector<std::string>& misses) {
  return fmt::format("the licence '{}' leaves out what the inputs' licences ask: {}",
                     printable(expression), fmt::join(misses, "; "));
}

void collect(const terms::LicenceExpression& expression, std::vector<std::string>& notes) {
  const auto& vocabulary = terms::Vocabulary::builtin();
  for (const auto& part : expression.of) collect(part, notes);
  if (!expression.of.empty() || row_of(expression.part, vocabulary)) return;
  const bool is_licence = vocabulary.find_licence(expression.part.id) != nullptr;
  const auto meant =
      is_licence ? std::nullopt : terms::nearest_licence(expression.part.id, vocabulary);
  notes.push_back(fmt::format(
      "'{}' is no licence this program knows: the trustees must judge what "
      "it allows{}",
      print(expression.part), meant ? fmt::format("; did you mean '{}'?", *meant) : ""));
}

}  // namespace

Result<terms::LicenceExpression> licence_of(Context& context, const Logged& dataset) {
  const auto expressions = expressions_on(*TRY(context.graph()), dataset, context.now());
  const std::string name = context.name_of(dataset.id);
  if (expressions.empty()) {
    return not_found(fmt::format("no licence is recorded on '{}'", name),
                     fmt::format("usufruct licence set {} SPDX --as OWNER", name));
  }
  std::string all;
  for (const auto& one : expressions) {
    const auto read = terms::parse_licence_expression(one, terms::Vocabulary::builtin());
    if (!read) {
      Error error = read.error();
      return std::unexpected(std::move(error).within(
          fmt::format("the licence '{}' of '{}'", printable(one, 60), name)));
    }
    all += fmt::format("{}({})", all.empty() ? "" : " AND ", one);
  }
  return terms::parse_licence_expression(all, terms::Vocabulary::builtin());
}

Result<std::vector<std::string>> licence_notes(Context& context, const std::string& expression,
                                               const RecordId& dataset) {
  const auto& vocabulary = terms::Vocabulary::builtin();
  std::vector<std::string> notes;
  std::vector<terms::LicenceExpression> inputs;
  for (const auto& input : inputs_of(*TRY(context.graph()), dataset)) {
    auto licence = licence_of(context, *input);
    if (licence) {
      inputs.push_back(*std::move(licence));
    } else {
      notes.push_back("of an input: " + licence.error().message);
    }
  }
  const auto given = terms::parse_licence_expression(expression, vocabulary);
  if (inputs.empty() || !given) return notes;
  const auto misses = terms::misses_of(*given, inputs, vocabulary);
  if (!misses) {
    notes.push_back(misses.error().message);
  } else if (!misses->empty()) {
    notes.push_back(sentence_of(expression, *misses));
  }
  return notes;
}

std::vector<std::string> unknown_licences(const terms::LicenceExpression& expression) {
  std::vector<std::string> notes;
  collect(expression, notes);
  sort_once(notes);
  return notes;
}

}  // namespace usufruct::cli
