#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/terms/label_term.h"
#include "trustee/terms/licence_term.h"
#include "trustee/terms/scheme.h"
#include "trustee/terms/term.h"
#include "trustee/terms/word_graph.h"
#include "trustee/terms/word_set.h"

namespace usufruct::terms {

/// What another vocabulary's word comes to in words of a scheme.
struct Meaning {
  std::vector<std::string> words;  ///< by id; none: nobody here says it
  bool is_exact = true;            ///< false: it is near one of them at best
};

/// Files of a vocabulary, each with its name.
using VocabularyFiles = std::vector<std::pair<std::string_view, std::string_view>>;
/// Those of specs/vocabulary as they were when the program was built (embedded.cmake).
VocabularyFiles embedded_vocabulary();

/// Words in each list of a licence's row at most: each is held against each word of a request.
inline constexpr std::size_t licence_words_max = 64;

/// The words the kernel knows and how they contain each other: one directed acyclic graph a
/// scheme. Immutable; safe to share between threads.
class Vocabulary {
 public:
  /// The files of specs/vocabulary as they were when the program was built.
  static const Vocabulary& builtin();
  /// Reads files (name, text), those of texts after all others. `malformed` for a parent that does
  /// not exist, a cycle, a word written twice, a text of nothing there is or said twice in one
  /// language.
  static Result<Vocabulary> parse(const VocabularyFiles& files);

  /// Reads what words() gave. `malformed` for anything that it would not give.
  static Result<Vocabulary> of_words(std::span<const std::string> words);

  /// What judging depends on: every word with its parents and every licence row, not the texts
  /// nor what others call it, so that a better translation, or one into another language, does not
  /// change it (specs/terms.md §2).
  const std::vector<std::string>& words() const { return words_; }
  /// SHA-256 of the text that words() make.
  const Digest& digest() const { return digest_; }

  /// A word by its id, or by its id without the prefix (`AcademicResearch` for
  /// `dpv:AcademicResearch`). Null when it is not known.
  const Term* find(Scheme scheme, std::string_view word) const;
  /// The word that says the same as another vocabulary's (`same_as` in its file); null when none
  /// does. Of several it is the first by id.
  const Term* find_same_as(Scheme scheme, std::string_view foreign) const;
  /// Every word that says the same as another vocabulary's, or something near it. O(words).
  Meaning meaning_of(Scheme scheme, std::string_view foreign) const;
  /// Whether `narrower` is `broader` or a kind of it. False when either is unknown. O(1).
  bool contains(Scheme scheme, std::string_view broader, std::string_view narrower) const;
  /// Whether some word is a kind of both. False when either is unknown.
  bool overlaps(Scheme scheme, std::string_view left, std::string_view right) const;
  /// The word, then every kind of it, nearest first; empty when it is unknown.
  std::vector<std::string> kinds_of(Scheme scheme, std::string_view word) const;

  /// Where a word stands among terms(); nothing when it is not known.
  std::optional<std::size_t> place_of(Scheme scheme, std::string_view word) const;
  /// The word at a place and all kinds of it.
  const WordSet& kinds_at(Scheme scheme, std::size_t place) const {
    return graph(scheme).kinds[place];
  }
  /// The places of those that are known, each once, ascending.
  std::vector<std::size_t> places_of(Scheme scheme, std::span<const std::string> words) const;
  /// Those that are known and all their kinds.
  WordSet all_kinds_of(Scheme scheme, std::span<const std::string> words) const;
  bool knows(Scheme scheme, std::span<const std::string> words) const;
  /// The words that overlap a set which holds all kinds of its words.
  WordSet overlapping(Scheme scheme, const WordSet& kinds) const;
  /// The broadest words that overlap none of these: what is left when they are taken away, by id.
  /// Words that are not known take nothing away.
  std::vector<std::string> words_apart_from(Scheme scheme,
                                            std::span<const std::string> words) const;
  /// Every word of a scheme, by id.
  const std::vector<Term>& terms(Scheme scheme) const;
  /// The label, or the word itself when it is unknown.
  std::string label(Scheme scheme, std::string_view word, const Language& language) const;
  /// The word that goes by this name in another case, in a language or with others; else the
  /// nearest in spelling, if one is near enough to be meant: never of codes, of 3 letters or fewer.
  std::optional<std::string> nearest(Scheme scheme, std::string_view word) const;

  /// A licence by its SPDX id or a deprecated one, in upper or lower case; null when no row has it.
  const LicenceTerm* find_licence(std::string_view spdx) const;
  /// The rows, by id. Their properties are not in words(): of_words() leaves them unsaid.
  const std::map<std::string, LicenceTerm, std::less<>>& licences() const { return licences_; }
  /// The SPDX exceptions that only loosen what they are written after, as the list spells them;
  /// null for any other.
  const std::string* find_exception(std::string_view spdx) const;
  /// What crawlers fetch for, by their product token in lower case
  /// (specs/vocabulary/crawlers.yaml).
  const std::map<std::string, std::vector<std::string>, std::less<>>& crawlers() const {
    return crawlers_;
  }
  /// A label of Local Contexts by its id or the hub's code, in any case; null when it is not known.
  const LabelTerm* find_label(std::string_view code) const;
  /// All of them, as specs/vocabulary/labels.yaml orders them.
  const std::vector<LabelTerm>& labels() const { return labels_; }
  /// A message of specs/vocabulary/messages.yaml by its code; without any text when there is none.
  const Texts& message(std::string_view code) const;
  /// The same for a reader: empty when there is none.
  std::string_view message(std::string_view code, const Language& language) const {
    return message(code).in(language);
  }
  /// All messages, by code.
  const std::map<std::string, Texts, std::less<>>& messages() const { return messages_; }
  /// Every language in which anything at all is said: of words, labels and messages.
  const std::set<Language>& languages() const { return languages_; }

 private:
  Vocabulary() = default;
  Result<void> read(const document::File& file);
  Result<void> read_messages(std::string_view name, std::string_view text);
  Result<void> read_licences(std::string_view name, std::string_view text);
  Result<void> read_labels(std::string_view name, std::string_view text);
  Result<void> read_crawlers(std::string_view name, std::string_view text);
  Result<void> read_texts_of(const document::File& file);
  void note_languages();
  Result<void> read_row(std::string_view row);
  Result<void> close_licences();
  Result<void> close();
  const WordGraph& graph(Scheme scheme) const { return graphs_[static_cast<std::size_t>(scheme)]; }

  std::vector<WordGraph> graphs_{scheme_count};
  std::map<std::string, LicenceTerm, std::less<>> licences_;
  std::map<std::string, std::string, std::less<>> licence_ids_;  // of each id in lower case
  std::map<std::string, std::string, std::less<>> exceptions_;   // the same
  std::map<std::string, std::vector<std::string>, std::less<>> crawlers_;
  std::vector<LabelTerm> labels_;
  std::map<std::string, Texts, std::less<>> messages_;
  std::set<Language> languages_;
  std::vector<std::string> words_;  // one row each, without its end
  Digest digest_;
};

}  // namespace usufruct::terms
