// The rows of a vocabulary, which judging depends on: read, checked and written down. What is asked
// of them: vocabulary.cpp; texts: vocabulary_files.cpp.
#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {
namespace {

constexpr std::string_view first_line = "usufruct/vocabulary/v1\n";

/// The lists of a licence's row, in the order in which they are written down.
struct LicenceList {
  std::string_view name;
  std::vector<std::string> LicenceTerm::*words;
  bool is_optional = false;  ///< written only where it has words
};
constexpr std::array licence_lists = {
    LicenceList{"forbid-purposes", &LicenceTerm::forbid_purposes},
    LicenceList{"forbid-actions", &LicenceTerm::forbid_actions},
    LicenceList{"ask-actions", &LicenceTerm::ask_actions},
    LicenceList{"duties", &LicenceTerm::duties},
    LicenceList{"also", &LicenceTerm::also, true},
    LicenceList{"later", &LicenceTerm::later, true},
};
constexpr std::string_view exception_row = "licence-exception";

std::string print_row(std::string row, std::vector<std::string> words) {
  std::ranges::sort(words);
  for (const auto& word : words) row += ' ' + word;
  return row;
}

}  // namespace

/// One line of words(): `SCHEME ID PARENT…`, `licence ID LIST WORD…` or `licence-exception ID`.
Result<void> Vocabulary::read_row(std::string_view row) {
  std::vector<std::string> words;
  for (const auto word : split(row, ' ')) words.emplace_back(word);
  if (words.size() < 2) return malformed(fmt::format("'{}' says nothing", printable(row, 80)));
  if (const auto scheme = scheme_named(words[0])) {
    Term term;
    term.id = words[1];
    term.parents.assign(words.begin() + 2, words.end());
    graphs_[static_cast<std::size_t>(*scheme)].terms.push_back(std::move(term));
    return {};
  }
  if (words[0] == exception_row && words.size() == 2) {
    exceptions_.emplace(to_lower_ascii(words[1]), words[1]);
    return {};
  }
  const auto part = words.size() < 3
                        ? licence_lists.end()
                        : std::ranges::find(licence_lists, words[2], &LicenceList::name);
  if (words[0] != "licence" || part == licence_lists.end()) {
    return malformed(fmt::format("'{}' is no row of a vocabulary", printable(row, 80)));
  }
  LicenceTerm& licence = licences_[words[1]];
  licence.id = words[1];
  (licence.*part->words).assign(words.begin() + 3, words.end());
  return {};
}

Result<Vocabulary> Vocabulary::of_words(std::span<const std::string> words) {
  Vocabulary vocabulary;
  for (const auto& row : words) CHECK_OK(vocabulary.read_row(row));
  CHECK_OK(vocabulary.close());
  if (!std::ranges::equal(vocabulary.words_, words)) {
    return malformed("the words of a vocabulary are not in order, or not each once");
  }
  return vocabulary;
}

/// Finds each licence by all its ids in any case, and writes the rows down.
Result<void> Vocabulary::close_licences() {
  for (const auto& [id, licence] : licences_) {
    if (!is_printable_word(id))
      return malformed(fmt::format("'{}' is no licence", printable(id, 80)));
    auto ids = licence.also;
    ids.push_back(id);
    for (const auto& one : ids) {
      if (licence_ids_.emplace(to_lower_ascii(one), id).second) continue;
      return malformed(fmt::format("the licence '{}' is written twice", printable(one, 80)));
    }
    for (const auto& list : licence_lists) {
      const auto& words = licence.*list.words;
      if (words.size() > licence_words_max || !std::ranges::all_of(words, is_printable_word)) {
        return malformed(
            fmt::format("the licence '{}' has no good list of words: {}", id, list.name),
            fmt::format("at most {}, of printable ASCII", licence_words_max));
      }
      if (list.is_optional && words.empty()) continue;
      words_.push_back(print_row(fmt::format("licence {} {}", id, list.name), words));
    }
  }
  for (const auto& [_, id] : exceptions_) {
    if (!is_printable_word(id))
      return malformed(fmt::format("'{}' is no exception", printable(id, 80)));
    words_.push_back(fmt::format("{} {}", exception_row, id));
  }
  return {};
}

/// Checks and closes every graph, and writes down what judging depends on.
Result<void> Vocabulary::close() {
  for (std::size_t s = 0; s < scheme_count; ++s) {
    const auto scheme = static_cast<Scheme>(s);
    CHECK_OK(graphs_[s].close(scheme));
    for (const auto& term : graphs_[s].terms) {
      words_.push_back(print_row(fmt::format("{} {}", name_of(scheme), term.id), term.parents));
    }
  }
  CHECK_OK(close_licences());
  std::string text(first_line);
  for (const auto& row : words_) text += row + '\n';
  digest_ = sha256(as_view(text));
  return {};
}

}  // namespace usufruct::terms
