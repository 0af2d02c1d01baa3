#include "cli/vocabulary_record.h"

#include "crypto/hash.h"
#include "ledger/record/codec.h"
#include "trustee/vocabularies.h"

namespace usufruct::cli {

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
