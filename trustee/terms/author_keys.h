#pragma once

#include <array>
#include <string_view>

#include "ledger/record/terms.h"

/// What clauses are called in files of terms, for who reads and who prints them.
namespace usufruct::terms {

/// A clause that lists words, and the key it is written under.
struct WordKey {
  ClauseKind kind;
  std::string_view key;
};
inline constexpr WordKey word_keys[] = {
    {ClauseKind::actor_class, "classes"},
    {ClauseKind::action, "actions"},
    {ClauseKind::purpose, "purposes"},
    {ClauseKind::recipient, "recipients"},
    {ClauseKind::jurisdiction, "jurisdictions"},
    {ClauseKind::attestation, "attestations"},
    {ClauseKind::flag, "flags"},
};

inline constexpr std::array<std::string_view, 3> safeguard_names = {"k", "l-distinct",
                                                                    "suppression-max-per10000"};

/// The most releases, and labels, that a file of terms says; of days: author_words.h.
inline constexpr std::size_t labels_max = 64;
inline constexpr std::int64_t count_limit = 1'000'000;

}  // namespace usufruct::terms
