#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "cli/command.h"
#include "cli/language.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/vocabulary_record.h"
#include "crypto/base/text.h"
#include "trustee/terms/author_words.h"
#include "trustee/vocabularies.h"

namespace usufruct::cli {
namespace {

struct Words {
  std::string scheme;
  std::string word;
  std::string language;
  std::string vocabulary;
};

struct RecordWords {
  Recording recording;
  std::string folder;
  std::string name = "usufruct";
};

constexpr std::uintmax_t file_bytes_max = std::uintmax_t{1} << 20;

Result<terms::Scheme> scheme_of(const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < terms::scheme_count; ++i) {
    const auto scheme = static_cast<terms::Scheme>(i);
    if (terms::name_of(scheme) == name) return scheme;
    names.emplace_back(terms::name_of(scheme));
  }
  return not_found(fmt::format("there is no scheme '{}'", printable(name, 60)),
                   "the schemes are " + join(names, ", ") + "; and label");
}

std::string said_in(const std::set<terms::Language>& languages) {
  std::string tags;
  for (const auto& language : languages) tags += (tags.empty() ? "" : ", ") + language.tag();
  return tags;
}

Answer list_schemes(const terms::Vocabulary& vocabulary) {
  Answer answer;
  Json schemes = Json::array();
  Table table({"scheme", "words"});
  for (std::size_t i = 0; i < terms::scheme_count; ++i) {
    const auto scheme = static_cast<terms::Scheme>(i);
    const std::uint64_t count = vocabulary.terms(scheme).size();
    schemes.push(Json::object().set("scheme", terms::name_of(scheme)).set("words", count));
    table.add({std::string(terms::name_of(scheme)), print_count(count)});
  }
  answer.json.set("digest", print_digest(vocabulary.digest())).set("schemes", std::move(schemes));
  answer.text = table.print();
  answer.notes.push_back("digest " + print_digest(vocabulary.digest()));
  if (vocabulary.languages().empty()) {
    answer.notes.emplace_back("words alone: what they are called lies with who recorded them");
    return answer;
  }
  answer.notes.push_back("in " + said_in(vocabulary.languages()));
  answer.next.emplace_back("usufruct vocabulary show purpose AcademicResearch");
  return answer;
}

Json json_of(const terms::Texts& texts) {
  Json json = Json::object();
  for (const auto& [language, text] : texts.all()) json.set(language.tag(), text);
  return json;
}

/// What is said of a row: in one language, or in each there is when none was asked for.
std::string print(const terms::Texts& labels, const terms::Texts& definitions,
                  const std::optional<terms::Language>& language) {
  const auto line = [](std::string_view label, std::string_view definition) {
    return fmt::format("{}{}{}", label, definition.empty() ? "" : ": ", definition);
  };
  if (language) {
    return fmt::format("  {}\n", line(labels.in(*language), definitions.in(*language)));
  }
  std::string out;
  for (const auto& [one, label] : labels.all()) {
    const auto* definition = definitions.find(one);
    out += fmt::format("  {}  {}\n", one.tag(), line(label, definition ? *definition : ""));
  }
  return out;
}

Json describe(const terms::Term& term) {
  return Json::object()
      .set("id", term.id)
      .set("parents", Json::array_of(term.parents))
      .set("label", json_of(term.labels))
      .set("definition", json_of(term.definitions))
      .set("same_as", Json::array_of(term.same_as));
}

/// A table has room for one language: English where none was asked for.
Answer show_scheme(const terms::Vocabulary& vocabulary, terms::Scheme scheme,
                   const terms::Language& language) {
  Answer answer;
  Json words = Json::array();
  Table table({"word", "is a kind of", language.tag()});
  for (const auto& term : vocabulary.terms(scheme)) {
    words.push(describe(term));
    table.add({term.id, join(term.parents, " "), std::string(term.label(language))});
  }
  answer.json.set("words", std::move(words));
  answer.text = table.print();
  return answer;
}

Result<Answer> show_word(const terms::Vocabulary& vocabulary, terms::Scheme scheme,
                         const std::string& word, const std::optional<terms::Language>& language) {
  const auto* const term = vocabulary.find(scheme, word);
  if (term == nullptr) {
    const auto meant = vocabulary.nearest(scheme, word);
    return not_found(fmt::format("'{}' is no known {}", printable(word, 60), name_of(scheme)),
                     meant ? fmt::format("did you mean '{}'?", *meant)
                           : terms::where_words_are(scheme, vocabulary));
  }
  auto kinds = vocabulary.kinds_of(scheme, term->id);
  kinds.erase(kinds.begin());
  Answer answer;
  answer.json = describe(*term).set("kinds", Json::array_of(kinds));
  answer.text = term->id + "\n" + print(term->labels, term->definitions, language);
  const auto add = [&](std::string_view what, const std::vector<std::string>& words) {
    if (!words.empty()) answer.text += fmt::format("  {}: {}\n", what, join(words, " "));
  };
  add("a kind of", term->parents);
  add("its kinds", kinds);
  add("the same as", term->same_as);
  return answer;
}

Json describe(const terms::LabelTerm& label) {
  return Json::object()
      .set("id", label.id)
      .set("label", json_of(label.labels))
      .set("definition", json_of(label.definitions))
      .set("same_as", Json::array_of(label.same_as));
}

/// Labels are no scheme: only imports read them.
Answer show_labels(const terms::Language& language) {
  Answer answer;
  Json labels = Json::array();
  Table table({"label", "code", language.tag()});
  for (const auto& label : terms::Vocabulary::builtin().labels()) {
    labels.push(describe(label));
    table.add({label.id, join(label.same_as, " "), std::string(label.label(language))});
  }
  answer.json.set("labels", std::move(labels));
  answer.text = table.print();
  answer.next.emplace_back("usufruct terms import labels LABEL… > labels.yaml");
  return answer;
}

Result<Answer> show_label(const std::string& word, const std::optional<terms::Language>& language) {
  const auto* const label = terms::Vocabulary::builtin().find_label(word);
  if (label == nullptr) {
    return not_found(fmt::format("'{}' is no known label", printable(word, 60)),
                     "usufruct vocabulary show label");
  }
  Answer answer;
  answer.json = describe(*label);
  answer.text =
      fmt::format("{}\n{}  the same as: {}\n", label->id,
                  print(label->labels, label->definitions, language), join(label->same_as, " "));
  answer.next.push_back(fmt::format("usufruct terms import labels {} > labels.yaml", label->id));
  return answer;
}

Result<Answer> show_vocabulary(Context& context, const Words& options) {
  const auto language = TRY(language_of(context, options.language));
  const auto words = TRY(find_words(context, options.vocabulary));
  if (options.scheme.empty()) return list_schemes(*words.vocabulary);
  const auto asked = options.language.empty() ? std::nullopt : std::optional(language);
  if (options.scheme == "label") {
    return options.word.empty() ? show_labels(language) : show_label(options.word, asked);
  }
  const auto scheme = TRY(scheme_of(options.scheme));
  if (options.word.empty()) return show_scheme(*words.vocabulary, scheme, language);
  return show_word(*words.vocabulary, scheme, options.word, asked);
}

/// The files of a folder, with what they say.
Result<std::vector<std::pair<std::string, std::string>>> read_folder(Context& context,
                                                                     const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".yaml") continue;
    if (entry.file_size(error) > file_bytes_max) {
      return malformed(
          fmt::format("'{}' has more than {} bytes", entry.path().string(), file_bytes_max));
    }
    auto text = TRY(read_text(context, entry.path().string()));
    files.emplace_back(entry.path().filename().string(), std::move(text));
  }
  if (error) return not_found(fmt::format("'{}' is no folder that can be read", folder));
  if (files.empty()) {
    return not_found(fmt::format("there are no .yaml files in '{}'", folder),
                     "a vocabulary is files like those of specs/vocabulary");
  }
  std::ranges::sort(files);
  return files;
}

