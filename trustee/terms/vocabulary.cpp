#include "trustee/terms/vocabulary.h"

#include <algorithm>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

/// Codes as `US`: each is one letter away from many others, so that none is near to be meant.
constexpr std::size_t code_letters_max = 3;

/// Whether this is the word itself, its label in some language or what others call it, in any case.
bool is_called(const Term& term, std::string_view wanted) {
  const auto is_it = [&](std::string_view name) { return to_lower_ascii(name) == wanted; };
  return is_it(without_prefix(term.id)) || std::ranges::any_of(term.same_as, is_it) ||
         std::ranges::any_of(term.labels.all(),
                             [&](const auto& label) { return is_it(label.second); });
}

}  // namespace

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
  const auto start = in.place_of(word);
  if (!start) return found;
  for (const std::size_t place : in.places_below(*start)) found.push_back(in.terms[place].id);
  return found;
}

std::optional<std::size_t> Vocabulary::place_of(Scheme scheme, std::string_view word) const {
  return graph(scheme).place_of(word);
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

std::string Vocabulary::label(Scheme scheme, std::string_view word,
                              const Language& language) const {
  const Term* term = find(scheme, word);
  return std::string(term != nullptr ? term->label(language) : word);
}

std::optional<std::string> Vocabulary::nearest(Scheme scheme, std::string_view word) const {
  // The same words, read from a ledger, come without what they are called.
  if (this != &builtin() && digest_ == builtin().digest()) return builtin().nearest(scheme, word);
  const auto& terms = graph(scheme).terms;
  const std::string wanted = to_lower_ascii(without_prefix(word));
  const auto called =
      std::ranges::find_if(terms, [&](const Term& term) { return is_called(term, wanted); });
  if (called != terms.end()) return called->id;
  if (wanted.size() <= code_letters_max) return std::nullopt;
  std::vector<std::string> names;
  std::map<std::string, std::string> ids;
  for (const auto& term : terms) {
    for (const auto name : {without_prefix(term.id), term.labels.in(Language::en)}) {
      if (name.size() <= code_letters_max) continue;
      names.emplace_back(name);
      ids.emplace(name, term.id);
    }
  }
  const auto found = usufruct::nearest(without_prefix(word), names);
  return found ? std::optional(ids.find(*found)->second) : std::nullopt;
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

const Texts& Vocabulary::message(std::string_view code) const {
  static const Texts none;
  const auto found = messages_.find(code);
  return found == messages_.end() ? none : found->second;
}

}  // namespace usufruct::terms
