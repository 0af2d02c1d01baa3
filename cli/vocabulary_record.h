#pragma once

#include "cli/recording.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::cli {

/// The record of the words this program writes terms in: that of the ledger, or a new one of the
/// party that is about to use them, with the files they were made of beside the ledger. With
/// --dry-run nothing is recorded, and it is the id that the record would have.
Result<RecordId> recorded_words(Context& context, const Recording& recording);

/// What is recorded of a vocabulary that was made from these files, which are kept in the
/// workspace's documents.
Result<Record> vocabulary_record_of(Context& context, const Recording& recording,
                                    const std::string& name, const terms::VocabularyFiles& files);

}  // namespace usufruct::cli
