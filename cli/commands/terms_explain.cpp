#include <fmt/format.h>

#include <memory>

#include "cli/assessment_json.h"
#include "cli/command.h"
#include "cli/given_terms.h"
#include "cli/language.h"
#include "cli/words.h"
#include "crypto/base/text.h"
#include "trustee/terms/author.h"
#include "trustee/terms/explain.h"

namespace usufruct::cli {
namespace {

struct Explain {
  std::string terms;
  std::string request;
  std::vector<std::string> classes;
  std::string language;
  std::string vocabulary;
};

/// What terms say of a request that nobody has made yet, by themselves: no ledger is needed.
Result<Answer> explain(Context& context, const Explain& options) {
  const auto language = TRY(language_of(context, options.language));
  const auto given = TRY(given_terms(context, options.terms, options.vocabulary));
  const auto& vocabulary = *given.words.vocabulary;
  const Request request = TRY(
      terms::parse_request(TRY(read_text(context, options.request)), options.request, vocabulary));
  Party requester;
  for (const auto& written : options.classes) {
    auto word = TRY(known_word(terms::Scheme::recipient, written, "--class", vocabulary));
    requester.classes.push_back(std::move(word));
  }
  const auto assessment =
      terms::assess(given.terms, {}, {request, requester, RecordId{}, context.now(), vocabulary});
  Answer answer;
  answer.json = json_of(assessment);
  answer.text = terms::explain(assessment, language);
  if (assessment.answer != terms::Answer::deny) {
    answer.text += terms::explain_floor(given.terms.floor, language);
  }
  if (options.classes.empty()) {
    answer.notes.emplace_back(
        "judged for a requester of no class; --class says what they are, as --class university");
  } else {
    answer.notes.push_back("judged for a requester of class " + join(requester.classes, ", "));
  }
  answer.notes.emplace_back(
      "by these terms alone: licences, consents and what a trust or a community asks come beside "
      "them on a ledger");
  return answer;
}

}  // namespace

void add_terms_explain(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Explain>();
  auto& verb = commands.verb(
      noun, "explain",
      {.line = "what terms say of a request, why, and what they would permit",
       .examples = {"usufruct terms explain terms.yaml request.yaml --class university",
                    "usufruct terms explain people request.yaml --language fr"}},
      [options](Context& context) { return explain(context, *options); });
  verb.add_option("TERMS", options->terms, "file, or dataset")->required();
  verb.add_option("REQUEST", options->request, "request in YAML")->required();
  verb.add_option("--class", options->classes, "what the requester is: a word of recipients")
      ->type_name("WORD");
  add_language(verb, options->language);
  add_vocabulary_option(verb, options->vocabulary);
}

}  // namespace usufruct::cli
