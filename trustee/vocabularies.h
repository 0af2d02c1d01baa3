#pragma once

#include <memory>
#include <string_view>

#include "crypto/base/result.h"
#include "trustee/holdings.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct {

/// The words that a vocabulary record holds. `malformed` when they are not those of its digest (the
/// law lets in no such record).
///
/// What was read once is kept in memory, by its digest, for the whole program: the words of a
/// digest never change. Safe between threads.
Result<std::shared_ptr<const terms::Vocabulary>> words_of(const Vocabulary& record);

/// The words that terms of this log are written in: those of the vocabulary record which they name.
/// So what was decided by them is judged by them for ever, whatever words later programs know.
/// `not_found` when the terms name none, or one that is not theirs (the law lets in no such terms).
Result<std::shared_ptr<const terms::Vocabulary>> vocabulary_of(const Graph& graph,
                                                               const Record& terms);

/// The words of the newest terms of a dataset among the first `size` entries: what requests for it,
/// consents to it and runs on it are read by. `not_found` when it had none.
Result<std::shared_ptr<const terms::Vocabulary>> vocabulary_for(const Graph& graph,
                                                                const RecordId& dataset,
                                                                std::uint64_t size);

/// A record that holds these words, or null: the newest of the first `vocabularies_looked_at_max`.
LoggedPtr vocabulary_record(const Graph& graph, const Digest& words);
inline constexpr std::size_t vocabularies_looked_at_max = 1'000;
/// The same by the first hex digits of the digest, at least `digest_digits_min`, with `sha256:`
/// before them or without. `not_found` when no digest begins so, `conflict` when those of different
/// words do.
Result<LoggedPtr> vocabulary_record_like(const Graph& graph, std::string_view digits);
inline constexpr std::size_t digest_digits_min = 8;

}  // namespace usufruct
