#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/given_terms.h"
#include "cli/request_content.h"
#include "cli/table.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"
#include "trustee/terms/explain.h"

namespace usufruct::cli {
namespace {

struct Analyse {
  std::vector<std::string> from;
  std::string vocabulary;
};

Json json_of_example(const terms::Example& example) {
  Json json = json_of(example.request);
  if (!example.requester.classes.empty()) {
    json.set("requester_classes", Json::array_of(example.requester.classes));
  }
  if (example.requester_id != RecordId{}) json.set("requester", print_id(example.requester_id));
  json.set("at", print_time(example.at));
  return json;
}

/// What is special about a request that was found, a line each.
std::string print(const terms::Example& example, std::size_t indent) {
  std::string out = terms::print_request(example.request);
  if (!example.requester.classes.empty()) {
    out += fmt::format("# asked by: {}\n", fmt::join(example.requester.classes, ", "));
  }
  if (example.requester_id != RecordId{}) {
    out += fmt::format("# asked by party {}\n", print_id(example.requester_id));
  }
  if (example.at.ms != 0) out += fmt::format("# at {}\n", print_time(example.at));
  std::string indented;
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = out.find('\n', begin) + 1;
    indented.append(indent, ' ').append(out, begin, end - begin);
    begin = end;
  }
  return indented;
}

/// A word may mean more in one vocabulary than in another.
Answer undecided_by_words() {
  Answer answer;
  const auto undecided = name_of(terms::Comparison::undecided);
  answer.json.set("comparison", undecided).set("aspects", Json::array());
  answer.text = fmt::format("{}\n", undecided);
  answer.notes.emplace_back(
      "they are written in different words, and a word of one may mean more in the other");
  return answer;
}

/// What is the same has no sides to show, nor have requests: an example shows those.
bool is_shown_alike(const terms::Aspect& aspect) {
  return aspect.comparison == terms::Comparison::equal ||
         (aspect.before.empty() && aspect.after.empty());
}

Result<Answer> diff(Context& context, const Analyse& options) {
  const auto given = TRY(given_terms_together(context, options.from, options.vocabulary));
  if (!check_same_words(given)) return undecided_by_words();
  const Terms& first = given[0].terms;
  const Terms& second = given[1].terms;
  const auto told = terms::diff(first, second, *given[0].words.vocabulary);
  Answer answer;
  Json aspects = Json::array();
  const bool is_same_in_all = std::ranges::all_of(
      told.aspects, [](const terms::Aspect& aspect) { return is_shown_alike(aspect); });
  Table table(is_same_in_all ? std::vector<std::string>{"", "the second is"}
                             : std::vector<std::string>{"", "the second is", "first", "second"});
  for (const auto& aspect : told.aspects) {
    aspects.push(Json::object()
                     .set("name", aspect.name)
                     .set("comparison", name_of(aspect.comparison))
                     .set("before", aspect.before)
                     .set("after", aspect.after));
    const bool is_same = is_shown_alike(aspect);
    table.add({aspect.name, std::string(name_of(aspect.comparison)), is_same ? "" : aspect.before,
               is_same ? "" : aspect.after});
  }
  answer.json.set("comparison", name_of(told.comparison)).set("aspects", std::move(aspects));
  answer.text = fmt::format("{}\n{}", name_of(told.comparison), table.print(2));
  const auto show = [&](std::string_view key, std::string_view title,
                        const std::optional<terms::Example>& example) {
    if (!example) return;
    answer.json.set(std::string(key), json_of_example(*example));
    answer.text += fmt::format("{}, for one:\n{}", title, print(*example, 2));
  };
  show("only_after", "permitted by the second alone", told.only_after);
  show("only_before", "permitted by the first alone", told.only_before);
  if (told.comparison == terms::Comparison::undecided) {
    answer.notes.emplace_back("the search was given up before it was known");
  }
  return answer;
}

std::string sentence_of(const terms::Oddity& oddity) {
  switch (oddity.what) {
    case terms::Oddity::What::permits_nothing:
      return "no request at all is permitted";
    case terms::Oddity::What::never_holds:
      return fmt::format("'{}' can never hold: its conditions exclude each other", oddity.rule);
    case terms::Oddity::What::always_refused:
      return fmt::format("'{}' permits nothing: whatever satisfies it is forbidden", oddity.rule);
    case terms::Oddity::What::says_nothing_new:
      if (oddity.effect == Effect::ask) {
        return fmt::format("'{}' is never asked: no request that is permitted meets it",
                           oddity.rule);
      }
      if (oddity.effect == Effect::forbid) {
        return fmt::format(
            "'{}' forbids nothing that is permitted now: it guards against permits that are added",
            oddity.rule);
      }
      return fmt::format("'{}' changes nothing: without it the same is permitted", oddity.rule);
    case terms::Oddity::What::permit_and_forbid:
      return fmt::format("'{}' permits some of what '{}' forbids, or may forbid: that is refused",
                         oddity.rule, oddity.other);
    case terms::Oddity::What::recipients_alone:
      return fmt::format(
          "'{}' limits who receives the data and not who asks: whoever names such recipients "
          "passes; "
          "add `classes`",
          oddity.rule);
    case terms::Oddity::What::bound_asks_nothing:
      return fmt::format("the floor's '{}' asks for nothing: every table holds it", oddity.rule);
    case terms::Oddity::What::bound_above_k:
      return fmt::format(
          "the floor's '{}' is above k: a group needs as many rows as it has values, so it alone "
          "says how small a group may be",
          oddity.rule);
    case terms::Oddity::What::undecided:
      return fmt::format("'{}': the search was given up before it was known", oddity.rule);
  }
  return "";
}

/// What is usual, and good to know: a forbid that takes from a permit, or from one to come.
bool is_note(const terms::Oddity& oddity) {
  return oddity.what == terms::Oddity::What::permit_and_forbid ||
         oddity.what == terms::Oddity::What::bound_above_k ||
         (oddity.what == terms::Oddity::What::says_nothing_new && oddity.effect == Effect::forbid);
}

Result<Answer> lint(Context& context, const Analyse& options) {
  const auto given = TRY(given_terms(context, options.from.front(), options.vocabulary));
  Answer answer;
  Json odd = Json::array();
  bool is_odd = false;
  for (const auto& oddity : terms::lint(given.terms, *given.words.vocabulary)) {
    is_odd = is_odd || !is_note(oddity);
    Json one = Json::object()
                   .set("what", name_of(oddity.what))
                   .set("is_note", is_note(oddity))
                   .set("rule", oddity.rule);
    if (!oddity.other.empty()) one.set("other", oddity.other);
    if (oddity.example) one.set("example", json_of_example(*oddity.example));
    odd.push(std::move(one));
    answer.text += (is_note(oddity) ? "note: " : "") + sentence_of(oddity) + "\n";
    if (oddity.example) answer.text += print(*oddity.example, 4);
  }
  if (!is_odd) answer.text += "nothing is odd about these terms\n";
  answer.json.set("odd", std::move(odd));
  return answer;
}

Result<Answer> meet(Context& context, const Analyse& options) {
  const auto given = TRY(given_terms_together(context, options.from, options.vocabulary));
  CHECK_OK(check_same_words(given));
  const auto& vocabulary = *given.front().words.vocabulary;
  Terms all = given.front().terms;
  for (std::size_t i = 1; i < given.size(); ++i) {
    all = TRY_IN(options.from[i], terms::meet(all, given[i].terms, vocabulary));
  }
  Answer answer;
  answer.text = TRY(terms::print_terms(all, vocabulary));
  answer.json.set("terms", answer.text);
  const bool permits =
      std::ranges::find(all.rules, Effect::permit, &Rule::effect) != all.rules.end();
  if (!permits) answer.notes.emplace_back("they permit nothing together");
  if (!is_of_program(given.front().words)) {
    answer.notes.push_back(said_of_words(context, given.front().words));
  }
  return answer;
}

}  // namespace