Result<Answer> record_words(Context& context, const RecordWords& options) {
  std::vector<std::pair<std::string, std::string>> read;
  terms::VocabularyFiles files = terms::embedded_vocabulary();
  if (!options.folder.empty()) {
    read = TRY(read_folder(context, options.folder));
    files.assign(read.begin(), read.end());
  }
  const Record record = TRY(vocabulary_record_of(context, options.recording, options.name, files));
  const auto digest = *record.as<Vocabulary>()->sha256;
  const auto there = vocabulary_record(*TRY(context.graph()), digest);
  if (there) {
    return conflict(fmt::format("these words are recorded already, by {}",
                                context.name_of_issuer(there->record.issuer)),
                    fmt::format("name that record: {}", print_short(there->id)));
  }
  Answer answer = TRY(log_record(context, options.recording, record));
  answer.json.set("digest", print_digest(digest));
  answer.notes.push_back("digest " + print_digest(digest));
  return answer;
}

Result<Answer> list_vocabularies(Context& context) {
  const Graph& graph = *TRY(context.graph());
  const auto& ours = terms::Vocabulary::builtin();
  Answer answer;
  Json rows = Json::array();
  Table table({"vocabulary", "name", "by", "rows", "digest", ""});
  for (const auto& id : graph.of_kind(Kind::vocabulary)) {
    const auto logged = graph.find(id);
    const auto& body = *logged->record.as<Vocabulary>();
    const bool is_ours = body.sha256 == ours.digest();
    const std::string by = context.name_of_issuer(logged->record.issuer);
    const std::string digest = body.sha256 ? print_digest(*body.sha256) : "";
    table.add({context.name_of(id), printable(body.name, 40), by, print_count(body.words.size()),
               body.sha256 ? to_hex(*body.sha256).substr(0, 12) : "",
               is_ours ? "this program's" : ""});
    rows.push(Json::object()
                  .set("id", print_id(id))
                  .set("name", body.name)
                  .set("by", by)
                  .set("digest", digest)
                  .set("is_this_programs", is_ours));
  }
  answer.json.set("vocabularies", std::move(rows));
  answer.text = table.print();
  return answer;
}

}  // namespace

