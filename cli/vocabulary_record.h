#pragma once

#include <memory>
#include <string>

#include "cli/recording.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::cli {

/// The record of the words this program writes terms in: that of the ledger, or a new one of the
/// party that is about to use them, with the files they were made of beside the ledger. With
/// --dry-run nothing is recorded, and it is the id that the record would have.
Result<RecordId> recorded_words(Context& context, const Recording& recording);

/// Words to read or write terms in: this program's, or those of a record.
struct NamedWords {
  std::shared_ptr<const terms::Vocabulary> vocabulary;
  LoggedPtr record;  ///< null: this program's own
};
NamedWords words_of_program();
bool is_of_program(const NamedWords& words);
/// What --vocabulary finds them by: their record, or their digest where the ledger has none.
std::string name_of_words(Context& context, const NamedWords& words);
/// Of words that are not this program's: where they are from, and that --vocabulary names them.
std::string said_of_words(Context& context, const NamedWords& words);
/// Those of a vocabulary record, by its label, its id or the beginning of one, or the beginning of
/// its words' digest; this program's when `text` is empty.
Result<NamedWords> find_words(Context& context, const std::string& text);
/// Those that a record of terms is written in.
Result<NamedWords> words_of_terms(Context& context, const Record& terms);
/// Those of a dataset's newest terms, by which requests for it and consents to it are
/// read; this program's while it has no terms.
Result<NamedWords> words_for(Context& context, const RecordId& dataset);
/// The option `--vocabulary` of commands that read a file.
void add_vocabulary_option(CLI::App& verb, std::string& vocabulary);

/// What is recorded of a vocabulary that was made from these files, which are kept in the
/// workspace's documents.
Result<Record> vocabulary_record_of(Context& context, const Recording& recording,
                                    const std::string& name, const terms::VocabularyFiles& files);

}  // namespace usufruct::cli
