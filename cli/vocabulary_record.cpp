#include "cli/vocabulary_record.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "ledger/record/codec.h"
#include "trustee/vocabularies.h"

namespace usufruct::cli {

NamedWords words_of_program() {
  // Nothing is owned: they live as long as the program.
  return {{std::shared_ptr<void>(), &terms::Vocabulary::builtin()}, nullptr};
}

bool is_of_program(const NamedWords& words) {
  return words.vocabulary->digest() == terms::Vocabulary::builtin().digest();
}

std::string name_of_words(Context& context, const NamedWords& words) {
  if (words.record) return context.name_of(words.record->id);
  return to_hex(words.vocabulary->digest()).substr(0, 12);
}

std::string said_of_words(Context& context, const NamedWords& words) {
  return fmt::format("they are written in other words than this program's: --vocabulary {}",
                     name_of_words(context, words));
}

Result<NamedWords> find_words(Context& context, const std::string& text) {
  if (text.empty()) return words_of_program();
  auto record = context.find(text, Kind::vocabulary);
  if (!record && record.error().code == Code::not_found) {
    auto by_digest = vocabulary_record_like(*TRY(context.graph()), to_lower_ascii(text));
    if (by_digest || by_digest.error().code == Code::conflict) record = std::move(by_digest);
  }
  auto found = TRY(std::move(record));
  auto vocabulary = TRY(words_of(*found->record.as<Vocabulary>()));
  return NamedWords{std::move(vocabulary), std::move(found)};
}

Result<NamedWords> words_of_terms(Context& context, const Record& terms) {
  const Graph& graph = *TRY(context.graph());
  auto vocabulary = TRY(vocabulary_of(graph, terms));
  return NamedWords{std::move(vocabulary), graph.find(*terms.first(Role::under))};
}

Result<NamedWords> words_for(Context& context, const RecordId& dataset) {
  const Graph& graph = *TRY(context.graph());
  auto vocabulary = vocabulary_for(graph, dataset, graph.size());
  if (!vocabulary) return words_of_program();
  auto record = vocabulary_record(graph, (*vocabulary)->digest());
  return NamedWords{std::move(*vocabulary), std::move(record)};
}

void add_vocabulary_option(CLI::App& verb, std::string& vocabulary) {
  verb.add_option("--vocabulary", vocabulary,
                  "the words the file is in: a vocabulary record of the ledger, by label, id or "
                  "digest; else this program's")
      ->type_name("RECORD");
}

Result<Record> vocabulary_record_of(Context& context, const Recording& recording,
                                    const std::string& name, const terms::VocabularyFiles& files) {
  const auto words = TRY(terms::Vocabulary::parse(files));
  Record record = TRY(begin_record(context, recording));
  for (const auto& [title, text] : files) {
    if (title == "messages.yaml") continue;  // what this program says, no words of terms
    Document document{.title = std::string(title),
                      .sha256 = sha256(as_view(text)),
                      .size_bytes = text.size(),
                      .media_type = "application/yaml"};
    if (!recording.dry_run) {
      TRY(TRY(context.workspace())->keep_document(as_view(text), "yaml"));
    }
    record.documents.push_back(std::move(document));
  }
  record.body =
      Vocabulary{.name = name, .label = {}, .sha256 = words.digest(), .words = words.words()};
  return record;
}

Result<RecordId> recorded_words(Context& context, const Recording& recording) {
  const auto& words = terms::Vocabulary::builtin();
  if (const auto found = vocabulary_record(*TRY(context.graph()), words.digest())) {
    return found->id;
  }
  const Recording plain{.as = recording.as, .label = {}, .dry_run = recording.dry_run};
  const Record record =
      TRY(vocabulary_record_of(context, plain, "usufruct", terms::embedded_vocabulary()));
  if (recording.dry_run) return id_of(TRY(encode(record)));
  const auto logged = TRY(submit_record(context, recording.as, "", record));
  context.output().note(
      fmt::format("the words that terms are written in were recorded at index {}", logged.index));
  return logged.id;
}

}  // namespace usufruct::cli
