#include "trustee/terms/vocabulary.h"

#include <algorithm>
#include <array>
#include <deque>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"

namespace usufruct::terms {

namespace {

constexpr std::string_view first_line = "usufruct/vocabulary/v1\n";
constexpr std::array<std::string_view, scheme_count> scheme_names = {"purpose",
                                                                     "action",
                                                                     "recipient",
                                                                     "jurisdiction",
                                                                     "flag",
                                                                     "attestation",
                                                                     "duty",
                                                                     "data-category",
                                                                     "legal-basis",
                                                                     "consent-type",
                                                                     "guardian-relation",
                                                                     "collection-method",
                                                                     "withdrawal-method"};

std::string_view without_prefix(std::string_view id) {
  const auto colon = id.find(':');
  return colon == std::string_view::npos ? id : id.substr(colon + 1);
}

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

bool is_word(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string print_row(std::string row, std::vector<std::string> words) {
  std::ranges::sort(words);
  for (const auto& word : words) row += ' ' + word;
  return row;
}

}  // namespace

std::string_view name_of(Scheme scheme) { return scheme_names[static_cast<std::size_t>(scheme)]; }

std::string_view Term::label(Language language) const {
  const std::string& wanted = language == Language::zh ? label_zh : label_en;
  const std::string& other = language == Language::zh ? label_en : label_zh;
  return !wanted.empty() ? wanted : !other.empty() ? other : id;
}

/// One line of words(): `SCHEME ID PARENT…`, `licence ID LIST WORD…` or `licence-exception ID`.
Result<void> Vocabulary::read_row(std::string_view row) {
  std::vector<std::string> words;
  for (const auto word : split(row, ' ')) words.emplace_back(word);
  if (words.size() < 2) return malformed(fmt::format("'{}' says nothing", printable(row, 80)));
  const auto scheme = std::ranges::find(scheme_names, words[0]);
  if (scheme != scheme_names.end()) {
    Term term;
    term.id = words[1];
    term.parents.assign(words.begin() + 2, words.end());
    graphs_[static_cast<std::size_t>(scheme - scheme_names.begin())].terms.push_back(
        std::move(term));
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

/// Orders the words and finds each by its id and by its short name.
Result<void> Vocabulary::Graph::name(std::string_view scheme) {
  std::ranges::sort(terms, {}, &Term::id);
  if (terms.size() > words_max) {
    return malformed(fmt::format("{} words of the scheme {}", terms.size(), scheme),
                     fmt::format("there may be {}", words_max));
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (!is_word(terms[i].id)) {
      return malformed(fmt::format("'{}' is no word", printable(terms[i].id, 80)),
                       "words are of printable ASCII characters, without spaces");
    }
    if (!index_of.emplace(terms[i].id, i).second) {
      return malformed(fmt::format("the {} '{}' is written twice", scheme, terms[i].id));
    }
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    index_of.emplace(without_prefix(terms[i].id), i);
    for (const auto& foreign : terms[i].same_as) same_as.emplace(foreign, i);
  }
  return {};
}

/// Closes the graph under "is a kind of": a word is done when all its kinds are, and is then a kind
/// of its parents. What is never done is in a circle.
Result<void> Vocabulary::Graph::close(std::string_view scheme) {
  std::vector<std::vector<std::size_t>> parents(terms.size());
  std::vector<std::size_t> kinds_left(terms.size(), 0);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    for (const auto& parent : terms[i].parents) {
      const auto found = index_of.find(parent);
      if (found == index_of.end()) {
        return malformed(fmt::format("'{}', the parent of '{}', is no {}", printable(parent, 80),
                                     terms[i].id, scheme));
      }
      parents[i].push_back(found->second);
      ++kinds_left[found->second];
    }
  }
  kinds.assign(terms.size(), WordSet(terms.size()));
  children.assign(terms.size(), {});
  for (std::size_t i = 0; i < terms.size(); ++i) {
    for (const std::size_t parent : parents[i]) children[parent].push_back(i);
  }
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    kinds[i].insert(i);
    if (kinds_left[i] == 0) ready.push_back(i);
  }
  for (std::size_t done = 0; done < ready.size(); ++done) {
    for (const std::size_t parent : parents[ready[done]]) {
      kinds[parent] |= kinds[ready[done]];
      if (--kinds_left[parent] == 0) ready.push_back(parent);
    }
  }
  if (ready.size() == terms.size()) return {};
  const auto circle = std::ranges::find_if(kinds_left, [](std::size_t left) { return left != 0; });
  const auto at = static_cast<std::size_t>(circle - kinds_left.begin());
  return malformed(
      fmt::format("the {} '{}' is a kind of itself, by way of others", scheme, terms[at].id));
}

/// Finds each licence by all its ids in any case, and writes the rows down.
Result<void> Vocabulary::close_licences() {
  for (const auto& [id, licence] : licences_) {
    if (!is_word(id)) return malformed(fmt::format("'{}' is no licence", printable(id, 80)));
    auto ids = licence.also;
    ids.push_back(id);
    for (const auto& one : ids) {
      if (licence_ids_.emplace(to_lower_ascii(one), id).second) continue;
      return malformed(fmt::format("the licence '{}' is written twice", printable(one, 80)));
    }
    for (const auto& list : licence_lists) {
      const auto& words = licence.*list.words;
      if (words.size() > licence_words_max || !std::ranges::all_of(words, is_word)) {
        return malformed(
            fmt::format("the licence '{}' has no good list of words: {}", id, list.name),
            fmt::format("at most {}, of printable ASCII", licence_words_max));
      }
      if (list.is_optional && words.empty()) continue;
      words_.push_back(print_row(fmt::format("licence {} {}", id, list.name), words));
    }
  }
  for (const auto& [_, id] : exceptions_) {
    if (!is_word(id)) return malformed(fmt::format("'{}' is no exception", printable(id, 80)));
    words_.push_back(fmt::format("{} {}", exception_row, id));
  }
  return {};
}

/// Checks and closes every graph, and writes down what judging depends on.
Result<void> Vocabulary::close() {
  for (std::size_t s = 0; s < scheme_count; ++s) {
    CHECK_OK(graphs_[s].name(scheme_names[s]));
    CHECK_OK(graphs_[s].close(scheme_names[s]));
    for (const auto& term : graphs_[s].terms) {
      words_.push_back(print_row(fmt::format("{} {}", scheme_names[s], term.id), term.parents));
    }
  }
  CHECK_OK(close_licences());
  std::string text(first_line);
  for (const auto& row : words_) text += row + '\n';
  digest_ = sha256(as_view(text));
  return {};
}

const Term* Vocabulary::find(Scheme scheme, std::string_view word) const {
  const auto found = graph(scheme).index_of.find(word);
  return found == graph(scheme).index_of.end() ? nullptr : &graph(scheme).terms[found->second];
}

const Term* Vocabulary::find_same_as(Scheme scheme, std::string_view foreign) const {
  const auto found = graph(scheme).same_as.find(foreign);
  return found == graph(scheme).same_as.end() ? nullptr : &graph(scheme).terms[found->second];
}

Meaning Vocabulary::meaning_of(Scheme scheme, std::string_view foreign) const {
  Meaning meaning;
  for (const auto& term : graph(scheme).terms) {
    const bool is_same = std::ranges::find(term.same_as, foreign) != term.same_as.end();
    const bool is_near = std::ranges::find(term.near, foreign) != term.near.end();
    if (!is_same && !is_near) continue;
    meaning.words.push_back(term.id);
    meaning.is_exact = meaning.is_exact && is_same;
  }
  return meaning;
}

bool Vocabulary::contains(Scheme scheme, std::string_view broader,
                          std::string_view narrower) const {
  const auto& in = graph(scheme);
  const auto b = in.index_of.find(broader);
  const auto n = in.index_of.find(narrower);
  return b != in.index_of.end() && n != in.index_of.end() &&
         in.kinds[b->second].contains(n->second);
}

bool Vocabulary::overlaps(Scheme scheme, std::string_view left, std::string_view right) const {
  const auto& in = graph(scheme);
  const auto l = in.index_of.find(left);
  const auto r = in.index_of.find(right);
  return l != in.index_of.end() && r != in.index_of.end() &&
         in.kinds[l->second].meets(in.kinds[r->second]);
}

std::vector<std::string> Vocabulary::kinds_of(Scheme scheme, std::string_view word) const {
  const auto& in = graph(scheme);
  std::vector<std::string> found;
  const auto start = in.index_of.find(word);
  if (start == in.index_of.end()) return found;
  std::vector<bool> seen(in.terms.size(), false);
  std::deque<std::size_t> open{start->second};
  seen[start->second] = true;
  while (!open.empty()) {
    const std::size_t at = open.front();
    open.pop_front();
    found.push_back(in.terms[at].id);
    for (const std::size_t i : in.children[at]) {
      if (seen[i]) continue;
      seen[i] = true;
      open.push_back(i);
    }
  }
  return found;
}

std::optional<std::size_t> Vocabulary::place_of(Scheme scheme, std::string_view word) const {
  const auto& in = graph(scheme);
  const auto found = in.index_of.find(word);
  if (found == in.index_of.end()) return std::nullopt;
  return found->second;
}

std::vector<std::size_t> Vocabulary::places_of(Scheme scheme,
                                               std::span<const std::string> words) const {
  std::vector<std::size_t> places;
  for (const auto& word : words) {
    if (const auto place = place_of(scheme, word)) places.push_back(*place);
  }
  sort_once(places);
  return places;
}

WordSet Vocabulary::all_kinds_of(Scheme scheme, std::span<const std::string> words) const {
  WordSet kinds(terms(scheme).size());
  for (const std::size_t place : places_of(scheme, words)) kinds |= kinds_at(scheme, place);
  return kinds;
}

bool Vocabulary::knows(Scheme scheme, std::span<const std::string> words) const {
  return std::ranges::all_of(words,
                             [&](const auto& word) { return find(scheme, word) != nullptr; });
}

WordSet Vocabulary::overlapping(Scheme scheme, const WordSet& kinds) const {
  WordSet overlapping(kinds.capacity());
  for (std::size_t place = 0; place < kinds.capacity(); ++place) {
    if (kinds_at(scheme, place).meets(kinds)) overlapping.insert(place);
  }
  return overlapping;
}

std::vector<std::string> Vocabulary::words_apart_from(Scheme scheme,
                                                      std::span<const std::string> words) const {
  const WordSet taken = overlapping(scheme, all_kinds_of(scheme, words));
  std::vector<std::string> apart;
  for (std::size_t place = 0; place < terms(scheme).size(); ++place) {
    if (taken.contains(place)) continue;
    const auto& parents = terms(scheme)[place].parents;
    const bool is_broadest = std::ranges::all_of(
        parents, [&](const auto& parent) { return taken.contains(*place_of(scheme, parent)); });
    if (is_broadest) apart.push_back(terms(scheme)[place].id);
  }
  return apart;
}

const std::vector<Term>& Vocabulary::terms(Scheme scheme) const { return graph(scheme).terms; }

std::string Vocabulary::label(Scheme scheme, std::string_view word, Language language) const {
  const Term* term = find(scheme, word);
  return std::string(term != nullptr ? term->label(language) : word);
}

std::optional<std::string> Vocabulary::nearest(Scheme scheme, std::string_view word) const {
  std::vector<std::string> candidates;
  for (const auto& term : graph(scheme).terms) candidates.emplace_back(without_prefix(term.id));
  const auto found = usufruct::nearest(without_prefix(word), candidates);
  if (!found) return std::nullopt;
  return find(scheme, *found)->id;
}

const LabelTerm* Vocabulary::find_label(std::string_view code) const {
  const std::string wanted = to_lower_ascii(code);
  const auto found = std::ranges::find_if(labels_, [&](const LabelTerm& label) {
    return label.id == wanted || std::ranges::find(label.same_as, wanted) != label.same_as.end();
  });
  return found == labels_.end() ? nullptr : &*found;
}

const LicenceTerm* Vocabulary::find_licence(std::string_view spdx) const {
  const auto found = licence_ids_.find(to_lower_ascii(spdx));
  return found == licence_ids_.end() ? nullptr : &licences_.find(found->second)->second;
}

const std::string* Vocabulary::find_exception(std::string_view spdx) const {
  const auto found = exceptions_.find(to_lower_ascii(spdx));
  return found == exceptions_.end() ? nullptr : &found->second;
}

std::string_view Vocabulary::message(std::string_view code, Language language) const {
  const auto found = messages_.find(code);
  if (found == messages_.end()) return {};
  return language == Language::zh ? found->second.second : found->second.first;
}

}  // namespace usufruct::terms