void add_terms_analysis(Commands& commands, CLI::App& noun) {
  {
    const auto options = std::make_shared<Analyse>();
    auto& verb = commands.verb(
        noun, "diff",
        {.line = "whether terms permit more or less than others, with a request that shows it",
         .examples = {"usufruct terms diff people terms.yaml",
                      "usufruct terms diff before.yaml after.yaml"},
         .details =
             "Exact: over all requests there could be, not over examples. Each is a file, or\n"
             "a dataset whose terms in force are meant; a file beside a dataset is read by the\n"
             "words that the dataset's terms are written in."},
        [options](Context& context) { return diff(context, *options); });
    options->from.resize(2);
    verb.add_option("FIRST", options->from[0], "file, or dataset")->required();
    verb.add_option("SECOND", options->from[1], "file, or dataset")->required();
    add_vocabulary_option(verb, options->vocabulary);
  }
  {
    const auto options = std::make_shared<Analyse>();
    auto& verb =
        commands.verb(noun, "lint",
                      {.line = "rules that can never hold, change nothing, or meet a forbid",
                       .examples = {"usufruct terms lint terms.yaml"}},
                      [options](Context& context) { return lint(context, *options); });
    options->from.resize(1);
    verb.add_option("TERMS", options->from[0], "file, or dataset")->required();
    add_vocabulary_option(verb, options->vocabulary);
  }
  const auto options = std::make_shared<Analyse>();
  auto& verb = commands.verb(
      noun, "meet",
      {.line = "the terms of pooled data: what all of these permit, under all that they ask",
       .examples = {"usufruct terms meet people hospital survey.yaml > pooled.yaml"}},
      [options](Context& context) { return meet(context, *options); });
  verb.add_option("TERMS", options->from, "files, or datasets")->required()->expected(2, 100);
  add_vocabulary_option(verb, options->vocabulary);
}

}  // namespace usufruct::cli
