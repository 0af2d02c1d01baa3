#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/licensing.h"
#include "cli/table.h"
#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/licence_combination.h"

namespace usufruct::cli {
namespace {

using terms::LicenceAlternative;
using terms::LicenceExpression;
using terms::LicenceProperties;
using terms::Vocabulary;

/// Each duty once, whichever licence asks for it.
std::vector<std::string> words_of(const std::vector<Duty>& duties) {
  std::vector<std::string> words;
  for (const auto& duty : duties) words.push_back(duty.action);
  sort_once(words);
  return words;
}

/// A list of the rows of all licences of an alternative.
std::vector<std::string> of_rows(const LicenceAlternative& alternative,
                                 std::vector<std::string> terms::LicenceTerm::*list) {
  std::vector<std::string> words;
  for (const auto& part : alternative.parts) {
    const auto* row = row_of(part, Vocabulary::builtin());
    if (row) words.insert(words.end(), (row->*list).begin(), (row->*list).end());
  }
  sort_once(words);
  return words;
}

void describe(const LicenceProperties& properties, const std::vector<Duty>& duties, Facts& facts,
              Json& json) {
  const std::string_view derivatives = properties.may_derive ? "allowed" : "forbidden";
  facts.add("use", name_of(properties.use));
  facts.add("attribution", name_of(properties.attribution));
  facts.add("share-alike", print_share_alike(properties));
  facts.add("derivatives", properties.is_known || !properties.may_derive ? derivatives : "unknown");
  facts.add("duties", join(words_of(duties), ", "));
  Json asked = Json::array();
  for (const auto& duty : duties) {
    asked.push(Json::object().set("duty", duty.action).set("licence", duty.detail));
  }
  json.set("use", name_of(properties.use))
      .set("attribution", name_of(properties.attribution))
      .set("share_alike", Json::array_of(properties.share_alike))
      .set("derivatives", derivatives)
      .set("known", properties.is_known)
      .set("duties", std::move(asked));
}

std::string print_alternative(const LicenceAlternative& alternative, Json& alternatives) {
  Json json = Json::object().set("licence", print(alternative));
  Facts facts;
  facts.add("licence", print(alternative));
  describe(terms::properties_of(alternative, Vocabulary::builtin()), alternative.duties, facts,
           json);
  const auto add = [&](const char* name, const char* key, auto list) {
    const auto words = of_rows(alternative, list);
    facts.add(name, join(words, ", "));
    json.set(key, Json::array_of(words));
  };
  add("forbids for", "forbid_purposes", &terms::LicenceTerm::forbid_purposes);
  add("forbids to", "forbid_actions", &terms::LicenceTerm::forbid_actions);
  add("asks about", "ask_actions", &terms::LicenceTerm::ask_actions);
  alternatives.push(std::move(json));
  return facts.print();
}

Result<Answer> check(Context&, const std::vector<std::string>& words) {
  const auto& vocabulary = Vocabulary::builtin();
  const auto expression = TRY(terms::parse_licence_expression(join(words, " "), vocabulary));
  const auto all = TRY(terms::alternatives_of(expression, vocabulary));
  Answer answer;
  Json alternatives = Json::array();
  answer.text = print(expression) + "\n";
  for (const auto& one : all) answer.text += "\n" + print_alternative(one, alternatives);
  answer.json.set("expression", print(expression)).set("alternatives", std::move(alternatives));
  answer.notes = unknown_licences(expression);
  const auto made = TRY(terms::combine({&expression, 1}, terms::Making::derived, vocabulary));
  for (const auto& conflict : made.conflicts) answer.notes.push_back(conflict.why);
  return answer;
}

/// A licence expression, or the licences on a dataset: what names a licence of the table is one.
Result<LicenceExpression> input_of(Context& context, const std::string& text, Answer& answer) {
  auto expression = terms::parse_licence_expression(text, Vocabulary::builtin());
  const bool is_one_unknown =
      expression ? expression->of.empty() && !row_of(expression->part, Vocabulary::builtin())
                 : text.find(' ') == text.npos;
  if (is_one_unknown) {
    const auto found = context.find(text);
    if (found && (*found)->record.kind() == Kind::dataset) return licence_of(context, **found);
    answer.notes.push_back(
        fmt::format("'{}' is no dataset here: taken for a licence", printable(text, 60)));
  }
  return expression;
}

std::string_view sentence_of(terms::Answer answer) {
  switch (answer) {
    case terms::Answer::permit:
      return "what is made of them may be given on";
    case terms::Answer::abstain:
      return "whether what is made of them may be given on is for the trustees to judge";
    case terms::Answer::deny:
      return "what is made of them may be given on under no licence";
  }
  return "";
}

void add_conflicts(const terms::Combination& made, const std::vector<std::string>& names,
                   Answer& answer) {
  Json conflicts = Json::array();
  for (const auto& conflict : made.conflicts) {
    const auto& [left, right, why] = conflict;
    conflicts.push(
        Json::object().set("left", names[left]).set("right", names[right]).set("why", why));
    answer.text += left == right
                       ? fmt::format("conflict: '{}': {}\n", printable(names[left]), why)
                       : fmt::format("conflict: '{}' and '{}': {}\n", printable(names[left]),
                                     printable(names[right]), why);
  }
  answer.json.set("conflicts", std::move(conflicts));
  if (made.answer != terms::Answer::deny) return;
  answer.failure = Error{Code::conflict, "the licences do not combine",
                         "leave an input out, or ask its owner for another licence"};
}

Result<Answer> combine(Context& context, const std::vector<std::string>& names) {
  const auto& vocabulary = Vocabulary::builtin();
  Answer answer;
  std::vector<LicenceExpression> inputs;
  for (const auto& name : names) {
    inputs.push_back(TRY_IN("'" + printable(name, 60) + "'", input_of(context, name, answer)));
  }
  const auto made = TRY(terms::combine(inputs, terms::Making::derived, vocabulary));
  answer.text = fmt::format("{}\n", sentence_of(made.answer));
  answer.json.set("answer", name_of(made.answer));
  if (made.answer != terms::Answer::deny) {
    Facts facts;
    describe(made.properties, made.duties, facts, answer.json);
    Table table({"input", "licence"});
    Json chosen = Json::array();
    for (std::size_t i = 0; i < names.size(); ++i) {
      table.add({printable(names[i], 60), print(made.chosen[i])});
      chosen.push(print(made.chosen[i]));
    }
    answer.json.set("chosen", std::move(chosen));
    answer.text += facts.print() + table.print();
  }
  add_conflicts(made, names, answer);
  for (const auto& input : inputs) {
    for (auto& note : unknown_licences(input)) answer.notes.push_back(std::move(note));
  }
  sort_once(answer.notes);
  return answer;
}

}  // namespace

void add_licence_expression(Commands& commands, CLI::App& noun) {
  const auto words = std::make_shared<std::vector<std::string>>();
  auto& look =
      commands.verb(noun, "check",
                    {.line = "what a licence expression says: its alternatives, and what each asks",
                     .examples = {"usufruct licence check CC-BY-NC-4.0",
                                  "usufruct licence check \"MIT OR (CC-BY-4.0 AND ODbL-1.0)\""}},
                    [words](Context& context) { return check(context, *words); });
  look.add_option("SPDX", *words, "licence expression")->required();

  const auto names = std::make_shared<std::vector<std::string>>();
  auto& pool = commands.verb(
      noun, "combine",
      {.line = "what data made of several must carry, and which of their licences conflict",
       .examples = {"usufruct licence combine people hospital",
                    "usufruct licence combine people \"CC-BY-SA-4.0 OR ODbL-1.0\""},
       .details =
           "Each is a dataset, whose licences are meant, or a licence expression. Where one\n"
           "may choose, the choice that asks the least is found. It is a reading of a table,\n"
           "not legal advice."},
      [names](Context& context) { return combine(context, *names); });
  pool.add_option("INPUT", *names, "licence expressions, or datasets")->required();
}

}  // namespace usufruct::cli
