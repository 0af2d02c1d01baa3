#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/language.h"
#include "cli/table.h"
#include "cli/vocabulary_record.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "trustee/catalogue.h"
#include "trustee/terms/author.h"
#include "trustee/terms/explain.h"

namespace usufruct::cli {
namespace {

struct Find {
  std::string request;
  std::string as;
  std::string language;
  std::string vocabulary;
  bool why = false;
};

/// Who asks: the party of a key, or somebody of whom nothing is known.
Result<LoggedPtr> asker(Context& context, const std::string& as) {
  if (as.empty()) return LoggedPtr();
  const auto keys = TRY(TRY(context.workspace())->public_key(as));
  auto party = party_of(*TRY(context.graph()), print_did_key(keys.signing));
  if (party) return party;
  return not_found(fmt::format("'{}' is not registered as a party", as),
                   fmt::format("usufruct party register --as {}", as));
}

/// The lines of an explanation that say why, without its first.
std::string reasons_of(const Offer& offer, const terms::Context& asked,
                       const terms::Language& language) {
  const terms::Context by_its_words{.request = asked.request,
                                    .requester = asked.requester,
                                    .requester_id = asked.requester_id,
                                    .at = asked.at,
                                    .vocabulary = *offer.vocabulary};
  const auto assessment =
      terms::assess_briefly(*offer.terms->record.as<Terms>(), offer.licences, by_its_words,
                            borrowed(offer.further), offer.consents);
  const std::string text = terms::explain(assessment, language);
  return text.substr(text.find('\n') + 1);
}

Result<Answer> find(Context& context, const Find& options) {
  const auto words = TRY(find_words(context, options.vocabulary));
  const auto request = TRY(terms::parse_request(TRY(read_text(context, options.request)),
                                                options.request, *words.vocabulary));
  const auto party = TRY(asker(context, options.as));
  const auto language = TRY(language_of(context, options.language));
  const Time now = context.now();
  const auto catalogue = Catalogue::of(*TRY(context.graph()), now);
  const Party nobody;
  const terms::Context asked{request, party ? *party->record.as<Party>() : nobody,
                             party ? party->id : RecordId{}, now};
  const auto answers = catalogue.ask(asked);

  Answer answer;
  Json found = Json::array();
  using terms::Answer::abstain;
  using terms::Answer::deny;
  using terms::Answer::permit;
  std::size_t hidden = 0;
  for (const auto wanted : {permit, abstain, deny}) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i] != wanted) continue;
      if (wanted == deny && !options.why) {
        ++hidden;
        continue;
      }
      const Offer& offer = catalogue.offers()[i];
      const auto& dataset = *offer.holding.dataset;
      const std::string name = context.name_of(dataset.id);
      const std::string why =
          options.why && wanted != permit ? reasons_of(offer, asked, language) : "";
      found.push(Json::object()
                     .set("id", print_id(dataset.id))
                     .set("version", print_id(offer.holding.version->id))
                     .set("title", dataset.record.as<Dataset>()->title)
                     .set("answer", terms::name_of(wanted)));
      answer.text += fmt::format("{:<8} {}  {}\n{}", terms::name_of(wanted), name,
                                 printable(dataset.record.as<Dataset>()->title), why);
    }
  }
  answer.json.set("found", std::move(found)).set("offers", answers.size());
  const auto count = [&](terms::Answer one) {
    return static_cast<std::uint64_t>(std::ranges::count(answers, one));
  };
  answer.notes.push_back(
      fmt::format("of {} with terms in force {} permit, {} leave it to the "
                  "trustees, {} deny",
                  count_of(answers.size(), "dataset"), print_count(count(permit)),
                  print_count(count(abstain)), print_count(count(deny))));
  if (hidden > 0) answer.notes.emplace_back("--why shows those that deny, and why");
  if (options.as.empty()) {
    answer.notes.emplace_back(
        "asked as somebody of whom nothing is known: --as NAME asks as a party");
  }
  return answer;
}

}  // namespace

void add_dataset_find(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Find>();
  auto& verb =
      commands.verb(noun, "find",
                    {.line = "which datasets a request could use, and why not the others",
                     .examples = {"usufruct dataset find --for request.yaml --as lab",
                                  "usufruct dataset find --for request.yaml --as lab --why"}},
                    [options](Context& context) { return find(context, *options); });
  verb.add_option("--for", options->request, "a request in YAML (specs/terms.md); - is stdin")
      ->type_name("FILE")
      ->required();
  verb.add_option("--as", options->as, "who asks: a name from `usufruct key list`")
      ->type_name("NAME");
  add_language(verb, options->language);
  add_vocabulary_option(verb, options->vocabulary);
  verb.add_flag("--why", options->why, "also those that deny, and the reasons");
}

}  // namespace usufruct::cli
