#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/vocabulary_record.h"
#include "ledger/record/terms.h"

namespace usufruct::cli {

/// Terms that a command was given: a file, or a dataset's terms in force.
struct GivenTerms {
  Terms terms;
  NamedWords words;   ///< that they are written in
  LoggedPtr dataset;  ///< null for a file
};
/// Reads them by a file's name, `-` for standard input, or a dataset's label or id. A file is read
/// by the words of the vocabulary record `vocabulary`; where none is named by this program's.
/// `not_found` when there is no such thing, or no terms are in force for it.
Result<GivenTerms> given_terms(Context& context, const std::string& from,
                               const std::string& vocabulary = "");

/// Several, to be held against each other: where no vocabulary is named, files are read by the
/// words of the first dataset among them. A note says so where these are not this program's.
Result<std::vector<GivenTerms>> given_terms_together(Context& context,
                                                     std::span<const std::string> from,
                                                     const std::string& vocabulary);

/// `conflict` when some terms are written in other words than the first.
Result<void> check_same_words(std::span<const GivenTerms> all);

}  // namespace usufruct::cli