void add_vocabulary(Commands& commands) {
  auto& noun = commands.noun("vocabulary", "the words that terms, requests and consents are in");
  {
    const auto options = std::make_shared<Words>();
    auto& verb = commands.verb(
        noun, "show",
        {.line = "the words this program knows, or those of a vocabulary on the ledger",
         .examples = {"usufruct vocabulary show", "usufruct vocabulary show purpose",
                      "usufruct vocabulary show purpose AcademicResearch",
                      "usufruct vocabulary show action --language zh",
                      "usufruct vocabulary show action --vocabulary ours"}},
        [options](Context& context) { return show_vocabulary(context, *options); });
    verb.add_option("SCHEME", options->scheme, "which kind of words; all are listed without it");
    verb.add_option("WORD", options->word, "one of them, with its definition and its kinds");
    add_language(verb, options->language);
    verb.add_option("--vocabulary", options->vocabulary,
                    "those of a vocabulary record of the ledger, by label, id or digest")
        ->type_name("RECORD");
  }
  commands.verb(
      noun, "list",
      {.line = "the vocabularies on the ledger", .examples = {"usufruct vocabulary list"}},
      [](Context& context) { return list_vocabularies(context); });
  const auto options = std::make_shared<RecordWords>();
  auto& verb = commands.verb(
      noun, "record",
      {.line = "put words on the ledger, for terms to be written in",
       .examples = {"usufruct vocabulary record --as ada",
                    "usufruct vocabulary record --from my-words --name ours --as ada"},
       .details = "`usufruct terms set` does so by itself for the words of this program."},
      [options](Context& context) { return record_words(context, *options); });
  verb.add_option("--from", options->folder, "a folder of files like those of specs/vocabulary")
      ->type_name("FOLDER");
  verb.add_option("--name", options->name, "what people call it")->type_name("NAME");
  add_recording(verb, options->recording);
}

}  // namespace usufruct::cli
