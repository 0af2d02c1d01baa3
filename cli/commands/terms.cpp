#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/language.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/vocabulary_record.h"
#include "crypto/base/text.h"
#include "ledger/record/codec.h"
#include "ledger/record/names.h"
#include "trustee/further_terms.h"
#include "trustee/holdings.h"
#include "trustee/quorum.h"
#include "trustee/released_floor.h"
#include "trustee/terms/author.h"
#include "trustee/terms/explain.h"
#include "trustee/terms/floor.h"
#include "trustee/terms_history.h"

namespace usufruct::cli {
namespace {

struct SetTerms {
  Recording recording;
  std::string dataset;
  std::string file;
  std::string vocabulary;
};

struct CheckTerms {
  std::string file;
  std::string vocabulary;
};

/// How terms stand to those they took the place of.
std::string_view said_of(TermsComparison comparison) {
  switch (comparison) {
    case TermsComparison::first:
      return "they are the first";
    case TermsComparison::equal:
      return "they permit and ask for the same as those";
    case TermsComparison::narrower:
      return "they are narrower than those";
    case TermsComparison::wider:
      return "they are wider than those";
    case TermsComparison::incomparable:
      return "they are narrower than those in some things and wider in others: usufruct terms diff";
    case TermsComparison::undecided:
      return "whether they are narrower or wider than those was not found out: they are too "
             "many, or written in other words";
  }
  return "";
}

/// What the floor asks, in the numbers of the record.
Json json_of(const Floor& floor) {
  Json json = Json::object();
  for (const auto& bound : terms::floor_bounds()) {
    if (floor.*bound.value != 0) json.set(std::string(bound.name), floor.*bound.value);
  }
  return json;
}

std::string summary_of(const Terms& terms) {
  const std::string rules = count_of(terms.rules.size(), "rule");
  // Only further terms have none: the owner's floor holds.
  if (terms.floor.k == 0) return rules + ", no privacy floor of their own";
  return fmt::format("{}, k={}, at most {} of rows suppressed{}", rules, terms.floor.k,
                     print_share(terms.floor.suppression_max_per10000 / 1e4),
                     terms::print_further_bounds(terms.floor));
}

/// The terms that new ones of the same party would take the place of: of a trust those for the same
/// law, of a dataset the owner's or the community's.
Result<LoggedPtr> newest_like(Context& context, const Logged& governed, const std::string& as,
                              const Terms& terms) {
  const Graph& graph = *TRY(context.graph());
  const Kind kind = governed.record.kind();
  if (kind != Kind::dataset && kind != Kind::trust) {
    return not_found(fmt::format("{} is a {}, not a dataset or a trust",
                                 context.name_of(governed.id), name_of(kind)),
                     "name the dataset whose terms they are, or the trust");
  }
  const auto party = TRY(context.acting_party(as));
  const bool is_community = party->record.as<Party>()->type == PartyType::community;
  const bool is_owner = same_party(graph, party->record.issuer, governed.record.issuer);
  if (kind == Kind::dataset && is_community && !is_owner) {
    return newest_terms_of_community(graph, governed.id, party->record.issuer);
  }
  CHECK_OK(context.check_owner(governed, as, "terms-owner"));
  return kind == Kind::trust ? newest_terms_of_trust(graph, governed.id, terms.law)
                             : newest_terms(graph, governed.id);
}

/// Whether terms say what those in force say, but for how these stand to others before them.
bool is_same(const Graph& graph, const Logged& in_force, Terms terms) {
  const Terms& before = *in_force.record.as<Terms>();
  terms.comparison = before.comparison;
  // What is set here holds from now on and without an end.
  const bool is_open = in_force.record.valid_from.ms == 0 && in_force.record.valid_to.ms == 0;
  return terms == before && is_open && !is_withdrawn(graph, in_force.id);
}

/// New ones would void votes and change nothing.
Answer same_as(Context& context, const Logged& in_force) {
  Answer answer;
  answer.json.set("id", print_id(in_force.id)).set("index", in_force.index).set("recorded", false);
  answer.notes.push_back(fmt::format("the same as {}, which are set already: nothing was recorded",
                                     context.name_of(in_force.id)));
  return answer;
}

std::string said_of_void(Context& context, const std::vector<RecordId>& requests) {
  constexpr std::size_t named_max = 5;
  std::string names;
  for (std::size_t i = 0; i < requests.size() && i < named_max; ++i) {
    names += (i == 0 ? "" : ", ") + context.name_of(requests[i]);
  }
  if (requests.size() > named_max)
    names += fmt::format(" and {} more", requests.size() - named_max);
  return fmt::format("warning: this voids the votes on {}: {}; their trainers must ask again",
                     count_of(requests.size(), "open request"), names);
}

/// Before anybody votes: of the newest version nothing can be released under such a floor.
void warn_of_floor(const Graph& graph, const Logged& dataset, const Floor& floor, Answer& answer) {
  const auto versions = graph.referring(dataset.id, Role::of);
  if (versions.empty()) return;
  for (const auto& reason : never_met(floor, *versions.back()->record.as<Version>()))
    answer.notes.push_back(
        fmt::format("warning: nothing can be released under these terms: {}", reason));
}

constexpr std::string_view note_of_no_floor =
    "as an owner's they are refused: add `privacy: {k: 5, suppression_max: 5%}`; those of a trust "
    "or a community need none";

Result<Answer> set(Context& context, const SetTerms& options) {
  const auto words = TRY(find_words(context, options.vocabulary));
  auto terms = TRY(
      terms::parse_terms(TRY(read_text(context, options.file)), options.file, *words.vocabulary));
  const auto governed = TRY(context.find(options.dataset));
  const auto newest = TRY(newest_like(context, *governed, options.recording.as, terms));
  if (newest && is_same(*TRY(context.graph()), *newest, terms)) return same_as(context, *newest);
  Record record = TRY(begin_record(context, options.recording));
  record.add(Role::governs, governed->id);
  record.add(Role::under,
             words.record ? words.record->id : TRY(recorded_words(context, options.recording)));
  if (newest) record.add(Role::supersedes, newest->id);
  terms.comparison = comparison_with(
      *TRY(context.graph()), newest.get(), terms,
      governed->record.kind() == Kind::dataset &&
              same_party(*TRY(context.graph()), governed->record.issuer, record.issuer)
          ? TermsOf::owner
          : TermsOf::others);
  record.body = terms;
  const auto voted = open_with_votes(*TRY(context.graph()), *governed, context.now());
  Answer answer = TRY(log_record(context, options.recording, record));
  if (!options.recording.dry_run) answer.notes.push_back(summary_of(terms));
  if (governed->record.kind() == Kind::dataset)
    warn_of_floor(*TRY(context.graph()), *governed, terms.floor, answer);
  if (options.recording.dry_run && terms.floor.k == 0 && terms.law.empty() && terms.labels.empty())
    answer.notes.emplace_back(note_of_no_floor);
  if (newest && !options.recording.dry_run) {
    answer.notes.push_back(fmt::format("they replace {}; votes cast under those no longer count",
                                       context.name_of(newest->id)));
  }
  // The first of a trust or a community do so too; and who only tries wants to know.
  if (!voted.empty()) answer.notes.push_back(said_of_void(context, voted));
  if (newest && !options.recording.dry_run) {
    answer.json.set("comparison", name_of(terms.comparison));
    answer.notes.emplace_back(said_of(terms.comparison));
  }
  return answer;
}

Result<Answer> check(Context& context, const CheckTerms& options) {
  const std::string& file = options.file;
  const auto words = TRY(find_words(context, options.vocabulary));
  const auto terms =
      TRY(terms::parse_terms(TRY(read_text(context, file)), file, *words.vocabulary));
  Answer answer;
  answer.json.set("rules", terms.rules.size())
      .set("k", terms.floor.k)
      .set("suppression_max_per10000", terms.floor.suppression_max_per10000)
      .set("floor", json_of(terms.floor));
  answer.text = fmt::format("{}: {}\n", file, summary_of(terms));
  if (terms.floor.k == 0 && terms.law.empty() && terms.labels.empty()) {
    answer.notes.emplace_back(note_of_no_floor);
  }
  return answer;
}

Result<Answer> show_terms(Context& context, const std::string& text, const std::string& tag) {
  const auto language = TRY(language_of(context, tag));
  const auto dataset = TRY(context.find(text, Kind::dataset));
  const auto logged = terms_in_force(*TRY(context.graph()), dataset->id);
  if (!logged) {
    return not_found(fmt::format("no terms are in force for '{}'", text),
                     fmt::format("usufruct terms set {} TERMS.yaml --as OWNER", text));
  }
  Answer answer;
  answer.json.set("id", print_id(logged->id))
      .set("index", logged->index)
      .set("record", Json::raw(to_json(logged->record)));
  const auto& terms = *logged->record.as<Terms>();
  const auto words = TRY(words_of_terms(context, logged->record));
  answer.text = TRY(terms::print_terms(terms, *words.vocabulary));
  answer.notes.push_back(
      fmt::format("terms {} recorded at index {}", context.name_of(logged->id), logged->index));
  if (!is_of_program(words)) {
    answer.notes.push_back(said_of_words(context, words));
  }
  if (const auto before = logged->record.first(Role::supersedes)) {
    answer.notes.push_back(fmt::format("they took the place of {}: {}", context.name_of(*before),
                                       said_of(terms.comparison)));
  }
  const std::string floor = terms::explain_floor(terms.floor, language);
  for (const auto line : split(floor, '\n')) {
    if (line.empty()) continue;
    answer.notes.emplace_back(line);
  }
  return answer;
}

}  // namespace

void add_terms(Commands& commands) {
  auto& noun = commands.noun("terms", "what an owner permits and forbids");
  {
    const auto options = std::make_shared<SetTerms>();
    auto& verb =
        commands.verb(noun, "set",
                      {.line = "set the terms of a dataset, in place of those before",
                       .examples = {"usufruct terms set people terms.yaml --as ada",
                                    "usufruct terms set people terms.yaml --as ada --dry-run",
                                    "usufruct terms set people terms.yaml --as ada "
                                    "--vocabulary their-words"}},
                      [options](Context& context) { return set(context, *options); });
    verb.add_option("DATASET", options->dataset, "label or id; or of a trust, for all it holds")
        ->required();
    verb.add_option("FILE", options->file, "terms in YAML (specs/terms.md)")->required();
    add_vocabulary_option(verb, options->vocabulary);
    add_recording(verb, options->recording);
  }
  add_terms_new(commands, noun);
  add_terms_import(commands, noun);
  add_terms_export(commands, noun);
  const auto checked = std::make_shared<CheckTerms>();
  auto& look = commands.verb(
      noun, "check",
      {.line = "read terms and record nothing", .examples = {"usufruct terms check terms.yaml"}},
      [checked](Context& context) { return check(context, *checked); });
  look.add_option("FILE", checked->file, "terms in YAML; - is standard input")->required();
  add_vocabulary_option(look, checked->vocabulary);
  const auto text = std::make_shared<std::string>();
  const auto language = std::make_shared<std::string>();
  auto& verb = commands.verb(
      noun, "show",
      {.line = "the terms in force, as YAML", .examples = {"usufruct terms show people"}},
      [text, language](Context& context) { return show_terms(context, *text, *language); });
  verb.add_option("DATASET", *text, "label or id")->required();
  add_language(verb, *language);
  add_terms_history(commands, noun);
  add_terms_analysis(commands, noun);
  add_terms_explain(commands, noun);
}

}  // namespace usufruct::cli
